/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_vici.h"

#include <stdarg.h>
#include <stdio.h>

/** Longest value that has a length of 16 bits */
#define MAX_VALUE	0xffff

/** Room for a formatted value */
#define FORMAT_LEN	4096

typedef enum element_t element_t;
typedef struct cursor_t cursor_t;

/**
 * Types of elements in a message.
 */
enum element_t {
	SECTION_START = 1,
	SECTION_END = 2,
	KEY_VALUE = 3,
	LIST_START = 4,
	LIST_ITEM = 5,
	LIST_END = 6,
};

/**
 * A place in a message, and the element that was read there.
 */
struct cursor_t {

	/** rest of the message */
	chunk_t rest;

	/** sections that are open */
	u_int depth;

	/** whether a list is open */
	bool list;

	/** last element: type, name and value, if its type has them */
	uint16_t type;
	chunk_t name;
	chunk_t value;
};

/**
 * Whether a name can be one: printable ASCII, as the protocol has it.
 */
static bool is_good_name(chunk_t name)
{
	size_t i;

	for (i = 0; i < name.len; i++)
	{
		if (name.ptr[i] <= 0x20 || name.ptr[i] >= 0x7f)
		{
			return FALSE;
		}
	}
	return name.len > 0;
}

/**
 * Read a number in network order.
 *
 * @param rest		what is read from
 * @param len		length of the number, 1 or 2
 */
static bool read_number(chunk_t *rest, size_t len, uint16_t *number)
{
	if (rest->len < len)
	{
		return FALSE;
	}
	*number = len == 1 ? *rest->ptr : untoh16(rest->ptr);
	*rest = chunk_skip(*rest, len);
	return TRUE;
}

/**
 * Read data that has its length before it.
 */
static bool read_data(chunk_t *rest, size_t len, chunk_t *data)
{
	uint16_t number;

	if (!read_number(rest, len, &number) || rest->len < number)
	{
		return FALSE;
	}
	*data = chunk_create(rest->ptr, number);
	*rest = chunk_skip(*rest, number);
	return TRUE;
}

/**
 * Read a name.
 */
static bool read_name(chunk_t *rest, chunk_t *name)
{
	return read_data(rest, 1, name) && is_good_name(*name);
}

/**
 * Read the name or the value that an element's type has.
 */
static bool read_content(cursor_t *cursor)
{
	bool named = cursor->type == SECTION_START || cursor->type == KEY_VALUE ||
				 cursor->type == LIST_START;
	bool valued = cursor->type == KEY_VALUE || cursor->type == LIST_ITEM;

	cursor->name = cursor->value = chunk_empty;
	return (!named || read_name(&cursor->rest, &cursor->name)) &&
		   (!valued || read_data(&cursor->rest, 2, &cursor->value));
}

/**
 * Read an element.
 *
 * @return			FALSE at an element that must not be where it is
 */
static bool next(cursor_t *cursor)
{
	if (!read_number(&cursor->rest, 1, &cursor->type) || !read_content(cursor))
	{
		return FALSE;
	}
	switch (cursor->type)
	{
		case SECTION_START:
			return !cursor->list && ++cursor->depth <= SCEP_MAX_VICI_DEPTH;
		case SECTION_END:
			return !cursor->list && cursor->depth-- > 0;
		case KEY_VALUE:
			return !cursor->list;
		case LIST_START:
			return !cursor->list && (cursor->list = TRUE);
		case LIST_ITEM:
			return cursor->list;
		case LIST_END:
			return cursor->list && !(cursor->list = FALSE);
		default:
			return FALSE;
	}
}

/**
 * Whether a message is well-formed. Names have to be unique outside sections
 * only, where we read them.
 */
static bool is_well_formed(chunk_t message)
{
	cursor_t cursor = { .rest = message };
	chunk_t names[SCEP_MAX_VICI_KEYS];
	u_int elements = 0, count = 0, i;
	bool good = TRUE;

	while (good && cursor.rest.len)
	{
		good = ++elements <= SCEP_MAX_VICI_ELEMENTS && next(&cursor);
		if (good && cursor.type == KEY_VALUE && !cursor.depth)
		{
			for (i = 0; i < count; i++)
			{
				good = good && !chunk_equals(names[i], cursor.name);
			}
			good = good && count < countof(names);
			if (good)
			{
				names[count++] = cursor.name;
			}
		}
	}
	return good && !cursor.depth && !cursor.list;
}

/*
 * Described in header
 */
bool scep_vici_parse(chunk_t data, scep_vici_packet_t *type,
					 char name[SCEP_VICI_NAME_LEN], chunk_t *message)
{
	chunk_t chunk;
	uint16_t byte;

	if (!read_number(&data, 1, &byte) || !read_name(&data, &chunk))
	{
		return FALSE;
	}
	memcpy(name, chunk.ptr, chunk.len);
	name[chunk.len] = '\0';
	*message = data;
	*type = byte;
	switch (*type)
	{
		case SCEP_VICI_CMD_REQUEST:
			return is_well_formed(*message);
		case SCEP_VICI_EVENT_REGISTER:
		case SCEP_VICI_EVENT_UNREGISTER:
			return !message->len;
		default:
			return FALSE;
	}
}

/*
 * Described in header
 */
bool scep_vici_get(chunk_t message, const char *key, chunk_t *value)
{
	cursor_t cursor = { .rest = message };
	bool found = FALSE;

	while (!found && cursor.rest.len && next(&cursor))
	{
		found = cursor.type == KEY_VALUE && !cursor.depth &&
				chunk_equals(cursor.name, chunk_from_str((char*)key));
	}
	*value = found ? cursor.value : chunk_empty;
	return found;
}

/*
 * Described in header
 */
bio_writer_t *scep_vici_begin(scep_vici_packet_t type, const char *name)
{
	bio_writer_t *writer = bio_writer_create(256);

	/* the length, known at the end */
	writer->write_uint32(writer, 0);
	writer->write_uint8(writer, type);
	if (name)
	{
		writer->write_data8(writer, chunk_from_str((char*)name));
	}
	return writer;
}

/**
 * Write an element with a name.
 */
static void write_name(bio_writer_t *writer, element_t type, const char *name)
{
	writer->write_uint8(writer, type);
	writer->write_data8(writer, chunk_from_str((char*)name));
}

/**
 * Write a value.
 */
static void write_value(bio_writer_t *writer, chunk_t value)
{
	value.len = min(value.len, MAX_VALUE);
	writer->write_data16(writer, value);
}

/*
 * Described in header
 */
void scep_vici_add_chunk(bio_writer_t *writer, const char *key, chunk_t value)
{
	write_name(writer, KEY_VALUE, key);
	write_value(writer, value);
}

/*
 * Described in header
 */
void scep_vici_add(bio_writer_t *writer, const char *key, const char *value)
{
	if (value && *value)
	{
		scep_vici_add_chunk(writer, key, chunk_from_str((char*)value));
	}
}

/*
 * Described in header
 */
void scep_vici_add_fmt(bio_writer_t *writer, const char *key,
					   const char *fmt, ...)
{
	char value[FORMAT_LEN];
	va_list args;

	va_start(args, fmt);
	vsnprintf(value, sizeof(value), fmt, args);
	va_end(args);
	scep_vici_add(writer, key, value);
}

/*
 * Described in header
 */
void scep_vici_begin_list(bio_writer_t *writer, const char *key)
{
	write_name(writer, LIST_START, key);
}

/*
 * Described in header
 */
void scep_vici_add_item(bio_writer_t *writer, const char *value)
{
	writer->write_uint8(writer, LIST_ITEM);
	write_value(writer, chunk_from_str((char*)value));
}

/*
 * Described in header
 */
void scep_vici_end_list(bio_writer_t *writer)
{
	writer->write_uint8(writer, LIST_END);
}

/*
 * Described in header
 */
chunk_t scep_vici_finish(bio_writer_t *writer)
{
	chunk_t packet = writer->extract_buf(writer);

	htoun32(packet.ptr, packet.len - sizeof(uint32_t));
	writer->destroy(writer);
	return packet;
}
