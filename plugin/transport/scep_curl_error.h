/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_curl_error scep_curl_error
 * @{ @ingroup scep_transport_layer
 *
 * Why a transfer failed, in words that tell what to look at.
 */

#ifndef SCEP_CURL_ERROR_H_
#define SCEP_CURL_ERROR_H_

#include "base/scep_error.h"

#include <library.h>

#include <curl/curl.h>

/**
 * Describe the failure of a transfer, if it is one.
 *
 * @param easy		libcurl's handle, of a transfer that is complete
 * @param code		how it ended
 * @param detail	libcurl's words for it, or empty; may hold what the server
 *					chose
 * @param err		gets SCEP_TRANSIENT and the description
 * @return			TRUE if there is an answer of the server
 */
bool scep_curl_error(CURL *easy, CURLcode code, const char *detail,
					 scep_error_t *err);

#endif /** SCEP_CURL_ERROR_H_ @}*/
