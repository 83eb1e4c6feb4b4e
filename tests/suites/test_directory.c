/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store_fixture.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/** Another user than root */
#define USER	65534

/**
 * Owner of a file below dir.
 */
static uid_t get_owner(const char *name)
{
	struct stat st;

	ck_assert_int_eq(lstat(at(name), &st), 0);
	return st.st_uid;
}

/**
 * As another user: everything can be read and replaced.
 */
static int use_as(uid_t uid)
{
	scep_profile_store_t *profile;
	scep_generation_t *gen;
	scep_store_t *all;

	if (setegid(uid) || seteuid(uid))
	{
		return 1;
	}
	all = scep_store_create(good, at("state"), NULL);
	profile = all ? all->open(all, "gw", NULL) : NULL;
	return profile && profile->load_generation(profile, 0, &gen, NULL) &&
		   gen && commit_on(profile, 1, NULL) && commit_on(profile, 2, NULL) &&
		   commit_on(profile, 1, NULL) ? 0 : 2;
}

START_TEST(state_is_that_of_the_user_that_charon_becomes)
{
	scep_profile_store_t *profile;
	scep_error_t error = {};
	scep_store_t *all;
	int status;
	pid_t pid;

	/* also what was written while charon stayed root */
	lib->caps->set_uid(lib->caps, _i ? USER : 0);
	ck_assert_int_eq(chmod(dir, 0755), 0);
	all = scep_store_create(good, at("state"), &error);
	profile = all->open(all, "gw", &error);
	ck_assert(profile && commit_on(profile, 0, &error));
	profile->destroy(profile);
	all->destroy(all);
	ck_assert_int_eq(get_owner("state/gw/gen-1/key.pem"), _i ? USER : 0);
	lib->caps->set_uid(lib->caps, USER);
	all = scep_store_create(good, at("state"), &error);
	ck_assert_msg(all, "%s", error.text);
	all->destroy(all);
	ck_assert_int_eq(get_owner("state"), USER);
	ck_assert_int_eq(get_owner("state/lock"), USER);
	ck_assert_int_eq(get_owner("state/gw"), USER);
	ck_assert_int_eq(get_owner("state/gw/gen-1/key.pem"), USER);
	pid = fork();
	if (!pid)
	{
		_exit(use_as(USER));
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	lib->caps->set_uid(lib->caps, 0);
}
END_TEST

START_TEST(what_is_not_roots_alone_is_never_given_away)
{
	scep_error_t error = {};
	scep_store_t *all;

	ck_assert_int_eq(mkdir(at("state"), 0700), 0);
	ck_assert_int_eq(chown(at("state"), USER, -1), 0);
	overwrite("shadow", "root's");
	{
		char victim[128];

		snprintf(victim, sizeof(victim), "%s", at("shadow"));
		ck_assert_int_eq(link(victim, at("state/hard")), 0);
		ck_assert_int_eq(symlink(victim, at("state/soft")), 0);
	}
	lib->caps->set_uid(lib->caps, USER);
	all = scep_store_create(good, at("state"), &error);
	lib->caps->set_uid(lib->caps, 0);
	ck_assert_msg(all, "%s", error.text);
	all->destroy(all);
	ck_assert_int_eq(get_owner("shadow"), 0);
}
END_TEST

START_TEST(link_of_another_user_leads_nowhere)
{
	uid_t owners[] = { USER, 0 };
	scep_profile_store_t *profile;
	scep_error_t error = {};
	scep_store_t *all;
	int i;

	ck_assert_int_eq(mkdir(at("elsewhere"), 0700), 0);
	ck_assert_int_eq(symlink("elsewhere", at("gw")), 0);
	for (i = 0; i < countof(owners); i++)
	{
		error = (scep_error_t){};
		ck_assert_int_eq(lchown(at("gw"), owners[i], -1), 0);
		all = scep_store_create(good, dir, &error);
		ck_assert_msg(all, "%s", error.text);
		profile = all->open(all, "gw", &error);
		ck_assert_msg(!profile == (owners[i] != 0), "%s", error.text);
		ck_assert_int_eq(error.kind, owners[i] ? SCEP_EXPOSED : SCEP_OK);
		DESTROY_IF(profile);
		all->destroy(all);
	}
}
END_TEST

/**
 * Permissions with which others can replace what is in a directory.
 */
static const mode_t shared_modes[] = { 0720, 0770, 0702, 0777, 01777, 02775 };

START_TEST(refuses_directory_that_others_can_write_to)
{
	scep_error_t error = {};
	scep_profile_store_t *profile;
	scep_store_t *all;
	char mode[8];

	snprintf(mode, sizeof(mode), "%04o", shared_modes[_i]);
	ck_assert_int_eq(mkdir(at("gw"), 0700), 0);
	ck_assert_int_eq(chmod(at("gw"), shared_modes[_i]), 0);
	all = scep_store_create(good, dir, &error);
	ck_assert_msg(all, "%s", error.text);
	ck_assert(!all->open(all, "gw", &error));
	ck_assert_int_eq(error.kind, SCEP_EXPOSED);
	ck_assert_msg(strstr(error.text, at("gw")), "%s", error.text);
	ck_assert_msg(strstr(error.text, mode), "%s", error.text);
	ck_assert_msg(strstr(error.text, "chmod 700"), "%s", error.text);
	ck_assert_int_eq(chmod(at("gw"), 0750), 0);
	profile = all->open(all, "gw", NULL);
	ck_assert(profile);
	profile->destroy(profile);
	all->destroy(all);

	ck_assert_int_eq(chmod(dir, shared_modes[_i]), 0);
	error = (scep_error_t){};
	ck_assert(!scep_store_create(good, dir, &error));
	ck_assert_msg(strstr(error.text, mode), "%s", error.text);
	ck_assert_int_eq(chmod(dir, 0700), 0);
}
END_TEST

START_TEST(refuses_directory_of_another_user)
{
	scep_error_t error = {};

	if (geteuid() != 0)
	{	/* only root can give a directory away */
		return;
	}
	ck_assert_int_eq(chown(dir, 12345, -1), 0);
	ck_assert(!scep_store_create(good, dir, &error));
	ck_assert_int_eq(error.kind, SCEP_EXPOSED);
	ck_assert_msg(strstr(error.text, "12345"), "%s", error.text);
	ck_assert_msg(strstr(error.text, dir), "%s", error.text);
}
END_TEST

START_TEST(names_the_process_that_has_the_lock)
{
	scep_error_t error = {};
	char expected[32], text[16];
	scep_store_t *first;
	int up[2], down[2];
	pid_t child;

	ck_assert(pipe(up) == 0 && pipe(down) == 0);
	child = fork();
	ck_assert(child >= 0);
	if (!child)
	{
		first = scep_store_create(good, dir, NULL);
		if (write(up[1], "x", 1) != 1 || read(down[0], text, 1) != 1)
		{
			_exit(2);
		}
		_exit(first ? 0 : 1);
	}
	ck_assert_int_eq(read(up[0], text, 1), 1);
	ck_assert(!scep_store_create(good, dir, &error));
	snprintf(expected, sizeof(expected), "in use by process %d:", child);
	ck_assert_msg(strstr(error.text, expected), "%s", error.text);
	ck_assert_int_eq(write(down[1], "x", 1), 1);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	close(up[0]);
	close(up[1]);
	close(down[0]);
	close(down[1]);
	/* the lock ended with it, its number remains in the file */
	first = scep_store_create(good, dir, NULL);
	ck_assert(first);
	error = (scep_error_t){};
	ck_assert(!scep_store_create(good, dir, &error));
	snprintf(expected, sizeof(expected), "in use by process %d:", getpid());
	ck_assert_msg(strstr(error.text, expected), "%s", error.text);
	first->destroy(first);
}
END_TEST

START_TEST(makes_directories_and_refuses_a_second_store)
{
	scep_error_t error = {};
	scep_store_t *first, *second;
	scep_profile_store_t *profile;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", at("a/b/c"));
	first = scep_store_create(good, path, &error);
	ck_assert_msg(first, "%s", error.text);
	ck_assert_int_eq(get_mode("a/b/c"), 0700);
	ck_assert_int_eq(get_mode("a/b/c/lock"), 0600);
	second = scep_store_create(good, path, &error);
	ck_assert(!second);
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert(strstr(error.text, path));
	profile = first->open(first, "gw", &error);
	ck_assert(profile);
	ck_assert_int_eq(get_mode("a/b/c/gw"), 0700);
	profile->destroy(profile);
	first->destroy(first);
	second = scep_store_create(good, path, NULL);
	ck_assert(second);
	second->destroy(second);
}
END_TEST

/**
 * Whether the bad disk synced a directory.
 */
static bool is_synced(const char *path)
{
	char line[PATH_MAX];

	snprintf(line, sizeof(line), "%s\n", path);
	return strstr(bad.synced, line) != NULL;
}

START_TEST(new_directories_are_synced)
{
	scep_profile_store_t *profile = NULL;
	scep_store_t *all;
	u_int i;

	for (i = 1; !profile && i < MAX_STEPS; i++)
	{
		remove_tree(at("a"));
		bad.fails = i;
		bad.steps = 0;
		*bad.synced = '\0';
		all = scep_store_create(&bad.public, at("a/b"), NULL);
		profile = all ? all->open(all, "gw", NULL) : NULL;
		DESTROY_IF(all);
	}
	ck_assert(profile);
	/* in which a, b and gw were made; steps that failed were not ignored */
	ck_assert(is_synced(dir));
	ck_assert(is_synced(at("a")));
	ck_assert(is_synced(at("a/b")));
	ck_assert_int_gt(i, 7);
	profile->destroy(profile);

	/* those that are there stay anyway */
	bad.fails = 0;
	*bad.synced = '\0';
	all = scep_store_create(&bad.public, at("a/b"), NULL);
	profile = all->open(all, "gw", NULL);
	ck_assert(profile);
	ck_assert_str_eq(bad.synced, "");
	profile->destroy(profile);
	all->destroy(all);
}
END_TEST

/**
 * Be bound by permissions, even as root, or no longer so.
 */
static void obey_permissions(bool obey)
{
	uint32_t override = 1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH;
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	ck_assert_int_eq(syscall(SYS_capget, &header, data), 0);
	data[0].effective &= ~override;
	data[0].effective |= obey ? 0 : data[0].permitted & override;
	ck_assert_int_eq(syscall(SYS_capset, &header, data), 0);
}

/**
 * Commit a generation of a profile in a state directory.
 */
static void commit_in(const char *profile)
{
	scep_profile_store_t *opened;

	opened = scep_profile_store_create(good, at(profile), NULL);
	ck_assert(opened && commit_on(opened, 1, NULL));
	opened->destroy(opened);
}

/**
 * A profile's generation can be loaded, and nothing can be written.
 */
static void check_read_only(scep_store_t *all, const char *profile)
{
	scep_status_t status = { .attempts = 1 };
	scep_profile_store_t *opened;
	scep_error_t error = {};
	scep_generation_t *gen;

	opened = all->open(all, profile, &error);
	ck_assert_msg(opened, "%s", error.text);
	ck_assert(opened->load_generation(opened, 0, &gen, &error));
	ck_assert_int_eq(identify(gen), 1);
	gen->destroy(gen);
	ck_assert(!opened->save_status(opened, &status, &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert(!commit_on(opened, 2, NULL));
	opened->destroy(opened);
	ck_assert(!all->open(all, "other", NULL));
}

START_TEST(read_only_directory_is_locked_and_read)
{
	scep_error_t error = {};
	scep_store_t *all;

	commit_in("gw");
	overwrite("lock", "");
	ck_assert_int_eq(chmod(at("lock"), 0400), 0);
	ck_assert_int_eq(chmod(at("gw"), 0500), 0);
	ck_assert_int_eq(chmod(dir, 0500), 0);
	obey_permissions(TRUE);
	all = scep_store_create(good, dir, &error);
	ck_assert_msg(all, "%s", error.text);
	ck_assert_int_eq(error.kind, SCEP_OK);
	check_read_only(all, "gw");
	ck_assert(!scep_store_create(good, dir, &error));
	ck_assert_msg(strstr(error.text, "in use by another process"), "%s",
				  error.text);
	all->destroy(all);
	obey_permissions(FALSE);
	ck_assert_int_eq(chmod(dir, 0700), 0);
	ck_assert_int_eq(chmod(at("gw"), 0700), 0);
}
END_TEST

START_TEST(read_only_directory_without_a_lock_is_read)
{
	scep_error_t error = {};
	scep_store_t *all;

	commit_in("gw");
	ck_assert_int_eq(chmod(dir, 0500), 0);
	obey_permissions(TRUE);
	all = scep_store_create(good, dir, &error);
	ck_assert_msg(all, "%s", error.text);
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, at("lock")), "%s", error.text);
	check_read_only(all, "gw");
	all->destroy(all);
	obey_permissions(FALSE);
	ck_assert_int_eq(chmod(dir, 0700), 0);
	ck_assert(!exists("gw/status"));
}
END_TEST

START_TEST(directory_that_becomes_writable_is_locked_and_written)
{
	scep_status_t status = { .attempts = 1 };
	scep_profile_store_t *opened;
	scep_error_t error = {};
	scep_store_t *all;

	commit_in("gw");
	ck_assert_int_eq(chmod(dir, 0500), 0);
	obey_permissions(TRUE);
	all = scep_store_create(good, dir, &error);
	ck_assert_msg(all, "%s", error.text);
	check_read_only(all, "gw");
	obey_permissions(FALSE);
	ck_assert_int_eq(chmod(dir, 0700), 0);
	obey_permissions(TRUE);
	opened = all->open(all, "gw", NULL);
	ck_assert(opened && opened->save_status(opened, &status, NULL));
	ck_assert(exists("gw/status"));
	/* by one process only */
	error = (scep_error_t){};
	ck_assert(!scep_store_create(good, dir, &error));
	ck_assert_msg(strstr(error.text, "in use by process"), "%s", error.text);
	opened->destroy(opened);
	all->destroy(all);
	all = scep_store_create(good, dir, &error);
	ck_assert_msg(all, "%s", error.text);
	all->destroy(all);
	obey_permissions(FALSE);
}
END_TEST

START_TEST(nothing_is_written_without_a_lock)
{
	scep_error_t error = {};
	scep_store_t *all;

	commit_in("gw");
	ck_assert_int_eq(symlink("victim", at("lock")), 0);
	all = scep_store_create(good, dir, &error);
	ck_assert_msg(all, "%s", error.text);
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	check_read_only(all, "gw");
	all->destroy(all);
	ck_assert(!exists("victim"));
	ck_assert(!exists("gw/status"));
	ck_assert(!exists("gw/gen-2"));
	ck_assert(!exists("other"));
}
END_TEST

START_TEST(lock_is_no_file_by_another_name)
{
	scep_error_t error = {};
	scep_store_t *all;
	char victim[PATH_MAX], text[16] = "";
	FILE *file;

	/* who owns the directory could have root empty it, or give it away */
	overwrite("victim", "untouched");
	snprintf(victim, sizeof(victim), "%s", at("victim"));
	ck_assert_int_eq(link(victim, at("lock")), 0);
	lib->caps->set_uid(lib->caps, USER);
	all = scep_store_create(good, dir, &error);
	lib->caps->set_uid(lib->caps, 0);
	ck_assert_msg(all, "%s", error.text);
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, at("lock")), "%s", error.text);
	all->destroy(all);
	ck_assert_int_eq(get_owner("victim"), 0);
	file = fopen(victim, "r");
	ck_assert(fgets(text, sizeof(text), file));
	fclose(file);
	ck_assert_str_eq(text, "untouched");
}
END_TEST

START_TEST(profiles_do_not_meet)
{
	scep_profile_store_t *a, *b;
	scep_status_t status = { .attempts = 5 };
	scep_store_t *all;

	all = scep_store_create(good, dir, NULL);
	ck_assert(all);
	a = all->open(all, "a", NULL);
	b = all->open(all, "b", NULL);
	ck_assert(a->save_status(a, &status, NULL));
	ck_assert(b->load_status(b, &status, NULL));
	ck_assert_int_eq(status.attempts, 0);
	a->destroy(a);
	b->destroy(b);
	all->destroy(all);
}
END_TEST

START_TEST(unusable_directory_is_reported)
{
	scep_error_t error = {};

	overwrite("file", "");
	ck_assert(!scep_store_create(good, at("file"), &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
	ck_assert_msg(strstr(error.text, "file"), "%s", error.text);
	error = (scep_error_t){};
	ck_assert(!scep_profile_store_create(good, at("file"), &error));
	ck_assert_int_eq(error.kind, SCEP_LOCAL);
}
END_TEST

START_TEST(reads_regular_files_of_limited_size_only)
{
	scep_error_t error = {};
	chunk_t content;
	int fd;

	ck_assert(good->read(good, at("absent"), TRUE, &content, &error));
	ck_assert(!content.ptr);
	ck_assert_int_eq(mkfifo(at("fifo"), 0600), 0);
	ck_assert(!good->read(good, at("fifo"), TRUE, &content, NULL));
	ck_assert(!good->read(good, dir, FALSE, &content, NULL));
	fd = open(at("large"), O_CREAT | O_WRONLY, 0600);
	ck_assert_int_eq(ftruncate(fd, SCEP_MAX_FILE + 1), 0);
	ck_assert(!good->read(good, at("large"), TRUE, &content, &error));
	ck_assert(strstr(error.text, "large"));
	ck_assert(!content.ptr);
	ck_assert_int_eq(ftruncate(fd, SCEP_MAX_FILE), 0);
	ck_assert(good->read(good, at("large"), TRUE, &content, NULL));
	ck_assert_int_eq(content.len, SCEP_MAX_FILE);
	chunk_free(&content);
	close(fd);
}
END_TEST

int main()
{
	Suite *suite = suite_create("directory");
	TCase *tcase = tcase_create("directory");

	tcase_add_unchecked_fixture(tcase, make_credentials, destroy_credentials);
	tcase_add_checked_fixture(tcase, store_setup, store_teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, makes_directories_and_refuses_a_second_store);
	tcase_add_loop_test(tcase, refuses_directory_that_others_can_write_to, 0,
						countof(shared_modes));
	tcase_add_test(tcase, refuses_directory_of_another_user);
	if (geteuid() == 0)
	{	/* only root can become another user */
		tcase_add_loop_test(tcase,
							state_is_that_of_the_user_that_charon_becomes, 0,
							2);
		tcase_add_test(tcase, what_is_not_roots_alone_is_never_given_away);
		tcase_add_test(tcase, link_of_another_user_leads_nowhere);
	}
	tcase_add_test(tcase, names_the_process_that_has_the_lock);
	tcase_add_test(tcase, new_directories_are_synced);
	tcase_add_test(tcase, read_only_directory_is_locked_and_read);
	tcase_add_test(tcase, read_only_directory_without_a_lock_is_read);
	tcase_add_test(tcase,
				   directory_that_becomes_writable_is_locked_and_written);
	tcase_add_test(tcase, nothing_is_written_without_a_lock);
	tcase_add_test(tcase, lock_is_no_file_by_another_name);
	tcase_add_test(tcase, profiles_do_not_meet);
	tcase_add_test(tcase, unusable_directory_is_reported);
	tcase_add_test(tcase, reads_regular_files_of_limited_size_only);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
