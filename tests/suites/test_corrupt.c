/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

#include "base/scep_event.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/** events store-error, and those of them that name what is looked for */
static u_int errors, named;
static char looked_for[64];

/**
 * Count an event.
 */
static void count(scep_event_sink_t *this, const char *profile,
				  scep_event_t event, level_t level, const char *text)
{
	if (event == SCEP_EV_STORE_ERROR)
	{
		errors++;
		named += strstr(text, looked_for) ? 1 : 0;
	}
}

static scep_event_sink_t sink = { .handle = count };

static void setup_all()
{
	host_setup_weak();
	scep_event_add_sink(&sink);
}

static void teardown_all()
{
	scep_event_remove_sink(&sink);
	host_teardown_all();
}

/**
 * Copy a file.
 */
static void copy(const char *from, const char *to)
{
	chunk_t *content = chunk_map(path_of(from), FALSE);

	ck_assert_msg(content, "%s", from);
	ck_assert(chunk_write(*content, path_of(to), 0077, TRUE));
	chunk_unmap(content);
}

/**
 * A gateway with two generations, and each file that there can be; without a
 * distribution point it has a CRL, too.
 */
static void setup()
{
	const char *cdp = ca->cdp;
	int i;

	host_setup();
	ca->cdp = cdp;
	boot("challenge = right");
	for (i = 0; i < MOCK_STEPS && host->ike->gen->number == 1; i++)
	{
		mock_clock_advance(timer, wait_());
		mock_host_settle(host);
	}
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->gen->number, 2);
	copy("ca/pinned.pem", "ca/next.pem");
	copy("ca/pinned.pem", "ca/announced.pem");
	copy("ca/pinned.pem", "ca/confirmed");
	copy("ca/pinned.pem", "ca/unconfirmed");
	copy("status", "challenge");
	ck_assert_int_eq(truncate(path_of("ca/confirmed"), 0), 0);
	ck_assert_int_eq(truncate(path_of("ca/unconfirmed"), 0), 0);
	mock_host_crash(host);
}

static void make_empty(const char *name)
{
	ck_assert_int_eq(truncate(path_of(name), 0), 0);
}

static void make_truncated(const char *name)
{
	struct stat st;

	ck_assert_int_eq(stat(path_of(name), &st), 0);
	ck_assert_int_eq(truncate(path_of(name), st.st_size / 2 + 3), 0);
}

static void make_garbage(const char *name)
{
	ck_assert(chunk_write(chunk_from_chars(0xff, 0x00, 0x7b, 0x30, 0x0a),
						  path_of(name), 0077, TRUE));
}

static void make_huge(const char *name)
{
	ck_assert_int_eq(truncate(path_of(name), SCEP_MAX_FILE + 1), 0);
}

static void make_directory(const char *name)
{
	char inside[64];

	snprintf(inside, sizeof(inside), "%s/keep", name);
	unlink(path_of(name));
	ck_assert_int_eq(mkdir(path_of(name), 0700), 0);
	ck_assert_int_eq(mkdir(path_of(inside), 0700), 0);
}

static void make_pipe(const char *name)
{
	unlink(path_of(name));
	ck_assert_int_eq(mkfifo(path_of(name), 0600), 0);
}

static void make_link(const char *name)
{
	unlink(path_of(name));
	ck_assert_int_eq(symlink("/dev/zero", path_of(name)), 0);
}

static void make_loop(const char *name)
{
	unlink(path_of(name));
	ck_assert_int_eq(symlink("current", path_of(name)), 0);
}

/**
 * Ways to damage a file: the first ones leave a file that can be read.
 */
static const struct {
	const char *name;
	void (*make)(const char *name);
} ways[] = {
	{ "empty", make_empty },
	{ "truncated", make_truncated },
	{ "garbage", make_garbage },
	{ "huge", make_huge },
	{ "directory", make_directory },
	{ "pipe", make_pipe },
	{ "link", make_link },
	{ "loop", make_loop },
};

/** Number of those that leave something to read, and of all but the loop */
#define READABLE	3
#define WAYS		7

/**
 * Files, and what their damage leads to.
 */
static const struct {
	const char *name;
	/** ways that leave a file that is as good as another one */
	const char *fine;
	/** generation in use at start, and requests that are needed */
	u_int gen, requests;
} files[] = {
	{ "status", "", 2, 0 },
	{ "server", "", 2, 0 },
	{ "challenge", "", 2, 0 },
	{ "ca/pinned.pem", "", 2, 0 },
	{ "ca/root.pem", "", 2, 0 },
	{ "ca/chain.pem", "empty", 2, 0 },
	{ "ca/next.pem", "empty", 2, 0 },
	{ "ca/announced.pem", "empty", 2, 0 },
	/* a person's lines */
	{ "ca/confirmed", "empty truncated garbage", 2, 0 },
	{ "ca/unconfirmed", "empty truncated garbage", 2, 0 },
	{ "gen-2/facts", "", 2, 0 },
	{ "gen-2/chain.pem", "empty", 2, 0 },
	/* the CA gives the certificate again */
	{ "gen-2/cert.pem", "", 1, 1 },
	{ "gen-2/key.pem", "", 1, 1 },
	/* nobody needs the one before */
	{ "gen-1/cert.pem", "", 2, 0 },
	{ "gen-1/key.pem", "", 2, 0 },
};

/**
 * Check a start with a file that is damaged: it is reported once, and beside;
 * what is usable is in use; nothing is asked for without need.
 */
static void check_start(const char *name, u_int gen, u_int requests,
						bool aside)
{
	u_int sent = host->transport->sent, issued = ca->issued;
	char beside[64];

	snprintf(beside, sizeof(beside), "%s.bad-1", name);
	snprintf(looked_for, sizeof(looked_for), "/%s'", name);
	errors = named = 0;
	ck_assert(mock_host_boot(host, "challenge = right"));
	ck_assert_int_eq(host->ike->gen->number, gen);
	mock_host_pass(host, HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert_msg(has_file(beside) == aside, "%s", beside);
	ck_assert_msg(!aside || named == 1, "%s: %u", name, named);
	if (requests)
	{
		ck_assert_int_gt(host->ike->gen->number, gen);
	}
	else
	{
		ck_assert_int_eq(host->transport->sent, sent);
		ck_assert_int_eq(ca->issued, issued);
	}
	/* and it is over: no word, no request */
	errors = 0;
	sent = host->transport->sent;
	ck_assert(mock_host_boot(host, "challenge = right"));
	mock_host_pass(host, HOUR);
	ck_assert(!aside || errors == 0);
	ck_assert_int_eq(host->transport->sent, sent);
	ck_assert_int_eq(state(), SCEP_STATE_IDLE);
}

/**
 * Check that the renewal does not meet what was damaged.
 */
static void check_renewal()
{
	u_int number = host->ike->gen->number, issued = ca->issued;

	mock_host_pass(host, wait_() + DAY);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(host->ike->gen->number, number + 1);
	ck_assert_int_eq(ca->issued, issued + 1);
}

START_TEST(corrupt_file_is_set_aside_and_never_missed)
{
	bool aside;
	int i;

	for (i = 0; i < WAYS; i++)
	{
		setup();
		ways[i].make(files[_i].name);
		aside = i >= READABLE || !strstr(files[_i].fine, ways[i].name);
		check_start(files[_i].name, files[_i].gen, files[_i].requests, aside);
		if (ways[i].make == make_directory)
		{
			check_renewal();
		}
		host_teardown();
	}
}
END_TEST

START_TEST(link_that_leads_nowhere_is_mended)
{
	int i;

	for (i = READABLE; i < countof(ways); i++)
	{
		if (ways[i].make == make_huge)
		{
			continue;
		}
		setup();
		ways[i].make("current");
		check_start("current", 2, 0, TRUE);
		host_teardown();
	}
}
END_TEST

static int remove_entry(const char *path, const struct stat *st, int flag,
						struct FTW *ftw)
{
	return remove(path);
}

START_TEST(missing_generation_gives_way_to_the_one_before)
{
	setup();
	nftw(path_of("gen-2"), remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	if (_i)
	{
		make_pipe("gen-2");
	}
	/* whose renewal is due */
	check_start("gen-2", 1, 1, _i);
	ck_assert(has_file("current.bad-1"));
	host_teardown();
}
END_TEST

/**
 * Directories of which something else took the place.
 */
static const char *dirs[] = { "ca", "request" };

START_TEST(file_in_place_of_a_directory_blocks_nothing)
{
	setup();
	nftw(path_of(dirs[_i]), remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	make_pipe(dirs[_i]);
	ck_assert(mock_host_boot(host, "challenge = right"));
	ck_assert_int_eq(host->ike->gen->number, 2);
	mock_host_pass(host, wait_() + DAY);
	ck_assert_int_eq(host->ike->gen->number, 3);
	ck_assert(has_file(_i ? "request.bad-1" : "ca.bad-1"));
	ck_assert(has_file("ca/pinned.pem"));
	host_teardown();
}
END_TEST

START_TEST(only_certificate_comes_back_by_its_key)
{
	setup();
	nftw(path_of("gen-1"), remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	make_garbage("gen-2/cert.pem");
	ck_assert(mock_host_boot(host, "challenge = right"));
	ck_assert(!host->ike->gen);
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->gotten, 1);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(has_file("gen-2/cert.pem.bad-1"));
	host_teardown();
}
END_TEST

START_TEST(corrupt_crl_is_set_aside)
{
	int i;

	for (i = 0; i < WAYS; i++)
	{
		ca->cdp = NULL;
		setup();
		ck_assert(has_file("ca/crl.der"));
		ways[i].make("ca/crl.der");
		snprintf(looked_for, sizeof(looked_for), "/ca/crl.der'");
		named = 0;
		boot(NULL);
		ck_assert_int_eq(named, 1);
		ck_assert(has_file("ca/crl.der.bad-1"));
		host_teardown();
	}
	mock_ca_reset(ca);
}
END_TEST

START_TEST(what_can_not_be_moved_stays_and_is_reported)
{
	setup();
	make_garbage("status");
	host->disk->steps = 0;
	/* the first one makes the directory */
	host->disk->fails = 2;
	host->disk->stays = TRUE;
	host->disk->error = EROFS;
	snprintf(looked_for, sizeof(looked_for), "it stays there");
	named = 0;
	ck_assert(mock_host_boot(host, NULL));
	ck_assert_int_eq(named, 1);
	ck_assert_int_eq(host->ike->gen->number, 2);
	mock_host_pass(host, HOUR);
	ck_assert(mock_host_is_usable(host));
	ck_assert(has_file("status"));
	ck_assert(!has_file("status.bad-1"));
	host->disk->fails = 0;
	host_teardown();
}
END_TEST

/**
 * What a crash may leave.
 */
static const char *leftovers[] = {
	"status.tmp", "server.tmp", "challenge.tmp", "phrase.tmp", "current.tmp",
	"ca/pinned.pem.tmp", "ca/crl.der.tmp", "gen-2/cert.pem.tmp",
	"gen-1/key.pem.tmp",
};

/**
 * What is a person's.
 */
static const char *others[] = {
	"status.bak", "notes.tmp", "ca/old.pem.tmp", "gen-2/key.pem.orig",
	"statust.tmp", "backup/status.tmp",
};

START_TEST(leftovers_of_a_crash_are_removed)
{
	int i;

	setup();
	ck_assert_int_eq(mkdir(path_of("backup"), 0700), 0);
	for (i = 0; i < countof(leftovers); i++)
	{
		copy("status", leftovers[i]);
	}
	for (i = 0; i < countof(others); i++)
	{
		copy("status", others[i]);
	}
	ck_assert(mock_host_boot(host, NULL));
	for (i = 0; i < countof(leftovers); i++)
	{
		ck_assert_msg(!has_file(leftovers[i]), "%s", leftovers[i]);
	}
	for (i = 0; i < countof(others); i++)
	{
		ck_assert_msg(has_file(others[i]), "%s", others[i]);
	}
	host_teardown();
}
END_TEST

int main()
{
	Suite *suite = suite_create("corrupt");
	TCase *tcase = tcase_create("files");

	tcase_add_unchecked_fixture(tcase, setup_all, teardown_all);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, corrupt_file_is_set_aside_and_never_missed, 0,
						countof(files));
	tcase_add_test(tcase, link_that_leads_nowhere_is_mended);
	tcase_add_loop_test(tcase, missing_generation_gives_way_to_the_one_before,
						0, 2);
	tcase_add_loop_test(tcase, file_in_place_of_a_directory_blocks_nothing, 0,
						countof(dirs));
	tcase_add_test(tcase, only_certificate_comes_back_by_its_key);
	tcase_add_test(tcase, corrupt_crl_is_set_aside);
	tcase_add_test(tcase, what_can_not_be_moved_stays_and_is_reported);
	tcase_add_test(tcase, leftovers_of_a_crash_are_removed);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
