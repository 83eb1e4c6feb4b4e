/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "pki.h"
#include "answer.h"
#include "challenge.h"
#include "leaf.h"
#include "transaction.h"

#include <stdlib.h>

/** failInfo (RFC 8894, 3.2.1.4) */
#define BAD_ALG				"0"
#define BAD_MESSAGE_CHECK	"1"
#define BAD_REQUEST			"2"
#define BAD_TIME			"3"
#define BAD_CERT_ID			"4"

/**
 * All that a decision depends on.
 */
typedef struct {
	const options_t *options;
	ca_t *ca;
	const char *cdp;
	const request_t *request;
	const words_t *words;
	transaction_t transaction;
	log_line_t *log;
	/** gets the decision */
	answer_t answer;
} case_t;

/**
 * Decide for FAILURE.
 */
static void refuse(case_t *this, const char *fail_info, const char *why)
{
	this->answer.status = "2";
	this->answer.fail_info = fail_info;
	log_text(this->log, "reason", why);
}

/**
 * Decide for PENDING.
 */
static void postpone(case_t *this)
{
	this->answer.status = "3";
	transaction_count_poll(&this->transaction);
}

/**
 * Get who issues: the owner of the key that the request is encrypted to.
 */
static ca_id_t get_issuer(const case_t *this)
{
	switch (this->request->recipient)
	{
		case CA_NEXT:
		case CA_OTHER:
			return this->request->recipient;
		default:
			return CA_CA;
	}
}

/**
 * Get the certificate for old-cert: that of the transaction, else the first
 * one ever, which this remembers.
 */
static X509 *get_old(case_t *this, X509 *cert)
{
	char *path = format("%s/first.pem", this->options->dir);
	X509 *first = cert_load(path);

	if (!first)
	{
		cert_save(cert, path);
		X509_up_ref(cert);
		first = cert;
	}
	free(path);
	if (this->words->has[W_OLD_CERT])
	{
		X509_free(cert);
		return first;
	}
	X509_free(first);
	return cert;
}

/**
 * Decide for SUCCESS.
 */
static void grant(case_t *this, X509_REQ *csr)
{
	char *serial;
	X509 *cert;

	cert = leaf_issue(this->ca, get_issuer(this), this->options, this->words,
					  this->cdp, csr);
	cert = get_old(this, cert);
	transaction_set_issued(&this->transaction, cert);
	X509_free(cert);
	serial = cert_serial(this->transaction.issued);
	log_text(this->log, "issuedSerial", serial);
	free(serial);
	this->answer.status = "0";
	this->answer.issued = this->transaction.issued;
}

/**
 * Answer with the certificate that the transaction has already.
 */
static void repeat(case_t *this)
{
	this->answer.status = "0";
	this->answer.issued = this->transaction.issued;
	log_bool(this->log, "repeated", true);
}

/**
 * Whether words decide.
 */
static bool by_words(case_t *this)
{
	static const struct {
		word_t word;
		const char *fail_info;
	} failures[] = {
		{ W_FAILURE, BAD_REQUEST },
		{ W_BAD_ALG, BAD_ALG },
		{ W_BAD_MESSAGE_CHECK, BAD_MESSAGE_CHECK },
		{ W_BAD_TIME, BAD_TIME },
		{ W_BAD_CERT_ID, BAD_CERT_ID },
		{ W_FAILINFO_9, "9" },
	};
	int i;

	for (i = 0; i < sizeof(failures) / sizeof(*failures); i++)
	{
		if (this->words->has[failures[i].word])
		{
			refuse(this, failures[i].fail_info, "script");
			return true;
		}
	}
	if (this->words->has[W_PENDING])
	{
		if (this->request->csr)
		{
			transaction_set_csr(&this->transaction, this->request->content);
		}
		postpone(this);
		return true;
	}
	return false;
}

/**
 * Whether a request needs no approval; refuses those that may not be made.
 *
 * @param automatic	gets TRUE if a certificate of ours authenticates it
 */
static bool authorise(case_t *this, bool *automatic)
{
	const request_t *request = this->request;
	const options_t *options = this->options;

	*automatic = !request->self_signed &&
				 leaf_is_ours(this->ca, options, request->signer);
	if (!request->self_signed && !*automatic)
	{
		refuse(this, BAD_MESSAGE_CHECK, "signer is none of ours");
		return false;
	}
	if (request->type == REQUEST_RENEWAL_REQ &&
		!strcmp(options->renewal, "no"))
	{
		refuse(this, BAD_REQUEST, "RenewalReq is not accepted");
		return false;
	}
	if ((!*automatic || options->renewal_challenge) &&
		!challenge_is_good(options, request->challenge))
	{
		refuse(this, BAD_REQUEST, "challenge");
		return false;
	}
	return true;
}

/**
 * Grant or postpone what was authorised.
 */
static void proceed(case_t *this, X509_REQ *csr, bool automatic)
{
	const options_t *options = this->options;

	if (this->request->type == REQUEST_RENEWAL_REQ &&
		!strcmp(options->renewal, "ignored"))
	{
		postpone(this);
		return;
	}
	switch (transaction_decision(&this->transaction))
	{
		case TRANSACTION_REJECTED:
			refuse(this, BAD_REQUEST, "rejected");
			return;
		case TRANSACTION_UNDECIDED:
			if (options->manual && !automatic)
			{
				postpone(this);
				return;
			}
			break;
		default:
			break;
	}
	if (this->transaction.polls < options->polls)
	{
		postpone(this);
		return;
	}
	grant(this, csr);
}

/**
 * Decide about PKCSReq and RenewalReq.
 */
static void decide_request(case_t *this)
{
	bytes_t *known = &this->transaction.csr;
	bool automatic = false, again;

	again = known->ptr && bytes_equal(*known, this->request->content);
	if (known->ptr && !again)
	{
		refuse(this, BAD_REQUEST, "another request in this transaction");
		return;
	}
	if (again && this->transaction.issued)
	{
		repeat(this);
		return;
	}
	/* the challenge of a request that is pending was spent */
	if (!again && !authorise(this, &automatic))
	{
		return;
	}
	transaction_set_csr(&this->transaction, this->request->content);
	proceed(this, this->request->csr, automatic);
}

/**
 * Decide about CertPoll.
 */
static void decide_poll(case_t *this)
{
	const identity_t *issuer = ca_get(this->ca, get_issuer(this));
	const unsigned char *pos = this->transaction.csr.ptr;
	X509_REQ *csr;

	if (!pos)
	{
		refuse(this, BAD_REQUEST, "unknown transaction");
		return;
	}
	csr = d2i_X509_REQ(NULL, &pos, this->transaction.csr.len);
	if (X509_NAME_cmp(this->request->issuer,
					  X509_get_subject_name(issuer->cert)) != 0 ||
		X509_NAME_cmp(this->request->subject,
					  X509_REQ_get_subject_name(csr)) != 0)
	{
		refuse(this, BAD_CERT_ID, "issuerAndSubject is not that of the request");
	}
	else if (this->transaction.issued)
	{
		repeat(this);
	}
	else
	{
		proceed(this, csr, false);
	}
	X509_REQ_free(csr);
}

/**
 * Decide about GetCert.
 */
static void decide_cert(case_t *this)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(this->request->serial, NULL);
	char *hex = BN_bn2hex(number), *path;

	path = format("%s/issued/%s.pem", this->options->dir, hex);
	this->answer.issued = cert_load(path);
	if (this->answer.issued)
	{
		X509_free(this->transaction.issued);
		this->transaction.issued = this->answer.issued;
		this->answer.status = "0";
	}
	else
	{
		refuse(this, BAD_CERT_ID, "no such certificate");
	}
	free(path);
	OPENSSL_free(hex);
	BN_free(number);
}

/**
 * Decide about GetCRL.
 */
static void decide_crl(case_t *this)
{
	const identity_t *ca = ca_get(this->ca, CA_CA);

	if (X509_NAME_cmp(this->request->issuer,
					  X509_get_subject_name(ca->cert)) != 0)
	{
		refuse(this, BAD_CERT_ID, "not our issuer");
		return;
	}
	this->answer.crl = leaf_crl(this->ca, this->options, this->words);
	this->answer.status = "0";
}

/*
 * Described in header
 */
bytes_t pki_answer(const options_t *options, ca_t *ca, const char *cdp,
				   const request_t *request, const words_t *words,
				   log_line_t *log)
{
	case_t this = {
		.options = options,
		.ca = ca,
		.cdp = cdp,
		.request = request,
		.words = words,
		.log = log,
		.answer = {
			.request = request,
			.words = words,
		},
	};
	bytes_t message;

	transaction_load(&this.transaction, options->dir, request->transaction_id);
	if (!by_words(&this))
	{
		switch (request->type)
		{
			case REQUEST_CERT_POLL:
				decide_poll(&this);
				break;
			case REQUEST_GET_CERT:
				decide_cert(&this);
				break;
			case REQUEST_GET_CRL:
				decide_crl(&this);
				break;
			default:
				decide_request(&this);
				break;
		}
	}
	log_text(log, "outcome", this.answer.status[0] == '0' ? "SUCCESS" :
			 this.answer.status[0] == '2' ? "FAILURE" : "PENDING");
	if (this.answer.fail_info)
	{
		log_text(log, "failInfo", this.answer.fail_info);
	}
	message = answer_build(&this.answer, ca);
	X509_CRL_free(this.answer.crl);
	transaction_clear(&this.transaction);
	return message;
}
