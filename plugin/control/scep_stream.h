/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_stream scep_stream
 * @{ @ingroup scep_control
 *
 * An answer that has no bound: made in portions, as the client reads them, so
 * that neither thousands of profiles nor a slow client hold up the loop.
 */

#ifndef SCEP_STREAM_H_
#define SCEP_STREAM_H_

#include "enroll/scep_roster.h"

#include <library.h>
#include <collections/linked_list.h>

typedef struct scep_stream_t scep_stream_t;

/**
 * An answer in portions. Loop thread only.
 */
struct scep_stream_t {

	/**
	 * Make the next portion, which takes about a millisecond.
	 *
	 * @param portion	gets it, allocated; may be empty
	 * @return			FALSE if that was the end
	 */
	bool (*next)(scep_stream_t *this, chunk_t *portion);

	/**
	 * Destroy a scep_stream_t.
	 */
	void (*destroy)(scep_stream_t *this);
};

/**
 * List profiles: a packet with an event "profile" each.
 *
 * @param roster	profiles, not owned
 * @param names		names of those to list, char*; gets owned
 * @param detail	list all that is seen of them
 * @return			stream of packets
 */
scep_stream_t *scep_stream_create_list(scep_roster_t *roster,
									   linked_list_t *names, bool detail);

/**
 * List the metrics of all profiles, as text.
 *
 * @param roster	profiles, not owned
 * @param packets	whether each piece is a packet with an event "metrics"
 * @return			stream
 */
scep_stream_t *scep_stream_create_metrics(scep_roster_t *roster, bool packets);

#endif /** SCEP_STREAM_H_ @}*/
