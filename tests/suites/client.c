/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "client.h"
#include "message/scep_certs.h"
#include "message/scep_csr.h"
#include "trust/scep_issued.h"

#include <check.h>

#include <time.h>

/** The key of all clients: to generate one takes long */
static private_key_t *key;

/**
 * Load a profile that fits the server.
 */
static scep_profile_t *load_profile(const char *pin)
{
	settings_t *settings;
	scep_profile_t *loaded;
	scep_error_t err = {};
	char *text;

	ck_assert_int_ge(asprintf(&text,
		"test {\nplugins {\nscep {\nprofiles {\ngw {\n"
		"url = http://127.0.0.1/scep\nca_fingerprint = %s\n"
		"subject = \"C=DE, CN=gw.example.org\"\nsan = gw.example.org\n"
		"challenge = secret\nkey {\nsize = 2048\n}\n}\n}\n}\n}\n}\n", pin), 0);
	settings = settings_create_string(text);
	ck_assert(settings);
	loaded = scep_profile_load(settings, "test", "gw", &err);
	ck_assert_msg(loaded, "%s", err.text);
	settings->destroy(settings);
	free(text);
	return loaded;
}

/*
 * Described in header
 */
void client_setup()
{
	key = lib->creds->create(lib->creds, CRED_PRIVATE_KEY, KEY_RSA,
							 BUILD_KEY_SIZE, 2048, BUILD_END);
	ck_assert(key);
}

/*
 * Described in header
 */
void client_teardown()
{
	key->destroy(key);
}

/*
 * Described in header
 */
client_t *client_create(const char *options)
{
	scep_csr_t csr = { .digest = HASH_SHA256 };
	scep_error_t err = {};
	time_t now = time(NULL);
	client_t *this;

	INIT(this,
		.server = server_start(options),
		.key = key->get_ref(key),
	);
	this->profile = load_profile(this->server->pin);
	csr.key = this->key;
	csr.subject = this->profile->subject;
	this->signer = scep_csr_self_signed(&csr, chunk_from_chars(0x01),
										now - 3600, now + 3600, &err);
	ck_assert_msg(this->signer, "%s", err.text);
	return this;
}

/*
 * Described in header
 */
void client_destroy(client_t *this)
{
	this->signer->destroy(this->signer);
	this->key->destroy(this->key);
	this->profile->destroy(this->profile);
	server_stop(this->server);
	free(this);
}

/**
 * Get random bytes.
 */
static void get_random(u_char *buf, size_t len)
{
	rng_t *rng = lib->crypto->create_rng(lib->crypto, RNG_STRONG);

	ck_assert(rng && rng->get_bytes(rng, len, buf));
	rng->destroy(rng);
}

/**
 * Fetch and verify the CA.
 */
static bool get_authority(attempt_t *this)
{
	server_answer_t answer;
	linked_list_t *certs;

	server_send(this->client->server, "operation=GetCACert", chunk_empty, NULL,
				&answer);
	if (answer.status == 200 &&
		scep_certs_parse(answer.body, &certs, &this->err))
	{
		this->authority = scep_authority_create(certs, this->client->profile,
												NULL, time(NULL), NULL,
												&this->err);
		scep_certs_destroy(certs);
	}
	free(answer.body.ptr);
	return this->authority != NULL;
}

/*
 * Described in header
 */
bool attempt_begin(attempt_t *this, client_t *client, scep_message_type_t type,
				   const char *challenge)
{
	scep_csr_t csr = {
		.key = client->key,
		.subject = client->profile->subject,
		.sans = client->profile->sans,
		.challenge = challenge ? chunk_from_str((char*)challenge) : chunk_empty,
		.digest = HASH_SHA256,
	};
	chunk_t content;
	u_char id[16];

	memset(this, 0, sizeof(*this));
	this->client = client;
	if (!get_authority(this))
	{
		return FALSE;
	}
	get_random(id, sizeof(id));
	chunk_to_hex(chunk_from_thing(id), this->id, TRUE);
	ck_assert_msg(scep_csr_build(&csr, &content, &this->err), "%s",
				  this->err.text);
	attempt_build(this, type, content);
	return TRUE;
}

/*
 * Described in header
 */
void attempt_build(attempt_t *this, scep_message_type_t type, chunk_t content)
{
	scep_request_t request = {
		.type = type,
		.transaction_id = chunk_from_str(this->id),
		.sender_nonce = chunk_from_thing(this->nonce),
		.signer = this->client->signer,
		.key = this->client->key,
		.recipient = this->recipient ?: this->authority->recipient,
		.digest = HASH_SHA256,
		.cipher = ENCR_AES_CBC,
		.key_size = 16,
	};

	this->type = type;
	if (content.ptr)
	{
		free(this->content.ptr);
		this->content = content;
	}
	request.content = this->content;
	free(this->message.ptr);
	get_random(this->nonce, sizeof(this->nonce));
	ck_assert_msg(scep_request_build(&request, &this->message, &this->err),
				  "%s", this->err.text);
}

/*
 * Described in header
 */
void attempt_build_poll(attempt_t *this)
{
	certificate_t *issuer = this->authority->issuer;

	attempt_build(this, SCEP_CERT_POLL,
				  scep_issuer_and_subject(issuer->get_subject(issuer),
										  this->client->profile->subject));
}

/*
 * Described in header
 */
client_stage_t attempt_conclude(attempt_t *this, chunk_t body)
{
	client_t *client = this->client;
	scep_expectation_t expect = {
		.transaction_id = chunk_from_str(this->id),
		.nonce = chunk_from_thing(this->nonce),
		.signers = this->authority->signers,
		.recipient = client->signer,
		.key = client->key,
		.accept_des = TRUE,
		.want_crl = this->type == SCEP_GET_CRL,
	};
	linked_list_t *chain;

	scep_response_clear(&this->response);
	DESTROY_IF(this->issued);
	this->issued = NULL;
	/* a second failure does not replace the reason of the first one */
	this->err = (scep_error_t){};
	if (!scep_response_parse(body, &expect, &this->response, &this->err))
	{
		return AT_ANSWER;
	}
	if (this->response.status != SCEP_SUCCESS)
	{
		return this->response.status == SCEP_PENDING ? AT_PENDING : AT_FAILURE;
	}
	if (this->response.crl)
	{
		return DONE;
	}
	if (!scep_issued_check(this->response.certs, client->key, this->authority,
						   client->profile, NULL, time(NULL), &this->issued,
						   &chain, &this->err))
	{
		this->issued = NULL;
		return AT_CERTIFICATE;
	}
	scep_certs_destroy(chain);
	return DONE;
}

/*
 * Described in header
 */
client_stage_t attempt_send(attempt_t *this)
{
	server_answer_t answer;

	server_send(this->client->server, "operation=PKIOperation", this->message,
				NULL, &answer);
	free(this->body.ptr);
	this->body = answer.body;
	return answer.status == 200 ? attempt_conclude(this, answer.body) : AT_HTTP;
}

/*
 * Described in header
 */
client_stage_t client_enroll(client_t *this, const char *challenge,
							 attempt_t *attempt)
{
	return attempt_begin(attempt, this, SCEP_PKCS_REQ, challenge) ?
				attempt_send(attempt) : AT_CA;
}

/*
 * Described in header
 */
void attempt_end(attempt_t *this)
{
	DESTROY_IF(this->authority);
	DESTROY_IF(this->issued);
	scep_response_clear(&this->response);
	free(this->content.ptr);
	free(this->message.ptr);
	free(this->body.ptr);
	memset(this, 0, sizeof(*this));
}
