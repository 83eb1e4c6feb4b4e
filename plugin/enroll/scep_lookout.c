/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_lookout.h"
#include "enroll/scep_challenge.h"
#include "enroll/scep_knowledge.h"

/** How often to look, seconds */
#define INTERVAL	10

/*
 * Described in header
 */
void scep_lookout_begin(scep_lookout_t *this, scep_profile_t *profile,
						scep_profile_store_t *store)
{
	this->confirmed = scep_knowledge_confirmed(store);
	this->awaits_phrase = FALSE;
	this->phrase = scep_challenge_mark(profile, store);
}

/*
 * Described in header
 */
void scep_lookout_put_off(scep_lookout_t *this, time_t now)
{
	this->at = now + INTERVAL;
}

/*
 * Described in header
 */
bool scep_lookout_is_confirmed(scep_lookout_t *this,
							   scep_profile_store_t *store)
{
	return scep_knowledge_confirmed(store) != this->confirmed;
}

/*
 * Described in header
 */
bool scep_lookout_lacks_phrase(scep_lookout_t *this, scep_profile_t *profile,
							   scep_profile_store_t *store)
{
	return this->awaits_phrase &&
		   scep_challenge_mark(profile, store) == this->phrase;
}

/*
 * Described in header
 */
void scep_lookout_save(const scep_lookout_t *this, scep_status_t *status)
{
	snprintf(status->unconfirmed, sizeof(status->unconfirmed), "%08x",
			 this->confirmed);
}

/*
 * Described in header
 */
void scep_lookout_load(scep_lookout_t *this, const scep_status_t *status,
					   time_t now)
{
	this->confirmed = strtoul(status->unconfirmed, NULL, 16);
	this->at = now;
}

/*
 * Described in header
 */
void scep_lookout_adjust(scep_lookout_t *this, time_t now)
{
	this->at = min(this->at, now);
	this->phrase += this->awaits_phrase ? 1 : 0;
}

/*
 * Described in header
 */
void scep_lookout_clock_changed(scep_lookout_t *this, time_t delta, time_t now)
{
	if (this->awaits_phrase)
	{	/* which is over by the clock of before only, maybe */
		this->at = now;
		this->phrase++;
	}
	else if (this->at)
	{
		this->at += delta;
	}
}
