/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_host scep_host
 * @{ @ingroup scep_enroll
 *
 * Everything that an enrolment reaches outside itself. Production, tests and
 * simulations each bring their own; the enrolment is the same code.
 */

#ifndef SCEP_HOST_H_
#define SCEP_HOST_H_

#include "base/scep_clock.h"
#include "base/scep_program.h"
#include "base/scep_random.h"
#include "enroll/scep_executor.h"
#include "store/scep_store.h"
#include "transport/scep_transport.h"

#include <library.h>
#include <credentials/keys/private_key.h>

typedef struct scep_keys_t scep_keys_t;
typedef struct scep_ike_t scep_ike_t;
typedef struct scep_host_t scep_host_t;

/**
 * Source of key pairs. A worker.
 */
struct scep_keys_t {

	/**
	 * Generate a key pair.
	 *
	 * @param type		type of the key
	 * @param size		size, bits
	 * @param err		reason of a failure
	 * @return			private key, or NULL
	 */
	private_key_t *(*generate)(scep_keys_t *this, key_type_t type, u_int size,
							   scep_error_t *err);
};

/**
 * Who uses the credentials. Loop thread only, or at load before any other.
 */
struct scep_ike_t {

	/**
	 * Give key, certificate and chain to IKE, instead of the profile's
	 * earlier ones. Established IKE_SAs stay up.
	 *
	 * @param profile	name of the profile
	 * @param gen		key, certificate and chain
	 * @param roots		roots to verify peers with; certificate_t
	 * @param initiate	start the children that waited for this certificate
	 * @param reauth	reauthenticate the IKE_SAs that used an earlier one
	 */
	void (*install)(scep_ike_t *this, const char *profile,
					scep_generation_t *gen, linked_list_t *roots,
					bool initiate, bool reauth);

	/**
	 * Give the CRL of a profile's CA to IKE, instead of an earlier one.
	 *
	 * @param profile	name of the profile
	 * @param crl		CRL, verified; NULL for none
	 * @param issuer	certificate of the CA that issued it
	 */
	void (*install_crl)(scep_ike_t *this, const char *profile,
						certificate_t *crl, certificate_t *issuer);

	/**
	 * Take a profile's credentials away from IKE, its CRL, too.
	 *
	 * @param profile	name of the profile
	 */
	void (*withdraw)(scep_ike_t *this, const char *profile);

	/**
	 * Destroy a scep_ike_t.
	 */
	void (*destroy)(scep_ike_t *this);
};

/**
 * Surroundings of an enrolment; nothing is owned.
 */
struct scep_host_t {

	/** wall clock and uptime */
	scep_clock_t *clock;

	/** random numbers, loop thread */
	scep_random_t *random;

	/** HTTP */
	scep_transport_t *transport;

	/** worker threads */
	scep_executor_t *executor;

	/** programs that an administrator configured; workers */
	scep_programs_t *programs;

	/** key pairs */
	scep_keys_t *keys;

	/** state on disk */
	scep_store_t *store;

	/** IKE */
	scep_ike_t *ike;
};

#endif /** SCEP_HOST_H_ @}*/
