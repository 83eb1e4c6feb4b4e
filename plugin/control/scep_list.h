/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_list scep_list
 * @{ @ingroup scep_control
 *
 * A profile, as clients of the control socket see it.
 */

#ifndef SCEP_LIST_H_
#define SCEP_LIST_H_

#include "enroll/scep_view.h"

#include <library.h>
#include <bio/bio_writer.h>

/**
 * Append what is seen of a profile. What is unknown is left out. Loop thread.
 *
 * @param writer	packet, as scep_vici_begin() gives it
 * @param name		name of the profile
 * @param view		profile
 * @param detail	append all, not only what a list of profiles shows
 */
void scep_list_add(bio_writer_t *writer, const char *name,
				   const scep_view_t *view, bool detail);

#endif /** SCEP_LIST_H_ @}*/
