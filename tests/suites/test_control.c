/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"
#include "vici_client.h"

#include "control/scep_control.h"
#include "base/scep_event.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/** Threads of the processor: one for the loop, one watches, others work */
#define THREADS		6

/** Longest time that a test takes, seconds */
#define TIME_LIMIT	60

/** MOCK_START in words */
#define STARTED		"2027-01-15T08:00:00Z"

/** Profiles of a test with many, and how many of them are usable */
#define MANY		2000
#define USABLE		20

/** what the control needs */
static scep_curl_t *curl;
static scep_loop_t *loop;
static scep_control_t *control;

/** path of the socket */
static char path[108];

/**
 * Load a configuration: the socket, what is above the profiles, and profiles.
 */
static scep_config_t *load(const char *more, const char *profiles)
{
	scep_config_t *config;
	settings_t *settings;
	char *text;

	ck_assert(asprintf(&text, "test {\nplugins {\nscep {\nsocket = unix://%s\n"
					   "%s\nprofiles {\n%s\n}\n}\n}\n}\n", path, more,
					   profiles) > 0);
	settings = settings_create_string(text);
	ck_assert(settings);
	config = scep_config_load(settings, "test");
	settings->destroy(settings);
	free(text);
	return config;
}

/**
 * Start everything with some profiles. Their server is down.
 */
static void start(const char *more, const char *profiles)
{
	scep_config_t *config = load(more, profiles);

	control = scep_control_create(&host->host, loop, config);
	loop->configure(loop, config);
	config->destroy(config);
	lib->processor->set_threads(lib->processor, THREADS);
	loop->start(loop);
}

static void setup()
{
	/* nothing here takes so long: a hang is a failure */
	alarm(TIME_LIMIT);
	host_setup();
	snprintf(path, sizeof(path), "%s/socket", host->dir);
	curl = scep_curl_create();
	loop = scep_loop_create(&host->host, curl);
}

static void stop()
{
	scep_test_cancel();
	DESTROY_IF(control);
	control = NULL;
	/* their jobs are lost if they were queued when the processor ended, which
	 * charon lets happen once only */
	lib->watcher->destroy(lib->watcher);
	lib->watcher = watcher_create();
	lib->scheduler->destroy(lib->scheduler);
	lib->scheduler = scheduler_create();
}

static void teardown()
{
	stop();
	loop->destroy(loop);
	curl->transport.destroy(&curl->transport);
	unlink(path);
	host_teardown();
	alarm(0);
}

/** a profile that does nothing but wait for its CA */
#define PROFILE	"gw {\nurl = http://ca.example.org/scep\n" \
				"subject = \"CN=gw.example.org\"\n" \
				"san = gw.example.org, 192.0.2.1\n}\n"

/**
 * Connect a client.
 */
static int join()
{
	return vici_client_connect(path);
}

/**
 * Require that a client is served.
 */
static void require_service(int fd)
{
	chunk_t packet = vici_client_call(fd, "version", NULL, NULL);

	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_CMD_RESPONSE);
	ck_assert(vici_client_has(packet, "plugin", "strongswan-scep"));
	chunk_free(&packet);
}

/**
 * Require that a client was dropped.
 */
static void require_end(int fd)
{
	chunk_t packet;

	while (vici_client_receive(fd, &packet))
	{
		chunk_free(&packet);
	}
	close(fd);
}

/**
 * Register for an event.
 */
static void want(int fd, const char *event)
{
	chunk_t packet;

	vici_client_request(fd, SCEP_VICI_EVENT_REGISTER, event, NULL);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_EVENT_CONFIRM);
	chunk_free(&packet);
}

/**
 * Require that a command fails, with some words in its reason.
 */
static void require_failure(chunk_t packet, const char *words)
{
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_CMD_RESPONSE);
	ck_assert(vici_client_has(packet, "success", "no"));
	ck_assert(vici_client_has(packet, "errmsg", NULL));
	ck_assert_msg(memmem(packet.ptr, packet.len, words, strlen(words)), "%.*s",
				  (int)packet.len, packet.ptr);
	chunk_free(&packet);
}

START_TEST(socket_is_for_its_owner_and_group)
{
	struct stat st;
	int fd;

	start("", "");
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert(S_ISSOCK(st.st_mode));
	ck_assert_int_eq(st.st_mode & 07777, 0770);
	ck_assert_int_eq(st.st_uid, lib->caps->get_uid(lib->caps));
	ck_assert_int_eq(st.st_gid, lib->caps->get_gid(lib->caps));
	fd = join();
	require_service(fd);
	close(fd);
}
END_TEST

START_TEST(works_without_a_socket)
{
	strcpy(path, "/proc/none/socket");
	start("", PROFILE);
	ck_assert(control);
}
END_TEST

START_TEST(tells_its_version)
{
	chunk_t packet;
	int fd;

	start("", "");
	fd = join();
	packet = vici_client_call(fd, "version", NULL, NULL);
	ck_assert(vici_client_has(packet, "version", NULL));
	ck_assert(vici_client_has(packet, "strongswan", NULL));
	ck_assert(vici_client_has(packet, "socket", NULL));
	ck_assert(vici_client_has(packet, "time", STARTED));
	ck_assert(vici_client_has(packet, "started", STARTED));
	chunk_free(&packet);
	close(fd);
}
END_TEST

START_TEST(refuses_unknown_commands_and_events)
{
	chunk_t packet;
	int fd;

	start("", "");
	fd = join();
	packet = vici_client_call(fd, "initiate", NULL, NULL);
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_CMD_UNKNOWN);
	ck_assert_int_eq(packet.len, 1);
	chunk_free(&packet);
	vici_client_request(fd, SCEP_VICI_EVENT_REGISTER, "log", NULL);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_EVENT_UNKNOWN);
	chunk_free(&packet);
	require_service(fd);
	close(fd);
}
END_TEST

START_TEST(lists_profiles)
{
	chunk_t packet;
	int fd;

	start("", PROFILE "bad {\nurl = http://ca.example.org\n}\n");
	fd = join();
	want(fd, "profile");
	vici_client_request(fd, SCEP_VICI_CMD_REQUEST, "list-profiles", NULL);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_EVENT);
	ck_assert(vici_client_has(packet, "name", "gw"));
	ck_assert(vici_client_has(packet, "certificate", "none"));
	ck_assert(!vici_client_has(packet, "url", NULL));
	ck_assert(!vici_client_has(packet, "not_after", NULL));
	chunk_free(&packet);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert(vici_client_has(packet, "name", "bad"));
	ck_assert(vici_client_has(packet, "state", "disabled"));
	ck_assert(vici_client_has(packet, "last_error", NULL));
	ck_assert(vici_client_has(packet, "next_action", "none"));
	chunk_free(&packet);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_CMD_RESPONSE);
	ck_assert_int_eq(packet.len, 1);
	chunk_free(&packet);
	close(fd);
}
END_TEST

START_TEST(lists_one_profile_in_detail)
{
	chunk_t packet;
	int fd;

	start("", PROFILE "b {\nurl = http://u:secret@ca.example.org/\n"
		  "subject = CN=b\nchallenge = phrase\n}\n");
	fd = join();
	want(fd, "profile");
	vici_client_request(fd, SCEP_VICI_CMD_REQUEST, "list-profiles", "name", "b",
						"detail", "yes", NULL);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert(vici_client_has(packet, "name", "b"));
	ck_assert(vici_client_has(packet, "configured_subject", "CN=b"));
	ck_assert(vici_client_has(packet, "key_size", "3072"));
	ck_assert(!memmem(packet.ptr, packet.len, "secret", 6));
	ck_assert(!memmem(packet.ptr, packet.len, "phrase", 6));
	chunk_free(&packet);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_CMD_RESPONSE);
	chunk_free(&packet);
	require_failure(vici_client_call(fd, "list-profiles", "name", "c"),
					"there is no profile 'c'");
	close(fd);
}
END_TEST

START_TEST(tells_the_age_of_a_file_with_a_phrase)
{
	struct timespec times[2] = { { .tv_sec = MOCK_START - 90 },
								 { .tv_sec = MOCK_START - 90 } };
	char file[PATH_MAX], text[PATH_MAX + 128];
	chunk_t packet;
	int fd;

	snprintf(file, sizeof(file), "%s/phrase", host->dir);
	ck_assert(chunk_write(chunk_from_str("phrase"), file, 0077, TRUE));
	ck_assert_int_eq(utimensat(AT_FDCWD, file, times, 0), 0);
	snprintf(text, sizeof(text), "b {\nurl = http://ca.example.org/\n"
			 "subject = CN=b\nchallenge_file = %s\n}\n", file);
	start("", text);
	fd = join();
	want(fd, "profile");
	vici_client_request(fd, SCEP_VICI_CMD_REQUEST, "list-profiles", "name", "b",
						"detail", "yes", NULL);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert(vici_client_has(packet, "challenge", "file"));
	ck_assert(vici_client_has(packet, "challenge_age", "90"));
	chunk_free(&packet);
	close(fd);
	unlink(file);
}
END_TEST

START_TEST(sends_no_events_that_nobody_wants)
{
	chunk_t packet;
	int fd;

	start("", PROFILE);
	fd = join();
	packet = vici_client_call(fd, "list-profiles", NULL, NULL);
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_CMD_RESPONSE);
	chunk_free(&packet);
	packet = vici_client_call(fd, "metrics", NULL, NULL);
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_CMD_RESPONSE);
	chunk_free(&packet);
	close(fd);
}
END_TEST

/** commands that can't work, and what they say */
static const struct {
	const char *command;
	const char *key;
	const char *value;
	const char *words;
} failures[] = {
	{ "enroll", NULL, NULL, "the name of a profile is needed" },
	{ "enroll", "name", "none", "there is no profile 'none'" },
	{ "renew", NULL, NULL, "the name of a profile is needed" },
	{ "renew", "name", "none", "there is no profile 'none'" },
	{ "cancel", "name", "none", "there is no profile 'none'" },
	{ "accept-ca", NULL, NULL, "the name of a profile is needed" },
	{ "accept-ca", "name", "gw", "a fingerprint is needed" },
	{ "set-challenge", "name", "gw", "a challenge phrase is needed" },
	{ "import", "name", "gw", "a private key and its certificate are needed" },
	{ "list-profiles", "name", "a name that is longer than 64 bytes, which is "
		"the longest that there may be", "no profile can have that name" },
	{ "enroll", "name", "", "the name of a profile is needed" },
};

START_TEST(says_what_is_wrong)
{
	int fd;

	start("", PROFILE);
	fd = join();
	require_failure(vici_client_call(fd, failures[_i].command, failures[_i].key,
									 failures[_i].value), failures[_i].words);
	require_service(fd);
	close(fd);
}
END_TEST

START_TEST(serves_a_client_that_sends_in_pieces)
{
	chunk_t request = chunk_from_chars(0, 0, 0, 9, 0, 7, 'v', 'e', 'r', 's',
									   'i', 'o', 'n'), packet, two;
	size_t piece, pos;
	int fd;

	start("", "");
	fd = join();
	/* two requests, of which the second waits */
	two = chunk_cat("cc", request, request);
	for (piece = 1; piece <= two.len; piece++)
	{
		for (pos = 0; pos < two.len; pos += piece)
		{
			ck_assert(vici_client_send(fd, chunk_create(two.ptr + pos,
												min(piece, two.len - pos))));
		}
		ck_assert(vici_client_receive(fd, &packet));
		ck_assert(vici_client_has(packet, "plugin", "strongswan-scep"));
		chunk_free(&packet);
		ck_assert(vici_client_receive(fd, &packet));
		chunk_free(&packet);
	}
	chunk_free(&two);
	close(fd);
}
END_TEST

START_TEST(answers_in_order_what_is_sent_at_once)
{
	chunk_t packet;
	int fd, i;

	start("", PROFILE);
	fd = join();
	want(fd, "profile");
	for (i = 0; i < 10 * SCEP_MAX_CLIENT_PACKETS; i++)
	{
		vici_client_request(fd, SCEP_VICI_CMD_REQUEST, "list-profiles", NULL);
		vici_client_request(fd, SCEP_VICI_CMD_REQUEST, "version", NULL);
	}
	for (i = 0; i < 10 * SCEP_MAX_CLIENT_PACKETS; i++)
	{
		ck_assert(vici_client_receive(fd, &packet));
		ck_assert(vici_client_has(packet, "name", "gw"));
		chunk_free(&packet);
		ck_assert(vici_client_receive(fd, &packet));
		ck_assert_int_eq(packet.len, 1);
		chunk_free(&packet);
		ck_assert(vici_client_receive(fd, &packet));
		ck_assert(vici_client_has(packet, "plugin", "strongswan-scep"));
		chunk_free(&packet);
	}
	close(fd);
}
END_TEST

/** what makes the server drop a client */
static const struct {
	const char *what;
	chunk_t bytes;
} attacks[] = {
	{ "a packet that is too long", chunk_from_chars(0xff, 0xff, 0xff, 0xff) },
	{ "an empty packet", chunk_from_chars(0, 0, 0, 0) },
	{ "a packet of an unknown type", chunk_from_chars(0, 0, 0, 1, 9) },
	{ "a response", chunk_from_chars(0, 0, 0, 1, 1) },
	{ "garbage", chunk_from_chars(0, 0, 0, 5, 0, 1, 'c', 0x55, 0xaa) },
};

START_TEST(drops_clients_that_send_no_packets)
{
	int good, bad;

	start("", "");
	good = join();
	bad = join();
	ck_assert(vici_client_send(bad, attacks[_i].bytes));
	require_end(bad);
	require_service(good);
	close(good);
}
END_TEST

START_TEST(half_a_packet_holds_up_nobody)
{
	chunk_t half = chunk_from_chars(0, 0, 1, 0, 0);
	int good, bad, gone;

	start("", "");
	bad = join();
	ck_assert(vici_client_send(bad, half));
	gone = join();
	ck_assert(vici_client_send(gone, half));
	close(gone);
	good = join();
	require_service(good);
	close(good);
	/* teardown: the end does not wait for it either */
	stop();
	close(bad);
}
END_TEST

START_TEST(many_clients_are_served_and_the_silent_give_way)
{
	int fds[2 * SCEP_MAX_CLIENTS], i;

	start("", "");
	for (i = 0; i < countof(fds); i++)
	{
		fds[i] = join();
		require_service(fds[i]);
		/* the first one is never silent */
		require_service(fds[0]);
	}
	for (i = 0; i < countof(fds); i++)
	{
		if (i && i <= countof(fds) - SCEP_MAX_CLIENTS)
		{
			require_end(fds[i]);
		}
		else
		{
			require_service(fds[i]);
			close(fds[i]);
		}
	}
}
END_TEST

/**
 * Settings of many profiles; most are disabled, which costs no state.
 */
static char *make_many()
{
	char *text = NULL;
	size_t len;
	FILE *out;
	int i;

	out = open_memstream(&text, &len);
	for (i = 0; i < MANY; i++)
	{
		fprintf(out, "p%d {\nurl = %s://ca.example.org/scep\n"
				"subject = CN=p%d\n}\n", i, i < USABLE ? "http" : "none", i);
	}
	fclose(out);
	return text;
}

/**
 * Receive the list of all profiles, in their order.
 */
static void receive_many(int fd)
{
	chunk_t packet;
	char name[16];
	int i;

	for (i = 0; i < MANY; i++)
	{
		snprintf(name, sizeof(name), "p%d", i);
		ck_assert(vici_client_receive(fd, &packet));
		ck_assert(vici_client_has(packet, "name", name));
		chunk_free(&packet);
	}
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_CMD_RESPONSE);
	chunk_free(&packet);
}

START_TEST(lists_thousands_to_who_reads_while_others_do_not)
{
	char *text = make_many();
	int slow[4], quick, i, small = 4096;

	/* without a line for each that is disabled */
	dbg_default_set_level(-1);
	start("", text);
	dbg_default_set_level(0);
	free(text);
	for (i = 0; i < countof(slow); i++)
	{
		slow[i] = join();
		setsockopt(slow[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
		want(slow[i], "profile");
		vici_client_request(slow[i], SCEP_VICI_CMD_REQUEST, "list-profiles",
							"detail", "yes", NULL);
	}
	quick = join();
	want(quick, "profile");
	vici_client_request(quick, SCEP_VICI_CMD_REQUEST, "list-profiles", NULL);
	receive_many(quick);
	require_service(quick);
	/* who reads late gets all the same */
	receive_many(slow[0]);
	require_service(slow[0]);
	/* teardown: the end does not wait for the others */
	stop();
	for (i = 0; i < countof(slow); i++)
	{
		close(slow[i]);
	}
	close(quick);
}
END_TEST

START_TEST(tells_events_to_who_wants_them)
{
	chunk_t packet;
	int fd, other;

	start("", "");
	fd = join();
	other = join();
	want(fd, "scep-event");
	scep_event("gw", SCEP_EV_REFUSED, "fail_info=%s", "badRequest");
	scep_event(NULL, SCEP_EV_NOTE, "reason=none");
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_EVENT);
	ck_assert(vici_client_has(packet, "time", STARTED));
	ck_assert(vici_client_has(packet, "profile", "gw"));
	ck_assert(vici_client_has(packet, "event", "refused"));
	ck_assert(vici_client_has(packet, "level", "1"));
	ck_assert(vici_client_has(packet, "text", "fail_info=badRequest"));
	chunk_free(&packet);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert(vici_client_has(packet, "event", "note"));
	ck_assert(!vici_client_has(packet, "profile", NULL));
	chunk_free(&packet);
	vici_client_request(fd, SCEP_VICI_EVENT_UNREGISTER, "scep-event", NULL);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert_int_eq(packet.ptr[0], SCEP_VICI_EVENT_CONFIRM);
	chunk_free(&packet);
	scep_event("gw", SCEP_EV_REFUSED, "fail_info=%s", "badRequest");
	require_service(fd);
	require_service(other);
	close(fd);
	close(other);
}
END_TEST

START_TEST(drops_who_does_not_read_events)
{
	int good, bad, i;
	char text[1024];

	start("", "");
	bad = join();
	want(bad, "scep-event");
	good = join();
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	/* more than the queue and what the kernel buffers */
	for (i = 0; i < 4096; i++)
	{
		scep_event("gw", SCEP_EV_NOTE, "text=%s", text);
	}
	require_service(good);
	require_end(bad);
	close(good);
}
END_TEST

START_TEST(another_socket_needs_a_restart)
{
	scep_config_t *config;
	chunk_t packet;
	char before[sizeof(path)];
	int fd;

	start("", "");
	fd = join();
	want(fd, "scep-event");
	strcpy(before, path);
	snprintf(path, sizeof(path), "%s/other", host->dir);
	config = load("", "");
	strcpy(path, before);
	control->configure(control, config);
	config->destroy(config);
	ck_assert(vici_client_receive(fd, &packet));
	ck_assert(vici_client_has(packet, "event", "warning"));
	ck_assert(memmem(packet.ptr, packet.len, "after a restart only", 20));
	chunk_free(&packet);
	close(fd);
}
END_TEST

/**
 * What somebody may have put beside the file with metrics.
 */
static void put_beside(int kind, const char *victim, const char *beside)
{
	FILE *file = fopen(victim, "w");

	ck_assert(file && fputs("untouched", file) >= 0 && fclose(file) == 0);
	switch (kind)
	{
		case 0:
			ck_assert_int_eq(symlink(victim, beside), 0);
			break;
		case 1:
			ck_assert_int_eq(link(victim, beside), 0);
			break;
		default:
			ck_assert_int_eq(mkfifo(beside, 0600), 0);
			break;
	}
}

START_TEST(writes_metrics_beside_what_is_there)
{
	char file[PATH_MAX], beside[PATH_MAX + 8], victim[PATH_MAX], text[16] = "";
	char more[PATH_MAX + 32];
	struct stat st;
	FILE *in;

	snprintf(file, sizeof(file), "%s/scep.prom", host->dir);
	snprintf(beside, sizeof(beside), "%s.new", file);
	snprintf(victim, sizeof(victim), "%s/victim", host->dir);
	put_beside(_i, victim, beside);
	snprintf(more, sizeof(more), "metrics_file = %s", file);
	start(more, PROFILE);
	while (lstat(file, &st) != 0)
	{
		sched_yield();
	}
	ck_assert(S_ISREG(st.st_mode));
	ck_assert_int_eq(st.st_mode & 07777, 0644);
	in = fopen(victim, "r");
	ck_assert(in && fgets(text, sizeof(text), in));
	fclose(in);
	ck_assert_str_eq(text, "untouched");
	unlink(file);
	unlink(victim);
}
END_TEST

int main()
{
	Suite *suite = suite_create("control");
	TCase *tcase = tcase_create("commands");

	tcase_add_unchecked_fixture(tcase, host_setup_weak, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, TIME_LIMIT);
	tcase_add_test(tcase, socket_is_for_its_owner_and_group);
	tcase_add_test(tcase, works_without_a_socket);
	tcase_add_test(tcase, tells_its_version);
	tcase_add_test(tcase, refuses_unknown_commands_and_events);
	tcase_add_test(tcase, lists_profiles);
	tcase_add_test(tcase, lists_one_profile_in_detail);
	tcase_add_test(tcase, tells_the_age_of_a_file_with_a_phrase);
	tcase_add_test(tcase, sends_no_events_that_nobody_wants);
	tcase_add_loop_test(tcase, says_what_is_wrong, 0, countof(failures));
	tcase_add_test(tcase, another_socket_needs_a_restart);
	tcase_add_loop_test(tcase, writes_metrics_beside_what_is_there, 0, 3);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("clients");
	tcase_add_unchecked_fixture(tcase, host_setup_weak, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, TIME_LIMIT);
	tcase_add_test(tcase, serves_a_client_that_sends_in_pieces);
	tcase_add_test(tcase, answers_in_order_what_is_sent_at_once);
	tcase_add_loop_test(tcase, drops_clients_that_send_no_packets, 0,
						countof(attacks));
	tcase_add_test(tcase, half_a_packet_holds_up_nobody);
	tcase_add_test(tcase, many_clients_are_served_and_the_silent_give_way);
	tcase_add_test(tcase, lists_thousands_to_who_reads_while_others_do_not);
	tcase_add_test(tcase, tells_events_to_who_wants_them);
	tcase_add_test(tcase, drops_who_does_not_read_events);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
