/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_url scep_url
 * @{ @ingroup scep_config_layer
 *
 * URLs: whether libcurl takes them, and how they may be shown.
 */

#ifndef SCEP_URL_H_
#define SCEP_URL_H_

#include <library.h>

/**
 * Whether a text is a URL with a host, as libcurl reads it.
 *
 * @param text		text
 * @param schemes	schemes it may have, NULL-terminated
 * @return			TRUE if so
 */
bool scep_url_is_good(const char *text, const char *const *schemes);

/**
 * Get the URL of a SCEP server, to which the path is added that RFC 8894, 4.1
 * recommends if it has none.
 *
 * @param text		http or https URL
 * @return			URL, allocated; NULL if it is none
 */
char *scep_url_of_server(const char *text);

/**
 * Copy a URL without user and password, for people and logs. Any text will
 * do: of one that is no URL nothing is left that could be a password.
 *
 * @param url		URL
 * @param buf		buffer, the rest is cut off
 * @param len		size of the buffer
 * @return			buf
 */
char *scep_url_shown(const char *url, char *buf, size_t len);

/**
 * Copy a list of URLs, separated by commas, in the same way.
 *
 * @param list		URLs
 * @param buf		buffer, the rest is cut off
 * @param len		size of the buffer
 * @return			buf
 */
char *scep_urls_shown(const char *list, char *buf, size_t len);

#endif /** SCEP_URL_H_ @}*/
