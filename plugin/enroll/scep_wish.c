/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_wish.h"
#include "enroll/scep_sanity.h"

/*
 * Described in header
 */
bool scep_wish_check(scep_state_t state, scep_input_t wish, bool sane,
					 scep_error_t *err)
{
	if (scep_machine_step(state, wish).action != SCEP_DO_NOTHING)
	{
		return sane || wish == SCEP_IN_CANCEL ||
			   scep_fail(err, SCEP_TRANSIENT, SCEP_SUSPECT);
	}
	switch (state)
	{
		case SCEP_STATE_NEED_CA:
		case SCEP_STATE_REQUESTING:
			return scep_fail(err, SCEP_PERMANENT, "a request is under way "
							 "already");
		case SCEP_STATE_PENDING:
			return scep_fail(err, SCEP_PERMANENT, "the CA decides on a request "
							 "already, cancel that first");
		case SCEP_STATE_DISABLED:
			return scep_fail(err, SCEP_PERMANENT, "the profile is disabled, as "
							 "its configuration is unusable");
		default:
			return scep_fail(err, SCEP_PERMANENT, "no request is under way");
	}
}
