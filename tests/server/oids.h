/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_oids oids
 * @{ @ingroup server
 *
 * Object identifiers that OpenSSL does not know.
 */

#ifndef SERVER_OIDS_H_
#define SERVER_OIDS_H_

/** Attributes of CMS (RFC 5652, 11) */
#define OID_CONTENT_TYPE	"1.2.840.113549.1.9.3"
#define OID_MESSAGE_DIGEST	"1.2.840.113549.1.9.4"
#define OID_SIGNING_TIME	"1.2.840.113549.1.9.5"

/** Content types (RFC 5652) */
#define OID_DATA			"1.2.840.113549.1.7.1"
#define OID_SIGNED_DATA		"1.2.840.113549.1.7.2"
#define OID_ENVELOPED_DATA	"1.2.840.113549.1.7.3"

/** Attributes of SCEP (RFC 8894, 3.2) */
#define OID_MESSAGE_TYPE	"2.16.840.1.113733.1.9.2"
#define OID_PKI_STATUS		"2.16.840.1.113733.1.9.3"
#define OID_FAIL_INFO		"2.16.840.1.113733.1.9.4"
#define OID_SENDER_NONCE	"2.16.840.1.113733.1.9.5"
#define OID_RECIPIENT_NONCE	"2.16.840.1.113733.1.9.6"
#define OID_TRANSACTION_ID	"2.16.840.1.113733.1.9.7"
#define OID_FAIL_INFO_TEXT	"1.3.6.1.5.5.7.24.1"

/** NDES' attribute with a HRESULT */
#define OID_HRESULT			"1.3.6.1.4.1.311.21.33"

/** Microsoft's certificate template name, in extensions */
#define OID_TEMPLATE_NAME	"1.3.6.1.4.1.311.20.2"

#endif /** SERVER_OIDS_H_ @}*/
