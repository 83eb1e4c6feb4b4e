/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "vici_client.h"

#include <check.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/*
 * Described in header
 */
int vici_client_connect(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	ck_assert_msg(connect(fd, (struct sockaddr*)&addr, sizeof(addr)) == 0,
				  "%s: %s", path, strerror(errno));
	return fd;
}

/*
 * Described in header
 */
bool vici_client_send(int fd, chunk_t bytes)
{
	ssize_t len;

	while (bytes.len)
	{
		len = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
		if (len <= 0)
		{
			return FALSE;
		}
		bytes = chunk_skip(bytes, len);
	}
	return TRUE;
}

/*
 * Described in header
 */
void vici_client_request(int fd, scep_vici_packet_t type, const char *name, ...)
{
	bio_writer_t *writer = scep_vici_begin(type, name);
	const char *key;
	chunk_t packet;
	va_list args;

	va_start(args, name);
	while ((key = va_arg(args, const char*)))
	{
		scep_vici_add(writer, key, va_arg(args, const char*));
	}
	va_end(args);
	packet = scep_vici_finish(writer);
	ck_assert(vici_client_send(fd, packet));
	chunk_free(&packet);
}

/**
 * Receive so many bytes.
 */
static bool receive(int fd, chunk_t buf)
{
	ssize_t len;

	while (buf.len)
	{
		len = recv(fd, buf.ptr, buf.len, 0);
		if (len <= 0)
		{
			return FALSE;
		}
		buf = chunk_skip(buf, len);
	}
	return TRUE;
}

/*
 * Described in header
 */
bool vici_client_receive(int fd, chunk_t *packet)
{
	u_char header[4];

	*packet = chunk_empty;
	if (!receive(fd, chunk_from_thing(header)))
	{
		return FALSE;
	}
	*packet = chunk_alloc(untoh32(header));
	if (!receive(fd, *packet))
	{
		chunk_free(packet);
		return FALSE;
	}
	return TRUE;
}

/*
 * Described in header
 */
chunk_t vici_client_call(int fd, const char *name, const char *key,
						 const char *value)
{
	chunk_t packet;

	vici_client_request(fd, SCEP_VICI_CMD_REQUEST, name, key, value, NULL);
	ck_assert(vici_client_receive(fd, &packet));
	return packet;
}

/*
 * Described in header
 */
bool vici_client_has(chunk_t packet, const char *key, const char *value)
{
	chunk_t message = chunk_skip(packet, 1), found;

	if (packet.ptr[0] == SCEP_VICI_EVENT)
	{
		message = chunk_skip(packet, 2 + packet.ptr[1]);
	}
	return scep_vici_get(message, key, &found) &&
		   (!value || (found.len == strlen(value) &&
					   (!found.len || memeq(found.ptr, value, found.len))));
}
