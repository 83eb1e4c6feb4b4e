/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "mock_ca.h"

#include "mock_transport.h"

#include <openssl/cms.h>
#include <openssl/x509v3.h>

#include <stdio.h>

/**
 * Add an extension by its name and value.
 */
static void add_extension(X509 *x509, X509 *issuer, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	X509_add_ext(x509, extension, -1);
	X509_EXTENSION_free(extension);
}

/**
 * Make a certificate without its extensions and signature.
 */
static X509 *make_cert(mock_ca_t *this, certrep_id_t *issuer,
					   X509_NAME *subject, EVP_PKEY *key, time_t from,
					   time_t to)
{
	X509 *x509 = X509_new();

	X509_set_version(x509, X509_VERSION_3);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(x509), ++this->serial);
	ASN1_TIME_set(X509_getm_notBefore(x509), from);
	ASN1_TIME_set(X509_getm_notAfter(x509), to);
	X509_set_subject_name(x509, subject);
	X509_set_issuer_name(x509, issuer->x509 ?
						 X509_get_subject_name(issuer->x509) : subject);
	X509_set_pubkey(x509, key);
	return x509;
}

/**
 * Make a name with a common name only.
 */
static X509_NAME *make_name(const char *cn)
{
	X509_NAME *name = X509_NAME_new();

	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (u_char*)cn, -1, -1,
							   0);
	return name;
}

/*
 * Described in header
 */
time_t mock_ca_begin(X509 *x509)
{
	struct tm tm;

	return ASN1_TIME_to_tm(X509_get0_notBefore(x509), &tm) == 1 ? timegm(&tm)
																: 0;
}

/**
 * Issue what was requested.
 */
static void issue(mock_ca_t *this, certrep_id_t *issuer, mock_entry_t *entry)
{
	STACK_OF(X509_EXTENSION) *extensions;
	time_t now = this->clock->now(this->clock);
	time_t from = now + this->not_before, begin = mock_ca_begin(issuer->x509);
	X509_NAME *name = NULL;
	int i;

	if (this->patient && begin > now)
	{
		from = begin;
	}
	name = this->cn ? make_name(this->cn)
					: X509_NAME_dup(X509_REQ_get_subject_name(entry->csr));
	X509_free(entry->issued);
	entry->issued = make_cert(this, issuer, name, this->other_key ?:
							  X509_REQ_get0_pubkey(entry->csr),
							  from, now + this->not_after);
	X509_NAME_free(name);
	add_extension(entry->issued, issuer->x509, NID_basic_constraints,
				  "critical,CA:FALSE");
	extensions = X509_REQ_get_extensions(entry->csr);
	for (i = 0; i < sk_X509_EXTENSION_num(extensions); i++)
	{
		X509_add_ext(entry->issued, sk_X509_EXTENSION_value(extensions, i), -1);
	}
	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	if (this->cdp)
	{
		add_extension(entry->issued, this->id->x509,
					  NID_crl_distribution_points, this->cdp);
	}
	X509_sign(entry->issued, issuer->pkey, EVP_sha256());
	this->issued++;
	this->last = entry;
}

/**
 * Find a transaction.
 */
static mock_entry_t *find(mock_ca_t *this, chunk_t transaction_id)
{
	mock_entry_t *entry, *found = NULL;
	enumerator_t *enumerator;

	enumerator = this->entries->create_enumerator(this->entries);
	while (!found && enumerator->enumerate(enumerator, &entry))
	{
		if (chunk_equals(entry->transaction_id, transaction_id))
		{
			found = entry;
		}
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Serial number of a certificate.
 */
static uint64_t get_serial(X509 *x509)
{
	uint64_t serial = 0;

	ASN1_INTEGER_get_uint64(&serial, X509_get0_serialNumber(x509));
	return serial;
}

/**
 * Whether this CA issued a certificate, and it is valid now.
 */
static bool is_ours(mock_ca_t *this, X509 *x509)
{
	time_t now = this->clock->now(this->clock);

	return (X509_verify(x509, X509_get0_pubkey(this->id->x509)) == 1 ||
			(this->first &&
			 X509_verify(x509, X509_get0_pubkey(this->first->x509)) == 1)) &&
		   X509_cmp_time(X509_get0_notBefore(x509), &now) < 0 &&
		   X509_cmp_time(X509_get0_notAfter(x509), &now) > 0 &&
		   get_serial(x509) != this->revoked;
}

/**
 * Judge who asks: a certificate of ours, or the key itself with a challenge
 * (RFC 8894, 2.3).
 */
static const char *authenticate(mock_ca_t *this,
								const certrep_request_t *request, bool ours)
{
	if (ours)
	{
		return X509_NAME_cmp(X509_get_subject_name(request->signer),
							 X509_REQ_get_subject_name(request->csr)) ?
			   "renewal for another subject" : NULL;
	}
	if (request->type == 17)
	{
		return "RenewalReq that no valid certificate of this CA signed";
	}
	if (EVP_PKEY_eq(X509_get0_pubkey(request->signer),
					X509_REQ_get0_pubkey(request->csr)) != 1)
	{
		return "signed neither by a certificate of this CA nor by the key";
	}
	if (this->challenge && (!request->challenge ||
							!streq(request->challenge, this->challenge)))
	{
		return "wrong challenge";
	}
	return NULL;
}

/**
 * Enter a request into the books; the same one again is no new transaction.
 */
static mock_entry_t *enter(mock_ca_t *this, certrep_request_t *request)
{
	mock_entry_t *entry = find(this, request->transaction_id);
	bool ours = is_ours(this, request->signer);

	this->reason = authenticate(this, request, ours);
	if (!this->reason && entry &&
		EVP_PKEY_eq(X509_REQ_get0_pubkey(entry->csr),
					X509_REQ_get0_pubkey(request->csr)) != 1)
	{
		this->reason = "transactionID of another key";
	}
	if (this->reason)
	{
		return NULL;
	}
	if (!entry)
	{
		INIT(entry,
			.transaction_id = chunk_clone(request->transaction_id),
			.csr = request->csr,
			.type = request->type,
			.authenticated = ours,
			.challenge = request->challenge ? strdup(request->challenge)
											: NULL,
		);
		this->entries->insert_last(this->entries, entry);
		request->csr = NULL;
	}
	entry->requests++;
	return entry;
}

/**
 * Find the transaction that is polled for (RFC 8894, 3.3.3).
 */
static mock_entry_t *poll_(mock_ca_t *this, certrep_request_t *request)
{
	mock_entry_t *entry = find(this, request->transaction_id);
	const u_char *pos = request->content.ptr;
	X509_NAME *issuer = NULL, *subject = NULL;
	long len;
	int tag, class;

	this->reason = "CertPoll for no transaction";
	if (entry)
	{
		this->reason = "CertPoll without this transaction's names";
		if (ASN1_get_object(&pos, &len, &tag, &class,
							request->content.len) == V_ASN1_CONSTRUCTED &&
			d2i_X509_NAME(&issuer, &pos, len) &&
			d2i_X509_NAME(&subject, &pos,
						  request->content.ptr + request->content.len - pos) &&
			X509_NAME_cmp(issuer, X509_get_subject_name(this->id->x509)) == 0 &&
			X509_NAME_cmp(subject, X509_REQ_get_subject_name(entry->csr)) == 0)
		{
			this->reason = NULL;
			entry->polls++;
		}
		X509_NAME_free(issuer);
		X509_NAME_free(subject);
	}
	return this->reason ? NULL : entry;
}

/**
 * Find what was issued with an issuer and serial number (RFC 8894, 3.3.4).
 */
static mock_entry_t *find_issued(mock_ca_t *this, chunk_t content)
{
	const u_char *pos = content.ptr;
	mock_entry_t *entry, *found = NULL;
	enumerator_t *enumerator;
	PKCS7_ISSUER_AND_SERIAL *id;

	id = d2i_PKCS7_ISSUER_AND_SERIAL(NULL, &pos, content.len);
	if (!id || pos != content.ptr + content.len ||
		X509_NAME_cmp(id->issuer, X509_get_subject_name(this->id->x509)) != 0)
	{
		PKCS7_ISSUER_AND_SERIAL_free(id);
		return NULL;
	}
	enumerator = this->entries->create_enumerator(this->entries);
	while (!found && enumerator->enumerate(enumerator, &entry))
	{
		if (entry->issued && ASN1_INTEGER_cmp(id->serial,
								X509_get0_serialNumber(entry->issued)) == 0)
		{
			found = entry;
		}
	}
	enumerator->destroy(enumerator);
	PKCS7_ISSUER_AND_SERIAL_free(id);
	return found;
}

/**
 * Find what a GetCRL or GetCert is about. Who asks must have its key.
 */
static mock_entry_t *query(mock_ca_t *this, const certrep_request_t *request)
{
	mock_entry_t *entry = find_issued(this, request->content);

	this->reason = NULL;
	if (!this->queries)
	{
		this->reason = "unknown messageType";
	}
	else if (!entry)
	{
		this->reason = "nothing with this issuer and serial number";
	}
	else if (request->type == 22 && X509_cmp(request->signer, entry->issued))
	{
		this->reason = "GetCRL that the certificate did not sign";
	}
	else if (EVP_PKEY_eq(X509_get0_pubkey(request->signer),
						 X509_get0_pubkey(entry->issued)) != 1)
	{
		this->reason = "GetCert for another key";
	}
	return this->reason ? NULL : entry;
}

/**
 * Make the CRL.
 */
static X509_CRL *make_crl(mock_ca_t *this)
{
	time_t now = this->crl_at ?: this->clock->now(this->clock);
	X509_CRL *crl = X509_CRL_new();
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	ASN1_TIME *time = ASN1_TIME_set(NULL, now + this->crl_from);
	X509_REVOKED *revoked;

	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(this->id->x509));
	X509_CRL_set1_lastUpdate(crl, time);
	if (this->revoked)
	{
		revoked = X509_REVOKED_new();
		ASN1_INTEGER_set_uint64(number, this->revoked);
		X509_REVOKED_set_serialNumber(revoked, number);
		X509_REVOKED_set_revocationDate(revoked, time);
		X509_CRL_add0_revoked(crl, revoked);
	}
	if (this->crl_to)
	{
		ASN1_TIME_set(time, now + this->crl_to);
		X509_CRL_set1_nextUpdate(crl, time);
	}
	if (this->crl_number)
	{
		ASN1_INTEGER_set_uint64(number, this->crl_number);
		X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
	}
	X509_CRL_sign(crl, this->crl_signer ? this->crl_signer->pkey
										: this->id->pkey, EVP_sha256());
	ASN1_TIME_free(time);
	ASN1_INTEGER_free(number);
	return crl;
}

/**
 * Wrap the CRL into certs-only SignedData (RFC 8894, 3.4).
 */
static chunk_t wrap_crl(mock_ca_t *this)
{
	X509_CRL *crl = make_crl(this);
	CMS_ContentInfo *cms;
	u_char *der = NULL;
	chunk_t copy;
	int len;

	cms = CMS_sign(NULL, NULL, NULL, NULL, CMS_PARTIAL);
	CMS_set_detached(cms, 1);
	CMS_add1_crl(cms, crl);
	len = i2d_CMS_ContentInfo(cms, &der);
	copy = chunk_clone(chunk_create(der, len));
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	X509_CRL_free(crl);
	return copy;
}

/**
 * Build the CertRep.
 */
static chunk_t reply(mock_ca_t *this, certrep_id_t *asked,
					 const certrep_request_t *request, mock_entry_t *entry)
{
	certrep_t rep = this->rep;
	const char *status = "2", *fail_info = "2";
	chunk_t message;

	if (entry && request->type == 22)
	{
		rep.what = CERTREP_CONTENT_SEALED;
		rep.content = wrap_crl(this);
		status = "0";
		fail_info = NULL;
		this->crls++;
	}
	else if (entry && (this->verdict == MOCK_GRANT || entry->issued))
	{
		if (!entry->issued)
		{
			issue(this, asked, entry);
		}
		rep.certs[0] = rep.certs[0] ?: entry->issued;
		status = "0";
		fail_info = NULL;
	}
	else if (entry && this->verdict == MOCK_PEND)
	{
		status = "3";
		fail_info = NULL;
	}
	rep.status = rep.status ?: status;
	rep.fail_info = rep.fail_info ?: fail_info;
	rep.signer = rep.signer ?: asked;
	rep.recipients[0] = rep.recipients[0] ?: request->signer;
	if (!rep.transaction_id.ptr)
	{
		rep.transaction_id = request->transaction_id;
	}
	if (!rep.recipient_nonce.ptr)
	{
		rep.recipient_nonce = request->sender_nonce;
	}
	message = certrep_build(&rep);
	if (rep.content.ptr != this->rep.content.ptr)
	{
		free(rep.content.ptr);
	}
	return message;
}

/**
 * Serve PKIOperation.
 */
static void operate(mock_ca_t *this, const scep_http_request_t *http,
					scep_http_answer_t *answer)
{
	certrep_id_t *asked = this->id;
	certrep_request_t request;
	mock_entry_t *entry = NULL;

	this->asked = NULL;
	this->reason = certrep_request_parse(http->body, asked, &request);
	if (this->reason && this->next)
	{
		asked = this->next;
		this->reason = certrep_request_parse(http->body, asked, &request);
	}
	if (this->reason)
	{
		this->refused++;
		answer->status = 500;
		answer->body = chunk_clone(chunk_from_str((char*)this->reason));
		return;
	}
	switch (request.type)
	{
		case 17:
		case 19:
			entry = enter(this, &request);
			break;
		case 20:
			entry = poll_(this, &request);
			break;
		case 21:
		case 22:
			entry = query(this, &request);
			this->gotten += entry && request.type == 21 ? 1 : 0;
			break;
		default:
			this->reason = "unknown messageType";
			break;
	}
	this->refused += this->reason ? 1 : 0;
	this->asked = entry;
	this->asked_type = request.type;
	answer->body = reply(this, asked, &request, entry);
	certrep_request_clear(&request);
}

/**
 * Serve GetCACert.
 */
static chunk_t get_cert(mock_ca_t *this)
{
	u_char *der = NULL;
	chunk_t copy;
	int len;

	len = i2d_X509(this->id->x509, &der);
	copy = chunk_clone(chunk_create(der, len));
	OPENSSL_free(der);
	return copy;
}

/**
 * Serve GetNextCACert.
 */
static chunk_t get_next_cert(mock_ca_t *this)
{
	X509 *certs[] = { this->next->x509, NULL };
	certrep_t rep = {
		.signer = this->id,
		.what = CERTREP_CONTENT_RAW,
		.content = certrep_certs_only(certs),
	};
	chunk_t body;

	body = certrep_build(&rep);
	free(rep.content.ptr);
	return body;
}

/*
 * Described in header
 */
void mock_ca_serve(mock_ca_t *this, const scep_http_request_t *request,
				   scep_http_answer_t *answer)
{
	*answer = (scep_http_answer_t){ .status = 200 };
	if (mock_transport_is(request, "PKIOperation") && request->body.ptr)
	{
		operate(this, request, answer);
		answer->retry_after = this->retry_after;
	}
	else if (mock_transport_is(request, "GetCACert"))
	{
		answer->body = get_cert(this);
	}
	else if (mock_transport_is(request, "GetNextCACert") && this->next)
	{
		answer->body = get_next_cert(this);
	}
	else if (mock_transport_is(request, "GetCACaps") && this->caps)
	{
		answer->body = chunk_clone(chunk_from_str((char*)this->caps));
	}
	else
	{
		answer->status = 404;
	}
}

/*
 * Described in header
 */
void mock_ca_fingerprint(mock_ca_t *this, char buf[72])
{
	u_char md[EVP_MAX_MD_SIZE];
	u_int len;

	X509_digest(this->id->x509, EVP_sha256(), md, &len);
	strcpy(buf, "sha256:");
	chunk_to_hex(chunk_create(md, len), buf + strlen(buf), FALSE);
}

/**
 * Make key and self-signed certificate of a CA.
 */
static certrep_id_t *make_id(mock_ca_t *this, const char *cn, u_int bits,
							 time_t from, time_t to)
{
	certrep_id_t *id;
	X509_NAME *name;
	X509 *x509;

	INIT(id,
		.pkey = this->make_key(bits),
	);
	name = make_name(cn);
	x509 = make_cert(this, id, name, id->pkey, from, to);
	X509_NAME_free(name);
	add_extension(x509, x509, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(x509, x509, NID_subject_key_identifier, "hash");
	X509_sign(x509, id->pkey, EVP_sha256());
	id->x509 = x509;
	id->cert = certrep_cert(x509);
	return id;
}

/*
 * Described in header
 */
void mock_ca_announce(mock_ca_t *this, time_t from)
{
	this->next = make_id(this, "Next Model CA", 2048, from, from + MOCK_CA_LIFE);
	this->caps = "POSTPKIOperation\nRenewal\nSCEPStandard\nGetNextCACert\n";
}

/*
 * Described in header
 */
void mock_ca_take_over(mock_ca_t *this)
{
	if (this->first)
	{
		certrep_id_destroy(this->first);
	}
	this->first = this->id;
	this->id = this->next;
	this->next = NULL;
}

/*
 * Described in header
 */
X509 *mock_ca_certify(mock_ca_t *this, X509_NAME *subject, EVP_PKEY *key)
{
	time_t now = this->clock->now(this->clock);
	X509 *x509;

	x509 = make_cert(this, this->id, subject, key, now + this->not_before,
					 now + this->not_after);
	add_extension(x509, this->id->x509, NID_basic_constraints,
				  "critical,CA:FALSE");
	X509_sign(x509, this->id->pkey, EVP_sha256());
	return x509;
}

/*
 * Described in header
 */
mock_entry_t *mock_ca_grant(mock_ca_t *this, X509_REQ *csr)
{
	mock_entry_t *entry;
	char id[32];

	snprintf(id, sizeof(id), "by hand %u", this->issued);
	INIT(entry,
		.transaction_id = chunk_clone(chunk_from_str(id)),
		.csr = csr,
		.authenticated = TRUE,
	);
	this->entries->insert_last(this->entries, entry);
	issue(this, this->id, entry);
	return entry;
}

static void entry_destroy(mock_entry_t *entry)
{
	chunk_free(&entry->transaction_id);
	X509_REQ_free(entry->csr);
	X509_free(entry->issued);
	free(entry->challenge);
	free(entry);
}

/*
 * Described in header
 */
void mock_ca_prune(mock_ca_t *this, u_int count)
{
	mock_entry_t *entry;

	while (this->entries->get_count(this->entries) > count &&
		   this->entries->remove_first(this->entries,
									   (void**)&entry) == SUCCESS)
	{
		entry_destroy(entry);
	}
}

/*
 * Described in header
 */
void mock_ca_reset(mock_ca_t *this)
{
	mock_ca_prune(this, 0);
	if (this->next)
	{
		certrep_id_destroy(this->next);
	}
	if (this->first)
	{
		certrep_id_destroy(this->id);
		this->id = this->first;
	}
	*this = (mock_ca_t){
		.clock = this->clock,
		.make_key = this->make_key,
		.id = this->id,
		.caps = "POSTPKIOperation\nRenewal\nSHA-256\nAES\nSCEPStandard\n",
		.not_before = -3600,
		.not_after = 90 * 24 * 60 * 60,
		.cdp = "URI:http://ca.example.org/crl",
		.queries = TRUE,
		.crl_from = -3600,
		.crl_to = 24 * 60 * 60,
		.entries = this->entries,
		.serial = this->serial,
	};
}

/*
 * Described in header
 */
void mock_ca_destroy(mock_ca_t *this)
{
	mock_ca_reset(this);
	this->entries->destroy(this->entries);
	certrep_id_destroy(this->id);
	free(this);
}

/**
 * Generate a key.
 */
static EVP_PKEY *make_key(u_int bits)
{
	return EVP_RSA_gen(bits);
}

/**
 * Create a CA without a key.
 */
static mock_ca_t *create(scep_clock_t *clock, EVP_PKEY *(*make_key)(u_int bits))
{
	mock_ca_t *this;

	certrep_init();
	INIT(this,
		.clock = clock,
		.make_key = make_key,
		.entries = linked_list_create(),
		.serial = 0x7000,
	);
	return this;
}

/*
 * Described in header
 */
mock_ca_t *mock_ca_create_with(scep_clock_t *clock,
							   EVP_PKEY *(*make_key)(u_int bits),
							   const char *cn, time_t from, time_t to)
{
	mock_ca_t *this = create(clock, make_key);

	this->id = make_id(this, cn, 2048, from, to);
	mock_ca_reset(this);
	return this;
}

/*
 * Described in header
 */
mock_ca_t *mock_ca_create(scep_clock_t *clock, u_int bits)
{
	time_t now = clock->now(clock);
	mock_ca_t *this = create(clock, make_key);

	this->id = make_id(this, "Model CA", bits, now - MOCK_CA_LIFE,
					   now + MOCK_CA_LIFE);
	mock_ca_reset(this);
	return this;
}
