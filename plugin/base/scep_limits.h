/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_limits scep_limits
 * @{ @ingroup scep_base
 *
 * Every bound on what comes from the network, a file or a person.
 */

#ifndef SCEP_LIMITS_H_
#define SCEP_LIMITS_H_

/** Answer to GetCACaps, bytes */
#define SCEP_MAX_CAPS				(16 * 1024)

/** Answer to GetCACert, bytes */
#define SCEP_MAX_CERTS_BODY			(256 * 1024)

/** Answer to PKIOperation, bytes */
#define SCEP_MAX_PKI_BODY			(256 * 1024)

/** Answer to PKIOperation that carries a CRL, bytes */
#define SCEP_MAX_CRL_BODY			(8 * 1024 * 1024)

/** A URL that we send, bytes: a request of twice the usual size, by GET */
#define SCEP_MAX_URL				(32 * 1024)

/** URLs of one profile */
#define SCEP_MAX_URLS				8

/** Servers that a profile remembers: those of now, and some of before */
#define SCEP_MAX_SERVERS			16

/** A URL that failed is tried after the others for so long, seconds */
#define SCEP_URL_REST				(60 * 60)

/** A server that answered PENDING and is silent for so long (or, if that is
 * longer, for two of the longest waits between polls) is given up for the next
 * one, seconds */
#define SCEP_URL_PATIENCE			(24 * 60 * 60)

/** Longest wait that a server can ask for (Retry-After), seconds */
#define SCEP_MAX_RETRY_AFTER		(24 * 60 * 60)

/** Part of an HTTP error's body that is kept to be shown, bytes */
#define SCEP_MAX_ERROR_BODY			512

/** Certificates in one message; also links of a chain */
#define SCEP_MAX_CERTS				16

/** Depth of constructed elements in BER */
#define SCEP_MAX_BER_DEPTH			32

/** Elements and pieces of strings in BER that are to be written anew as DER;
 * a CRL of the largest size that comes in pieces of 64 bytes has fewer */
#define SCEP_MAX_BER_NODES			(256 * 1024)

/** Signed attributes in one message */
#define SCEP_MAX_ATTRIBUTES			32

/** Recipients in one EnvelopedData */
#define SCEP_MAX_RECIPIENTS			16

/** Redirects that one transfer follows */
#define SCEP_MAX_REDIRECTS			3

/** A value from the network as shown in a log line, bytes before the cut */
#define SCEP_MAX_SHOWN				256

/** The text of an error, bytes with its NUL */
#define SCEP_MAX_ERROR				512

/** A profile's name, bytes */
#define SCEP_MAX_NAME				64

/** Fingerprints in a file of confirmations */
#define SCEP_MAX_PINS				64

/** A challenge phrase, bytes (RFC 2985 allows 255 characters) */
#define SCEP_MAX_CHALLENGE			255

/** A page that shows a challenge phrase, bytes */
#define SCEP_MAX_PAGE				(64 * 1024)

/** Numbers on such a page that are as long as a phrase or a thumbprint */
#define SCEP_MAX_PAGE_DIGITS		16

/** A file that we read (key, certificate, chain, request, facts), bytes; the
 * CRL is the largest */
#define SCEP_MAX_FILE				SCEP_MAX_CRL_BODY

/** A key, or certificates, that a person imports, bytes */
#define SCEP_MAX_IMPORT				(256 * 1024)

/** Damaged requests that are set aside */
#define SCEP_MAX_SET_ASIDE			99

/** Refusals by HTTP status that end a transaction: nothing protects one */
#define SCEP_MAX_REFUSALS			2

/** Length of senderNonce and recipientNonce, bytes (RFC 8894, 3.2.1.5) */
#define SCEP_NONCE_LEN				16

/** A certificate that becomes valid later than this is refused, seconds */
#define SCEP_MAX_FUTURE				(24 * 60 * 60)

/** A clock before this is wrong: no build of this source is older
 * (2025-01-01) */
#define SCEP_MIN_TIME				1735689600

/** A next CA that takes over later than this is not believed, seconds */
#define SCEP_MAX_NEXT_CA			(366 * 24 * 60 * 60)

/** Smallest and largest RSA modulus that we generate, bits */
#define SCEP_MIN_RSA				2048
#define SCEP_MAX_RSA				8192

/** Smallest RSA modulus that we encrypt to, bits: the challenge is inside */
#define SCEP_MIN_RECIPIENT_RSA		2048

/** Smallest RSA modulus that may sign what we read, bits: as with SHA-1, what
 * is inside stands on its own signature */
#define SCEP_MIN_SIGNER_RSA			1024

/** Smallest EC key that may sign what we read, bits */
#define SCEP_MIN_EC					224

/** Largest RSA modulus and exponent of others, bits */
#define SCEP_MAX_PEER_RSA			16384
#define SCEP_MAX_EXPONENT			64

/** Longest salt of RSASSA-PSS, bytes: OpenSSL's default fills the modulus */
#define SCEP_MAX_SALT				(SCEP_MAX_PEER_RSA / 8)

/** Longest time that a setting can have, seconds: ten years */
#define SCEP_MAX_TIME				(10ULL * 365 * 24 * 60 * 60)

/** Longest time that a transfer can be given, seconds */
#define SCEP_MAX_TRANSFER_TIME		(60 * 60)

/** Longest name of a certificate template, characters */
#define SCEP_MAX_TEMPLATE			255

/** Crypto jobs that run at once, at most */
#define SCEP_MAX_WORKERS			16

/** Replaced certificates of a profile that IKE_SAs may still use */
#define SCEP_MAX_USED				8

/** Profiles of a daemon that scepctl lists */
#define SCEP_MAX_LISTED				100000

/** Words of the command of a program, and variables that it is given */
#define SCEP_MAX_ARGUMENTS			32

/** What a program that prints a phrase may write, bytes */
#define SCEP_MAX_PROGRAM_OUTPUT		(4 * 1024)

/** Events that wait for the hook */
#define SCEP_MAX_HOOK_EVENTS		64

/** Time that a program may take, seconds */
#define SCEP_MAX_PROGRAM_TIME		30

/** A packet of a client of the control socket, bytes, as vici has it */
#define SCEP_MAX_VICI_PACKET		(512 * 1024)

/** Sections in sections of a message, its elements, and its keys that are in
 * no section */
#define SCEP_MAX_VICI_DEPTH			8
#define SCEP_MAX_VICI_ELEMENTS		1024
#define SCEP_MAX_VICI_KEYS			32

/** Clients of the control socket at the same time; the one that was silent for
 * longest has to give way to a new one */
#define SCEP_MAX_CLIENTS			64

/** Packets of a client that are read before the first of them is answered; what
 * is watched all the time costs less than what begins and ends */
#define SCEP_MAX_CLIENT_PACKETS		4

/** What waits to be read by one client, bytes: more of an answer has to wait,
 * but with twice as much in events it is left alone */
#define SCEP_MAX_CLIENT_QUEUE		(128 * 1024)

#endif /** SCEP_LIMITS_H_ @}*/
