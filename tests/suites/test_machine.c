/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "enroll/scep_machine.h"

#include <stdio.h>

/** Numbers of states and inputs */
#define STATES	(SCEP_STATE_DISABLED + 1)
#define INPUTS	(SCEP_IN_CHANGED + 1)

/** Marks around the diagram in the documentation */
#define BEGIN	"<!-- diagram -->\n"
#define END		"<!-- end of diagram -->\n"

/** Abbreviations for the table below */
#define IDLE	SCEP_STATE_IDLE
#define NEED	SCEP_STATE_NEED_CA
#define CONF	SCEP_STATE_CONFIRM_CA
#define REQ		SCEP_STATE_REQUESTING
#define PEND	SCEP_STATE_PENDING
#define WAIT	SCEP_STATE_WAITING
#define FAIL	SCEP_STATE_FAILED
#define DIS		SCEP_STATE_DISABLED

/**
 * What each input does in each state. The order of the columns is that of
 * scep_state_t.
 */
static const struct {
	scep_input_t input;
	struct {
		scep_action_t action;
		scep_state_t next;
	} in[STATES];
} expected[] = {
	{ SCEP_IN_DUE, {
		{ SCEP_DO_BEGIN, NEED }, { 0, NEED }, { SCEP_DO_BEGIN, NEED },
		{ 0, REQ }, { SCEP_DO_BEGIN, NEED }, { SCEP_DO_BEGIN, NEED },
		{ 0, FAIL }, { 0, DIS } } },
	/* not too often, whatever IKE wants */
	{ SCEP_IN_NUDGE, {
		{ SCEP_DO_BEGIN, NEED }, { 0, NEED }, { 0, CONF },
		{ 0, REQ }, { 0, PEND }, { SCEP_DO_BEGIN, NEED },
		{ 0, FAIL }, { 0, DIS } } },
	{ SCEP_IN_ENROLL, {
		{ SCEP_DO_BEGIN_ANEW, NEED }, { 0, NEED }, { SCEP_DO_BEGIN_ANEW, NEED },
		{ 0, REQ }, { 0, PEND }, { SCEP_DO_BEGIN_ANEW, NEED },
		{ SCEP_DO_BEGIN_ANEW, NEED }, { 0, DIS } } },
	{ SCEP_IN_SCHEDULE, {
		{ SCEP_DO_REST, IDLE }, { 0, NEED }, { SCEP_DO_REST, IDLE },
		{ 0, REQ }, { 0, PEND }, { SCEP_DO_REST, IDLE },
		{ SCEP_DO_REST, IDLE }, { 0, DIS } } },
	{ SCEP_IN_CANCEL, {
		{ 0, IDLE }, { SCEP_DO_GIVE_UP, FAIL }, { SCEP_DO_GIVE_UP, FAIL },
		{ SCEP_DO_GIVE_UP, FAIL }, { SCEP_DO_GIVE_UP, FAIL },
		{ SCEP_DO_GIVE_UP, FAIL }, { 0, FAIL }, { 0, DIS } } },
	{ SCEP_IN_IMPORTED, {
		{ SCEP_DO_INSTALL, IDLE }, { SCEP_DO_INSTALL, IDLE },
		{ SCEP_DO_INSTALL, IDLE }, { SCEP_DO_INSTALL, IDLE },
		{ SCEP_DO_INSTALL, IDLE }, { SCEP_DO_INSTALL, IDLE },
		{ SCEP_DO_INSTALL, IDLE }, { 0, DIS } } },
	{ SCEP_IN_CA, {
		{ 0, IDLE }, { 0, REQ }, { 0, CONF }, { 0, REQ }, { 0, PEND },
		{ 0, WAIT }, { 0, FAIL }, { 0, DIS } } },
	{ SCEP_IN_ISSUED, {
		{ 0, IDLE }, { SCEP_DO_INSTALL, IDLE }, { 0, CONF },
		{ SCEP_DO_INSTALL, IDLE }, { 0, PEND }, { 0, WAIT }, { 0, FAIL },
		{ 0, DIS } } },
	{ SCEP_IN_PENDING, {
		{ 0, IDLE }, { SCEP_DO_POLL_LATER, PEND }, { 0, CONF },
		{ SCEP_DO_POLL_LATER, PEND }, { 0, PEND }, { 0, WAIT }, { 0, FAIL },
		{ 0, DIS } } },
	{ SCEP_IN_FAILED, {
		{ 0, IDLE }, { SCEP_DO_RETRY_LATER, WAIT }, { 0, CONF },
		{ SCEP_DO_RETRY_LATER, WAIT }, { 0, PEND }, { 0, WAIT }, { 0, FAIL },
		{ 0, DIS } } },
	{ SCEP_IN_POLL_FAILED, {
		{ 0, IDLE }, { SCEP_DO_RETRY_LATER, PEND }, { 0, CONF },
		{ SCEP_DO_RETRY_LATER, PEND }, { 0, PEND }, { 0, WAIT }, { 0, FAIL },
		{ 0, DIS } } },
	{ SCEP_IN_OUT_OF_TIME, {
		{ 0, IDLE }, { SCEP_DO_GIVE_UP, FAIL }, { 0, CONF },
		{ SCEP_DO_GIVE_UP, FAIL }, { 0, PEND }, { 0, WAIT }, { 0, FAIL },
		{ 0, DIS } } },
	{ SCEP_IN_UNCONFIRMED, {
		{ 0, IDLE }, { SCEP_DO_CONFIRM, CONF }, { 0, CONF },
		{ SCEP_DO_CONFIRM, CONF }, { 0, PEND }, { 0, WAIT }, { 0, FAIL },
		{ 0, DIS } } },
	/* an answer that nobody signed stops nothing for good */
	{ SCEP_IN_UNWANTED, {
		{ 0, IDLE }, { SCEP_DO_RETRY_LATER, WAIT }, { 0, CONF },
		{ SCEP_DO_STOP, FAIL }, { 0, PEND }, { 0, WAIT }, { 0, FAIL },
		{ 0, DIS } } },
	{ SCEP_IN_STOPPED, {
		{ 0, IDLE }, { SCEP_DO_STOP, FAIL }, { 0, CONF },
		{ SCEP_DO_STOP, FAIL }, { 0, PEND }, { 0, WAIT }, { 0, FAIL },
		{ 0, DIS } } },
	{ SCEP_IN_CLOCK, {
		{ 0, IDLE }, { 0, NEED }, { 0, CONF }, { 0, REQ }, { 0, PEND },
		{ SCEP_DO_REST, IDLE }, { 0, FAIL }, { 0, DIS } } },
	{ SCEP_IN_CHANGED, {
		{ SCEP_DO_RESTART, IDLE }, { SCEP_DO_RESTART, IDLE },
		{ SCEP_DO_RESTART, IDLE }, { SCEP_DO_RESTART, IDLE },
		{ SCEP_DO_RESTART, IDLE }, { SCEP_DO_RESTART, IDLE },
		{ SCEP_DO_RESTART, IDLE }, { SCEP_DO_RESTART, IDLE } } },
};

/**
 * Whether an attempt is under way.
 */
static bool is_attempt(scep_state_t state)
{
	return state == SCEP_STATE_NEED_CA || state == SCEP_STATE_REQUESTING;
}

/**
 * Whether an action starts an attempt.
 */
static bool begins(scep_action_t action)
{
	return action == SCEP_DO_BEGIN || action == SCEP_DO_BEGIN_ANEW;
}

START_TEST(does_what_each_input_means_in_each_state)
{
	scep_step_t step;
	int state;

	ck_assert_int_eq(countof(expected), INPUTS);
	ck_assert_int_eq(expected[_i].input, _i);
	for (state = 0; state < STATES; state++)
	{
		step = scep_machine_step(state, expected[_i].input);
		ck_assert_msg(step.action == expected[_i].in[state].action &&
					  step.state == expected[_i].in[state].next,
					  "state %d, input %d: action %d, state %d", state, _i,
					  step.action, step.state);
	}
}
END_TEST

START_TEST(begins_one_attempt_at_a_time_and_ends_each)
{
	scep_step_t step;
	int state, input;

	for (state = 0; state < STATES; state++)
	{
		for (input = 0; input < INPUTS; input++)
		{
			step = scep_machine_step(state, input);
			ck_assert(!begins(step.action) || !is_attempt(state));
			ck_assert(!is_attempt(step.state) || begins(step.action) ||
					  is_attempt(state));
			if (is_attempt(state) && input > SCEP_IN_CA &&
				input != SCEP_IN_CLOCK)
			{
				ck_assert(!is_attempt(step.state));
				ck_assert_int_ne(step.action, SCEP_DO_NOTHING);
			}
		}
	}
}
END_TEST

START_TEST(only_persons_and_changes_leave_what_needs_a_person)
{
	int input;

	for (input = 0; input < INPUTS; input++)
	{
		ck_assert(scep_machine_step(SCEP_STATE_FAILED, input).state ==
				  SCEP_STATE_FAILED || input == SCEP_IN_ENROLL ||
				  input == SCEP_IN_IMPORTED || input == SCEP_IN_SCHEDULE ||
				  input == SCEP_IN_CHANGED);
		ck_assert(scep_machine_step(SCEP_STATE_DISABLED, input).state ==
				  SCEP_STATE_DISABLED || input == SCEP_IN_CHANGED);
	}
}
END_TEST

/**
 * Write the name of a state as Mermaid takes it.
 */
static void print_state(FILE *out, scep_state_t state)
{
	const char *c = enum_to_name(scep_state_names, state);

	for (; *c; c++)
	{
		fputc(*c == '-' ? '_' : *c, out);
	}
}

/**
 * Draw what leads from a state to another one by one action.
 */
static void print_edge(FILE *out, scep_state_t from, scep_state_t to,
					   scep_action_t action)
{
	scep_step_t step;
	bool found = FALSE;
	int input;

	for (input = 0; input < INPUTS; input++)
	{
		step = scep_machine_step(from, input);
		if (step.state != to || step.action != action ||
			(from == to && action == SCEP_DO_NOTHING))
		{
			continue;
		}
		if (!found)
		{
			fputs("    ", out);
			print_state(out, from);
			fputs(" --> ", out);
			print_state(out, to);
			fputs(" : ", out);
		}
		fprintf(out, "%s%s", found ? ", " : "",
				enum_to_name(scep_input_names, input));
		found = TRUE;
	}
	if (found && action != SCEP_DO_NOTHING)
	{
		fprintf(out, " / %s", enum_to_name(scep_action_names, action));
	}
	if (found)
	{
		fputc('\n', out);
	}
}

/**
 * Draw the machine.
 */
static void print_diagram(FILE *out)
{
	int from, to, action;

	fputs("```mermaid\nstateDiagram-v2\n", out);
	for (from = 0; from < STATES; from++)
	{
		fprintf(out, "    state \"%s\" as ", enum_to_name(scep_state_names, from));
		print_state(out, from);
		fputc('\n', out);
	}
	fputs("    [*] --> idle\n", out);
	for (from = 0; from < STATES; from++)
	{
		for (to = 0; to < STATES; to++)
		{
			for (action = 0; action <= SCEP_DO_RESTART; action++)
			{
				print_edge(out, from, to, action);
			}
		}
	}
	fputs("```\n", out);
}

START_TEST(is_drawn_as_it_is)
{
	char *drawn = NULL, *begin, *end;
	chunk_t *doc;
	size_t len;
	FILE *out;

	out = open_memstream(&drawn, &len);
	ck_assert(out);
	print_diagram(out);
	fclose(out);
	doc = chunk_map(SCEP_TEST_LIFECYCLE, FALSE);
	ck_assert(doc);
	begin = memmem(doc->ptr, doc->len, BEGIN, strlen(BEGIN));
	ck_assert(begin);
	begin += strlen(BEGIN);
	end = memmem(begin, doc->len - (begin - (char*)doc->ptr), END, strlen(END));
	ck_assert(end);
	ck_assert_msg(end - begin == len && memeq(begin, drawn, len),
				  "%s is not what scripts/diagram draws", SCEP_TEST_LIFECYCLE);
	chunk_unmap(doc);
	free(drawn);
}
END_TEST

int main(int argc, char *argv[])
{
	Suite *suite = suite_create("machine");
	TCase *tcase = tcase_create("states and inputs");

	if (argc == 2 && streq(argv[1], "--diagram"))
	{
		print_diagram(stdout);
		return 0;
	}
	tcase_add_loop_test(tcase, does_what_each_input_means_in_each_state, 0,
						INPUTS);
	tcase_add_test(tcase, begins_one_attempt_at_a_time_and_ends_each);
	tcase_add_test(tcase, only_persons_and_changes_leave_what_needs_a_person);
	tcase_add_test(tcase, is_drawn_as_it_is);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
