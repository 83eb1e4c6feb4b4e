/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_curl scep_curl
 * @{ @ingroup scep_transport_layer
 *
 * The transport on libcurl, all transfers in the loop's thread.
 */

#ifndef SCEP_CURL_H_
#define SCEP_CURL_H_

#include "transport/scep_transport.h"

typedef struct scep_curl_t scep_curl_t;

/**
 * Transport on libcurl's multi interface.
 */
struct scep_curl_t {

	/**
	 * Implements scep_transport_t.
	 */
	scep_transport_t transport;

	/**
	 * Wait for transfers, a file descriptor, or wakeup(), without end; then do
	 * what there is to do. Callbacks of transfers are called from inside.
	 * Loop thread.
	 *
	 * @param fd		file descriptor to wait for, too
	 * @return			whether fd is readable
	 */
	bool (*wait)(scep_curl_t *this, int fd);

	/**
	 * End a wait() that is under way, or the next one. Any thread.
	 */
	void (*wakeup)(scep_curl_t *this);
};

/**
 * Create the transport.
 *
 * @return			transport, NULL if libcurl can't be initialised
 */
scep_curl_t *scep_curl_create();

#endif /** SCEP_CURL_H_ @}*/
