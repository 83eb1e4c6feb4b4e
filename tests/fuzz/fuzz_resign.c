/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"
#include "fuzz_fixture.h"
#include "fuzz_resign.h"

#include "message/scep_algorithm.h"
#include "message/scep_ber.h"
#include "message/scep_cert_id.h"
#include "message/scep_certs.h"
#include "message/scep_der.h"
#include "message/scep_signed_data.h"

#include <asn1/oid.h>

/**
 * Get the issuer of a TBSCertificate, an element.
 */
static chunk_t get_issuer(chunk_t tbs)
{
	chunk_t content, version, issuer;

	if (!scep_der_only(tbs, ASN1_SEQUENCE, &content) ||
		!scep_der_take_optional(&content, ASN1_CONTEXT_C_0, &version) ||
		!scep_der_next(&content, NULL, NULL, NULL) ||
		!scep_der_next(&content, NULL, NULL, NULL) ||
		!scep_der_take_element(&content, ASN1_SEQUENCE, &issuer))
	{
		return chunk_empty;
	}
	return issuer;
}

/*
 * Described in header
 */
bool fuzz_resign_cert(chunk_t der, chunk_t *signed_der)
{
	const fuzz_fixture_t *fixture = fuzz_fixture();
	private_key_t *key = fixture->root->key;
	identification_t *sub;
	chunk_t content, tbs, signature;

	if (!scep_der_only(der, ASN1_SEQUENCE, &content) ||
		!scep_der_take_element(&content, ASN1_SEQUENCE, &tbs))
	{
		return FALSE;
	}
	sub = fixture->sub->cert->get_subject(fixture->sub->cert);
	if (chunk_equals(get_issuer(tbs), sub->get_encoding(sub)))
	{
		key = fixture->sub->key;
	}
	fuzz_require(key->sign(key, SIGN_RSA_EMSA_PKCS1_SHA2_256, NULL, tbs,
						   &signature));
	*signed_der = asn1_wrap(ASN1_SEQUENCE, "cmm", tbs,
							asn1_algorithmIdentifier(OID_SHA256_WITH_RSA),
							asn1_bitstring("m", signature));
	return TRUE;
}

/*
 * Described in header
 */
linked_list_t *fuzz_resign_certs(linked_list_t *certs)
{
	linked_list_t *list = linked_list_create();
	enumerator_t *enumerator;
	certificate_t *cert;
	chunk_t der, signed_der;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if (!cert->get_encoding(cert, CERT_ASN1_DER, &der))
		{
			continue;
		}
		if (fuzz_resign_cert(der, &signed_der))
		{
			cert = scep_cert_parse(signed_der, NULL);
			if (cert)
			{
				list->insert_last(list, cert);
			}
			free(signed_der.ptr);
		}
		free(der.ptr);
	}
	enumerator->destroy(enumerator);
	return list;
}

/**
 * Write the hash of the content into messageDigest.
 */
static void fix_digest(chunk_t attributes, hash_algorithm_t digest,
					   chunk_t content)
{
	chunk_t attribute, type, values, value;
	hasher_t *hasher;

	hasher = lib->crypto->create_hasher(lib->crypto, digest);
	fuzz_require(hasher != NULL);
	while (scep_der_take(&attributes, ASN1_SEQUENCE, &attribute))
	{
		if (scep_der_take(&attribute, ASN1_OID, &type) &&
			scep_der_oid(type) == OID_PKCS9_MESSAGE_DIGEST &&
			scep_der_take(&attribute, ASN1_SET, &values) &&
			scep_der_take(&values, ASN1_OCTET_STRING, &value) &&
			value.len == hasher->get_hash_size(hasher))
		{
			fuzz_require(hasher->get_hash(hasher, content, value.ptr));
		}
	}
	hasher->destroy(hasher);
}

/**
 * Find the key of the signer that is named, RSA.
 */
static private_key_t *find_key(const scep_cert_id_t *sid)
{
	const fuzz_fixture_t *fixture = fuzz_fixture();

	if (scep_cert_id_matches(sid, fixture->root->cert))
	{
		return fixture->root->key;
	}
	if (scep_cert_id_matches(sid, fixture->ra->cert))
	{
		return fixture->ra->key;
	}
	return NULL;
}

/**
 * Sign a signerInfo in place.
 */
static bool resign(chunk_t infos, chunk_t content)
{
	chunk_t info, attributes, old, new, tbs;
	hash_algorithm_t digest;
	scep_signature_t algorithm;
	scep_cert_id_t sid;
	private_key_t *key;
	void *params;
	int version;
	bool fits;

	if (!scep_der_take(&infos, ASN1_SEQUENCE, &info) ||
		!scep_der_take_small(&info, &version) ||
		!scep_cert_id_take(&info, &sid) ||
		!scep_digest_take(&info, &digest, NULL) ||
		!scep_der_take(&info, ASN1_CONTEXT_C_0, &attributes) ||
		!scep_signature_take(&info, digest, &algorithm, NULL) ||
		!scep_der_take(&info, ASN1_OCTET_STRING, &old))
	{
		return FALSE;
	}
	key = find_key(&sid);
	if (!key ||
		key_type_from_signature_scheme(algorithm.scheme) != KEY_RSA)
	{
		return FALSE;
	}
	fix_digest(attributes, digest, content);
	params = algorithm.scheme == SIGN_RSA_EMSA_PSS ? &algorithm.pss : NULL;
	tbs = asn1_wrap(ASN1_SET, "c", attributes);
	fits = key->sign(key, algorithm.scheme, params, tbs, &new);
	free(tbs.ptr);
	if (fits)
	{
		fits = old.len == new.len;
		if (fits)
		{
			memcpy(old.ptr, new.ptr, new.len);
		}
		free(new.ptr);
	}
	return fits;
}

/*
 * Described in header
 */
bool fuzz_resign_certrep(chunk_t body, chunk_t *signed_der)
{
	scep_signed_data_t signed_data;

	if (!scep_ber_to_der(body, signed_der, NULL))
	{
		return FALSE;
	}
	if (!scep_signed_data_parse(*signed_der, &signed_data, NULL) ||
		!resign(signed_data.signer_infos, signed_data.content))
	{
		chunk_free(signed_der);
		return FALSE;
	}
	return TRUE;
}
