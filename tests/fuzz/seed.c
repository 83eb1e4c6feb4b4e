/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"
#include "fuzz_fixture.h"

#include "certrep_der.h"

#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *fuzz_target = "";

/** Where to write */
static const char *directory;

/**
 * Write an input of a target; frees it.
 */
static void save(const char *target, const char *name, int number, chunk_t data)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", directory, target);
	fuzz_require(mkdir(path, 0777) == 0 || errno == EEXIST);
	snprintf(path, sizeof(path), "%s/%s/%s-%d", directory, target, name,
			 number);
	unlink(path);
	fuzz_require(chunk_write(data, path, 022, TRUE));
	free(data.ptr);
}

/**
 * Get the DER of a certificate.
 */
static chunk_t encode(X509 *x509)
{
	certificate_t *cert = certrep_cert(x509);
	chunk_t der;

	fuzz_require(cert && cert->get_encoding(cert, CERT_ASN1_DER, &der));
	cert->destroy(cert);
	return der;
}

/**
 * Encode in BER; frees the DER.
 */
static chunk_t to_ber(chunk_t der, size_t piece)
{
	chunk_t ber = der_to_ber(der, piece);

	free(der.ptr);
	return ber;
}

/**
 * Answers as real servers give them, and others.
 */
static const struct {
	const char *digest;
	const char *cipher;
	int flags;
} range[] = {
	{ "SHA256", "AES-128-CBC", 0 },
	{ "SHA1", "DES-CBC", CERTREP_HASH_WITH_RSA },
	{ "SHA1", "DES-EDE3-CBC", CERTREP_NO_CERTS },
	{ "SHA256", "AES-128-CBC", CERTREP_NO_CERTS | CERTREP_BER },
	{ "SHA256", "AES-256-CBC", CERTREP_BER_ALL },
	{ "SHA384", "AES-192-CBC", CERTREP_SIGNER_SKI | CERTREP_RECIPIENT_SKI },
	{ "SHA512", "AES-256-CBC", CERTREP_NO_CERTS },
	{ "SHA256", "AES-128-CBC", CERTREP_NO_CERTS | CERTREP_PSS },
	{ "SHA256", "AES-128-CBC", CERTREP_NO_CERTS | CERTREP_OAEP },
	{ "SHA256", "AES-128-CBC", CERTREP_UNSORTED },
	{ "SHA256", "AES-128-CBC", CERTREP_SENT_UNSORTED },
	{ "SHA256", "AES-128-CBC", CERTREP_NO_NULL },
	{ "SHA256", "AES-128-CBC", CERTREP_UNSIGNED },
	{ "SHA256", "AES-128-CBC", CERTREP_TWO_SIGNERS },
	{ "SHA256", "AES-128-CBC", CERTREP_NO_SIGNER },
	{ "SHA256", "AES-128-CBC", CERTREP_NO_ATTRIBUTES },
	{ "SHA256", "AES-128-CBC", CERTREP_BAD_DIGEST },
	{ "SHA256", "AES-128-CBC", CERTREP_OTHER_HASH },
};

/**
 * Get an answer that is believed.
 */
static certrep_t get_certrep()
{
	const fuzz_fixture_t *fixture = fuzz_fixture();

	return (certrep_t){
		.transaction_id = chunk_from_str(FUZZ_TRANSACTION_ID),
		.recipient_nonce = chunk_from_str(FUZZ_NONCE),
		.signer = fixture->ra,
		.recipients = { fixture->gw->x509 },
		.certs = { fixture->gw->x509 },
	};
}

/**
 * CertReps that are not a SUCCESS.
 */
static void save_status()
{
	static const certrep_content_t contents[] = {
		CERTREP_CONTENT_ABSENT, CERTREP_CONTENT_EMPTY, CERTREP_CONTENT_ZERO,
	};
	certrep_t rep = get_certrep();
	int i;

	rep.flags = CERTREP_NO_CERTS;
	rep.status = "3";
	for (i = 0; i < countof(contents); i++)
	{
		rep.what = contents[i];
		save("certrep", "pending", i, certrep_build(&rep));
	}
	rep.status = "2";
	rep.fail_info = "2";
	rep.fail_info_text = "no \xc3\xbc such profile";
	rep.more[0] = (certrep_attribute_t){ "1.3.6.1.4.1.311.21.33", DER_PRINTABLE,
										 "-2146875386", 0, 1 };
	for (i = 0; i < countof(contents); i++)
	{
		rep.what = contents[i];
		rep.flags = i ? 0 : CERTREP_BER_ALL;
		save("certrep", "failure", i, certrep_build(&rep));
	}
}

/**
 * CertReps, and the envelopes in them.
 */
static void save_certreps()
{
	const fuzz_fixture_t *fixture = fuzz_fixture();
	certrep_t rep = get_certrep();
	X509 *bag[] = { fixture->gw->x509, fixture->sub->x509, NULL };
	chunk_t certs;
	int i;

	for (i = 0; i < countof(range); i++)
	{
		rep.digest = range[i].digest;
		rep.cipher = range[i].cipher;
		rep.flags = range[i].flags;
		save("certrep", "success", i, certrep_build(&rep));
		certs = certrep_certs_only(bag);
		save("certrep_inner", "envelope", i, certrep_seal(&rep, certs));
		free(certs.ptr);
	}
	rep = get_certrep();
	rep.signer = fixture->ec;
	rep.flags = CERTREP_HASH_WITH_RSA;
	save("certrep", "ec", 0, certrep_build(&rep));
	rep = get_certrep();
	rep.recipients[0] = fixture->ra->x509;
	rep.recipients[1] = fixture->gw->x509;
	rep.certs[1] = fixture->sub->x509;
	save("certrep", "recipients", 0, certrep_build(&rep));
	save_status();
}

/**
 * Bags of certificates.
 */
static void save_bags()
{
	const fuzz_fixture_t *fixture = fuzz_fixture();
	X509 *bags[][6] = {
		{ fixture->root->x509 },
		{ fixture->ra->x509, fixture->root->x509 },
		{ fixture->root->x509, fixture->sub->x509, fixture->ra->x509,
		  fixture->ec->x509 },
		{ fixture->gw->x509, fixture->root->x509, fixture->sub->x509 },
		{ fixture->sub->x509 },
	};
	chunk_t der;
	int i;

	save("cacert", "root", 0, encode(fixture->root->x509));
	save("cacert", "ec", 0, encode(fixture->ec->x509));
	for (i = 0; i < countof(bags); i++)
	{
		der = certrep_certs_only(bags[i]);
		save("cacert", "bag", i, chunk_clone(der));
		save("cacert", "ber", i, der_to_ber(der, 0));
		save("certrep_inner", "bag", i, chunk_clone(der));
		save("certrep_inner", "ber", i, to_ber(der, 100));
	}
}

/**
 * Build a CRL of the root in certs-only SignedData.
 */
static chunk_t build_crl()
{
	const fuzz_fixture_t *fixture = fuzz_fixture();
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *revoked = X509_REVOKED_new();
	ASN1_TIME *time = ASN1_TIME_new();
	PKCS7 *bag = PKCS7_new();
	chunk_t der;

	ASN1_TIME_set(time, FUZZ_NOW);
	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(fixture->root->x509));
	X509_CRL_set1_lastUpdate(crl, time);
	X509_REVOKED_set_serialNumber(revoked,
								X509_get_serialNumber(fixture->ec->x509));
	X509_REVOKED_set_revocationDate(revoked, time);
	X509_CRL_add0_revoked(crl, revoked);
	ASN1_TIME_set(time, FUZZ_NOW + 86400);
	X509_CRL_set1_nextUpdate(crl, time);
	fuzz_require(X509_CRL_sign(crl, fixture->root->pkey, EVP_sha256()));
	PKCS7_set_type(bag, NID_pkcs7_signed);
	bag->d.sign->contents->type = OBJ_nid2obj(NID_pkcs7_data);
	PKCS7_add_crl(bag, crl);
	der = chunk_alloc(i2d_PKCS7(bag, NULL));
	i2d_PKCS7(bag, &(u_char*){ der.ptr });
	PKCS7_free(bag);
	X509_CRL_free(crl);
	ASN1_TIME_free(time);
	return der;
}

/**
 * Answers to GetCRL.
 */
static void save_crls()
{
	certrep_t rep = get_certrep();

	rep.content = build_crl();
	rep.what = CERTREP_CONTENT_SEALED;
	save("certrep", "crl", 0, certrep_build(&rep));
	save("certrep_inner", "crl", 0, chunk_clone(rep.content));
	save("certrep_inner", "crl", 1, certrep_seal(&rep, rep.content));
	save("certrep_inner", "crl", 2, to_ber(rep.content, 50));
}

/**
 * Answers to GetNextCACert.
 */
static void save_next()
{
	static const certrep_flag_t flags[] = {
		0, CERTREP_BER, CERTREP_BER_ALL, CERTREP_SIGNER_SKI, CERTREP_PSS,
		CERTREP_NO_CERTS, CERTREP_NO_ATTRIBUTES, CERTREP_BAD_ECONTENT_TYPE,
	};
	const fuzz_fixture_t *fixture = fuzz_fixture();
	X509 *announced[] = { fixture->sub->x509, fixture->ra->x509, NULL };
	certrep_t rep = {
		.signer = fixture->root,
		.what = CERTREP_CONTENT_RAW,
		.content = certrep_certs_only(announced),
	};
	int i;

	for (i = 0; i < countof(flags); i++)
	{
		rep.flags = flags[i];
		save("next_ca", "next", i, certrep_build(&rep));
	}
	free(rep.content.ptr);
}

/** The names that fuzz_issued asks for */
#define SAN "DNS:gw.example.org,IP:192.0.2.1,email:gw@example.org"

/** Issued certificates by their extensions */
static const fuzz_extension_t issued[][8] = {
	{
		{ "basicConstraints", "critical,CA:FALSE" },
		{ "keyUsage", "critical,digitalSignature,keyEncipherment" },
		{ "extendedKeyUsage", "clientAuth,serverAuth" },
		{ "subjectAltName", SAN },
		{ "subjectKeyIdentifier", "hash" },
		{ "authorityKeyIdentifier", "keyid" },
	},
	{ { "subjectAltName", SAN } },
	{ { "subjectAltName", SAN ",DNS:other.example.org" } },
	{ { "subjectAltName", "URI:urn:x,RID:1.2.3,IP:2001:db8::1,"
	    "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:gw@example.org" } },
	{ { "keyUsage", "keyEncipherment" }, { "subjectAltName", SAN } },
	{ { "extendedKeyUsage", "emailProtection,1.3.6.1.5.5.7.3.17" },
	  { "subjectAltName", SAN } },
	{ { "basicConstraints", "CA:TRUE,pathlen:1" },
	  { "subjectAltName", SAN } },
	{ { "crlDistributionPoints", "URI:http://ca.example.org/crl" },
	  { "authorityInfoAccess", "OCSP;URI:http://ca.example.org/ocsp" },
	  { "certificatePolicies", "DER:3007300506032a0304" },
	  { "issuerAltName", "DNS:ca.example.org" },
	  { "subjectAltName", SAN } },
	{ { "nameConstraints", "permitted;DNS:.example.org" },
	  { "policyConstraints", "requireExplicitPolicy:1" },
	  { "inhibitAnyPolicy", "1" },
	  { "1.2.3.4.5", "DER:0500" }, { "subjectAltName", SAN } },
	{ { "1.2.3.4.5", "critical,DER:0500" }, { "subjectAltName", SAN } },
};

/**
 * Issue one for our key.
 */
static chunk_t issue(const fuzz_cert_t *spec)
{
	chunk_t der;
	X509 *x509;

	x509 = fuzz_issue(spec);
	der = chunk_alloc(i2d_X509(x509, NULL));
	i2d_X509(x509, &(u_char*){ der.ptr });
	X509_free(x509);
	return der;
}

/**
 * A certificate of a CA that changed its key but not its name.
 */
static void save_rekeyed()
{
	static const fuzz_extension_t extensions[] = {
		{ "basicConstraints", "critical,CA:TRUE" },
		{ "keyUsage", "critical,keyCertSign,digitalSignature" },
		{ "subjectKeyIdentifier", "hash" },
		{ NULL, NULL }
	};
	const fuzz_fixture_t *fixture = fuzz_fixture();
	fuzz_cert_t spec = {
		.cn = "sub",
		.key = fixture->ra->pkey,
		.issuer = fixture->root,
		.serial = 20,
		.extensions = extensions,
	};
	certrep_id_t sub = *fixture->sub;

	sub.pkey = fixture->ra->pkey;
	sub.x509 = fuzz_issue(&spec);
	spec.cn = "gw";
	spec.key = fixture->gw->pkey;
	spec.issuer = &sub;
	spec.serial = 21;
	spec.extensions = issued[0];
	save("issued", "rekeyed", 0, der_cat("mm", issue(&spec), encode(sub.x509)));
	X509_free(sub.x509);
}

/**
 * Issued certificates.
 */
static void save_issued()
{
	const fuzz_fixture_t *fixture = fuzz_fixture();
	fuzz_cert_t spec = {
		.cn = "gw",
		.key = fixture->gw->pkey,
		.serial = 0xf100000000000001,
	};
	int i;

	for (i = 0; i < countof(issued); i++)
	{
		spec.extensions = issued[i];
		spec.issuer = i % 2 ? fixture->root : fixture->sub;
		save("issued", "leaf", i, issue(&spec));
	}
	spec.extensions = issued[0];
	save("issued", "chain", 0, der_cat("mmm", issue(&spec),
		 encode(fixture->sub->x509), encode(fixture->root->x509)));
	spec.not_after = "20260601000000Z";
	save("issued", "expired", 0, issue(&spec));
	spec.not_before = "20260702000000Z";
	spec.not_after = "99991231235959Z";
	save("issued", "future", 0, issue(&spec));
	spec.not_before = "20250101000000Z";
	save("issued", "old", 0, issue(&spec));
	spec.not_before = spec.not_after = NULL;
	spec.digest = "SHA1";
	save("issued", "weak", 0, issue(&spec));
	spec.digest = NULL;
	spec.cn = "";
	save("issued", "nameless", 0, issue(&spec));
	spec.cn = "other";
	save("issued", "other", 0, issue(&spec));
	spec.key = fixture->ec->pkey;
	save("issued", "stranger", 0, issue(&spec));
}

/**
 * Write what the parsers of messages start from.
 */
int main(int argc, char *argv[])
{
	if (argc != 2)
	{
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return EXIT_FAILURE;
	}
	directory = argv[1];
	save_certreps();
	save_bags();
	save_crls();
	save_next();
	save_issued();
	save_rekeyed();
	return EXIT_SUCCESS;
}
