/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_view.h"
#include "trust/scep_x509.h"

#include <stdio.h>

ENUM(scep_certificate_names, SCEP_CERTIFICATE_NONE, SCEP_CERTIFICATE_REVOKED,
	"none",
	"future",
	"valid",
	"expired",
	"revoked",
);

ENUM(scep_next_names, SCEP_NEXT_NONE, SCEP_NEXT_INSTALL,
	"none",
	"enroll",
	"renew",
	"poll",
	"retry",
	"install",
);

/**
 * What IKE has, as far as time decides it.
 */
static scep_certificate_t judge(scep_generation_t *gen, time_t now)
{
	if (!gen)
	{
		return SCEP_CERTIFICATE_NONE;
	}
	if (scep_x509_not_before(gen->cert) > now)
	{
		return SCEP_CERTIFICATE_FUTURE;
	}
	return scep_x509_not_after(gen->cert) < now ? SCEP_CERTIFICATE_EXPIRED
												: SCEP_CERTIFICATE_VALID;
}

/**
 * What IKE has.
 */
static scep_certificate_t get_certificate(scep_lineage_t *lineage,
										  scep_revocation_t *revocation,
										  time_t now)
{
	scep_generation_t *gen = lineage->get_installed(lineage);

	if (gen && gen == lineage->get_current(lineage) &&
		revocation->is_revoked(revocation))
	{
		return SCEP_CERTIFICATE_REVOKED;
	}
	return judge(gen, now);
}

/**
 * What happens next, while no request is under way.
 */
static void get_next(scep_view_t *view, scep_lineage_t *lineage)
{
	time_t at = lineage->get_due(lineage);

	view->next = lineage->fits(lineage) ? SCEP_NEXT_RENEW : SCEP_NEXT_ENROLL;
	view->next_at = view->renew_at;
	if (at && (!view->next_at || at < view->next_at))
	{
		view->next = SCEP_NEXT_INSTALL;
		view->next_at = at;
	}
}

/*
 * Described in header
 */
scep_view_t scep_view_create(scep_profile_t *profile, scep_progress_t *progress,
							 scep_lineage_t *lineage,
							 scep_revocation_t *revocation, time_t now)
{
	scep_generation_t *gen = lineage->get_installed(lineage) ?:
							 lineage->get_current(lineage);
	const scep_status_t *status = &progress->status;
	scep_view_t view = {
		.profile = profile->get_ref(profile),
		.now = now,
		.state = progress->state,
		.certificate = get_certificate(lineage, revocation, now),
		.gen = gen ? gen->get_ref(gen) : NULL,
		.renew_at = lineage->fits(lineage) ? status->renew_at : 0,
		.attempts = status->attempts,
		.pending_since = status->pending_since,
		.last_success = status->last_success,
		.crl_next_update = revocation->get_next_update(revocation),
	};

	snprintf(view.last_error, sizeof(view.last_error), "%s",
			 status->last_error);
	snprintf(view.transaction_id, sizeof(view.transaction_id), "%s",
			 progress->transaction_id);
	switch (view.state)
	{
		case SCEP_STATE_IDLE:
			get_next(&view, lineage);
			break;
		case SCEP_STATE_PENDING:
			view.next = SCEP_NEXT_POLL;
			view.next_at = status->next_at;
			break;
		case SCEP_STATE_WAITING:
		case SCEP_STATE_CONFIRM_CA:
			view.next = SCEP_NEXT_RETRY;
			view.next_at = status->next_at;
			break;
		default:
			break;
	}
	return view;
}

/*
 * Described in header
 */
scep_view_t scep_view_create_disabled(scep_generation_t *gen, time_t now)
{
	return (scep_view_t){
		.now = now,
		.state = SCEP_STATE_DISABLED,
		.certificate = judge(gen, now),
		.gen = gen ? gen->get_ref(gen) : NULL,
	};
}

/*
 * Described in header
 */
void scep_view_clear(scep_view_t *view)
{
	DESTROY_IF(view->profile);
	DESTROY_IF(view->gen);
	*view = (scep_view_t){};
}
