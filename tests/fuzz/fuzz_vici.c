/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"

#include "control/scep_frame.h"
#include "control/scep_vici.h"

const char *fuzz_target = "vici";

/**
 * Look at a packet.
 */
static void look(chunk_t packet)
{
	char name[SCEP_VICI_NAME_LEN];
	scep_vici_packet_t type;
	chunk_t message, value;

	if (!scep_vici_parse(packet, &type, name, &message))
	{
		return;
	}
	fuzz_require(type == SCEP_VICI_CMD_REQUEST || !message.len);
	fuzz_require(*name && strlen(name) < sizeof(name));
	if (scep_vici_get(message, "name", &value))
	{
		fuzz_require(!value.len || (value.ptr >= message.ptr &&
						value.ptr + value.len <= message.ptr + message.len));
	}
	scep_vici_get(message, "detail", &value);
}

/**
 * Put the packets of the input together, which arrives in pieces.
 *
 * @param hash		gets a hash of all packets
 */
static void replay(chunk_t input, size_t piece, uint32_t *hash)
{
	scep_frame_state_t state = SCEP_FRAME_PARTIAL;
	scep_frame_t frame = {};
	chunk_t room, packet;
	size_t len;

	while (input.len && state != SCEP_FRAME_BAD)
	{
		room = scep_frame_room(&frame);
		fuzz_require(room.len > 0);
		len = min(room.len, min(piece, input.len));
		memcpy(room.ptr, input.ptr, len);
		input = chunk_skip(input, len);
		state = scep_frame_add(&frame, len);
		if (state == SCEP_FRAME_COMPLETE)
		{
			packet = scep_frame_take(&frame);
			fuzz_require(packet.len <= SCEP_MAX_VICI_PACKET);
			*hash = chunk_hash_static_inc(packet, *hash);
			look(packet);
			chunk_clear(&packet);
		}
	}
	scep_frame_clear(&frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	chunk_t input = fuzz_input(data, size);
	uint32_t whole = 0, pieces = 0;

	replay(input, SIZE_MAX, &whole);
	replay(input, 3, &pieces);
	fuzz_require(whole == pieces);
	fuzz_done(input);
	return 0;
}
