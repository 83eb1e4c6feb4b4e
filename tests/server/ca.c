/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ca.h"
#include "bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/** Seconds of a day */
#define DAY		(24 * 3600L)

/**
 * A CA.
 */
struct ca_t {
	/** topology and directory */
	const options_t *options;
	/** whom there was need for */
	identity_t identities[CA_COUNT];
};

/**
 * Files and common names, by ca_id_t.
 */
static const struct {
	const char *file;
	const char *cn;
} names[CA_COUNT] = {
	{ "root", "Test Root" },
	{ "ca", "Test CA" },
	{ "ra", "Test RA" },
	{ "ra-sign", "Test RA Signing" },
	{ "ra-encrypt", "Test RA Encryption" },
	{ "next-ca", "Test CA" },
	{ "gateway", "gateway.example.org" },
	{ "expired-ra", "Test RA" },
	{ "other-ca", "Other CA" },
	{ "forged", "Test CA" },
};

/**
 * Get the identities that a list of names means.
 *
 * @param list		names, separated by commas
 * @param certs		gets their certificates added, or NULL
 */
static void get_named(ca_t *this, const char *list, STACK_OF(X509) *certs)
{
	char *copy = format("%s", list), *rest = copy, *name;
	const identity_t *identity;
	int i;

	while ((name = strsep(&rest, ",")))
	{
		for (i = 0; i < CA_COUNT && strcmp(names[i].file, name); i++);
		if (i == CA_COUNT)
		{
			fprintf(stderr, "scep-test-server: no name: %s\n", name);
			exit(2);
		}
		identity = ca_get(this, i);
		if (certs)
		{
			X509_up_ref(identity->cert);
			sk_X509_push(certs, identity->cert);
		}
	}
	free(copy);
}

/*
 * Described in header
 */
ca_t *ca_create(const options_t *options)
{
	ca_t *this = calloc(1, sizeof(*this));
	char *path;

	if (!this)
	{
		die("calloc");
	}
	this->options = options;
	mkdir(options->dir, 0755);
	path = format("%s/issued", options->dir);
	mkdir(path, 0755);
	free(path);
	path = format("%s/transactions", options->dir);
	mkdir(path, 0755);
	free(path);
	ca_get(this, ca_signer(this));
	ca_get(this, ca_recipient(this));
	/* names are checked here, too */
	get_named(this, options->order ?: "ca", NULL);
	get_named(this, options->make ?: "ca", NULL);
	return this;
}

/**
 * Get keyUsage of an identity.
 */
static const char *key_usage(ca_t *this, ca_id_t id)
{
	switch (id)
	{
		case CA_ROOT:
			return "critical,keyCertSign,cRLSign";
		case CA_CA:
			if (id != ca_recipient(this))
			{
				return "critical,digitalSignature,keyCertSign,cRLSign";
			}
			/* fall-through */
		case CA_NEXT:
		case CA_OTHER:
			return "critical,digitalSignature,keyEncipherment,keyCertSign,"
				   "cRLSign";
		case CA_RA_SIGN:
			return "critical,digitalSignature";
		case CA_RA_ENCRYPT:
			return "critical,keyEncipherment";
		default:
			return "critical,digitalSignature,keyEncipherment";
	}
}

/**
 * Get extendedKeyUsage of an RA, NULL if it is not marked.
 */
static const char *ra_eku(ca_t *this)
{
	if (!strcmp(this->options->ra_eku, "request-agent"))
	{
		return "1.3.6.1.4.1.311.20.2.1";
	}
	return !strcmp(this->options->ra_eku, "cmc") ? "1.3.6.1.5.5.7.3.28" : NULL;
}

/**
 * Whether an identity is a CA.
 */
static bool is_ca(ca_id_t id)
{
	return id == CA_ROOT || id == CA_CA || id == CA_NEXT || id == CA_OTHER;
}

/**
 * Who issues the certificate of an identity, NULL: it itself.
 */
static const identity_t *issuer_of(ca_t *this, ca_id_t id)
{
	switch (id)
	{
		case CA_CA:
			return this->options->sub_ca ? ca_get(this, CA_ROOT) : NULL;
		case CA_ROOT:
		case CA_NEXT:
		case CA_OTHER:
		case CA_FORGED:
			return NULL;
		default:
			return ca_get(this, CA_CA);
	}
}

/**
 * Make an identity, with the key that it has if there is one.
 */
static void make(ca_t *this, ca_id_t id, identity_t *identity)
{
	const char *eku = ra_eku(this);
	const identity_t *signer;
	bool ra = id == CA_RA || id == CA_RA_SIGN || id == CA_RA_ENCRYPT ||
			  id == CA_EXPIRED_RA;
	cert_extension_t extensions[] = {
		{ NID_basic_constraints, is_ca(id) ? "critical,CA:TRUE"
										   : "critical,CA:FALSE" },
		{ NID_key_usage, key_usage(this, id) },
		{ ra && eku ? NID_ext_key_usage : 0, eku },
		{},
	};
	cert_spec_t spec = {
		.cn = names[id].cn,
		.issuer = issuer_of(this, id),
		.from = -DAY,
		.to = this->options->ca_validity,
		.extensions = extensions,
	};

	identity->key = identity->key ?: cert_generate_key(
			(id == CA_CA && !strcmp(this->options->ca_key, "ec")) ||
			(id == CA_RA_SIGN && !strcmp(this->options->ra_key, "ec")));
	spec.key = identity->key;
	if (id == CA_EXPIRED_RA)
	{
		spec.from = -10 * DAY;
		spec.to = -DAY;
	}
	if (id == CA_FORGED)
	{
		signer = ca_get(this, ca_signer(this));
		spec.subject = X509_get_subject_name(signer->cert);
		identity->cert = cert_make(&spec);
		X509_set_issuer_name(identity->cert,
							 X509_get_issuer_name(signer->cert));
		X509_set_serialNumber(identity->cert,
							  X509_get_serialNumber(signer->cert));
		X509_sign(identity->cert, identity->key, EVP_sha256());
		return;
	}
	identity->cert = cert_make(&spec);
}

/*
 * Described in header
 */
const identity_t *ca_get(ca_t *this, ca_id_t id)
{
	identity_t *identity = &this->identities[id];

	if (!identity->cert &&
		!identity_load(identity, this->options->dir, names[id].file))
	{
		make(this, id, identity);
		identity_save(identity, this->options->dir, names[id].file);
	}
	return identity;
}

/*
 * Described in header
 */
const identity_t *ca_peek(ca_t *this, ca_id_t id)
{
	identity_t *identity = &this->identities[id];

	if (!identity->cert &&
		!identity_load(identity, this->options->dir, names[id].file))
	{
		identity_clear(identity);
		return NULL;
	}
	return identity;
}

/*
 * Described in header
 */
const char *ca_name(ca_id_t id)
{
	return names[id].file;
}

/*
 * Described in header
 */
ca_id_t ca_signer(ca_t *this)
{
	if (!strcmp(this->options->ra, "none"))
	{
		return CA_CA;
	}
	return !strcmp(this->options->ra, "one") ? CA_RA : CA_RA_SIGN;
}

/*
 * Described in header
 */
ca_id_t ca_recipient(ca_t *this)
{
	if (!strcmp(this->options->ra, "none"))
	{
		return CA_CA;
	}
	return !strcmp(this->options->ra, "one") ? CA_RA : CA_RA_ENCRYPT;
}

/*
 * Described in header
 */
X509 *ca_top(ca_t *this)
{
	return ca_get(this, this->options->sub_ca ? CA_ROOT : CA_CA)->cert;
}

/**
 * Add a certificate to a list.
 */
static void add(STACK_OF(X509) *certs, X509 *cert)
{
	X509_up_ref(cert);
	sk_X509_push(certs, cert);
}

/**
 * Add the certificates in the usual order: RA, CA, root.
 */
static void add_usual(ca_t *this, STACK_OF(X509) *certs, const words_t *words)
{
	if (words->has[W_GATEWAY_AS_RA] || words->has[W_EXPIRED_RA])
	{
		add(certs, ca_get(this, words->has[W_EXPIRED_RA] ? CA_EXPIRED_RA
														 : CA_GATEWAY)->cert);
	}
	else if (ca_recipient(this) != CA_CA)
	{
		add(certs, ca_get(this, ca_signer(this))->cert);
		if (ca_signer(this) != ca_recipient(this))
		{
			add(certs, ca_get(this, ca_recipient(this))->cert);
		}
	}
	add(certs, ca_get(this, CA_CA)->cert);
	if (this->options->sub_ca)
	{
		add(certs, ca_get(this, CA_ROOT)->cert);
	}
}

/*
 * Described in header
 */
STACK_OF(X509) *ca_certs(ca_t *this, const words_t *words)
{
	STACK_OF(X509) *certs = sk_X509_new_null();
	int i;

	if (words->has[W_OTHER_CA])
	{
		add(certs, ca_get(this, CA_OTHER)->cert);
	}
	else if (this->options->order && !words->has[W_GATEWAY_AS_RA] &&
			 !words->has[W_EXPIRED_RA])
	{
		get_named(this, this->options->order, certs);
	}
	else
	{
		add_usual(this, certs, words);
	}
	for (i = 0; words->has[W_MANY_CERTS] && i < 17; i++)
	{
		sk_X509_push(certs, cert_make(&(cert_spec_t){
			.cn = "One more",
			.key = ca_get(this, CA_GATEWAY)->key,
			.issuer = ca_get(this, CA_CA),
			.to = DAY,
		}));
	}
	return certs;
}

/*
 * Described in header
 */
void ca_destroy(ca_t *this)
{
	int i;

	for (i = 0; i < CA_COUNT; i++)
	{
		identity_clear(&this->identities[i]);
	}
	free(this);
}
