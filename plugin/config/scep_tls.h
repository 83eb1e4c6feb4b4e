/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_tls scep_tls
 * @{ @ingroup scep_config_layer
 *
 * The certificate and key with which the client of https proves who it is.
 */

#ifndef SCEP_TLS_H_
#define SCEP_TLS_H_

#include "base/scep_error.h"
#include "config/scep_profile.h"

/**
 * Check http.cert and http.key: both or neither, one belongs to the other, and
 * nobody but root, or who charon is or becomes, can use the key. Reads files.
 *
 * @param profile	profile, with the settings parsed
 * @param err		reason of a failure
 * @return			FALSE if they can't be used
 */
bool scep_tls_check(const scep_profile_t *profile, scep_error_t *err);

#endif /** SCEP_TLS_H_ @}*/
