/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_lineage.h"
#include "enroll/scep_roots.h"
#include "base/scep_text.h"
#include "message/scep_certs.h"
#include "trust/scep_x509.h"

/** How often to look whether exposed files are mended, seconds */
#define MEND_INTERVAL	5

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
	 * Whether that was valid when IKE got it.
	 */
	bool installed_valid;

	/**
	 * Until when IKE can authenticate by what it got, wall clock time, seconds;
	 * children that failed after that wait for the next one.
	 */
	time_t serves_until;

	/**
	 * Whether others can read or replace the newest generation on disk, and
	 * when to look again.
	 */
	bool exposed;
	time_t mend_at;

	/**
	 * Roots that peers are verified with, whether IKE has them, and why there
	 * are none, static.
	 */
	linked_list_t *roots;
	bool roots_given;
	const char *why;
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

METHOD(scep_lineage_t, get_installed, scep_generation_t*,
	private_scep_lineage_t *this)
{
	return this->installed;
}

METHOD(scep_lineage_t, get_ending, scep_generation_t*,
	private_scep_lineage_t *this)
{
	if (this->installed && this->current != this->installed &&
		scep_x509_not_before(this->current->cert) > now(this) &&
		scep_x509_not_before(this->current->cert) <=
									scep_x509_not_after(this->installed->cert))
	{
		return NULL;
	}
	return this->installed;
}

METHOD(scep_lineage_t, fits, bool,
	private_scep_lineage_t *this)
{
	/* what it was made for may be lost */
	return this->current && (!*this->current->digest ||
							 streq(this->current->digest,
								   this->profile->request_digest));
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
 * Load the roots that peers are verified with; tells once why there are none.
 */
static void load_roots(private_scep_lineage_t *this)
{
	linked_list_t *roots;
	const char *why;

	roots = scep_roots_load(this->profile, this->store, now(this), &why);
	if (why && why != this->why)
	{
		scep_event(this->profile->name, SCEP_EV_WARNING, "reason=%s", why);
	}
	this->why = why;
	if (!scep_roots_equal(roots, this->roots))
	{
		this->roots_given = FALSE;
	}
	scep_certs_destroy(this->roots);
	this->roots = roots;
}

/**
 * Give a generation and the roots to IKE.
 */
static void give(private_scep_lineage_t *this, scep_generation_t *gen,
				 bool initiate, bool reauth)
{
	this->host->ike->install(this->host->ike, this->profile->name, gen,
							 this->roots, initiate, reauth);
	this->installed = gen;
	this->roots_given = TRUE;
}

/**
 * Whether a generation begins so much later that it can't be meant for now: it
 * was issued by a clock that was ahead. One that began as much later when it
 * came is of a CA that has yet to take over.
 */
static bool is_far_ahead(private_scep_lineage_t *this, scep_generation_t *gen)
{
	time_t from = scep_x509_not_before(gen->cert);

	return from > now(this) + SCEP_MAX_FUTURE &&
		   !(gen->committed && from > gen->committed + SCEP_MAX_FUTURE);
}

/**
 * Find out which generation is the newest that counts: the one before has to
 * be renewed in time, if the time of the last one is far.
 */
static void rank(private_scep_lineage_t *this)
{
	scep_generation_t *other = this->previous;

	if (!other)
	{
		return;
	}
	if (this->current->number > other->number
			? is_far_ahead(this, this->current) && !is_far_ahead(this, other)
			: !is_far_ahead(this, other))
	{
		this->previous = this->current;
		this->current = other;
	}
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
	give(this, best, this->profile->initiate && valid &&
		 this->serves_until < now(this), this->profile->reauth && valid);
	this->installed_valid = valid;
	if (valid)
	{
		this->serves_until = not_after;
	}
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

	if (!this->store->load_generation(this->store, which, &gen, &error) &&
		which == 0)
	{
		this->exposed = error.kind == SCEP_EXPOSED;
		this->mend_at = now(this) + MEND_INTERVAL;
	}
	if (error.kind != SCEP_OK)
	{
		scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error.text);
	}
	return gen;
}

/**
 * Load what is on disk.
 */
static void load_generations(private_scep_lineage_t *this)
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
		load_roots(this);
	}
	rank(this);
}

METHOD(scep_lineage_t, load, void,
	private_scep_lineage_t *this)
{
	load_generations(this);
	if (is_valid(this, this->current) || is_valid(this, this->previous))
	{	/* charon has no connection yet that could wait for it */
		this->serves_until = now(this);
	}
	install(this, TRUE);
}

METHOD(scep_lineage_t, is_exposed, bool,
	private_scep_lineage_t *this)
{
	return this->exposed && !this->current;
}

/**
 * Load anew if what was exposed is mended, or removed.
 */
static void look_for_mending(private_scep_lineage_t *this)
{
	scep_generation_t *gen;
	scep_error_t error = {};

	this->mend_at = now(this) + MEND_INTERVAL;
	if (this->store->load_generation(this->store, 0, &gen, &error) ||
		error.kind != SCEP_EXPOSED)
	{
		DESTROY_IF(gen);
		if (error.kind != SCEP_OK)
		{
			scep_event(this->profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
					   error.text);
		}
		this->exposed = FALSE;
		DESTROY_IF(this->previous);
		this->previous = NULL;
		load_generations(this);
		install(this, TRUE);
	}
}

/**
 * Keep one generation beside a new one, as the store does: the last one, or the
 * one before if that serves while the last one waits for its time.
 */
static void keep(private_scep_lineage_t *this)
{
	scep_generation_t *dropped = this->previous;

	if (this->current && this->previous &&
		scep_x509_not_before(this->current->cert) > now(this))
	{
		dropped = this->current;
		this->current = this->previous;
	}
	if (dropped && this->installed == dropped)
	{
		this->installed = NULL;
	}
	DESTROY_IF(dropped);
	this->previous = this->current;
	this->current = NULL;
}

METHOD(scep_lineage_t, adopt, bool,
	private_scep_lineage_t *this, scep_generation_t *gen, scep_event_t how)
{
	char who[SCEP_MAX_ERROR / 2], to[SCEP_TIME_LEN];
	x509_t *x509 = (x509_t*)gen->cert;
	time_t not_before, not_after;
	chunk_t serial;

	keep(this);
	this->current = gen->get_ref(gen);
	this->exposed = FALSE;
	serial = chunk_to_hex(x509->get_serial(x509), NULL, FALSE);
	get_validity(gen, &not_before, &not_after);
	scep_event(this->profile->name, how, "serial=%s not_after=%s "
			   "certificate=%s", (char*)serial.ptr, scep_time(not_after, to),
			   scep_x509_describe(gen->cert, who, sizeof(who)));
	free(serial.ptr);
	load_roots(this);
	install(this, FALSE);
	return this->previous != NULL;
}

METHOD(scep_lineage_t, update_roots, void,
	private_scep_lineage_t *this)
{
	if (this->current)
	{
		load_roots(this);
	}
	if (this->installed && !this->roots_given)
	{
		give(this, this->installed, FALSE, FALSE);
	}
}

METHOD(scep_lineage_t, change, void,
	private_scep_lineage_t *this, scep_profile_t *profile)
{
	this->profile->destroy(this->profile);
	this->profile = profile->get_ref(profile);
}

/**
 * When the generation before takes over again from a newer one that ends
 * earlier, 0 for never.
 */
static time_t get_return(private_scep_lineage_t *this)
{
	time_t end;

	if (this->installed != this->current || !is_valid(this, this->previous))
	{
		return 0;
	}
	end = scep_x509_not_after(this->current->cert);
	return scep_x509_not_after(this->previous->cert) > end ? end + 1 : 0;
}

METHOD(scep_lineage_t, distrust, void,
	private_scep_lineage_t *this)
{
	this->serves_until = 0;
}

METHOD(scep_lineage_t, get_due, time_t,
	private_scep_lineage_t *this)
{
	time_t not_before, not_after, due = get_return(this);

	if (this->current &&
		(this->current != this->installed || !this->installed_valid))
	{
		get_validity(this->current, &not_before, &not_after);
		if (not_after > now(this))
		{
			due = not_before;
		}
	}
	return is_exposed(this) ? this->mend_at : due;
}

METHOD(scep_lineage_t, run, void,
	private_scep_lineage_t *this)
{
	if (is_exposed(this) && this->mend_at <= now(this))
	{
		look_for_mending(this);
	}
	install(this, FALSE);
}

METHOD(scep_lineage_t, clock_changed, void,
	private_scep_lineage_t *this)
{
	this->mend_at = min(this->mend_at, now(this));
	rank(this);
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
	scep_certs_destroy(this->roots);
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
			.get_installed = _get_installed,
			.get_ending = _get_ending,
			.fits = _fits,
			.is_current_valid = _is_current_valid,
			.is_installed_valid = _is_installed_valid,
			.is_exposed = _is_exposed,
			.load = _load,
			.adopt = _adopt,
			.change = _change,
			.update_roots = _update_roots,
			.distrust = _distrust,
			.get_due = _get_due,
			.run = _run,
			.clock_changed = _clock_changed,
			.withdraw = _withdraw,
			.destroy = _destroy,
		},
		.host = host,
		.profile = profile->get_ref(profile),
		.store = store,
		.roots = linked_list_create(),
	);
	return &this->public;
}
