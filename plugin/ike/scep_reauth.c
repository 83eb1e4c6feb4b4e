/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ike/scep_reauth.h"
#include "base/scep_event.h"
#include "base/scep_limits.h"

#include <daemon.h>
#include <collections/linked_list.h>
#include <processing/jobs/callback_job.h>
#include <processing/jobs/rekey_ike_sa_job.h>

/** IKE_SAs are reauthenticated one after another, so many ms apart: each one
 * costs charon a signature and a key exchange */
#define SPACING		200

typedef struct private_scep_reauth_t private_scep_reauth_t;
typedef struct used_t used_t;
typedef struct batch_t batch_t;

/**
 * Private data of a scep_reauth_t.
 */
struct private_scep_reauth_t {

	/**
	 * Public interface.
	 */
	scep_reauth_t public;

	/**
	 * What IKE_SAs may have used, oldest first; used_t.
	 */
	linked_list_t *used;
};

/**
 * A certificate that IKE had.
 */
struct used_t {
	char *profile;
	certificate_t *cert;
};

/**
 * What a job works on.
 */
struct batch_t {
	char *profile;
	/** certificates that were replaced; certificate_t */
	linked_list_t *old;
};

/**
 * Destroy a used_t.
 */
static void destroy_used(used_t *used)
{
	used->cert->destroy(used->cert);
	free(used->profile);
	free(used);
}

/**
 * Whether an IKE_SA authenticated us with one of some certificates.
 */
static bool has_used(ike_sa_t *ike_sa, linked_list_t *certs)
{
	enumerator_t *rounds, *enumerator;
	certificate_t *mine, *cert;
	auth_cfg_t *auth;
	bool found = FALSE;

	rounds = ike_sa->create_auth_cfg_enumerator(ike_sa, TRUE);
	while (!found && rounds->enumerate(rounds, &auth))
	{
		mine = auth->get(auth, AUTH_RULE_SUBJECT_CERT);
		enumerator = certs->create_enumerator(certs);
		while (!found && mine && enumerator->enumerate(enumerator, &cert))
		{
			found = mine->equals(mine, cert);
		}
		enumerator->destroy(enumerator);
	}
	rounds->destroy(rounds);
	return found;
}

/**
 * Queue the reauthentication of an IKE_SA, or tell why there is none.
 */
static void queue(const char *profile, ike_sa_t *ike_sa, u_int delay)
{
	job_t *job;

	if (!ike_sa->has_condition(ike_sa, COND_ORIGINAL_INITIATOR) &&
		!ike_sa_can_reauthenticate(ike_sa))
	{
		scep_event(profile, SCEP_EV_NOTE, "connection=%s reason=its peer has "
				   "to reauthenticate, the old certificate serves until then",
				   ike_sa->get_name(ike_sa));
		return;
	}
	scep_event(profile, SCEP_EV_REAUTH, "connection=%s ike_sa=%u",
			   ike_sa->get_name(ike_sa), ike_sa->get_unique_id(ike_sa));
	job = (job_t*)rekey_ike_sa_job_create(ike_sa->get_id(ike_sa), TRUE);
	lib->scheduler->schedule_job_ms(lib->scheduler, job, delay);
}

/**
 * Reauthenticate what used the old certificates; called by a worker.
 */
static job_requeue_t reauthenticate(batch_t *batch)
{
	enumerator_t *enumerator;
	ike_sa_t *ike_sa;
	u_int delay = 0;

	enumerator = charon->controller->create_ike_sa_enumerator(
												charon->controller, TRUE);
	while (enumerator->enumerate(enumerator, &ike_sa))
	{
		if (ike_sa->get_state(ike_sa) == IKE_ESTABLISHED &&
			has_used(ike_sa, batch->old))
		{
			queue(batch->profile, ike_sa, delay);
			delay += SPACING;
		}
	}
	enumerator->destroy(enumerator);
	batch->old->destroy_offset(batch->old, offsetof(certificate_t, destroy));
	free(batch->profile);
	free(batch);
	return JOB_REQUEUE_NONE;
}

/**
 * Collect the certificates of a profile that another one replaces: that one
 * itself is taken out, and the oldest if there are too many.
 */
static linked_list_t *collect_old(private_scep_reauth_t *this,
								  const char *profile, certificate_t *current)
{
	linked_list_t *old = linked_list_create();
	enumerator_t *enumerator;
	used_t *used, *oldest = NULL;

	enumerator = this->used->create_enumerator(this->used);
	while (enumerator->enumerate(enumerator, &used))
	{
		if (!streq(used->profile, profile))
		{
			continue;
		}
		if (used->cert->equals(used->cert, current))
		{
			this->used->remove_at(this->used, enumerator);
			destroy_used(used);
		}
		else
		{
			oldest = oldest ?: used;
			old->insert_last(old, used->cert->get_ref(used->cert));
		}
	}
	enumerator->destroy(enumerator);
	if (old->get_count(old) > SCEP_MAX_USED)
	{
		this->used->remove(this->used, oldest, NULL);
		destroy_used(oldest);
	}
	return old;
}

METHOD(scep_reauth_t, replace, void,
	private_scep_reauth_t *this, const char *profile, certificate_t *cert,
	bool reauth)
{
	linked_list_t *old = collect_old(this, profile, cert);
	used_t *used;
	batch_t *batch;

	INIT(used,
		.profile = strdup(profile),
		.cert = cert->get_ref(cert),
	);
	this->used->insert_last(this->used, used);
	if (!reauth || !old->get_count(old))
	{
		old->destroy_offset(old, offsetof(certificate_t, destroy));
		return;
	}
	INIT(batch,
		.profile = strdup(profile),
		.old = old,
	);
	/* no clean-up function: a job that is left over at shutdown is destroyed
	 * after the plugins */
	lib->processor->queue_job(lib->processor,
			(job_t*)callback_job_create_with_prio(
							(callback_job_cb_t)reauthenticate, batch, NULL, NULL,
							JOB_PRIO_LOW));
}

METHOD(scep_reauth_t, forget, void,
	private_scep_reauth_t *this, const char *profile)
{
	enumerator_t *enumerator;
	used_t *used;

	enumerator = this->used->create_enumerator(this->used);
	while (enumerator->enumerate(enumerator, &used))
	{
		if (streq(used->profile, profile))
		{
			this->used->remove_at(this->used, enumerator);
			destroy_used(used);
		}
	}
	enumerator->destroy(enumerator);
}

METHOD(scep_reauth_t, destroy, void,
	private_scep_reauth_t *this)
{
	this->used->destroy_function(this->used, (void*)destroy_used);
	free(this);
}

/*
 * Described in header
 */
scep_reauth_t *scep_reauth_create()
{
	private_scep_reauth_t *this;

	INIT(this,
		.public = {
			.replace = _replace,
			.forget = _forget,
			.destroy = _destroy,
		},
		.used = linked_list_create(),
	);
	return &this->public;
}
