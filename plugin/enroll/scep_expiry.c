/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_expiry.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "trust/scep_x509.h"

/** Parts of its life that are left at the first and the second warning */
#define FIRST	4
#define SECOND	10

/** Time between the warnings after that, seconds */
#define DAILY	(24 * 60 * 60)

/**
 * Get the first moment of a warning after another moment.
 */
static time_t get_next(time_t from, time_t to, time_t last)
{
	time_t first = to - (to - from) / FIRST, second = to - (to - from) / SECOND;

	if (last < first)
	{
		return first;
	}
	if (last < second)
	{
		return second;
	}
	if (last < to)
	{
		return min(to, second + ((last - second) / DAILY + 1) * DAILY);
	}
	return to + ((last - to) / DAILY + 1) * DAILY;
}

/*
 * Described in header
 */
time_t scep_expiry_due(scep_generation_t *gen, const scep_status_t *status)
{
	time_t from, to, last;

	if (!gen)
	{
		return 0;
	}
	from = scep_x509_not_before(gen->cert);
	to = scep_x509_not_after(gen->cert);
	last = status->warned_gen == gen->number ? status->warned_at : from;
	return get_next(from, to, last);
}

/*
 * Described in header
 */
bool scep_expiry_report(const char *profile, scep_generation_t *gen,
						scep_status_t *status, time_t now)
{
	time_t due = scep_expiry_due(gen, status), to;
	char at[SCEP_TIME_LEN];

	if (!due || due > now)
	{
		return FALSE;
	}
	to = scep_x509_not_after(gen->cert);
	if (to <= now)
	{
		scep_event(profile, SCEP_EV_EXPIRED, "not_after=%s",
				   scep_time(to, at));
	}
	else
	{
		scep_event(profile, SCEP_EV_EXPIRING, "not_after=%s left=%us",
				   scep_time(to, at), (u_int)(to - now));
	}
	status->warned_gen = gen->number;
	status->warned_at = now;
	return TRUE;
}

/*
 * Described in header
 */
void scep_expiry_resume(scep_generation_t *gen, scep_status_t *status,
						time_t now)
{
	status->warned_at = min(status->warned_at, now);
	if (gen && status->warned_gen == gen->number &&
		status->warned_at >= scep_x509_not_after(gen->cert))
	{
		status->warned_gen = 0;
	}
}
