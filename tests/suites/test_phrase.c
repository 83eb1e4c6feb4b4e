/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "config_fixture.h"
#include "host_fixture.h"
#include "base/scep_event.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/** file with the phrase, and the settings that name it */
static char path[96], from_file[192];

/** phrases that were handed over, as the events tell */
static u_int handed_over;

static void count_event(scep_event_sink_t *this, const char *profile,
						scep_event_t event, level_t level, const char *text)
{
	handed_over += event == SCEP_EV_CHALLENGE_SET;
}

static scep_event_sink_t sink = { .handle = count_event };

static void setup()
{
	config_setup();
	scep_event_add_sink(&sink);
	handed_over = 0;
	host_setup();
	ca->challenge = "right";
	snprintf(path, sizeof(path), "%s/gw.challenge", host->dir);
	snprintf(from_file, sizeof(from_file), "challenge_file = %s\n"
			 "challenge_lifetime = 1h", path);
}

static void teardown()
{
	host_teardown();
	scep_event_remove_sink(&sink);
	config_teardown();
}

/**
 * Write the file, with a date.
 */
static void write_phrase(const char *phrase, time_t date)
{
	struct timespec times[2] = { { date, 0 }, { date, 0 } };
	FILE *file = fopen(path, "w");

	ck_assert(file);
	fprintf(file, "%s\n", phrase);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

/**
 * Hand over a phrase, and let it have its effect.
 */
static void hand_over(const char *phrase)
{
	scep_error_t error = {};

	ck_assert_msg(host->enrollment->set_challenge(host->enrollment,
								chunk_from_str((char*)phrase), &error),
				  "%s", error.text);
	mock_host_settle(host);
}

/**
 * Whether a phrase is on disk, and nobody else can read it.
 */
static bool is_kept(const char *phrase)
{
	FILE *file = fopen(path_of("phrase"), "r");
	char content[128] = "";
	struct stat st;
	size_t len;

	if (!file)
	{
		return FALSE;
	}
	len = fread(content, 1, sizeof(content) - 1, file);
	ck_assert_int_eq(fstat(fileno(file), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	fclose(file);
	return len > strlen(phrase) &&
		   streq(content + len - strlen(phrase), phrase);
}

/**
 * Check that the profile waits for another phrase, and asks for nothing.
 */
static void check_waits()
{
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	ck_assert(strstr(log_text, "scep[gw] challenge-expired: "));
	ck_assert(!strstr(log_text, "right"));
	mock_host_pass(host, 30 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	ck_assert_int_eq(ca->refused + ca->issued, 0);
}

START_TEST(date_of_the_file_is_the_age_of_the_phrase)
{
	write_phrase("right", MOCK_START - HOUR);
	boot(from_file);
	check_waits();
	/* within ten seconds, whatever the date of the next one */
	write_phrase("right", timer->now - HOUR + 60);
	mock_host_pass(host, 10);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->issued, 1);
}
END_TEST

START_TEST(young_phrase_serves)
{
	write_phrase("right", MOCK_START - HOUR + 60);
	boot(from_file);
	ck_assert(mock_host_is_usable(host));
	ck_assert(!strstr(log_text, "challenge-expired"));
}
END_TEST

START_TEST(refused_phrase_is_not_tried_past_its_life)
{
	u_int refused;

	write_phrase("wrong", MOCK_START);
	boot(from_file);
	mock_host_pass(host, HOUR - 1);
	refused = ca->refused;
	ck_assert_int_ge(refused, 2);
	mock_host_pass(host, DAY);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	ck_assert_int_eq(ca->refused, refused);
	write_phrase("right", timer->now);
	mock_host_pass(host, 10);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(wish_goes_on_with_the_next_phrase)
{
	char more[256];

	snprintf(more, sizeof(more), "%s\nrenew {\n challenge = always\n "
			 "method = challenge\n }", from_file);
	write_phrase("right", MOCK_START);
	boot(more);
	ck_assert_int_eq(ca->issued, 1);
	mock_host_pass(host, DAY);
	ck_assert(host->enrollment->enroll(host->enrollment, NULL));
	mock_host_settle(host);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	write_phrase("right", timer->now);
	mock_host_pass(host, 10);
	ck_assert_int_eq(ca->issued, 2);
}
END_TEST

START_TEST(answer_that_was_lost_is_not_asked_for_past_the_life)
{
	write_phrase("right", MOCK_START);
	ck_assert(mock_host_boot(host, from_file));
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_transport_break(host->transport));
	host->offline = TRUE;
	mock_host_pass(host, 2 * HOUR);
	host->offline = FALSE;
	mock_host_pass(host, DAY);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 0);
}
END_TEST

START_TEST(age_of_a_setting_survives_a_restart)
{
	static const char *more = "challenge = wrong\n challenge_lifetime = 1h";
	char text[256] = "";
	scep_view_t view;
	FILE *file;

	boot(more);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_eq(ca->refused, 1);
	mock_host_crash(host);
	mock_clock_advance(timer, HOUR);
	boot(more);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	ck_assert_int_eq(ca->refused, 1);
	view = host->enrollment->get_view(host->enrollment);
	ck_assert(view.ca && !view.ca->has_phrase);
	ck_assert_int_eq(view.ca->phrase_since, timer->now - HOUR);
	scep_view_clear(&view);
	/* the digest is salted, and the phrase is nowhere */
	file = fopen(path_of("challenge"), "r");
	ck_assert(file);
	ck_assert(fread(text, 1, sizeof(text) - 1, file) > 0);
	fclose(file);
	ck_assert(strstr(text, "since"));
	ck_assert(!strstr(text, "wrong"));
	/* another one has a life of its own */
	mock_host_change(host, "challenge = right\n challenge_lifetime = 1h");
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(restart_looks_again_for_another_phrase)
{
	write_phrase("right", MOCK_START - DAY);
	boot(from_file);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	mock_host_crash(host);
	write_phrase("right", timer->now);
	boot(from_file);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(clock_that_is_set_is_believed)
{
	write_phrase("right", MOCK_START);
	timer->now = MOCK_START + DAY;
	boot(from_file);
	ck_assert_int_eq(state(), SCEP_STATE_FAILED);
	timer->now = MOCK_START + 60;
	host->enrollment->clock_changed(host->enrollment, 60 - DAY);
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(phrase_that_is_handed_over_wins_once)
{
	boot("challenge = wrong");
	ck_assert_int_eq(ca->refused, 1);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	hand_over("right");
	ck_assert_int_eq(handed_over, 1);
	ck_assert(!strstr(log_text, "right"));
	ck_assert(mock_host_is_usable(host));
	ck_assert_str_eq(ca->last->challenge, "right");
	ck_assert(!is_kept("right"));
}
END_TEST

START_TEST(phrase_that_is_handed_over_survives_a_restart)
{
	host->offline = TRUE;
	boot(NULL);
	hand_over("right");
	ck_assert(is_kept("right"));
	mock_host_crash(host);
	mock_clock_advance(timer, DAY);
	host->offline = FALSE;
	boot(NULL);
	ck_assert(mock_host_is_usable(host));
	ck_assert_str_eq(ca->last->challenge, "right");
	ck_assert(!is_kept("right"));
}
END_TEST

START_TEST(phrase_that_is_handed_over_is_not_tried_again)
{
	boot(NULL);
	hand_over("wrong");
	ck_assert(!is_kept("wrong"));
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_eq(ca->issued, 0);
	hand_over("right");
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(phrase_that_comes_during_an_attempt_is_next)
{
	scep_error_t error = {};

	ck_assert(mock_host_boot(host, "challenge = wrong"));
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(host->enrollment->set_challenge(host->enrollment,
										chunk_from_str("right"), &error));
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->refused, 1);
}
END_TEST

START_TEST(phrase_that_is_handed_over_has_a_life)
{
	host->offline = TRUE;
	boot("challenge_lifetime = 1h");
	hand_over("right");
	mock_host_pass(host, HOUR);
	host->offline = FALSE;
	mock_host_pass(host, DAY);
	check_waits();
	hand_over("right");
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(phrase_that_came_before_the_clock_was_set_serves)
{
	scep_view_t view;

	timer->now = DAY;
	boot("challenge_lifetime = 1h");
	hand_over("right");
	/* it is there, of an unknown age */
	view = host->enrollment->get_view(host->enrollment);
	ck_assert(view.ca->has_phrase);
	ck_assert_int_eq(view.ca->phrase_since, 0);
	scep_view_clear(&view);
	mock_clock_jump(timer, MOCK_START - timer->now);
	host->enrollment->clock_changed(host->enrollment, MOCK_START - DAY);
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(configured_phrase_serves_after_the_life_of_another)
{
	host->offline = TRUE;
	boot("challenge = right\n challenge_lifetime = 2h");
	hand_over("wrong");
	host->offline = FALSE;
	mock_host_crash(host);
	mock_clock_advance(timer, 3 * HOUR);
	boot("challenge = right\n challenge_lifetime = 2h");
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(ca->refused, 0);
}
END_TEST

/**
 * What is no phrase.
 */
static const chunk_t no_phrases[] = {
	{ NULL, 0 },
	{ (u_char*)"two\nlines", 9 },
	{ (u_char*)"a\r", 2 },
	{ (u_char*)"a\0b", 3 },
	{ (u_char*)HEX64 HEX64 HEX64 HEX64, SCEP_MAX_CHALLENGE + 1 },
};

START_TEST(phrase_is_one_line)
{
	scep_error_t error = {};

	boot(NULL);
	ck_assert(!host->enrollment->set_challenge(host->enrollment,
											   no_phrases[_i], &error));
	ck_assert_int_eq(error.kind, SCEP_PERMANENT);
	ck_assert_int_eq(handed_over, 0);
	ck_assert(!is_kept(""));
}
END_TEST

START_TEST(damaged_phrase_is_reported)
{
	int fd;

	host->offline = TRUE;
	boot(NULL);
	hand_over("right");
	fd = open(path_of("phrase"), O_WRONLY | O_TRUNC);
	ck_assert_int_ge(fd, 0);
	close(fd);
	host->offline = FALSE;
	mock_host_pass(host, HOUR);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert(strstr(log_text, "phrase' is corrupt"));
	ck_assert_int_eq(ca->refused, 0);
	hand_over("right");
	ck_assert(mock_host_is_usable(host));
}
END_TEST

START_TEST(renewal_goes_without_a_phrase_whose_life_is_over)
{
	write_phrase("right", MOCK_START);
	boot(from_file);
	ck_assert_int_eq(ca->issued, 1);
	ca->verdict = MOCK_REFUSE;
	mock_host_pass(host, 64 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ca->verdict = MOCK_GRANT;
	mock_host_pass(host, DAY);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert(!ca->last->challenge);
}
END_TEST

START_TEST(phrase_that_is_handed_over_serves_a_refused_renewal)
{
	ca->challenge = NULL;
	boot(NULL);
	ca->verdict = MOCK_REFUSE;
	mock_host_pass(host, 64 * DAY);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ca->verdict = MOCK_GRANT;
	hand_over("right");
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_str_eq(ca->last->challenge, "right");
	ck_assert(!is_kept("right"));
}
END_TEST

/**
 * Settings with a program that prints a phrase, and tells how often it ran.
 */
static char *get_command(const char *phrase)
{
	static char more[256];

	snprintf(more, sizeof(more), "challenge_command = \"/bin/sh -c 'echo "
			 "$SCEP_PROFILE $SCEP_SUBJECT >> %s; echo %s'\"", path, phrase);
	return more;
}

/**
 * How often the program ran.
 */
static u_int count_runs()
{
	char line[128];
	u_int runs = 0;
	FILE *file = fopen(path, "r");

	while (file && fgets(line, sizeof(line), file))
	{
		ck_assert_str_eq(line, "gw CN=gw.example.org\n");
		runs++;
	}
	if (file)
	{
		fclose(file);
	}
	return runs;
}

START_TEST(program_prints_a_phrase_for_each_transaction)
{
	boot(get_command("wrong"));
	ck_assert_int_eq(ca->refused, 1);
	ck_assert_int_eq(count_runs(), 1);
	mock_host_pass(host, HOUR);
	ck_assert_int_ge(ca->refused, 2);
	ck_assert_int_eq(count_runs(), ca->refused);
	mock_host_change(host, get_command("right"));
	mock_host_settle(host);
	ck_assert(mock_host_is_usable(host));
	ck_assert_str_eq(ca->last->challenge, "right");
	/* a renewal needs none */
	ck_assert_int_eq(count_runs(), ca->refused + 1);
	mock_host_pass(host, 64 * DAY);
	ck_assert_int_eq(ca->issued, 2);
	ck_assert_int_eq(count_runs(), ca->refused + 1);
}
END_TEST

START_TEST(program_is_not_asked_without_a_key_on_disk)
{
	char more[256];

	snprintf(more, sizeof(more), "challenge_command = \"/bin/sh -c 'test -f "
			 "%s && echo right'\"", path_of("request/key.pem"));
	boot(more);
	ck_assert(mock_host_is_usable(host));
	ck_assert_str_eq(ca->last->challenge, "right");
}
END_TEST

START_TEST(program_is_not_asked_for_a_lost_answer)
{
	ck_assert(mock_host_boot(host, get_command("right")));
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_transport_break(host->transport));
	mock_host_settle(host);
	mock_host_crash(host);
	mock_clock_advance(timer, HOUR);
	boot(get_command("right"));
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(count_runs(), 1);
}
END_TEST

START_TEST(lost_answer_is_left_after_the_life_of_its_phrase)
{
	char more[300];

	snprintf(more, sizeof(more), "%s\n challenge_lifetime = 1h",
			 get_command("right"));
	ck_assert(mock_host_boot(host, more));
	ck_assert(mock_host_until(host, "PKIOperation"));
	ck_assert(mock_transport_break(host->transport));
	mock_host_settle(host);
	mock_host_crash(host);
	mock_clock_advance(timer, HOUR);
	boot(more);
	ck_assert(mock_host_is_usable(host));
	ck_assert_int_eq(count_runs(), 2);
}
END_TEST

/**
 * Programs that print no phrase.
 */
static const char *no_programs[] = {
	"/bin/false", "/bin/echo", "/nonexistent/program",
	"\"/bin/sh -c 'echo a; echo b'\"",
	"\"/bin/sh -c 'printf %0256d 0'\"",
};

START_TEST(program_without_a_phrase_is_a_failed_attempt)
{
	char more[128];

	snprintf(more, sizeof(more), "challenge_command = %s", no_programs[_i]);
	boot(more);
	ck_assert_int_eq(state(), SCEP_STATE_WAITING);
	ck_assert_int_eq(ca->entries->get_count(ca->entries), 0);
	ck_assert_int_eq(ca->refused, 0);
	/* a phrase by hand counts first */
	hand_over("right");
	ck_assert(mock_host_is_usable(host));
}
END_TEST

int main()
{
	Suite *suite = suite_create("phrase");
	TCase *tcase;

	tcase = tcase_create("life");
	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, date_of_the_file_is_the_age_of_the_phrase);
	tcase_add_test(tcase, young_phrase_serves);
	tcase_add_test(tcase, refused_phrase_is_not_tried_past_its_life);
	tcase_add_test(tcase, wish_goes_on_with_the_next_phrase);
	tcase_add_test(tcase, answer_that_was_lost_is_not_asked_for_past_the_life);
	tcase_add_test(tcase, age_of_a_setting_survives_a_restart);
	tcase_add_test(tcase, restart_looks_again_for_another_phrase);
	tcase_add_test(tcase, clock_that_is_set_is_believed);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("set");
	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, phrase_that_is_handed_over_wins_once);
	tcase_add_test(tcase, phrase_that_is_handed_over_survives_a_restart);
	tcase_add_test(tcase, phrase_that_is_handed_over_is_not_tried_again);
	tcase_add_test(tcase, phrase_that_comes_during_an_attempt_is_next);
	tcase_add_test(tcase, phrase_that_is_handed_over_has_a_life);
	tcase_add_test(tcase, phrase_that_came_before_the_clock_was_set_serves);
	tcase_add_test(tcase, configured_phrase_serves_after_the_life_of_another);
	tcase_add_loop_test(tcase, phrase_is_one_line, 0, countof(no_phrases));
	tcase_add_test(tcase, damaged_phrase_is_reported);
	tcase_add_test(tcase, renewal_goes_without_a_phrase_whose_life_is_over);
	tcase_add_test(tcase, phrase_that_is_handed_over_serves_a_refused_renewal);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("program");
	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, program_prints_a_phrase_for_each_transaction);
	tcase_add_test(tcase, program_is_not_asked_without_a_key_on_disk);
	tcase_add_test(tcase, program_is_not_asked_for_a_lost_answer);
	tcase_add_test(tcase, lost_answer_is_left_after_the_life_of_its_phrase);
	tcase_add_loop_test(tcase, program_without_a_phrase_is_a_failed_attempt, 0,
						countof(no_programs));
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
