/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_vici scep_vici
 * @{ @ingroup scep_control
 *
 * The server's side of strongSwan's VICI protocol: packets and messages.
 */

#ifndef SCEP_VICI_H_
#define SCEP_VICI_H_

#include "base/scep_limits.h"

#include <library.h>
#include <bio/bio_writer.h>

/** Room for a name: its length has 8 bits */
#define SCEP_VICI_NAME_LEN	256

typedef enum scep_vici_packet_t scep_vici_packet_t;

/**
 * Types of packets.
 */
enum scep_vici_packet_t {
	/** a command, with its name and a message */
	SCEP_VICI_CMD_REQUEST = 0,
	/** answer to it, with a message */
	SCEP_VICI_CMD_RESPONSE = 1,
	/** there is no such command */
	SCEP_VICI_CMD_UNKNOWN = 2,
	/** wish to get events of a name */
	SCEP_VICI_EVENT_REGISTER = 3,
	/** wish to get no more of them */
	SCEP_VICI_EVENT_UNREGISTER = 4,
	/** answer to either */
	SCEP_VICI_EVENT_CONFIRM = 5,
	/** there is no such event */
	SCEP_VICI_EVENT_UNKNOWN = 6,
	/** an event, with its name and a message */
	SCEP_VICI_EVENT = 7,
};

/**
 * Parse a packet of a client. Pure; any thread.
 *
 * @param data		packet, without its length
 * @param type		gets its type: request, register or unregister
 * @param name		gets its name: printable ASCII, not empty
 * @param message	gets its message, well-formed; internal data of the packet
 * @return			FALSE if it is none that a client may send
 */
bool scep_vici_parse(chunk_t data, scep_vici_packet_t *type,
					 char name[SCEP_VICI_NAME_LEN], chunk_t *message);

/**
 * Get the value of a key that is in no section. Pure; any thread.
 *
 * @param message	well-formed message, as scep_vici_parse() gives it
 * @param key		key
 * @param value		gets the value, internal data of the message
 * @return			FALSE if there is none
 */
bool scep_vici_get(chunk_t message, const char *key, chunk_t *value);

/**
 * Begin a packet. Any thread.
 *
 * @param type		type of the packet
 * @param name		name, NULL if that type has none
 * @return			writer, to be finished by scep_vici_finish()
 */
bio_writer_t *scep_vici_begin(scep_vici_packet_t type, const char *name);

/**
 * Append a key and its value, cut at 64 KiB. Any thread.
 *
 * @param writer	packet
 * @param key		key
 * @param value		value; NULL and an empty one are left out
 */
void scep_vici_add(bio_writer_t *writer, const char *key, const char *value);

/**
 * Append a key and its value, cut at 64 KiB. Any thread.
 *
 * @param writer	packet
 * @param key		key
 * @param value		value
 */
void scep_vici_add_chunk(bio_writer_t *writer, const char *key, chunk_t value);

/**
 * Append a key and a value that is formatted, at most 4 KiB. Any thread.
 *
 * @param writer	packet
 * @param key		key
 * @param fmt		printf format, libstrongswan's specifiers included
 */
void scep_vici_add_fmt(bio_writer_t *writer, const char *key,
					   const char *fmt, ...);

/**
 * Begin a list. Any thread.
 *
 * @param writer	packet
 * @param key		key of the list
 */
void scep_vici_begin_list(bio_writer_t *writer, const char *key);

/**
 * Append an item to a list that was begun, cut at 64 KiB. Any thread.
 *
 * @param writer	packet
 * @param value		value
 */
void scep_vici_add_item(bio_writer_t *writer, const char *value);

/**
 * End a list. Any thread.
 *
 * @param writer	packet
 */
void scep_vici_end_list(bio_writer_t *writer);

/**
 * Finish a packet. Any thread.
 *
 * @param writer	packet, gets destroyed
 * @return			packet with its length before it, allocated
 */
chunk_t scep_vici_finish(bio_writer_t *writer);

#endif /** SCEP_VICI_H_ @}*/
