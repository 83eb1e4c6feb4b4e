/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "base/scep_event.h"

#include <stdio.h>

/**
 * A sink that keeps the last event.
 */
typedef struct {
	scep_event_sink_t public;
	u_int count;
	char last[256];
} sink_t;

/**
 * Keep an event.
 */
static void keep(scep_event_sink_t *public, const char *profile,
				 scep_event_t event, level_t level, const char *text)
{
	sink_t *this = (sink_t*)public;

	this->count++;
	snprintf(this->last, sizeof(this->last), "%s %s %d %s",
			 profile ?: "(none)", enum_to_name(scep_event_names, event), level,
			 text);
}

START_TEST(sinks_hear_of_events)
{
	sink_t a = { .public.handle = keep }, b = { .public.handle = keep };

	scep_event_add_sink(&a.public);
	scep_event_add_sink(&b.public);
	scep_event("gw", SCEP_EV_GAVE_UP, "reason=%s", "no");
	ck_assert_str_eq(a.last, "gw gave-up 0 reason=no");
	ck_assert_str_eq(b.last, "gw gave-up 0 reason=no");

	scep_event_remove_sink(&a.public);
	scep_event(NULL, SCEP_EV_NOTE, "x=%d", 1);
	ck_assert_uint_eq(a.count, 1);
	ck_assert_str_eq(b.last, "(none) note 2 x=1");

	scep_event_remove_sink(&b.public);
	scep_event_remove_sink(&a.public);
	scep_event(NULL, SCEP_EV_NOTE, "x=%d", 2);
	ck_assert_uint_eq(b.count, 2);
}
END_TEST

int main()
{
	Suite *suite = suite_create("event");
	TCase *tcase = tcase_create("sinks");

	tcase_add_test(tcase, sinks_hear_of_events);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
