/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_caps scep_caps
 * @{ @ingroup scep_message_layer
 *
 * What a server says that it can do (RFC 8894, 3.5.2).
 */

#ifndef SCEP_CAPS_H_
#define SCEP_CAPS_H_

#include <library.h>

typedef enum scep_caps_t scep_caps_t;

/**
 * Capabilities, as flags.
 */
enum scep_caps_t {
	SCEP_CAP_NONE = 0,
	SCEP_CAP_AES = (1 << 0),
	SCEP_CAP_DES3 = (1 << 1),
	SCEP_CAP_GET_NEXT_CA_CERT = (1 << 2),
	SCEP_CAP_POST = (1 << 3),
	SCEP_CAP_RENEWAL = (1 << 4),
	SCEP_CAP_SHA1 = (1 << 5),
	SCEP_CAP_SHA256 = (1 << 6),
	SCEP_CAP_SHA512 = (1 << 7),
	/** implies AES, SHA-256 and POST, which scep_caps_parse() sets, too */
	SCEP_CAP_STANDARD = (1 << 8),
};

/**
 * Parse the answer to GetCACaps. Any thread.
 *
 * Lines end with LF, CRLF or the end of the answer; keywords are compared
 * whole and without regard to case; unknown ones are ignored. Anything that
 * is no such list (HTML, binary, over SCEP_MAX_CAPS) has no capabilities.
 *
 * @param body		body of the answer
 * @return			capabilities
 */
scep_caps_t scep_caps_parse(chunk_t body);

/**
 * Write capabilities as their keywords, separated by commas. Any thread.
 *
 * @param caps		capabilities
 * @param buf		where to write, "none" if there are none
 * @param len		size of buf
 * @return			buf
 */
char *scep_caps_format(scep_caps_t caps, char *buf, size_t len);

#endif /** SCEP_CAPS_H_ @}*/
