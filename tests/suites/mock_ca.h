/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup mock_ca mock_ca
 * @{ @ingroup scep_tests
 *
 * A CA with a SCEP server, as a model: it reads requests strictly, remembers
 * what it was asked and what it issued, and lives in the time of a test. It
 * keeps nothing outside its object.
 */

#ifndef MOCK_CA_H_
#define MOCK_CA_H_

#include "certrep.h"
#include "base/scep_clock.h"
#include "transport/scep_transport.h"

#include <collections/linked_list.h>

/** Life of the CA's own certificate, seconds; it began that long ago, too */
#define MOCK_CA_LIFE	(100LL * 365 * 24 * 60 * 60)

typedef enum mock_verdict_t mock_verdict_t;
typedef struct mock_entry_t mock_entry_t;
typedef struct mock_ca_t mock_ca_t;

/**
 * What the CA decides about a request.
 */
enum mock_verdict_t {
	/** issue a certificate */
	MOCK_GRANT,
	/** decide later */
	MOCK_PEND,
	/** refuse */
	MOCK_REFUSE,
};

/**
 * A transaction that the CA knows.
 */
struct mock_entry_t {

	/** transactionID */
	chunk_t transaction_id;

	/** request that it began with */
	X509_REQ *csr;

	/** messageType of that, 17 or 19 */
	int type;

	/** whether a certificate of this CA signed it */
	bool authenticated;

	/** challengePassword in it, or NULL */
	char *challenge;

	/** requests, and CertPolls */
	u_int requests, polls;

	/** what was issued, or NULL */
	X509 *issued;
};

/**
 * CA and SCEP server.
 */
struct mock_ca_t {

	/** time, not owned */
	scep_clock_t *clock;

	/** makes its keys: EVP_RSA_gen() */
	EVP_PKEY *(*make_key)(u_int bits);

	/** key and self-signed certificate */
	certrep_id_t *id;

	/** those that take over later, or NULL: announced by GetNextCACert; what
	 * is asked of them is issued by them */
	certrep_id_t *next;

	/** those of the beginning, where others have taken over */
	certrep_id_t *first;

	/** answer to GetCACaps, NULL for HTTP 404 */
	const char *caps;

	/** phrase that a request needs which no certificate of this CA signed,
	 * NULL if it needs none */
	const char *challenge;

	/** validity of what it issues, from now, seconds */
	time_t not_before, not_after;

	/** whether what it issues begins no sooner than who issues it */
	bool patient;

	/** common name of what it issues, NULL for the subject that was asked for */
	const char *cn;

	/** key that it certifies instead of the one that was asked for, or NULL */
	EVP_PKEY *other_key;

	/** CRL distribution point in what it issues, or NULL */
	const char *cdp;

	/** what stands on its CRL: serial number, 0 for nothing; whether it
	 * answers GetCRL and GetCert at all */
	uint64_t revoked;
	bool queries;

	/** how the CRL is: its number, when it was made and when the next one comes
	 * (seconds after crl_at, 0 for now; 0: never), who signs instead of the
	 * CA */
	uint64_t crl_number;
	time_t crl_from, crl_to, crl_at;
	const certrep_id_t *crl_signer;

	/** GetCRL and GetCert that were answered with what was asked for */
	u_int crls, gotten;

	/** what it decides; a pending request is decided when it is polled */
	mock_verdict_t verdict;

	/** how it answers: what is empty is filled in */
	certrep_t rep;

	/** Retry-After of its answers to PKIOperation, seconds */
	time_t retry_after;

	/** transactions, mock_entry_t */
	linked_list_t *entries;

	/** transaction that the last request was about, or NULL, and the type of
	 * that */
	mock_entry_t *asked;
	int asked_type;

	/** certificates that were issued, the last of them, and its serial */
	u_int issued;
	mock_entry_t *last;
	uint64_t serial;

	/** why requests were not understood or not allowed, the last reason, and
	 * how often */
	const char *reason;
	u_int refused;
};

/**
 * Create a CA. It grants everything, without a challenge, for 90 days, with a
 * CRL distribution point: nobody needs a GetCRL, until a test takes it away.
 *
 * @param clock		time, not owned
 * @param bits		size of its key
 */
mock_ca_t *mock_ca_create(scep_clock_t *clock, u_int bits);

/**
 * Create a CA as mock_ca_create() does.
 *
 * @param clock		time, not owned
 * @param make_key	makes its keys of a size in bits
 * @param cn		its common name
 * @param from		begin of its certificate's validity
 * @param to		end of that
 */
mock_ca_t *mock_ca_create_with(scep_clock_t *clock,
							   EVP_PKEY *(*make_key)(u_int bits),
							   const char *cn, time_t from, time_t to);

/**
 * Make the key and certificate that take over later, and announce them.
 *
 * @param from		start of the certificate's validity
 */
void mock_ca_announce(mock_ca_t *this, time_t from);

/**
 * Get when a certificate begins, seconds since 1970.
 */
time_t mock_ca_begin(X509 *x509);

/**
 * Certify a key, beside all transactions.
 *
 * @param subject	subject
 * @param key		key
 * @return			certificate, as others for not_before to not_after
 */
X509 *mock_ca_certify(mock_ca_t *this, X509_NAME *subject, EVP_PKEY *key);

/**
 * Grant a request that came by another way than SCEP.
 *
 * @param csr		PKCS#10, gets owned
 * @return			its entry, with the certificate
 */
mock_entry_t *mock_ca_grant(mock_ca_t *this, X509_REQ *csr);

/**
 * Let them take over: the CA has no others from now on.
 */
void mock_ca_take_over(mock_ca_t *this);

/**
 * Let a CA be as it was created, with the same key and certificate.
 */
void mock_ca_reset(mock_ca_t *this);

/**
 * Answer a request.
 *
 * @param request	request of any operation
 * @param answer	gets the answer; its body is allocated
 */
void mock_ca_serve(mock_ca_t *this, const scep_http_request_t *request,
				   scep_http_answer_t *answer);

/**
 * Let a CA forget its oldest transactions.
 *
 * @param count		how many it remembers
 */
void mock_ca_prune(mock_ca_t *this, u_int count);

/**
 * Get the fingerprint of the CA's certificate as a profile has it.
 *
 * @param buf		gets "sha256:" and digits
 */
void mock_ca_fingerprint(mock_ca_t *this, char buf[72]);

/**
 * Destroy a CA.
 */
void mock_ca_destroy(mock_ca_t *this);

#endif /** MOCK_CA_H_ @}*/
