/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_test.h"

#include "control/scep_frame.h"
#include "control/scep_vici.h"

/** Name and message of parsed packets */
static char name[SCEP_VICI_NAME_LEN];
static chunk_t message;
static scep_vici_packet_t type;

/**
 * Bytes of a literal, without its NUL.
 */
#define BYTES(literal)	((chunk_t){ (u_char*)literal, sizeof(literal) - 1 })

/** the example in the description of the protocol, as a request "c" */
#define EXAMPLE	"\x00\x01" "c" \
	"\x03\x04" "key1" "\x00\x06" "value1" \
	"\x01\x08" "section1" \
	"\x01\x0b" "sub-section" \
	"\x03\x04" "key2" "\x00\x06" "value2" \
	"\x02" \
	"\x04\x05" "list1" \
	"\x05\x00\x05" "item1" \
	"\x05\x00\x05" "item2" \
	"\x06" \
	"\x02"

/**
 * Parse a packet that is a copy of exactly its length, for the sanitizer.
 */
static bool parse(chunk_t data)
{
	static chunk_t copy;

	chunk_free(&copy);
	copy = chunk_clone(data);
	return scep_vici_parse(copy, &type, name, &message);
}

/**
 * Whether the value of a key is some text.
 */
static bool has(const char *key, const char *expected)
{
	chunk_t value;

	return scep_vici_get(message, key, &value) &&
		   value.len == strlen(expected) &&
		   (!value.len || memeq(value.ptr, expected, value.len));
}

/**
 * Repeat bytes.
 */
static chunk_t repeat(chunk_t head, chunk_t unit, u_int count, chunk_t tail)
{
	chunk_t all = chunk_clone(head);

	while (count--)
	{
		all = chunk_cat("mc", all, unit);
	}
	return chunk_cat("mc", all, tail);
}

START_TEST(reads_the_example)
{
	chunk_t value;

	ck_assert(parse(BYTES(EXAMPLE)));
	ck_assert_int_eq(type, SCEP_VICI_CMD_REQUEST);
	ck_assert_str_eq(name, "c");
	ck_assert(has("key1", "value1"));
	/* what is in sections is not meant */
	ck_assert(!scep_vici_get(message, "key2", &value));
	ck_assert(!scep_vici_get(message, "list1", &value));
	ck_assert(!value.len);
}
END_TEST

START_TEST(reads_what_clients_send)
{
	ck_assert(parse(BYTES("\x00\x07" "version")));
	ck_assert_str_eq(name, "version");
	ck_assert_int_eq(message.len, 0);
	ck_assert(parse(BYTES("\x03\x07" "profile")));
	ck_assert_int_eq(type, SCEP_VICI_EVENT_REGISTER);
	ck_assert(parse(BYTES("\x04\x07" "profile")));
	ck_assert_int_eq(type, SCEP_VICI_EVENT_UNREGISTER);
	ck_assert(parse(BYTES("\x00\x01" "c" "\x03\x01" "k" "\x00\x00")));
	ck_assert(has("k", ""));
	ck_assert(parse(BYTES("\x00\x01" "c" "\x03\x01" "k" "\x00\x03" "a\0b")));
}
END_TEST

/** what no client may send */
static const struct {
	const char *what;
	chunk_t packet;
} bad[] = {
	{ "nothing", { NULL, 0 } },
	{ "no name", BYTES("\x00") },
	{ "an empty name", BYTES("\x00\x00") },
	{ "a name that is cut", BYTES("\x00\x05" "vers") },
	{ "a name with a blank", BYTES("\x00\x03" "a b") },
	{ "a name with a NUL", BYTES("\x00\x03" "a\0b") },
	{ "a name with a byte of UTF-8", BYTES("\x00\x02" "\xc3\xa4") },
	{ "a response", BYTES("\x01") },
	{ "a response with a name", BYTES("\x01\x01" "c") },
	{ "an event", BYTES("\x07\x01" "c") },
	{ "another type", BYTES("\x08\x01" "c") },
	{ "the last type", BYTES("\xff\x01" "c") },
	{ "a registration with a message",
		BYTES("\x03\x01" "c" "\x03\x01" "k" "\x00\x00") },
	{ "element 0", BYTES("\x00\x01" "c" "\x00") },
	{ "element 7", BYTES("\x00\x01" "c" "\x07") },
	{ "a key that is cut", BYTES("\x00\x01" "c" "\x03\x02" "k") },
	{ "a key without a name", BYTES("\x00\x01" "c" "\x03\x00" "\x00\x00") },
	{ "a key with a control character",
		BYTES("\x00\x01" "c" "\x03\x01" "\n" "\x00\x00") },
	{ "a key without a value", BYTES("\x00\x01" "c" "\x03\x01" "k") },
	{ "half a length", BYTES("\x00\x01" "c" "\x03\x01" "k" "\x00") },
	{ "a value that is cut", BYTES("\x00\x01" "c" "\x03\x01" "k" "\x00\x02" "v") },
	{ "a key twice", BYTES("\x00\x01" "c" "\x03\x01" "k" "\x00\x00"
						   "\x03\x01" "k" "\x00\x00") },
	{ "a section that stays open", BYTES("\x00\x01" "c" "\x01\x01" "s") },
	{ "a section that was not opened", BYTES("\x00\x01" "c" "\x02") },
	{ "a section without a name", BYTES("\x00\x01" "c" "\x01\x00\x02") },
	{ "a list that stays open", BYTES("\x00\x01" "c" "\x04\x01" "l") },
	{ "a list that was not opened", BYTES("\x00\x01" "c" "\x06") },
	{ "an item without a list", BYTES("\x00\x01" "c" "\x05\x00\x00") },
	{ "a list in a list",
		BYTES("\x00\x01" "c" "\x04\x01" "l" "\x04\x01" "m" "\x06\x06") },
	{ "a section in a list",
		BYTES("\x00\x01" "c" "\x04\x01" "l" "\x01\x01" "s" "\x02\x06") },
	{ "a section that ends in a list",
		BYTES("\x00\x01" "c" "\x01\x01" "s" "\x04\x01" "l" "\x02\x06") },
	{ "a key in a list",
		BYTES("\x00\x01" "c" "\x04\x01" "l" "\x03\x01" "k" "\x00\x00\x06") },
};

START_TEST(refuses_what_is_malformed)
{
	ck_assert_msg(!parse(bad[_i].packet), "%s", bad[_i].what);
}
END_TEST

START_TEST(refuses_the_example_if_it_is_cut)
{
	/* where it is cut between elements outside of all sections it is good */
	ck_assert(parse(chunk_create((u_char*)EXAMPLE, _i)) ==
			  (_i == 3 || _i == 17 || _i == sizeof(EXAMPLE) - 1));
}
END_TEST

START_TEST(bounds_sections)
{
	chunk_t head, packet;
	int i;

	for (i = 0; i < 2; i++)
	{
		head = repeat(BYTES("\x00\x01" "c"), BYTES("\x01\x01" "s"),
					  SCEP_MAX_VICI_DEPTH + i, chunk_empty);
		packet = repeat(head, BYTES("\x02"), SCEP_MAX_VICI_DEPTH + i,
						chunk_empty);
		ck_assert(parse(packet) == !i);
		chunk_free(&head);
		chunk_free(&packet);
	}
}
END_TEST

START_TEST(bounds_elements)
{
	chunk_t packet;
	int i;

	for (i = 0; i < 2; i++)
	{
		packet = repeat(BYTES("\x00\x01" "c" "\x04\x01" "l"),
						BYTES("\x05\x00\x00"), SCEP_MAX_VICI_ELEMENTS - 2 + i,
						BYTES("\x06"));
		ck_assert(parse(packet) == !i);
		chunk_free(&packet);
	}
}
END_TEST

START_TEST(bounds_keys)
{
	chunk_t packet = chunk_clone(BYTES("\x00\x01" "c")), key;
	char buf[8];
	int i;

	for (i = 0; i <= SCEP_MAX_VICI_KEYS; i++)
	{
		snprintf(buf, sizeof(buf), "\x03\x02%02d", i);
		key = chunk_from_str(buf);
		packet = chunk_cat("mcc", packet, key, BYTES("\x00\x00"));
		ck_assert(parse(packet) == (i < SCEP_MAX_VICI_KEYS));
	}
	chunk_free(&packet);
}
END_TEST

START_TEST(writes_what_clients_read)
{
	bio_writer_t *writer;
	chunk_t packet;

	writer = scep_vici_begin(SCEP_VICI_EVENT, "e");
	scep_vici_add(writer, "k", "v");
	scep_vici_add(writer, "none", NULL);
	scep_vici_add(writer, "empty", "");
	scep_vici_add_fmt(writer, "n", "%d", 42);
	scep_vici_begin_list(writer, "l");
	scep_vici_add_item(writer, "i");
	scep_vici_end_list(writer);
	packet = scep_vici_finish(writer);
	ck_assert(chunk_equals(packet, BYTES("\x00\x00\x00\x18" "\x07\x01" "e"
							"\x03\x01" "k" "\x00\x01" "v"
							"\x03\x01" "n" "\x00\x02" "42"
							"\x04\x01" "l" "\x05\x00\x01" "i" "\x06")));
	chunk_free(&packet);
	packet = scep_vici_finish(scep_vici_begin(SCEP_VICI_CMD_UNKNOWN, NULL));
	ck_assert(chunk_equals(packet, BYTES("\x00\x00\x00\x01" "\x02")));
	chunk_free(&packet);
}
END_TEST

START_TEST(cuts_values_that_are_too_long)
{
	bio_writer_t *writer;
	chunk_t packet, value;
	char *text;

	text = malloc(0x10001);
	memset(text, 'x', 0x10000);
	text[0x10000] = '\0';
	writer = scep_vici_begin(SCEP_VICI_CMD_REQUEST, "c");
	scep_vici_add(writer, "long", text);
	scep_vici_add(writer, "short", "s");
	free(text);
	packet = scep_vici_finish(writer);
	ck_assert(parse(chunk_skip(packet, 4)));
	ck_assert(scep_vici_get(message, "long", &value));
	ck_assert_int_eq(value.len, 0xffff);
	ck_assert(has("short", "s"));
	chunk_free(&packet);
}
END_TEST

/**
 * Put the packets of a blob together that arrives in pieces.
 *
 * @param piece			length of the pieces, 0 for all at once
 * @param packets		gets the packets, one after the other
 * @return				how the last one stands
 */
static scep_frame_state_t replay(chunk_t blob, size_t piece, chunk_t *packets)
{
	scep_frame_state_t state = SCEP_FRAME_PARTIAL;
	scep_frame_t frame = {};
	chunk_t room, packet;
	size_t len, arrived = 0;

	*packets = chunk_empty;
	while (blob.len && state != SCEP_FRAME_BAD)
	{
		arrived = arrived ?: (piece ?: blob.len);
		room = scep_frame_room(&frame);
		len = min(room.len, min(arrived, blob.len));
		memcpy(room.ptr, blob.ptr, len);
		blob = chunk_skip(blob, len);
		arrived -= len;
		state = scep_frame_add(&frame, len);
		if (state == SCEP_FRAME_COMPLETE)
		{
			packet = scep_frame_take(&frame);
			*packets = chunk_cat("mmc", *packets, packet, BYTES("|"));
		}
	}
	scep_frame_clear(&frame);
	return state;
}

/** lengths of pieces, 0 for all at once */
static const size_t pieces[] = { 1, 2, 3, 7, 0 };

START_TEST(puts_packets_together)
{
	chunk_t packets;

	ck_assert_int_eq(replay(BYTES("\0\0\0\x02" "ab" "\0\0\0\0"
								  "\0\0\0\x09" "123456789" "\0\0\0\x01" "c"),
							pieces[_i], &packets), SCEP_FRAME_COMPLETE);
	ck_assert(chunk_equals(packets, BYTES("ab||123456789|c|")));
	chunk_free(&packets);
	ck_assert_int_eq(replay(BYTES("\0\0\0\x02" "ab" "\0\0\0\x02" "c"),
							pieces[_i], &packets), SCEP_FRAME_PARTIAL);
	ck_assert(chunk_equals(packets, BYTES("ab|")));
	chunk_free(&packets);
}
END_TEST

START_TEST(bounds_packets)
{
	chunk_t blob = chunk_alloc(4 + SCEP_MAX_VICI_PACKET + 1), packets;

	memset(blob.ptr, 'x', blob.len);
	htoun32(blob.ptr, SCEP_MAX_VICI_PACKET);
	blob.len--;
	ck_assert_int_eq(replay(blob, pieces[_i], &packets), SCEP_FRAME_COMPLETE);
	ck_assert_int_eq(packets.len, SCEP_MAX_VICI_PACKET + 1);
	chunk_free(&packets);
	blob.len++;
	htoun32(blob.ptr, SCEP_MAX_VICI_PACKET + 1);
	ck_assert_int_eq(replay(blob, pieces[_i], &packets), SCEP_FRAME_BAD);
	ck_assert_int_eq(packets.len, 0);
	htoun32(blob.ptr, 0xffffffff);
	ck_assert_int_eq(replay(blob, pieces[_i], &packets), SCEP_FRAME_BAD);
	chunk_free(&blob);
}
END_TEST

START_TEST(a_length_costs_no_memory)
{
	scep_frame_t frame = {};

	htoun32(scep_frame_room(&frame).ptr, SCEP_MAX_VICI_PACKET);
	ck_assert_int_eq(scep_frame_add(&frame, 4), SCEP_FRAME_PARTIAL);
	ck_assert_int_le(scep_frame_room(&frame).len, 4096);
	scep_frame_clear(&frame);
}
END_TEST

static void teardown()
{
	parse(chunk_empty);
}

int main()
{
	Suite *suite = suite_create("vici");
	TCase *tcase = tcase_create("messages");

	tcase_add_checked_fixture(tcase, NULL, teardown);
	tcase_add_test(tcase, reads_the_example);
	tcase_add_test(tcase, reads_what_clients_send);
	tcase_add_loop_test(tcase, refuses_what_is_malformed, 0, countof(bad));
	tcase_add_loop_test(tcase, refuses_the_example_if_it_is_cut, 0,
						sizeof(EXAMPLE));
	tcase_add_test(tcase, bounds_sections);
	tcase_add_test(tcase, bounds_elements);
	tcase_add_test(tcase, bounds_keys);
	tcase_add_test(tcase, writes_what_clients_read);
	tcase_add_test(tcase, cuts_values_that_are_too_long);
	suite_add_tcase(suite, tcase);

	tcase = tcase_create("packets");
	tcase_add_loop_test(tcase, puts_packets_together, 0, countof(pieces));
	tcase_add_loop_test(tcase, bounds_packets, 0, countof(pieces));
	tcase_add_test(tcase, a_length_costs_no_memory);
	suite_add_tcase(suite, tcase);
	return scep_test_run(suite);
}
