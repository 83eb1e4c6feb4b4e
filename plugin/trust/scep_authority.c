/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_authority.h"
#include "trust/scep_issuers.h"
#include "trust/scep_roles.h"
#include "trust/scep_x509.h"
#include "base/scep_event.h"
#include "base/scep_text.h"

typedef struct private_scep_authority_t private_scep_authority_t;

/**
 * Private data of a scep_authority_t.
 */
struct private_scep_authority_t {

	/**
	 * Public interface.
	 */
	scep_authority_t public;

	/**
	 * Pins; this and the following while it is made.
	 */
	const scep_profile_t *profile;

	/**
	 * What else is known.
	 */
	const scep_trust_t *trust;

	/**
	 * Wall clock.
	 */
	time_t now;
};

/**
 * Add references to certificates to a list, once each.
 *
 * @param certs		enumerator over certificate_t, gets owned
 * @param all		FALSE to take those that may sign messages only
 */
static void add_certs(linked_list_t *list, enumerator_t *certs, bool all)
{
	certificate_t *cert;

	while (certs->enumerate(certs, &cert))
	{
		if (all || scep_roles_can_sign(cert))
		{
			scep_x509_add_once(list, cert);
		}
	}
	certs->destroy(certs);
}

/**
 * Whether the CA served us without an RA that a person had to name. Then one
 * that is not marked is anybody's: whoever adds it to the answer must not stop
 * us.
 */
static bool served_alone(private_scep_authority_t *this,
						 scep_issuers_t *issuers)
{
	const scep_trust_t *trust = this->trust;
	enumerator_t *enumerator;
	certificate_t *cert;
	int ras;

	if (!trust->current || !issuers->find(issuers, trust->current, NULL, NULL))
	{
		return FALSE;
	}
	/* what is confirmed, but no anchor, may be an RA */
	ras = this->profile->ra_pins->get_count(this->profile->ra_pins) +
		  (trust->confirmed ? trust->confirmed->get_count(trust->confirmed) : 0);
	enumerator = this->public.anchors->create_enumerator(this->public.anchors);
	while (enumerator->enumerate(enumerator, &cert))
	{
		ras -= scep_anchors_is_pinned(cert, trust->confirmed) ? 1 : 0;
	}
	enumerator->destroy(enumerator);
	return ras <= 0;
}

/**
 * Check that the RAs, if there are any, can be used.
 */
static bool check_ras(private_scep_authority_t *this, scep_issuers_t *issuers,
					  const scep_roles_t *roles, scep_judgement_t *judgement,
					  scep_error_t *err)
{
	char who[SCEP_MAX_ERROR / 2], when[SCEP_TIME_LEN];
	enumerator_t *enumerator;
	certificate_t *cert;

	/* expired ones are public: they don't matter where the CA can do it */
	if (roles->expired && !roles->recipient &&
		!scep_roles_can_receive(scep_roles_find_issuer(issuers, NULL,
													   this->trust->current)))
	{
		judgement->verdict = SCEP_CA_UNUSABLE;
		scep_time(scep_x509_not_after(roles->expired), when);
		return scep_fail(err, SCEP_TRANSIENT, "the RA certificate is not valid "
					"now (it ends at %s), or this clock is wrong: %s", when,
					scep_x509_describe(roles->expired, who, sizeof(who)));
	}
	if (roles->ras->get_count(roles->ras) ||
		roles->unmarked->get_first(roles->unmarked, (void**)&cert) != SUCCESS)
	{
		return TRUE;
	}
	if (served_alone(this, issuers))
	{
		scep_event(this->profile->name, SCEP_EV_NOTE, "reason=GetCACert has a "
				   "certificate that is not marked as the RA's and is ignored: "
				   "%s", scep_x509_describe(cert, who, sizeof(who)));
		return TRUE;
	}
	judgement->verdict = SCEP_CA_UNCONFIRMED;
	scep_fail(err, SCEP_UNCONFIRMED, "GetCACert has a certificate that may be "
			  "the RA's but is not marked so; if it is, scepctl accept-ca %s, or "
			  "set its fingerprint as ra_fingerprint: %s", this->profile->name,
			  scep_x509_describe(cert, who, sizeof(who)));
	enumerator = roles->unmarked->create_enumerator(roles->unmarked);
	while (enumerator->enumerate(enumerator, &cert))
	{
		scep_anchors_suggest(judgement, SCEP_ROLE_RA, cert);
	}
	enumerator->destroy(enumerator);
	return FALSE;
}

/**
 * Give the certificates of the anchors' CAs their roles.
 */
static bool assign_roles(private_scep_authority_t *this,
						 scep_issuers_t *issuers, const scep_roles_t *roles,
						 scep_judgement_t *judgement, scep_error_t *err)
{
	scep_authority_t *public = &this->public;
	certificate_t *ra = roles->recipient;

	if (!check_ras(this, issuers, roles, judgement, err))
	{
		return FALSE;
	}
	add_certs(public->cas, issuers->create_enumerator(issuers), TRUE);
	add_certs(public->ras, roles->ras->create_enumerator(roles->ras), TRUE);
	add_certs(public->signers, roles->ras->create_enumerator(roles->ras),
			  FALSE);
	add_certs(public->signers, issuers->create_enumerator(issuers), TRUE);
	if (!ra)
	{
		roles->ras->get_first(roles->ras, (void**)&ra);
	}
	public->issuer = scep_roles_find_issuer(issuers, ra, this->trust->current);
	/* many CAs decrypt without having keyEncipherment in keyUsage */
	public->recipient = roles->recipient ?: public->issuer;
	if (!scep_x509_has_strong_key(public->recipient, TRUE))
	{
		judgement->verdict = SCEP_CA_UNUSABLE;
		return scep_fail(err, SCEP_PERMANENT, "neither the CA nor an RA has "
						 "an RSA key of %d bits or more that a request can be "
						 "encrypted to (RFC 8894, 3.1)", SCEP_MIN_RSA);
	}
	return TRUE;
}

/**
 * Suggest RAs along with a CA that is to be confirmed, so that one look is
 * enough.
 */
static void suggest_ras(private_scep_authority_t *this, linked_list_t *certs,
						scep_judgement_t *judgement)
{
	scep_candidate_t *candidate;
	scep_issuers_t *issuers;
	scep_roles_t roles;
	enumerator_t *enumerator;
	certificate_t *cert;

	issuers = scep_issuers_create(this->profile->allow_sha1);
	enumerator = judgement->candidates->create_enumerator(
													judgement->candidates);
	while (enumerator->enumerate(enumerator, &candidate))
	{
		issuers->trust(issuers, candidate->cert, this->now);
	}
	enumerator->destroy(enumerator);
	issuers->add(issuers, certs);
	scep_roles_find(&roles, certs, issuers, this->profile, this->trust,
					this->now);
	if (!roles.ras->get_count(roles.ras))
	{
		enumerator = roles.unmarked->create_enumerator(roles.unmarked);
		while (enumerator->enumerate(enumerator, &cert))
		{
			scep_anchors_suggest(judgement, SCEP_ROLE_RA, cert);
		}
		enumerator->destroy(enumerator);
	}
	scep_roles_clear(&roles);
	issuers->destroy(issuers);
}

/**
 * Find the CA that takes over from the anchors, among the announced ones. Those
 * from which the anchor took over itself come before it, or begin before it.
 */
static certificate_t *find_next(private_scep_authority_t *this)
{
	certificate_t *anchor = this->public.anchor, *cert, *next = NULL;
	enumerator_t *enumerator;

	if (!this->trust->announced)
	{
		return NULL;
	}
	enumerator = this->trust->announced->create_enumerator(
													this->trust->announced);
	while (!next && enumerator->enumerate(enumerator, &cert))
	{
		if ((scep_x509_usage(cert) & SCEP_IS_CA) &&
			scep_x509_not_before(cert) >= scep_x509_not_before(anchor) &&
			scep_x509_not_after(cert) > this->now &&
			!scep_x509_is_in(cert, this->public.cas))
		{
			next = cert;
		}
	}
	enumerator->destroy(enumerator);
	return next;
}

/**
 * Find who may be asked at the next CA, and may answer for it. The answer may
 * have it already, and its RAs.
 */
static void prepare_next(private_scep_authority_t *this, linked_list_t *certs)
{
	scep_authority_t *public = &this->public;
	scep_issuers_t *issuers;
	certificate_t *next, *recipient;
	linked_list_t *all;
	scep_roles_t roles;
	time_t when;

	next = find_next(this);
	if (!next)
	{
		return;
	}
	all = linked_list_create();
	add_certs(all, this->trust->announced->create_enumerator(
											this->trust->announced), TRUE);
	add_certs(all, certs->create_enumerator(certs), TRUE);
	when = max(this->now, scep_x509_not_before(next));
	issuers = scep_issuers_create(this->profile->allow_sha1);
	issuers->trust(issuers, next, when);
	issuers->add(issuers, all);
	scep_roles_find(&roles, all, issuers, this->profile, this->trust, when);
	recipient = roles.recipient ?: scep_roles_find_issuer(issuers, NULL,
													this->trust->current);
	if (scep_x509_has_strong_key(recipient, TRUE))
	{
		public->next = next->get_ref(next);
		public->next_recipient = recipient->get_ref(recipient);
		add_certs(public->signers, roles.ras->create_enumerator(roles.ras),
				  FALSE);
		add_certs(public->signers, issuers->create_enumerator(issuers), TRUE);
	}
	scep_roles_clear(&roles);
	issuers->destroy(issuers);
	all->destroy_offset(all, offsetof(certificate_t, destroy));
}

METHOD(scep_authority_t, destroy, void,
	private_scep_authority_t *this)
{
	scep_authority_t *public = &this->public;
	linked_list_t *lists[] = {
		public->anchors, public->cas, public->ras, public->signers,
	};
	int i;

	for (i = 0; i < countof(lists); i++)
	{
		lists[i]->destroy_offset(lists[i], offsetof(certificate_t, destroy));
	}
	DESTROY_IF(public->next);
	DESTROY_IF(public->next_recipient);
	free(this);
}

/**
 * Find anchors, and who has which role below them.
 */
static bool judge(private_scep_authority_t *this, linked_list_t *certs,
				  scep_judgement_t *judgement, scep_error_t *err)
{
	scep_authority_t *public = &this->public;
	scep_issuers_t *issuers;
	scep_roles_t roles;
	enumerator_t *enumerator;
	certificate_t *cert;
	bool success;

	if (!scep_anchors_find(certs, this->profile, this->trust, this->now,
						   public->anchors, judgement, err))
	{
		if (judgement->candidates)
		{
			suggest_ras(this, certs, judgement);
		}
		return FALSE;
	}
	public->anchors->get_first(public->anchors, (void**)&public->anchor);
	issuers = scep_issuers_create(this->profile->allow_sha1);
	enumerator = public->anchors->create_enumerator(public->anchors);
	while (enumerator->enumerate(enumerator, &cert))
	{
		issuers->trust(issuers, cert, this->now);
	}
	enumerator->destroy(enumerator);
	issuers->add(issuers, certs);
	scep_roles_find(&roles, certs, issuers, this->profile, this->trust,
					this->now);
	success = assign_roles(this, issuers, &roles, judgement, err);
	scep_roles_clear(&roles);
	issuers->destroy(issuers);
	return success;
}

/*
 * Described in header
 */
scep_authority_t *scep_authority_create(linked_list_t *certs,
										const scep_profile_t *profile,
										const scep_trust_t *trust, time_t now,
										scep_judgement_t *judgement,
										scep_error_t *err)
{
	static const scep_trust_t nothing = {};
	scep_judgement_t result = {};
	private_scep_authority_t *this;
	bool success;

	INIT(this,
		.public = {
			.anchors = linked_list_create(),
			.cas = linked_list_create(),
			.ras = linked_list_create(),
			.signers = linked_list_create(),
			.destroy = _destroy,
		},
		.profile = profile,
		.trust = trust ?: &nothing,
		.now = now,
	);
	success = judge(this, certs, &result, err);
	if (success)
	{
		prepare_next(this, certs);
	}
	if (judgement)
	{
		*judgement = result;
	}
	else
	{
		scep_candidates_destroy(result.candidates);
	}
	if (!success)
	{
		destroy(this);
		return NULL;
	}
	return &this->public;
}
