/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup vici_client vici_client
 * @{ @ingroup scep_tests
 *
 * A client of the control socket that can misbehave.
 */

#ifndef VICI_CLIENT_H_
#define VICI_CLIENT_H_

#include "control/scep_vici.h"

#include <library.h>

/**
 * Connect.
 *
 * @param path		path of the socket
 * @return			descriptor
 */
int vici_client_connect(const char *path);

/**
 * Send bytes as they are.
 *
 * @return			FALSE if the connection is closed
 */
bool vici_client_send(int fd, chunk_t bytes);

/**
 * Send a request or a registration.
 *
 * @param type		type
 * @param name		name
 * @param ...		keys and values, ends with NULL
 */
void vici_client_request(int fd, scep_vici_packet_t type, const char *name,
						 ...);

/**
 * Receive a packet.
 *
 * @param packet	gets it without its length, allocated
 * @return			FALSE if the connection is closed
 */
bool vici_client_receive(int fd, chunk_t *packet);

/**
 * Send a command and get its answer.
 *
 * @param name		name
 * @param key		a key, or NULL
 * @param value		its value
 * @return			packet, allocated
 */
chunk_t vici_client_call(int fd, const char *name, const char *key,
						 const char *value);

/**
 * Whether a packet has a key with some value outside of sections; an event's
 * name is skipped.
 *
 * @param value		value, NULL for any
 */
bool vici_client_has(chunk_t packet, const char *key, const char *value);

#endif /** VICI_CLIENT_H_ @}*/
