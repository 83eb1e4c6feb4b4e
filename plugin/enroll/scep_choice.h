/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_choice scep_choice
 * @{ @ingroup scep_enroll
 *
 * What to send to a server: pure functions of its capabilities, what is
 * remembered about it, and the profile.
 */

#ifndef SCEP_CHOICE_H_
#define SCEP_CHOICE_H_

#include "config/scep_profile.h"
#include "message/scep_caps.h"
#include "message/scep_message.h"
#include "store/scep_store.h"

#include <library.h>

typedef enum scep_way_t scep_way_t;
typedef enum scep_signer_t scep_signer_t;
typedef struct scep_algorithms_t scep_algorithms_t;

/**
 * Who signs a request.
 */
enum scep_signer_t {
	/** the new key, with a self-signed certificate */
	SCEP_SIGNER_SELF,
	/** the certificate that is to be renewed */
	SCEP_SIGNER_CURRENT,
	/** signer.cert */
	SCEP_SIGNER_OTHER,
};

/**
 * Ways to ask for a certificate (RFC 8894, 2.3). Their names stand in the
 * request on disk.
 */
enum scep_way_t {
	/** none */
	SCEP_WAY_NONE,
	/** PKCSReq, self-signed, with the challenge if there is one */
	SCEP_WAY_ENROLL,
	/** RenewalReq or PKCSReq, signed with signer.cert */
	SCEP_WAY_OTHER_RENEWAL,
	SCEP_WAY_OTHER_PKCSREQ,
	/** RenewalReq, signed with the current certificate */
	SCEP_WAY_RENEWAL,
	SCEP_WAY_RENEWAL_CHALLENGE,
	/** PKCSReq, signed with the current certificate */
	SCEP_WAY_PKCSREQ,
	SCEP_WAY_PKCSREQ_CHALLENGE,
	/** PKCSReq, self-signed, with the challenge, at renewal */
	SCEP_WAY_CHALLENGE,
};

/**
 * Enum names for scep_way_t.
 */
extern enum_name_t *scep_way_names;

/**
 * Algorithms of a message that we send.
 */
struct scep_algorithms_t {

	/** digest */
	hash_algorithm_t digest;

	/** cipher, and the size of its key in bytes */
	encryption_algorithm_t cipher;
	size_t key_size;
};

/**
 * Get the messageType of a way.
 *
 * @param way		way
 * @return			SCEP_PKCS_REQ or SCEP_RENEWAL_REQ
 */
scep_message_type_t scep_way_type(scep_way_t way);

/**
 * Get who signs.
 *
 * @param way		way
 * @return			signer
 */
scep_signer_t scep_way_signer(scep_way_t way);

/**
 * Get the same way to renew with or without the challenge.
 *
 * @param way		way to ask
 * @param challenge	whether the challenge goes along
 * @return			way; the same one where it can't be had so
 */
scep_way_t scep_way_set_challenge(scep_way_t way, bool challenge);

/**
 * Whether the challenge goes along, if there is one.
 *
 * @param way		way
 * @return			TRUE if so
 */
bool scep_way_challenge(scep_way_t way);

/**
 * Choose how to ask for a certificate.
 *
 * What worked with this server comes first. Where a server refused the first
 * way the second one is next, and after that the first one again: many
 * advertise Renewal and refuse it, many want a challenge at renewal, too.
 *
 * @param profile	renew.method, renew.challenge, signer.cert
 * @param caps		capabilities of the server
 * @param server	what is remembered about it
 * @param renew		whether to renew a certificate, or else to enrol
 * @param refused	way that the server refused last, or SCEP_WAY_NONE
 * @return			way
 */
scep_way_t scep_choose_way(const scep_profile_t *profile, scep_caps_t caps,
						   const scep_server_t *server, bool renew,
						   scep_way_t refused);

/**
 * Choose the algorithms of a message. The configured ones, which are the
 * floor; weaker ones if the profile allows it and the server has nothing
 * better. As nothing protects GetCACaps, a server that once had better ones is
 * held to it (RFC 8894, 7.5).
 *
 * @param profile	configuration
 * @param caps		capabilities of the server
 * @param server	what is remembered about it
 * @param chosen	gets the algorithms
 * @return			FALSE if weaker ones were not chosen because of what the
 *					server had before
 */
bool scep_choose_algorithms(const scep_profile_t *profile, scep_caps_t caps,
							const scep_server_t *server,
							scep_algorithms_t *chosen);

/**
 * Choose whether PKIOperation goes by GET (RFC 8894, 4.1).
 *
 * @param profile	http.method
 * @param caps		capabilities of the server
 * @param server	what is remembered about it
 * @return			TRUE for GET, FALSE for POST
 */
bool scep_choose_get(const scep_profile_t *profile, scep_caps_t caps,
					 const scep_server_t *server);

/**
 * Remember that the server took a request.
 *
 * @param server	what is remembered
 * @param caps		capabilities that it had
 * @param way		way that it took, or SCEP_WAY_NONE
 */
void scep_choice_worked(scep_server_t *server, scep_caps_t caps,
						scep_way_t way);

#endif /** SCEP_CHOICE_H_ @}*/
