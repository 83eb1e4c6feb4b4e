/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "host_fixture.h"

#include "control/scep_metrics.h"

#include <stdio.h>

/** metrics, and their text */
static scep_metrics_t *metrics;
static char *text;

static void setup()
{
	host_setup();
	metrics = scep_metrics_create();
}

static void teardown()
{
	free(text);
	text = NULL;
	metrics->destroy(metrics);
	host_teardown();
}

/**
 * Get the text, in pieces of at least a length, each of whole lines.
 */
static char *get_text(scep_metrics_t *from, size_t len)
{
	chunk_t all = chunk_empty, piece;

	while (from->get_text(from, len, &piece))
	{
		ck_assert(piece.len && piece.ptr[piece.len - 1] == '\n');
		all = chunk_cat("mm", all, piece);
	}
	all = chunk_cat("mc", all, chunk_from_chars('\0'));
	return (char*)all.ptr;
}

/**
 * Whether a line is in a text.
 */
static bool has(const char *in, const char *line)
{
	const char *pos = in;
	size_t len = strlen(line);

	while ((pos = strstr(pos, line)))
	{
		if ((pos == in || pos[-1] == '\n') && pos[len] == '\n')
		{
			return TRUE;
		}
		pos++;
	}
	return FALSE;
}

/**
 * Count how often something is in the text.
 */
static u_int count(const char *what)
{
	const char *pos = text;
	u_int found = 0;

	while ((pos = strstr(pos, what)))
	{
		found++;
		pos++;
	}
	return found;
}

/**
 * Add the gateway as it is, with another name.
 */
static void add_as(const char *name)
{
	scep_view_t view = host->enrollment->get_view(host->enrollment);

	metrics->add(metrics, name, &view);
	scep_view_clear(&view);
}

/** Ends of attempts, and what they count for; a count of nothing is -1 */
static const struct {
	scep_outcome_t outcome;
	int operation, result, reason;
} ends[] = {
	{ { .input = SCEP_IN_CA, .sent = TRUE, .type = SCEP_PKCS_REQ,
		.way = SCEP_WAY_ENROLL }, -1, -1, -1 },
	{ { .input = SCEP_IN_ISSUED, .sent = TRUE, .type = SCEP_PKCS_REQ,
		.way = SCEP_WAY_ENROLL }, SCEP_OP_ENROLL, SCEP_RESULT_SUCCESS, -1 },
	{ { .input = SCEP_IN_ISSUED, .sent = TRUE, .type = SCEP_RENEWAL_REQ,
		.way = SCEP_WAY_OTHER_RENEWAL }, SCEP_OP_ENROLL, SCEP_RESULT_SUCCESS,
		-1 },
	{ { .input = SCEP_IN_ISSUED, .sent = TRUE, .type = SCEP_RENEWAL_REQ,
		.way = SCEP_WAY_RENEWAL }, SCEP_OP_RENEW, SCEP_RESULT_SUCCESS, -1 },
	{ { .input = SCEP_IN_PENDING, .sent = TRUE, .type = SCEP_PKCS_REQ,
		.way = SCEP_WAY_CHALLENGE }, SCEP_OP_RENEW, SCEP_RESULT_PENDING, -1 },
	{ { .input = SCEP_IN_PENDING, .sent = TRUE, .type = SCEP_CERT_POLL,
		.way = SCEP_WAY_RENEWAL }, SCEP_OP_POLL, SCEP_RESULT_PENDING, -1 },
	{ { .input = SCEP_IN_ISSUED, .sent = TRUE, .type = SCEP_GET_CERT,
		.way = SCEP_WAY_ENROLL }, SCEP_OP_GET_CERT, SCEP_RESULT_SUCCESS, -1 },
	{ { .input = SCEP_IN_ISSUED, .sent = TRUE, .type = SCEP_GET_CRL,
		.errand = SCEP_ERRAND_CRL }, SCEP_OP_GET_CRL, SCEP_RESULT_SUCCESS, -1 },
	{ { .input = SCEP_IN_FAILED, .sent = TRUE, .type = SCEP_GET_CRL,
		.errand = SCEP_ERRAND_CRL, .error = { SCEP_TRANSIENT } }, SCEP_OP_GET_CRL,
		SCEP_RESULT_FAILED, -1 },
	{ { .input = SCEP_IN_FAILED, .error = { SCEP_TRANSIENT } }, -1, -1,
		SCEP_REASON_NETWORK },
	{ { .input = SCEP_IN_FAILED, .sent = TRUE, .type = SCEP_PKCS_REQ,
		.way = SCEP_WAY_ENROLL, .error = { SCEP_TRANSIENT } }, SCEP_OP_ENROLL,
		SCEP_RESULT_FAILED, SCEP_REASON_NETWORK },
	{ { .input = SCEP_IN_FAILED, .sent = TRUE, .type = SCEP_PKCS_REQ,
		.way = SCEP_WAY_ENROLL, .refused = TRUE, .error = { SCEP_TRANSIENT } },
		SCEP_OP_ENROLL, SCEP_RESULT_REFUSED, SCEP_REASON_REFUSED },
	{ { .input = SCEP_IN_FAILED, .sent = TRUE, .type = SCEP_RENEWAL_REQ,
		.way = SCEP_WAY_RENEWAL, .declined = TRUE,
		.error = { SCEP_TRANSIENT } }, SCEP_OP_RENEW, SCEP_RESULT_REFUSED,
		SCEP_REASON_REFUSED },
	{ { .input = SCEP_IN_FAILED, .sent = TRUE, .type = SCEP_PKCS_REQ,
		.way = SCEP_WAY_ENROLL, .error = { SCEP_SECURITY } }, SCEP_OP_ENROLL,
		SCEP_RESULT_REJECTED, SCEP_REASON_REJECTED },
	{ { .input = SCEP_IN_UNWANTED, .sent = TRUE, .type = SCEP_PKCS_REQ,
		.way = SCEP_WAY_ENROLL, .error = { SCEP_PERMANENT } }, SCEP_OP_ENROLL,
		SCEP_RESULT_REJECTED, SCEP_REASON_UNWANTED },
	{ { .input = SCEP_IN_FAILED, .verdict = SCEP_CA_MISMATCH,
		.error = { SCEP_SECURITY } }, -1, -1, SCEP_REASON_CA },
	{ { .input = SCEP_IN_UNCONFIRMED, .verdict = SCEP_CA_UNCONFIRMED,
		.error = { SCEP_UNCONFIRMED } }, -1, -1, SCEP_REASON_CA },
	{ { .input = SCEP_IN_FAILED, .error = { SCEP_LOCAL } }, -1, -1,
		SCEP_REASON_LOCAL },
};

START_TEST(counts_how_attempts_end)
{
	scep_counters_t counters = {}, expected = {};

	if (ends[_i].operation >= 0)
	{
		expected.requests[ends[_i].operation][ends[_i].result] = 1;
	}
	if (ends[_i].reason >= 0)
	{
		expected.failures[ends[_i].reason] = 1;
	}
	scep_counters_add(&counters, &ends[_i].outcome);
	ck_assert_mem_eq(&counters, &expected, sizeof(counters));
}
END_TEST

/** All that a profile in this state has */
static const char *lines[] = {
	"scep_certificate_not_after_seconds{profile=\"gw\"} 1807776000",
	"scep_certificate_not_before_seconds{profile=\"gw\"} 1799996400",
	"scep_state{profile=\"gw\",state=\"idle\"} 1",
	"scep_state{profile=\"gw\",state=\"need-ca\"} 0",
	"scep_state{profile=\"gw\",state=\"confirm-ca\"} 0",
	"scep_state{profile=\"gw\",state=\"requesting\"} 0",
	"scep_state{profile=\"gw\",state=\"pending\"} 0",
	"scep_state{profile=\"gw\",state=\"waiting\"} 0",
	"scep_state{profile=\"gw\",state=\"failed\"} 0",
	"scep_state{profile=\"gw\",state=\"disabled\"} 0",
	"scep_certificate{profile=\"gw\",certificate=\"none\"} 0",
	"scep_certificate{profile=\"gw\",certificate=\"future\"} 0",
	"scep_certificate{profile=\"gw\",certificate=\"valid\"} 1",
	"scep_certificate{profile=\"gw\",certificate=\"expired\"} 0",
	"scep_certificate{profile=\"gw\",certificate=\"revoked\"} 0",
	"scep_attempts{profile=\"gw\"} 0",
	"scep_requests_total{profile=\"gw\",operation=\"enroll\","
		"result=\"success\"} 1",
	"scep_renewals_total{profile=\"gw\"} 0",
	"scep_failures_total{profile=\"gw\",reason=\"network\"} 0",
	"scep_failures_total{profile=\"gw\",reason=\"refused\"} 0",
	"scep_failures_total{profile=\"gw\",reason=\"rejected\"} 0",
	"scep_failures_total{profile=\"gw\",reason=\"ca\"} 0",
	"scep_failures_total{profile=\"gw\",reason=\"unwanted\"} 0",
	"scep_failures_total{profile=\"gw\",reason=\"local\"} 0",
	"scep_last_success_seconds{profile=\"gw\"} 1800000000",
};

START_TEST(shows_all_of_a_profile)
{
	char next[80];
	u_int i;

	boot(NULL);
	add_as("gw");
	text = get_text(metrics, SIZE_MAX);
	for (i = 0; i < countof(lines); i++)
	{
		ck_assert_msg(has(text, lines[i]), "%s is not in\n%s", lines[i], text);
	}
	snprintf(next, sizeof(next), "scep_next_action_seconds{profile=\"gw\"} %ld",
			 (long)host->enrollment->get_due(host->enrollment));
	ck_assert(has(text, next));
	ck_assert_uint_eq(count("{profile="), countof(lines) + 1);
}
END_TEST

START_TEST(leaves_out_times_that_are_unknown)
{
	scep_view_t view = { .state = SCEP_STATE_DISABLED };

	metrics->add(metrics, "gw", &view);
	text = get_text(metrics, SIZE_MAX);
	ck_assert_uint_eq(count("_seconds{"), 0);
	ck_assert(has(text, "scep_state{profile=\"gw\",state=\"disabled\"} 1"));
	ck_assert(has(text,
				  "scep_certificate{profile=\"gw\",certificate=\"none\"} 1"));
}
END_TEST

/** All metrics and their types */
static const struct {
	const char *name, *type;
} types[] = {
	{ "scep_certificate_not_after_seconds", "gauge" },
	{ "scep_certificate_not_before_seconds", "gauge" },
	{ "scep_state", "gauge" },
	{ "scep_certificate", "gauge" },
	{ "scep_attempts", "gauge" },
	{ "scep_requests_total", "counter" },
	{ "scep_renewals_total", "counter" },
	{ "scep_failures_total", "counter" },
	{ "scep_last_success_seconds", "gauge" },
	{ "scep_next_action_seconds", "gauge" },
};

/**
 * Require that each line of the text belongs to the metric that was told of
 * last, and get how many there are.
 */
static u_int require_groups()
{
	char *line, *copy = strdup(text), *rest = copy, name[64] = "";
	u_int told = 0;
	size_t len;

	while ((line = strsep(&rest, "\n")) && *line)
	{
		len = strlen(name);
		if (sscanf(line, "# HELP %63s", name) == 1)
		{
			told++;
		}
		else if (strpfx(line, "# TYPE "))
		{
			ck_assert(strpfx(line + 7, name) && line[7 + len] == ' ');
		}
		else
		{
			ck_assert(len && strpfx(line, name) && line[len] == '{');
		}
	}
	free(copy);
	return told;
}

START_TEST(tells_each_metric_once_whatever_the_pieces)
{
	char *piecewise, line[128];
	scep_metrics_t *other = scep_metrics_create();
	scep_view_t view;
	u_int i;

	boot(NULL);
	view = host->enrollment->get_view(host->enrollment);
	for (i = 0; i < 3; i++)
	{
		snprintf(line, sizeof(line), "gw%u", i);
		metrics->add(metrics, line, &view);
		other->add(other, line, &view);
	}
	scep_view_clear(&view);
	text = get_text(metrics, SIZE_MAX);
	for (i = 0; i < countof(types); i++)
	{
		snprintf(line, sizeof(line), "# TYPE %s %s", types[i].name,
				 types[i].type);
		ck_assert(has(text, line));
		snprintf(line, sizeof(line), "# TYPE %s ", types[i].name);
		ck_assert_uint_eq(count(line), 1);
		snprintf(line, sizeof(line), "# HELP %s ", types[i].name);
		ck_assert_uint_eq(count(line), 1);
	}
	ck_assert_uint_eq(require_groups(), countof(types));
	piecewise = get_text(other, 1);
	ck_assert_str_eq(text, piecewise);
	free(piecewise);
	other->destroy(other);
}
END_TEST

START_TEST(escapes_what_is_in_a_label)
{
	scep_view_t view = {};

	metrics->add(metrics, "a\"b\\c\nd{e}=\xc3\xa4", &view);
	text = get_text(metrics, SIZE_MAX);
	ck_assert(has(text, "scep_attempts{profile=\"a\\\"b\\\\c\\nd{e}="
				  "\xc3\xa4\"} 0"));
	ck_assert_uint_eq(count("\\c\nd"), 0);
}
END_TEST

START_TEST(without_profiles_only_tells_what_there_could_be)
{
	text = get_text(metrics, SIZE_MAX);
	ck_assert_uint_eq(count("\n"), 2 * countof(types));
	ck_assert_uint_eq(require_groups(), countof(types));
}
END_TEST

/** Counters that were seen last */
static scep_counters_t seen;

/**
 * Require that no counter fell.
 */
static void require_no_less()
{
	scep_view_t view = host->enrollment->get_view(host->enrollment);
	const scep_counters_t *now = view.counters;
	int i, j;

	ck_assert(now->renewals >= seen.renewals);
	for (i = 0; i < SCEP_REASONS; i++)
	{
		ck_assert(now->failures[i] >= seen.failures[i]);
	}
	for (i = 0; i < SCEP_OPERATIONS; i++)
	{
		for (j = 0; j < SCEP_RESULTS; j++)
		{
			ck_assert(now->requests[i][j] >= seen.requests[i][j]);
		}
	}
	seen = *now;
	scep_view_clear(&view);
}

START_TEST(counters_never_fall)
{
	seen = (scep_counters_t){};
	host->offline = TRUE;
	boot(NULL);
	require_no_less();
	ck_assert_uint_eq(seen.failures[SCEP_REASON_NETWORK], 1);
	host->offline = FALSE;
	ca->verdict = MOCK_REFUSE;
	mock_host_pass(host, HOUR);
	require_no_less();
	ck_assert(seen.failures[SCEP_REASON_REFUSED]);
	ca->verdict = MOCK_GRANT;
	/* another profile begins anew, but what happened did */
	mock_host_change(host, "renew {\nfrom = 50%\nto = 50%\n}\n");
	mock_host_settle(host);
	require_no_less();
	ck_assert_uint_eq(seen.requests[SCEP_OP_ENROLL][SCEP_RESULT_SUCCESS], 1);
	ck_assert_uint_eq(seen.renewals, 0);
	mock_host_pass(host, 50 * DAY);
	require_no_less();
	ck_assert_uint_eq(seen.requests[SCEP_OP_RENEW][SCEP_RESULT_SUCCESS], 1);
	ck_assert_uint_eq(seen.renewals, 1);
	ck_assert_uint_eq(seen.failures[SCEP_REASON_NETWORK], 1);
}
END_TEST

int main()
{
	Suite *suite = suite_create("metrics");
	TCase *tcase = tcase_create("counters");

	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_loop_test(tcase, counts_how_attempts_end, 0, countof(ends));
	tcase_add_test(tcase, counters_never_fall);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("text");
	tcase_add_unchecked_fixture(tcase, host_setup_all, host_teardown_all);
	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, shows_all_of_a_profile);
	tcase_add_test(tcase, leaves_out_times_that_are_unknown);
	tcase_add_test(tcase, tells_each_metric_once_whatever_the_pieces);
	tcase_add_test(tcase, escapes_what_is_in_a_label);
	tcase_add_test(tcase, without_profiles_only_tells_what_there_could_be);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
