/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_route.h"
#include "base/scep_event.h"
#include "store/scep_server.h"

/*
 * Described in header
 */
bool scep_route_rests(const scep_server_t *server, time_t now)
{
	/* one that failed in the future did so by another clock */
	return server->failed_at && server->failed_at <= now &&
		   now - server->failed_at < SCEP_URL_REST;
}

/**
 * Append the URLs that rest, or those that don't.
 */
static void append(scep_profile_t *profile, scep_profile_store_t *store,
				   bool resting, time_t now, scep_route_t *route)
{
	enumerator_t *enumerator;
	scep_server_t server;
	scep_error_t error = {};
	char *url;

	enumerator = profile->urls->create_enumerator(profile->urls);
	while (enumerator->enumerate(enumerator, &url))
	{
		store->load_server(store, url, profile->ca_identifier, &server, &error);
		if (scep_route_rests(&server, now) == resting)
		{
			route->urls[route->count] = url;
			route->servers[route->count++] = server;
		}
	}
	enumerator->destroy(enumerator);
	if (error.kind != SCEP_OK && !resting)
	{
		scep_event(profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
}

/**
 * Find the URL where the request under way was sent.
 *
 * @return			its index, or count if that is none of them
 */
static u_int find_recorded(const scep_profile_t *profile,
						   const scep_request_record_t *record,
						   const scep_route_t *route)
{
	char identity[SCEP_DIGEST_LEN];
	u_int i;

	for (i = 0; i < route->count; i++)
	{
		if (scep_server_identity(route->urls[i], profile->ca_identifier,
								 identity, NULL) &&
			streq(identity, record->url ?: ""))
		{
			break;
		}
	}
	return i;
}

/**
 * Put a URL before all others.
 */
static void prefer(scep_route_t *route, u_int index)
{
	scep_server_t server = route->servers[index];
	const char *url = route->urls[index];

	for (; index; index--)
	{
		route->urls[index] = route->urls[index - 1];
		route->servers[index] = route->servers[index - 1];
	}
	route->urls[0] = url;
	route->servers[0] = server;
}

/**
 * Let the request under way go on where it was sent.
 */
static void follow(scep_profile_t *profile, const scep_request_record_t *record,
				   time_t now, scep_route_t *route)
{
	time_t heard = max(record->heard, record->pending_since), patience;
	u_int index = find_recorded(profile, record, route);

	if (index == route->count)
	{
		return;
	}
	if (record->pending_since)
	{
		patience = max(SCEP_URL_PATIENCE, 2 * profile->poll_max_interval);
		prefer(route, index);
		/* what was heard in the future was so by another clock */
		if (heard <= now && now - heard < patience)
		{
			route->count = 1;
		}
	}
	else if (record->sent && !scep_route_rests(&route->servers[index], now))
	{
		prefer(route, index);
	}
}

/*
 * Described in header
 */
void scep_route_find(scep_profile_t *profile, scep_profile_store_t *store,
					 bool request, time_t now, scep_route_t *route)
{
	scep_request_record_t record = {};

	route->count = 0;
	append(profile, store, FALSE, now, route);
	append(profile, store, TRUE, now, route);
	/* one that can't be read is reported by the attempt */
	if (request && route->count > 1 &&
		store->load_request(store, &record, NULL) && record.key &&
		streq(record.digest, profile->request_digest))
	{
		follow(profile, &record, now, route);
	}
	scep_request_record_clear(&record);
}
