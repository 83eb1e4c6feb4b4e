/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_frame scep_frame
 * @{ @ingroup scep_control
 *
 * Puts the packets of a client together from the pieces that arrive.
 */

#ifndef SCEP_FRAME_H_
#define SCEP_FRAME_H_

#include "base/scep_limits.h"

#include <library.h>

typedef enum scep_frame_state_t scep_frame_state_t;
typedef struct scep_frame_t scep_frame_t;

/**
 * How far a packet is.
 */
enum scep_frame_state_t {
	/** more has to come */
	SCEP_FRAME_PARTIAL,
	/** it is complete */
	SCEP_FRAME_COMPLETE,
	/** it is too long */
	SCEP_FRAME_BAD,
};

/**
 * A packet that arrives; all zero before its first byte. One thread at a time.
 */
struct scep_frame_t {

	/** length of the packet, as it came, and how much of that has come */
	u_char header[sizeof(uint32_t)];
	size_t header_len;

	/** what has come of the packet, and room for more */
	chunk_t buf;
	size_t len;
};

/**
 * Get where to put what comes next. Never beyond the end of the packet.
 *
 * Room for it grows with what has come: a length alone costs no memory.
 *
 * @param frame		packet that is not complete
 * @return			where to put, and at most how much; internal data
 */
chunk_t scep_frame_room(scep_frame_t *frame);

/**
 * Something was put where scep_frame_room() told.
 *
 * @param frame		packet
 * @param len		how many bytes, at least 1
 * @return			how far it is
 */
scep_frame_state_t scep_frame_add(scep_frame_t *frame, size_t len);

/**
 * Take a complete packet out; the next one can come.
 *
 * @param frame		packet
 * @return			packet without its length, allocated; may be a secret
 */
chunk_t scep_frame_take(scep_frame_t *frame);

/**
 * Free what has come.
 *
 * @param frame		packet
 */
void scep_frame_clear(scep_frame_t *frame);

#endif /** SCEP_FRAME_H_ @}*/
