/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_view scep_view
 * @{ @ingroup scep_enroll
 *
 * All that people and monitoring may see of a profile, at one moment.
 */

#ifndef SCEP_VIEW_H_
#define SCEP_VIEW_H_

#include "config/scep_profile.h"
#include "enroll/scep_ca_view.h"
#include "enroll/scep_counters.h"
#include "enroll/scep_lineage.h"
#include "enroll/scep_machine.h"
#include "enroll/scep_progress.h"
#include "enroll/scep_revocation.h"
#include "store/scep_store.h"

#include <library.h>

typedef enum scep_certificate_t scep_certificate_t;
typedef enum scep_next_t scep_next_t;
typedef struct scep_view_t scep_view_t;

/**
 * What IKE has.
 */
enum scep_certificate_t {
	SCEP_CERTIFICATE_NONE,
	/** one that is not valid yet */
	SCEP_CERTIFICATE_FUTURE,
	SCEP_CERTIFICATE_VALID,
	SCEP_CERTIFICATE_EXPIRED,
	/** one that is on the CA's CRL */
	SCEP_CERTIFICATE_REVOKED,
};

/**
 * Enum names for scep_certificate_t, as operators see them.
 */
extern enum_name_t *scep_certificate_names;

/**
 * What happens next by itself.
 */
enum scep_next_t {
	/** nothing, or it happens now */
	SCEP_NEXT_NONE,
	/** a first request, or one instead of a certificate that does not serve */
	SCEP_NEXT_ENROLL,
	SCEP_NEXT_RENEW,
	/** the CA is asked whether it has decided */
	SCEP_NEXT_POLL,
	/** another attempt, after one that failed */
	SCEP_NEXT_RETRY,
	/** IKE gets a certificate that becomes valid then */
	SCEP_NEXT_INSTALL,
};

/**
 * Enum names for scep_next_t, as operators see them.
 */
extern enum_name_t *scep_next_names;

/**
 * A profile as it is; scep_view_clear() frees its parts.
 */
struct scep_view_t {

	/** its settings, referenced; NULL if they are unusable */
	scep_profile_t *profile;

	/** when it was looked at */
	time_t now;

	/** progress of the request */
	scep_state_t state;

	/** what IKE has */
	scep_certificate_t certificate;

	/** the generation that IKE has, else the newest one, referenced; NULL if
	 * there is none */
	scep_generation_t *gen;

	/** moment of its renewal, 0 if unknown */
	time_t renew_at;

	/** what happens next, and when, 0 if unknown */
	scep_next_t next;
	time_t next_at;

	/** failed attempts in a row, and why the last one failed, or empty */
	u_int attempts;
	char last_error[SCEP_MAX_ERROR];

	/** since when a request is pending, 0 if none is */
	time_t pending_since;

	/** when a certificate came last, 0 for never */
	time_t last_success;

	/** when the CA's CRL is outdated, 0 if there is none */
	time_t crl_next_update;

	/** transactionID of the request under way, or empty */
	char transaction_id[SCEP_TRANSACTION_ID_LEN];

	/** what is known of its CA; internal data of the enrolment, NULL if that
	 * is not known now */
	const scep_ca_view_t *ca;

	/** what happened so far; internal data of the enrolment, or NULL */
	const scep_counters_t *counters;
};

/**
 * Look at a profile. Loop thread.
 *
 * @param profile		profile
 * @param progress		its request
 * @param lineage		its generations
 * @param revocation	its CRL
 * @param now			the time
 * @return				view, without CA and counters
 */
scep_view_t scep_view_create(scep_profile_t *profile, scep_progress_t *progress,
							 scep_lineage_t *lineage,
							 scep_revocation_t *revocation, time_t now);

/**
 * Look at a profile whose settings are unusable. Loop thread.
 *
 * @param gen			generation that IKE has, or NULL
 * @param now			the time
 * @return				view, without settings, CA and counters
 */
scep_view_t scep_view_create_disabled(scep_generation_t *gen, time_t now);

/**
 * Free what a view holds.
 *
 * @param view		view, may be all zero
 */
void scep_view_clear(scep_view_t *view);

#endif /** SCEP_VIEW_H_ @}*/
