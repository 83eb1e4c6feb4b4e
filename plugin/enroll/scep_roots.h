/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_roots scep_roots
 * @{ @ingroup scep_enroll
 *
 * The roots that a profile verifies peers with (trust_ca): that of its CA, and
 * while one CA takes over from another those of both.
 */

#ifndef SCEP_ROOTS_H_
#define SCEP_ROOTS_H_

#include "config/scep_profile.h"
#include "store/scep_store.h"

#include <library.h>
#include <collections/linked_list.h>

/**
 * Load the roots: of the CA that was verified the last time, if the profile
 * trusts it as it is now; of the next one, as soon as that is announced; of
 * those before, that vouched for it, until they expire. Loop thread; reads
 * files.
 *
 * @param profile	trust_ca, pins
 * @param store		its state
 * @param now		wall clock
 * @param why		gets why there are none though the profile wants them,
 *					static, or NULL
 * @return			certificate_t, owned by the caller; always a list
 */
linked_list_t *scep_roots_load(scep_profile_t *profile,
							   scep_profile_store_t *store, time_t now,
							   const char **why);

/**
 * Whether two lists have the same roots, in the same order. Any thread.
 *
 * @param a			list of certificate_t
 * @param b			another one
 * @return			TRUE if so
 */
bool scep_roots_equal(linked_list_t *a, linked_list_t *b);

#endif /** SCEP_ROOTS_H_ @}*/
