/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_sanity.h"
#include "base/scep_event.h"
#include "base/scep_limits.h"
#include "base/scep_text.h"
#include "trust/scep_x509.h"

/** A clock may be so much behind when it was seen last, seconds */
#define TOLERANCE	(24 * 60 * 60)

/** How long a clock is doubted that is further behind, but not impossible: the
 * one that was seen last may have been wrong, seconds */
#define DOUBT		(60 * 60)

/** No clock is set further, seconds */
#define FAR			((time_t)(sizeof(time_t) > 4 ? 1LL << 40 : 0x3fffffff))

typedef struct private_scep_sanity_t private_scep_sanity_t;

/**
 * Private data of a scep_sanity_t.
 */
struct private_scep_sanity_t {

	/**
	 * Public interface.
	 */
	scep_sanity_t public;

	/**
	 * Clock to judge.
	 */
	scep_clock_t *clock;

	/**
	 * Name of the profile.
	 */
	char *profile;

	/**
	 * Status of the profile.
	 */
	scep_status_t *status;

	/**
	 * Start of the CA's certificate, 0 if unknown.
	 */
	time_t ca_begin;

	/**
	 * Whether the clock is not believed, and since when, by the uptime.
	 */
	bool suspect;
	time_t since;

	/**
	 * By how much a clock that was believed has been set ahead since, whatever
	 * was in between, seconds; less than 0 while it is behind.
	 */
	time_t ahead;

	/**
	 * Whether the clock has ever been believed.
	 */
	bool believed;
};

/**
 * Get the time before which the clock can't be right, and why.
 */
static time_t get_impossible(private_scep_sanity_t *this, const char **why)
{
	if (this->ca_begin > SCEP_MIN_TIME)
	{
		*why = "its CA's certificate begins later";
		return this->ca_begin;
	}
	*why = "this program was made later";
	return SCEP_MIN_TIME;
}

/**
 * Get when the doubt ends about a clock that is merely behind, 0 if the time
 * is not before when it was seen last.
 */
static time_t get_doubt_end(private_scep_sanity_t *this, time_t now)
{
	time_t passed = 0;

	if (now >= this->status->saved_at - TOLERANCE)
	{
		return 0;
	}
	if (this->suspect)
	{
		passed = this->clock->uptime(this->clock) - this->since;
	}
	return now + DOUBT - passed;
}

METHOD(scep_sanity_t, get_due, time_t,
	private_scep_sanity_t *this)
{
	time_t now = this->clock->now(this->clock);
	time_t doubted = get_doubt_end(this, now);
	const char *why;

	if (!this->suspect)
	{
		return 0;
	}
	if (doubted)
	{
		doubted = min(doubted, this->status->saved_at - TOLERANCE);
	}
	return max(get_impossible(this, &why), doubted);
}

METHOD(scep_sanity_t, check, bool,
	private_scep_sanity_t *this)
{
	time_t now = this->clock->now(this->clock), doubted;
	char at[SCEP_TIME_LEN];
	const char *why;
	bool suspect;

	suspect = now < get_impossible(this, &why);
	doubted = get_doubt_end(this, now);
	if (!suspect && doubted > now)
	{
		suspect = TRUE;
		why = "it was later already";
	}
	else if (!suspect && doubted)
	{	/* it stays as it is: it may have been the other one that was wrong */
		this->status->saved_at = now;
	}
	if (suspect != this->suspect)
	{
		this->suspect = suspect;
		this->since = this->clock->uptime(this->clock);
		scep_event(this->profile, suspect ? SCEP_EV_CLOCK_SUSPECT
										  : SCEP_EV_NOTE, "now=%s reason=%s",
				   scep_time(now, at), suspect ? why : "the clock is believed");
	}
	if (!suspect)
	{
		this->believed = TRUE;
		this->ahead = max(this->ahead, 0);
	}
	return !suspect;
}

METHOD(scep_sanity_t, is_sane, bool,
	private_scep_sanity_t *this)
{
	return !this->suspect;
}

METHOD(scep_sanity_t, learn, void,
	private_scep_sanity_t *this, scep_profile_store_t *store)
{
	certificate_t *ca = NULL;

	/* what can't be read is reported by who needs it */
	if (store->load_pinned(store, &ca, NULL) && ca)
	{
		this->ca_begin = scep_x509_not_before(ca);
		ca->destroy(ca);
	}
}

METHOD(scep_sanity_t, clock_changed, void,
	private_scep_sanity_t *this, time_t delta)
{
	time_t ahead;

	if (!this->believed)
	{	/* ahead of nothing that is known */
		return;
	}
	ahead = this->ahead + max(-FAR, min(delta, FAR));
	ahead = max(-FAR, min(ahead, FAR));
	if (this->ahead > 0 && ahead < this->ahead)
	{
		this->status->saved_at = max(0, this->status->saved_at -
										(this->ahead - max(ahead, 0)));
	}
	this->ahead = ahead;
}

METHOD(scep_sanity_t, destroy, void,
	private_scep_sanity_t *this)
{
	free(this->profile);
	free(this);
}

/*
 * Described in header
 */
scep_sanity_t *scep_sanity_create(scep_clock_t *clock, const char *profile,
								  scep_status_t *status)
{
	private_scep_sanity_t *this;

	INIT(this,
		.public = {
			.check = _check,
			.is_sane = _is_sane,
			.get_due = _get_due,
			.learn = _learn,
			.clock_changed = _clock_changed,
			.destroy = _destroy,
		},
		.clock = clock,
		.profile = strdup(profile),
		.status = status,
	);
	return &this->public;
}
