/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_frame.h"

/** Room to begin with, bytes */
#define FIRST_ROOM	1024

/**
 * Length of the packet, once its header is there.
 */
static size_t get_len(scep_frame_t *frame)
{
	return untoh32(frame->header);
}

/**
 * Make room for more; what was there may be a secret.
 */
static void grow(scep_frame_t *frame)
{
	chunk_t buf;
	size_t room;

	room = max(FIRST_ROOM, 2 * frame->buf.len);
	buf = chunk_alloc(min(room, get_len(frame)));
	memcpy(buf.ptr, frame->buf.ptr, frame->len);
	chunk_clear(&frame->buf);
	frame->buf = buf;
}

/*
 * Described in header
 */
chunk_t scep_frame_room(scep_frame_t *frame)
{
	if (frame->header_len < sizeof(frame->header))
	{
		return chunk_create(frame->header + frame->header_len,
							sizeof(frame->header) - frame->header_len);
	}
	if (frame->len == frame->buf.len)
	{
		grow(frame);
	}
	return chunk_skip(frame->buf, frame->len);
}

/*
 * Described in header
 */
scep_frame_state_t scep_frame_add(scep_frame_t *frame, size_t len)
{
	if (frame->header_len < sizeof(frame->header))
	{
		frame->header_len += len;
		if (frame->header_len < sizeof(frame->header))
		{
			return SCEP_FRAME_PARTIAL;
		}
		if (get_len(frame) > SCEP_MAX_VICI_PACKET)
		{
			return SCEP_FRAME_BAD;
		}
	}
	else
	{
		frame->len += len;
	}
	return frame->len == get_len(frame) ? SCEP_FRAME_COMPLETE
										: SCEP_FRAME_PARTIAL;
}

/*
 * Described in header
 */
chunk_t scep_frame_take(scep_frame_t *frame)
{
	chunk_t packet = frame->buf;

	*frame = (scep_frame_t){};
	return packet;
}

/*
 * Described in header
 */
void scep_frame_clear(scep_frame_t *frame)
{
	chunk_clear(&frame->buf);
	*frame = (scep_frame_t){};
}
