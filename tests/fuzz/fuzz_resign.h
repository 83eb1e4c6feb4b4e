/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup fuzz_resign fuzz_resign
 * @{ @ingroup fuzz
 *
 * Signs anew what was mutated: else nothing behind the check of a signature
 * would ever be reached.
 */

#ifndef FUZZ_RESIGN_H_
#define FUZZ_RESIGN_H_

#include <library.h>
#include <collections/linked_list.h>

/**
 * Sign a certificate again: as the fixture's sub CA if that is its issuer's
 * name, else as the root.
 *
 * @param der		something like a certificate
 * @param signed_der gets the certificate, allocated
 * @return			FALSE if it does not look like one
 */
bool fuzz_resign_cert(chunk_t der, chunk_t *signed_der);

/**
 * Sign certificates again.
 *
 * @param certs		certificate_t
 * @return			those that could be signed and parsed; certificate_t
 */
linked_list_t *fuzz_resign_certs(linked_list_t *certs);

/**
 * Let messageDigest fit the content of a CertRep and sign the attributes again,
 * with the key of the signer that it names.
 *
 * @param body		CertRep
 * @param signed_der gets the CertRep, allocated
 * @return			FALSE if there is no signature of the right size to replace
 */
bool fuzz_resign_certrep(chunk_t body, chunk_t *signed_der);

#endif /** FUZZ_RESIGN_H_ @}*/
