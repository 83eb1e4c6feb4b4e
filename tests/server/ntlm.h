/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_ntlm ntlm
 * @{ @ingroup server
 *
 * NTLMv2 (MS-NLMP), the side of the server.
 */

#ifndef SERVER_NTLM_H_
#define SERVER_NTLM_H_

#include "bytes.h"

/** Length of a challenge */
#define NTLM_CHALLENGE	8

/**
 * Get the type of a message.
 *
 * @return			1 to 3, 0 if it is none
 */
int ntlm_type(bytes_t message);

/**
 * Build the message of type 2 that answers one of type 1.
 *
 * @param challenge	NTLM_CHALLENGE bytes
 * @return			message, allocated
 */
bytes_t ntlm_challenge(const unsigned char *challenge);

/**
 * Check a message of type 3. Its domain may be any.
 *
 * @param challenge	challenge that it answers
 * @param user		name of the user
 * @param password	its password
 * @return			whether it is that user's
 */
bool ntlm_is_good(bytes_t message, const unsigned char *challenge,
				  const char *user, const char *password);

#endif /** SERVER_NTLM_H_ @}*/
