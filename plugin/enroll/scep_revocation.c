/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_revocation.h"
#include "enroll/scep_schedule.h"
#include "enroll/scep_transaction.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "trust/scep_crl.h"
#include "trust/scep_x509.h"

#include <credentials/certificates/x509.h>

/** A server without GetCRL is asked again after, and a CRL without an end is
 * looked at again after, seconds */
#define DAY				(24 * 60 * 60)

/** Part of a CRL's life after which the next one is fetched, percent */
#define REFRESH_FROM	80
#define REFRESH_TO		95

/** Time after the end of a CRL in which the next one is fetched at the latest,
 * seconds */
#define SPREAD			(15 * 60)

/** A clock that jumps by more was wrong before, seconds: the last failure may
 * have come of that */
#define CLOCK_WRONG		(60 * 60)

typedef struct private_scep_revocation_t private_scep_revocation_t;

/**
 * Private data of a scep_revocation_t.
 */
struct private_scep_revocation_t {

	/**
	 * Public interface.
	 */
	scep_revocation_t public;

	/**
	 * Surroundings.
	 */
	scep_host_t *host;

	/**
	 * Configuration.
	 */
	scep_profile_t *profile;

	/**
	 * State on disk.
	 */
	scep_profile_store_t *store;

	/**
	 * Called when a GetCRL has ended, with its data.
	 */
	scep_revocation_cb_t cb;
	void *user;

	/**
	 * Generation whose certificate the CRL is for, or NULL.
	 */
	scep_generation_t *gen;

	/**
	 * CRL that IKE has, and the certificate of its issuer, or NULL.
	 */
	certificate_t *crl, *issuer;

	/**
	 * Whether the certificate is on it.
	 */
	bool revoked;

	/**
	 * When to ask, 0 for never.
	 */
	time_t due;

	/**
	 * GetCRLs in a row that failed, and that brought nothing that lasts.
	 */
	u_int failures, vain;

	/**
	 * GetCRL under way, or NULL.
	 */
	scep_transaction_t *transaction;
};

/**
 * The time.
 */
static time_t now(private_scep_revocation_t *this)
{
	return this->host->clock->now(this->host->clock);
}

/**
 * Whether the certificate needs a CRL from GetCRL.
 */
static bool is_wanted(private_scep_revocation_t *this)
{
	return this->gen && !scep_crl_is_elsewhere(this->gen->cert);
}

/**
 * Moment at which some part of the CRL's life is over.
 */
static time_t get_moment(private_scep_revocation_t *this, u_int percent)
{
	time_t from, to;

	this->crl->get_validity(this->crl, NULL, &from, &to);
	if (!to)
	{
		return now(this) + DAY;
	}
	return from + (int64_t)(to - from) * percent / 100;
}

/**
 * End of the CRL's life, 0 if it has none.
 */
static time_t get_end(private_scep_revocation_t *this)
{
	time_t from, to = 0;

	if (this->crl)
	{
		this->crl->get_validity(this->crl, NULL, &from, &to);
	}
	return to;
}

/**
 * Draw how long to wait: ever longer, but hardly past the end of the CRL, when
 * the next one is needed, and has to be there.
 *
 * @param count		how often nothing came that lasts, begins anew then
 */
static time_t draw_wait(private_scep_revocation_t *this, u_int *count)
{
	scep_profile_t *profile = this->profile;
	scep_random_t *random = this->host->random;
	time_t wait, left = get_end(this) - now(this);

	wait = scep_backoff(++*count, profile->retry_interval,
						profile->retry_max_interval, random);
	if (left > 0 && wait > left)
	{	/* that of all gateways ends at once */
		wait = max(profile->retry_interval,
				   left + scep_random_between(random, 1, SPREAD));
		*count = 0;
	}
	return wait;
}

/**
 * Draw the moment of the next GetCRL. Where a CA has no newer CRL yet, or only
 * ones of a short life, that must not make requests without end.
 */
static void schedule(private_scep_revocation_t *this)
{
	time_t from = get_moment(this, REFRESH_FROM);

	this->failures = 0;
	this->due = scep_random_between(this->host->random, from,
									max(from, get_moment(this, REFRESH_TO)));
	if (this->due > now(this))
	{
		this->vain = 0;
		this->due = max(this->due, now(this) + this->profile->retry_interval);
	}
	else
	{
		this->due = now(this) + draw_wait(this, &this->vain);
	}
}

/**
 * Look for the certificate on the CRL.
 */
static void check_own(private_scep_revocation_t *this)
{
	bool before = this->revoked;
	chunk_t serial;
	x509_t *x509;

	this->revoked = this->gen && this->crl &&
					scep_x509_names_issuer(this->gen->cert, this->issuer) &&
					scep_crl_revokes(this->crl, this->gen->cert);
	if (this->revoked && !before)
	{
		x509 = (x509_t*)this->gen->cert;
		serial = chunk_to_hex(x509->get_serial(x509), NULL, FALSE);
		scep_event(this->profile->name, SCEP_EV_REVOKED, "serial=%s "
				   "reason=the certificate in use is on the CRL of its CA",
				   (char*)serial.ptr);
		free(serial.ptr);
	}
}

/**
 * Forget the CRL, IKE does so, too.
 */
static void drop(private_scep_revocation_t *this)
{
	if (this->crl)
	{
		this->crl->destroy(this->crl);
		this->issuer->destroy(this->issuer);
		this->crl = NULL;
		this->issuer = NULL;
		this->host->ike->install_crl(this->host->ike, this->profile->name,
									 NULL, NULL);
	}
}

/**
 * Give a CRL to IKE.
 */
static void install(private_scep_revocation_t *this, certificate_t *crl,
					certificate_t *issuer)
{
	bool same = this->crl && this->crl->equals(this->crl, crl);

	crl->get_ref(crl);
	issuer->get_ref(issuer);
	DESTROY_IF(this->crl);
	DESTROY_IF(this->issuer);
	this->crl = crl;
	this->issuer = issuer;
	if (!same)
	{
		this->host->ike->install_crl(this->host->ike, this->profile->name, crl,
									 issuer);
	}
	check_own(this);
}

/**
 * Tell of a CRL that was fetched.
 */
static void tell(private_scep_revocation_t *this)
{
	char from[SCEP_TIME_LEN], to[SCEP_TIME_LEN], due[SCEP_TIME_LEN];
	time_t this_update, next_update;

	this->crl->get_validity(this->crl, NULL, &this_update, &next_update);
	scep_event(this->profile->name, SCEP_EV_CRL, "this_update=%s "
			   "next_update=%s refresh=%s", scep_time(this_update, from),
			   next_update ? scep_time(next_update, to) : "none",
			   scep_time(this->due, due));
}

/**
 * Schedule the next GetCRL after one without success. A server that gave a CRL
 * before, or says when to come back, is asked more often than one that may not
 * know GetCRL.
 */
static void retry_later(private_scep_revocation_t *this,
						const scep_outcome_t *outcome)
{
	scep_profile_t *profile = this->profile;
	bool first = !this->failures;
	time_t delay = DAY;

	if (this->crl || outcome->retry_after)
	{
		delay = draw_wait(this, &this->failures);
	}
	else
	{
		this->failures++;
	}
	if (outcome->retry_after)
	{
		delay = scep_heed(delay, outcome->retry_after,
						  profile->retry_max_interval, this->host->random);
	}
	this->due = now(this) + delay;
	scep_event(profile->name, first ? SCEP_EV_CRL_FAILED : SCEP_EV_NOTE,
			   "in=%us reason=%s", (u_int)delay, outcome->error.text);
}

/**
 * A GetCRL goes on or has ended.
 */
static void on_outcome(private_scep_revocation_t *this,
					   const scep_outcome_t *outcome)
{
	scep_transaction_t *transaction = this->transaction;

	if (outcome->input == SCEP_IN_CA)
	{
		return;
	}
	this->transaction = NULL;
	if (outcome->crl)
	{
		install(this, outcome->crl, outcome->issuer);
		schedule(this);
		tell(this);
	}
	else if (outcome->error.kind != SCEP_OK)
	{
		retry_later(this, outcome);
	}
	this->cb(this->user, outcome);
	transaction->destroy(transaction);
}

METHOD(scep_revocation_t, is_revoked, bool,
	private_scep_revocation_t *this)
{
	return this->revoked;
}

METHOD(scep_revocation_t, get_next_update, time_t,
	private_scep_revocation_t *this)
{
	return get_end(this);
}

METHOD(scep_revocation_t, get_due, time_t,
	private_scep_revocation_t *this)
{
	if (this->transaction || !this->due ||
		!scep_x509_valid_at(this->gen->cert, now(this)))
	{	/* a certificate that is not valid signs nothing */
		return 0;
	}
	return this->due;
}

METHOD(scep_revocation_t, run, void,
	private_scep_revocation_t *this)
{
	time_t due = get_due(this);

	if (!due || due > now(this))
	{
		return;
	}
	this->transaction = scep_transaction_create_errand(this->host,
									this->profile, this->store, this->gen,
									SCEP_ERRAND_CRL, this->crl,
									(scep_transaction_cb_t)on_outcome, this);
	this->transaction->start(this->transaction);
}

METHOD(scep_revocation_t, cancel, bool,
	private_scep_revocation_t *this)
{
	if (this->transaction)
	{
		/* not at once after a poll that is as short as the server is slow */
		this->due = now(this) + this->profile->retry_interval;
		if (!this->transaction->cancel(this->transaction))
		{
			return FALSE;
		}
		this->transaction->destroy(this->transaction);
		this->transaction = NULL;
	}
	return TRUE;
}

METHOD(scep_revocation_t, is_idle, bool,
	private_scep_revocation_t *this)
{
	return !this->transaction;
}

/**
 * Take over a generation, and forget the CRL of another CA.
 */
static void set_generation(private_scep_revocation_t *this,
						   scep_generation_t *gen)
{
	identification_t *issuer = gen ? gen->cert->get_issuer(gen->cert) : NULL;

	if (!issuer || !this->gen ||
		!issuer->equals(issuer, this->gen->cert->get_issuer(this->gen->cert)))
	{	/* another CA: what was found out about the one before is void */
		drop(this);
		this->failures = this->vain = 0;
	}
	DESTROY_IF(this->gen);
	this->gen = gen ? gen->get_ref(gen) : NULL;
	if (!is_wanted(this))
	{
		drop(this);
	}
	this->revoked = FALSE;
	check_own(this);
}

METHOD(scep_revocation_t, adopt, void,
	private_scep_revocation_t *this, scep_generation_t *gen)
{
	set_generation(this, gen);
	if (!is_wanted(this))
	{
		this->due = 0;
	}
	else if (!this->crl && !(this->failures && this->due))
	{
		this->due = now(this);
	}
}

/**
 * Find the certificate of a CRL's issuer, a new reference, among those that
 * are on disk.
 */
static certificate_t *find_issuer(private_scep_revocation_t *this,
								  certificate_t *crl)
{
	linked_list_t *candidates = linked_list_create();
	certificate_t *cert, *found = NULL;
	enumerator_t *enumerator;

	enumerator = this->gen->chain->create_enumerator(this->gen->chain);
	while (enumerator->enumerate(enumerator, &cert))
	{
		candidates->insert_last(candidates, cert->get_ref(cert));
	}
	enumerator->destroy(enumerator);
	if (this->store->load_pinned(this->store, &cert, NULL) && cert)
	{
		candidates->insert_last(candidates, cert);
	}
	if (this->store->load_root(this->store, &cert, NULL) && cert)
	{
		candidates->insert_last(candidates, cert);
	}
	while (candidates->remove_first(candidates, (void**)&cert) == SUCCESS)
	{
		if (!found && scep_x509_names_issuer(this->gen->cert, cert) &&
			scep_crl_issued_by(crl, cert, this->profile->allow_sha1, NULL))
		{
			found = cert->get_ref(cert);
		}
		cert->destroy(cert);
	}
	candidates->destroy(candidates);
	return found;
}

METHOD(scep_revocation_t, load, void,
	private_scep_revocation_t *this, scep_generation_t *gen, time_t due)
{
	certificate_t *crl = NULL, *issuer;
	scep_error_t error = {};
	time_t latest = now(this) + DAY;

	set_generation(this, gen);
	if (!is_wanted(this))
	{
		return;
	}
	if (!this->store->load_crl(this->store, &crl, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	issuer = crl ? find_issuer(this, crl) : NULL;
	if (issuer)
	{
		install(this, crl, issuer);
		latest = max(latest, get_moment(this, REFRESH_TO));
		issuer->destroy(issuer);
	}
	DESTROY_IF(crl);
	/* a wait that is longer than any we would draw is from a wrong clock */
	this->due = due ? min(due, latest) : now(this);
}

METHOD(scep_revocation_t, change, void,
	private_scep_revocation_t *this, scep_profile_t *profile)
{
	this->profile->destroy(this->profile);
	this->profile = profile->get_ref(profile);
	this->failures = this->vain = 0;
	if (!this->crl && is_wanted(this))
	{	/* it may be another server */
		this->due = now(this);
	}
}

METHOD(scep_revocation_t, clock_changed, void,
	private_scep_revocation_t *this, time_t delta)
{
	if (this->due && (this->failures || this->vain))
	{
		this->due += delta;
		if (delta > CLOCK_WRONG || delta < -CLOCK_WRONG)
		{
			this->due = now(this);
		}
	}
}

METHOD(scep_revocation_t, destroy, void,
	private_scep_revocation_t *this)
{
	DESTROY_IF(this->transaction);
	DESTROY_IF(this->gen);
	DESTROY_IF(this->crl);
	DESTROY_IF(this->issuer);
	this->profile->destroy(this->profile);
	free(this);
}

/*
 * Described in header
 */
scep_revocation_t *scep_revocation_create(scep_host_t *host,
										  scep_profile_t *profile,
										  scep_profile_store_t *store,
										  scep_revocation_cb_t cb, void *user)
{
	private_scep_revocation_t *this;

	INIT(this,
		.public = {
			.load = _load,
			.adopt = _adopt,
			.change = _change,
			.is_revoked = _is_revoked,
			.get_next_update = _get_next_update,
			.get_due = _get_due,
			.run = _run,
			.cancel = _cancel,
			.is_idle = _is_idle,
			.clock_changed = _clock_changed,
			.destroy = _destroy,
		},
		.host = host,
		.profile = profile->get_ref(profile),
		.store = store,
		.cb = cb,
		.user = user,
	);
	return &this->public;
}
