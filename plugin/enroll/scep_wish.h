/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_wish scep_wish
 * @{ @ingroup scep_enroll
 *
 * What a person may want of an enrolment, and when.
 */

#ifndef SCEP_WISH_H_
#define SCEP_WISH_H_

#include "base/scep_error.h"
#include "enroll/scep_machine.h"

/**
 * Whether a wish has an effect in a state. Pure; any thread.
 *
 * @param state		state of the enrolment
 * @param wish		SCEP_IN_ENROLL, SCEP_IN_SCHEDULE, SCEP_IN_IMPORTED or
 *					SCEP_IN_CANCEL
 * @param sane		whether the clock is believed, which all but the last need
 * @param err		why not, for the person
 * @return			TRUE if so
 */
bool scep_wish_check(scep_state_t state, scep_input_t wish, bool sane,
					 scep_error_t *err);

#endif /** SCEP_WISH_H_ @}*/
