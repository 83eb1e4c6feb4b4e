/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_lineage.h"
#include "enroll/scep_knowledge.h"
#include "base/scep_event.h"
#include "base/scep_text.h"
#include "trust/scep_x509.h"

typedef struct private_scep_lineage_t private_scep_lineage_t;

/**
 * Private data of a scep_lineage_t.
 */
struct private_scep_lineage_t {

	/**
	 * Public interface.
	 */
	scep_lineage_t public;

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
	 * Newest generation, and the one before; NULL if there is none.
	 */
	scep_generation_t *current, *previous;

	/**
	 * The generation that IKE has, one of the above, or NULL.
	 */
	scep_generation_t *installed;

	/**
	 * Whether that was valid when IKE got it, and whether IKE ever had one
	 * that was.
	 */
	bool installed_valid, ever_valid;

	/**
	 * Whether the end of the installed certificate was reported.
	 */
	bool expiry_reported;
};

/**
 * The time.
 */
static time_t now(private_scep_lineage_t *this)
{
	return this->host->clock->now(this->host->clock);
}

/**
 * Start and end of a generation's validity.
 */
static void get_validity(scep_generation_t *gen, time_t *from, time_t *to)
{
	gen->cert->get_validity(gen->cert, NULL, from, to);
}

/**
 * Whether a generation's certificate is valid now.
 */
static bool is_valid(private_scep_lineage_t *this, scep_generation_t *gen)
{
	return gen && scep_x509_valid_at(gen->cert, now(this));
}

METHOD(scep_lineage_t, get_current, scep_generation_t*,
	private_scep_lineage_t *this)
{
	return this->current;
}

METHOD(scep_lineage_t, fits, bool,
	private_scep_lineage_t *this)
{
	return this->current && streq(this->current->digest,
								  this->profile->request_digest);
}

METHOD(scep_lineage_t, is_current_valid, bool,
	private_scep_lineage_t *this)
{
	return is_valid(this, this->current);
}

METHOD(scep_lineage_t, is_installed_valid, bool,
	private_scep_lineage_t *this)
{
	return is_valid(this, this->installed);
}

/**
 * Whether a root is that of the CA that is trusted now: the file is as old as
 * the last attempt, the pin may be newer.
 */
static bool is_trusted(private_scep_lineage_t *this, certificate_t *root)
{
	scep_knowledge_t knowledge;
	bool trusted;

	scep_knowledge_load(this->profile, this->store, &knowledge);
	trusted = knowledge.known_trusted &&
			  root->equals(root, knowledge.trust.known);
	scep_knowledge_clear(&knowledge);
	return trusted;
}

/**
 * Root that the peers are verified with, if the profile wants that.
 */
static certificate_t *load_root(private_scep_lineage_t *this)
{
	certificate_t *root = NULL;
	scep_error_t error = {};

	if (!this->profile->trust_ca)
	{
		return NULL;
	}
	if (!this->store->load_root(this->store, &root, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	else if (!root)
	{
		scep_event(this->profile->name, SCEP_EV_WARNING, "reason=trust_ca = "
				   "yes has no effect: the pinned CA certificate is not a "
				   "self-signed root");
	}
	else if (!is_trusted(this, root))
	{
		scep_event(this->profile->name, SCEP_EV_WARNING, "reason=peers are "
				   "not verified by the CA of before, which is not the pinned "
				   "one any more");
		root->destroy(root);
		root = NULL;
	}
	return root;
}

/**
 * Give the best generation to IKE: the newest that is valid; a current one
 * that is not valid yet waits for its time.
 *
 * @param any		whether one that is not valid yet is better than none, as
 *					at load, where the clock may not be set
 */
static void install(private_scep_lineage_t *this, bool any)
{
	scep_generation_t *best = this->current;
	char from[SCEP_TIME_LEN], to[SCEP_TIME_LEN];
	time_t not_before, not_after;
	certificate_t *root;
	bool valid;

	if (!is_valid(this, best) && is_valid(this, this->previous))
	{
		best = this->previous;
	}
	valid = is_valid(this, best);
	if (!best || (best == this->installed && (this->installed_valid || !valid)))
	{
		return;
	}
	get_validity(best, &not_before, &not_after);
	if (!any && best != this->installed && not_before > now(this))
	{
		return;
	}
	root = load_root(this);
	this->host->ike->install(this->host->ike, this->profile->name, best, root,
					this->profile->initiate && valid && !this->ever_valid);
	DESTROY_IF(root);
	this->installed = best;
	this->installed_valid = valid;
	this->ever_valid |= valid;
	this->expiry_reported = FALSE;
	scep_event(this->profile->name, SCEP_EV_INSTALLED, "generation=%u "
			   "not_before=%s not_after=%s", best->number,
			   scep_time(not_before, from), scep_time(not_after, to));
}

/**
 * Load a generation; one that can't be used is reported.
 */
static scep_generation_t *load_generation(private_scep_lineage_t *this,
										  u_int which)
{
	scep_generation_t *gen = NULL;
	scep_error_t error = {};

	if (!this->store->load_generation(this->store, which, &gen, &error))
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	return gen;
}

METHOD(scep_lineage_t, load, void,
	private_scep_lineage_t *this)
{
	time_t not_before, not_after;
	char to[SCEP_TIME_LEN];

	this->current = load_generation(this, 0);
	this->previous = load_generation(this, 1);
	if (!this->current)
	{	/* the older one is better than none */
		this->current = this->previous;
		this->previous = NULL;
	}
	if (this->current)
	{
		get_validity(this->current, &not_before, &not_after);
		scep_event(this->profile->name, SCEP_EV_LOADED, "generation=%u "
				   "not_after=%s", this->current->number,
				   scep_time(not_after, to));
	}
	/* charon has no connection yet that could wait for it */
	this->ever_valid = is_valid(this, this->current) ||
					   is_valid(this, this->previous);
	install(this, TRUE);
}

METHOD(scep_lineage_t, adopt, bool,
	private_scep_lineage_t *this, scep_generation_t *gen)
{
	char who[SCEP_MAX_ERROR / 2], to[SCEP_TIME_LEN];
	x509_t *x509 = (x509_t*)gen->cert;
	time_t not_before, not_after;
	chunk_t serial;

	if (this->installed == this->previous)
	{
		this->installed = NULL;
	}
	DESTROY_IF(this->previous);
	this->previous = this->current;
	this->current = gen->get_ref(gen);
	serial = chunk_to_hex(x509->get_serial(x509), NULL, FALSE);
	get_validity(gen, &not_before, &not_after);
	scep_event(this->profile->name, SCEP_EV_ISSUED, "serial=%s not_after=%s "
			   "certificate=%s", (char*)serial.ptr, scep_time(not_after, to),
			   scep_x509_describe(gen->cert, who, sizeof(who)));
	free(serial.ptr);
	install(this, FALSE);
	return this->previous != NULL;
}

METHOD(scep_lineage_t, change, void,
	private_scep_lineage_t *this, scep_profile_t *profile)
{
	/* the root may be another one, or none any more */
	bool trust = profile->trust_ca || this->profile->trust_ca;

	this->profile->destroy(this->profile);
	this->profile = profile->get_ref(profile);
	if (trust)
	{
		this->installed = NULL;
		install(this, TRUE);
	}
}

METHOD(scep_lineage_t, get_due, time_t,
	private_scep_lineage_t *this)
{
	time_t not_before, not_after, due = 0;

	if (this->installed && !this->expiry_reported)
	{
		get_validity(this->installed, &not_before, &due);
	}
	if (this->current &&
		(this->current != this->installed || !this->installed_valid))
	{
		get_validity(this->current, &not_before, &not_after);
		if (not_after > now(this))
		{
			due = due ? min(due, not_before) : not_before;
		}
	}
	return due;
}

/**
 * Report the end of the certificate in use.
 */
static void check_expiry(private_scep_lineage_t *this)
{
	time_t not_before, not_after;
	char at[SCEP_TIME_LEN];

	if (this->installed && !this->expiry_reported)
	{
		get_validity(this->installed, &not_before, &not_after);
		if (not_after <= now(this))
		{
			scep_event(this->profile->name, SCEP_EV_EXPIRED, "not_after=%s",
					   scep_time(not_after, at));
			this->expiry_reported = TRUE;
		}
	}
}

METHOD(scep_lineage_t, run, void,
	private_scep_lineage_t *this)
{
	install(this, FALSE);
	check_expiry(this);
}

METHOD(scep_lineage_t, clock_changed, void,
	private_scep_lineage_t *this)
{
	this->expiry_reported = FALSE;
	install(this, FALSE);
}

METHOD(scep_lineage_t, withdraw, void,
	private_scep_lineage_t *this)
{
	this->host->ike->withdraw(this->host->ike, this->profile->name);
	this->installed = NULL;
}

METHOD(scep_lineage_t, destroy, void,
	private_scep_lineage_t *this)
{
	DESTROY_IF(this->current);
	DESTROY_IF(this->previous);
	this->profile->destroy(this->profile);
	free(this);
}

/*
 * Described in header
 */
scep_lineage_t *scep_lineage_create(scep_host_t *host, scep_profile_t *profile,
									scep_profile_store_t *store)
{
	private_scep_lineage_t *this;

	INIT(this,
		.public = {
			.get_current = _get_current,
			.fits = _fits,
			.is_current_valid = _is_current_valid,
			.is_installed_valid = _is_installed_valid,
			.load = _load,
			.adopt = _adopt,
			.change = _change,
			.get_due = _get_due,
			.run = _run,
			.clock_changed = _clock_changed,
			.withdraw = _withdraw,
			.destroy = _destroy,
		},
		.host = host,
		.profile = profile->get_ref(profile),
		.store = store,
	);
	return &this->public;
}
