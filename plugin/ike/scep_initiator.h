/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_initiator scep_initiator
 * @{ @ingroup scep_ike_layer
 *
 * Starts what could not start without a certificate.
 */

#ifndef SCEP_INITIATOR_H_
#define SCEP_INITIATOR_H_

#include <library.h>
#include <credentials/certificates/certificate.h>

/**
 * Queue a job that initiates the children with start_action = start of the
 * connections whose local identity a certificate has. charon tried them when
 * the connection was loaded, failed for want of a key, and does not retry. One
 * that is up meanwhile is not disturbed. Any thread.
 *
 * @param profile	name of the profile, for the log
 * @param cert		certificate that came, a reference is taken
 */
void scep_initiate(const char *profile, certificate_t *cert);

#endif /** SCEP_INITIATOR_H_ @}*/
