/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_hresult.h"

/**
 * HRESULTs that a request can meet.
 */
static const struct {
	uint32_t hresult;
	const char *text;
} texts[] = {
	{ 0x80004005, "E_FAIL: unspecified error" },
	{ 0x80070005, "E_ACCESSDENIED: the service account or the device may not "
		"enrol for this template" },
	{ 0x8007000d, "ERROR_INVALID_DATA: the request is malformed, or its "
		"challenge is wrong or used up" },
	{ 0x80070057, "E_INVALIDARG: a parameter of the request is not valid" },
	{ 0x800706ba, "RPC_S_SERVER_UNAVAILABLE: NDES can't reach its CA" },
	{ 0x80090005, "NTE_BAD_DATA: the request can't be decrypted" },
	{ 0x80090006, "NTE_BAD_SIGNATURE: a signature is not valid" },
	{ 0x80090008, "NTE_BAD_ALGID: an algorithm is not accepted" },
	{ 0x80090016, "NTE_BAD_KEYSET: the server has no private key for this" },
	{ 0x80091004, "CRYPT_E_INVALID_MSG_TYPE: messageType is not accepted" },
	{ 0x80091007, "CRYPT_E_HASH_VALUE: a digest is not correct" },
	{ 0x8009100c, "CRYPT_E_RECIPIENT_NOT_FOUND: encrypted to another "
		"certificate than the server's" },
	{ 0x8009100e, "CRYPT_E_SIGNER_NOT_FOUND: signer's certificate is missing" },
	{ 0x80092004, "CRYPT_E_NOT_FOUND: something looked for is not there" },
	{ 0x80092010, "CRYPT_E_REVOKED: the certificate is revoked" },
	{ 0x80092012, "CRYPT_E_NO_REVOCATION_CHECK: revocation can't be checked" },
	{ 0x80092013, "CRYPT_E_REVOCATION_OFFLINE: a CRL can't be fetched, or has "
		"expired" },
	{ 0x80093103, "CRYPT_E_ASN1_CORRUPT: the request is malformed" },
	{ 0x80094001, "CERTSRV_E_BAD_REQUESTSUBJECT: subject is missing or not "
		"valid" },
	{ 0x80094002, "CERTSRV_E_NO_REQUEST: the CA does not know this request" },
	{ 0x80094003, "CERTSRV_E_BAD_REQUESTSTATUS: the request is in another "
		"state" },
	{ 0x80094004, "CERTSRV_E_PROPERTY_EMPTY: a property of the request is "
		"missing" },
	{ 0x80094009, "CERTSRV_E_RESTRICTEDOFFICER: the officer may not approve "
		"this" },
	{ 0x8009400b, "CERTSRV_E_NO_VALID_KRA: no valid key recovery agent" },
	{ 0x80094011, "CERTSRV_E_ENROLL_DENIED: the CA denies enrolment" },
	{ 0x80094012, "CERTSRV_E_TEMPLATE_DENIED: no permission to enrol for this "
		"template" },
	{ 0x80094014, "CERTSRV_E_ADMIN_DENIED_REQUEST: an administrator denied the "
		"request" },
	{ 0x80094800, "CERTSRV_E_UNSUPPORTED_CERT_TYPE: the CA does not offer this "
		"template" },
	{ 0x80094801, "CERTSRV_E_NO_CERT_TYPE: the request names no template" },
	{ 0x80094802, "CERTSRV_E_TEMPLATE_CONFLICT: request and template "
		"contradict each other" },
	{ 0x80094803, "CERTSRV_E_SUBJECT_ALT_NAME_REQUIRED: subjectAltName is "
		"required" },
	{ 0x80094807, "CERTSRV_E_SUBJECT_UPN_REQUIRED: user principal name is "
		"required" },
	{ 0x80094809, "CERTSRV_E_SIGNATURE_POLICY_REQUIRED: the request needs a "
		"signature with another policy" },
	{ 0x8009480a, "CERTSRV_E_SIGNATURE_COUNT: the request needs more "
		"signatures" },
	{ 0x8009480b, "CERTSRV_E_SIGNATURE_REJECTED: a signature on the request is "
		"not accepted" },
	{ 0x8009480f, "CERTSRV_E_SUBJECT_DNS_REQUIRED: DNS name is required" },
	{ 0x80094811, "CERTSRV_E_KEY_LENGTH: the key is shorter than the template "
		"demands" },
	{ 0x80094812, "CERTSRV_E_SUBJECT_EMAIL_REQUIRED: mail address is "
		"required" },
	{ 0x80094813, "CERTSRV_E_UNKNOWN_CERT_TYPE: the CA does not know this "
		"template" },
	{ 0x80094814, "CERTSRV_E_CERT_TYPE_OVERLAP: lifetime and overlap of the "
		"template don't fit" },
	{ 0x800b0101, "CERT_E_EXPIRED: a certificate is expired or not yet valid" },
	{ 0x800b0109, "CERT_E_UNTRUSTEDROOT: a chain ends in a root that the "
		"server does not trust" },
	{ 0x800b010a, "CERT_E_CHAINING: no chain to a trusted root can be built" },
	{ 0x800b010c, "CERT_E_REVOKED: a certificate is revoked" },
	{ 0x800b010e, "CERT_E_REVOCATION_FAILURE: revocation can't be checked" },
	{ 0x800b0110, "CERT_E_WRONG_USAGE: a certificate is not for this usage" },
	{ 0x800b0004, "TRUST_E_SUBJECT_NOT_TRUSTED: the signer is not trusted" },
	{ 0x800b0100, "TRUST_E_NOSIGNATURE: a signature is missing" },
	{ 0x80096004, "TRUST_E_CERT_SIGNATURE: a certificate's signature is not "
		"valid" },
};

/*
 * Described in header
 */
const char *scep_hresult_describe(uint32_t hresult)
{
	int i;

	for (i = 0; i < countof(texts); i++)
	{
		if (texts[i].hresult == hresult)
		{
			return texts[i].text;
		}
	}
	return NULL;
}
