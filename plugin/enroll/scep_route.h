/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_route scep_route
 * @{ @ingroup scep_enroll
 *
 * Which of a profile's URLs an attempt tries, and in which order.
 */

#ifndef SCEP_ROUTE_H_
#define SCEP_ROUTE_H_

#include "base/scep_limits.h"
#include "config/scep_profile.h"
#include "store/scep_store.h"

#include <library.h>

typedef struct scep_route_t scep_route_t;

/**
 * A route.
 */
struct scep_route_t {

	/** URLs in the order in which they are tried, internal data of the
	 * profile, and what is remembered of their servers */
	const char *urls[SCEP_MAX_URLS];
	scep_server_t servers[SCEP_MAX_URLS];

	/** number of them, at least one */
	u_int count;
};

/**
 * Whether a server failed so recently that others are tried before it.
 *
 * @param server	what is remembered of it
 * @param now		time
 * @return			TRUE if so
 */
bool scep_route_rests(const scep_server_t *server, time_t now);

/**
 * Find the route of an attempt: the URLs as they are preferred, after them
 * those that failed within SCEP_URL_REST. A request under way goes on where it
 * was sent. While it is pending nobody else is asked, unless that server has
 * been silent for SCEP_URL_PATIENCE. Loop thread; reads files.
 *
 * @param profile	profile
 * @param store		its state; what can't be read is reported, and not known
 * @param request	whether the attempt goes on with the request under way
 * @param now		time
 * @param route		gets it
 */
void scep_route_find(scep_profile_t *profile, scep_profile_store_t *store,
					 bool request, time_t now, scep_route_t *route);

#endif /** SCEP_ROUTE_H_ @}*/
