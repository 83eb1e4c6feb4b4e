/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_advice ctl_advice
 * @{ @ingroup scepctl
 *
 * What a person should do about the state of a profile.
 */

#ifndef CTL_ADVICE_H_
#define CTL_ADVICE_H_

#include "ctl_record.h"

/** Room for an advice */
#define CTL_ADVICE_LEN	1024

/**
 * Tell what to do next.
 *
 * @param profile	profile with its details
 * @param buf		buffer of CTL_ADVICE_LEN bytes
 * @return			buf; sentences, not safe for a terminal; ~ in them is a
 *					blank where no line must end
 */
char *ctl_advice(ctl_record_t *profile, char buf[CTL_ADVICE_LEN]);

#endif /** CTL_ADVICE_H_ @}*/
