/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_profile scep_profile
 * @{ @ingroup scep_config
 *
 * What to enrol: the validated settings of a profile.
 */

#ifndef SCEP_PROFILE_H_
#define SCEP_PROFILE_H_

#include "base/scep_error.h"
#include "base/scep_limits.h"
#include "config/scep_pin.h"

#include <library.h>
#include <collections/linked_list.h>
#include <credentials/certificates/certificate.h>
#include <credentials/keys/public_key.h>
#include <crypto/crypters/crypter.h>
#include <crypto/hashers/hasher.h>
#include <utils/identification.h>

typedef enum scep_policy_t scep_policy_t;
typedef enum scep_http_method_t scep_http_method_t;
typedef enum scep_renew_method_t scep_renew_method_t;
typedef enum scep_when_t scep_when_t;
typedef struct scep_window_t scep_window_t;
typedef struct scep_profile_t scep_profile_t;

/**
 * What to do about a certificate that names something else than requested.
 */
enum scep_policy_t {
	/** don't use it */
	SCEP_POLICY_REFUSE,
	/** use it, but say so */
	SCEP_POLICY_WARN,
	/** use it */
	SCEP_POLICY_ACCEPT,
};

/**
 * How PKIOperation is sent (RFC 8894, 4.1 and 4.3).
 */
enum scep_http_method_t {
	/** POST, unless the server does not have it */
	SCEP_HTTP_AUTO,
	/** POST only */
	SCEP_HTTP_POST,
	/** GET only */
	SCEP_HTTP_GET,
};

/**
 * How a certificate is renewed.
 */
enum scep_renew_method_t {
	/** what the server has, found out by trying */
	SCEP_RENEW_AUTO,
	/** RenewalReq, signed with the old certificate */
	SCEP_RENEW_RENEWAL,
	/** PKCSReq, signed with the old certificate */
	SCEP_RENEW_PKCSREQ,
	/** PKCSReq, self-signed, with a challenge: as a first enrolment */
	SCEP_RENEW_CHALLENGE,
};

/**
 * When something is done.
 */
enum scep_when_t {
	/** once it was refused without */
	SCEP_WHEN_AUTO,
	SCEP_WHEN_ALWAYS,
	SCEP_WHEN_NEVER,
};

/**
 * One end of the window in which a certificate is renewed.
 */
struct scep_window_t {

	/** TRUE: percent of the lifetime; FALSE: seconds before expiry */
	bool percent;

	/** 1 to 99, or seconds */
	uint32_t value;
};

/**
 * Settings of a profile. Immutable; any thread. All data is owned by the
 * profile and lives as long as a reference to it.
 */
struct scep_profile_t {

	/** name: 1 to SCEP_MAX_NAME letters, digits, '_' and '-' */
	char *name;

	/** http or https URLs of the server, the preferred one first, always with
	 * a path; char*, 1 to SCEP_MAX_URLS. They may hold passwords: show them
	 * through scep_url_shown() only */
	linked_list_t *urls;

	/** identifier of the CA for GetCACert, NULL if none, may be empty */
	char *ca_identifier;

	/** fingerprints of the CA certificate; scep_pin_t, may be empty */
	linked_list_t *ca_pins;

	/** fingerprints of RA certificates; scep_pin_t, may be empty */
	linked_list_t *ra_pins;

	/** the CA certificate itself, or NULL */
	certificate_t *ca_cert;

	/** subject to request, a DN that is not empty */
	identification_t *subject;

	/** subjectAltNames to request; identification_t, may be empty */
	linked_list_t *sans;

	/** user principal names to request as subjectAltNames; identification_t of
	 * type ID_RFC822_ADDR, as which libstrongswan reads them; may be empty */
	linked_list_t *upns;

	/** phrase, or NULL; read it through get_challenge() */
	char *challenge;

	/** file with the phrase, or NULL; read it through get_challenge() */
	char *challenge_file;

	/** program that prints a phrase for each new transaction, or NULL */
	char *challenge_command;

	/** page that shows another phrase each time, or NULL */
	char *challenge_url;

	/** who asks for that page, and the file with the password; both or neither
	 * NULL */
	char *challenge_user, *challenge_password_file;

	/** whether the configuration names a phrase, or where one comes from */
	bool has_challenge;

	/** how long a phrase serves, seconds; 0 for no end */
	time_t challenge_lifetime;

	/** certificate of the same CA, and its key, that authenticate the first
	 * enrolment: paths, read when they are needed; both or neither NULL */
	char *signer_cert, *signer_key;

	/** name or dotted OID of the certificate template for a Microsoft CA, or
	 * NULL */
	char *template;

	/** type of the key to generate */
	key_type_t key_type;

	/** size of the key, bits */
	u_int key_size;

	/** whether a renewal keeps the key */
	bool key_reuse;

	/** the window for renewals */
	scep_window_t renew_from, renew_to;

	/** how to renew, and whether with the challenge */
	scep_renew_method_t renew_method;
	scep_when_t renew_challenge;

	/** wait after a first failure, and the longest one, seconds */
	time_t retry_interval, retry_max_interval;

	/** wait before a first CertPoll, and the longest one, seconds */
	time_t poll_interval, poll_max_interval;

	/** how long a pending request is polled, seconds */
	time_t poll_timeout;

	/** how PKIOperation is sent */
	scep_http_method_t http_method;

	/** limit for a whole HTTP transfer, seconds */
	u_int http_timeout;

	/** limit for the connection, seconds */
	u_int http_connect_timeout;

	/** URL of a proxy, or NULL; may hold a password, too */
	char *http_proxy;

	/** file with the CA certificates for https, or NULL for the system's */
	char *http_ca_file;

	/** files with certificate and key of the client for https (PEM); both or
	 * neither NULL */
	char *http_cert, *http_key;

	/** IP address or interface to connect from, or NULL */
	char *http_source;

	/** hash of requests and messages */
	hash_algorithm_t digest;

	/** cipher of messages */
	encryption_algorithm_t cipher;

	/** key length of the cipher, bytes */
	size_t cipher_key_size;

	/** whether SHA-1 may be sent where a server has nothing better, may be the
	 * digest of certificates, and of pinned fingerprints */
	bool allow_sha1;

	/** whether 3DES may be sent where a server has nothing better */
	bool allow_3des;

	/** whether answers encrypted with DES and 3DES are read */
	bool accept_des;

	/** what to do if the certificate names something else */
	scep_policy_t subject_policy;

	/** whether the pinned root verifies IKE peers, too */
	bool trust_ca;

	/** whether to start children that waited for the first certificate */
	bool initiate;

	/** whether to reauthenticate the IKE_SAs that used the old certificate */
	bool reauth;

	/** SHA-256 in hexadecimal over subject, names, template, key type and size:
	 * a request or certificate made for another digest doesn't fit the profile */
	char request_digest[HASH_SIZE_SHA256 * 2 + 1];

	/** the same over all settings */
	char digest_all[HASH_SIZE_SHA256 * 2 + 1];

	/**
	 * Get the challenge phrase. A worker: may read a file, each time anew, so
	 * that a new phrase counts at once.
	 *
	 * @param challenge	phrase, to be cleared with chunk_clear(); empty if none
	 *					is configured
	 * @param err		SCEP_LOCAL: file not readable; SCEP_PERMANENT: it holds
	 *					no usable phrase
	 * @return			FALSE if the configured phrase can't be had
	 */
	bool (*get_challenge)(scep_profile_t *this, chunk_t *challenge,
						  scep_error_t *err);

	/**
	 * Whether two profiles have the same settings.
	 *
	 * @param other		other profile
	 * @return			TRUE if nothing differs
	 */
	bool (*equals)(scep_profile_t *this, scep_profile_t *other);

	/**
	 * Get another reference.
	 *
	 * @return			this, to be given back with destroy()
	 */
	scep_profile_t *(*get_ref)(scep_profile_t *this);

	/**
	 * Give a reference back; the last one destroys the profile.
	 */
	void (*destroy)(scep_profile_t *this);
};

/**
 * Load a profile from settings. Loop thread, or at load; reads files. All that
 * is wrong is reported, not only the first.
 *
 * @param settings	settings
 * @param ns		namespace of the settings ("charon-systemd")
 * @param name		its name
 * @param err		the first key that is wrong, its value, and what was expected
 * @return			profile, or NULL
 */
scep_profile_t *scep_profile_load(settings_t *settings, const char *ns,
								  const char *name, scep_error_t *err);

#endif /** SCEP_PROFILE_H_ @}*/
