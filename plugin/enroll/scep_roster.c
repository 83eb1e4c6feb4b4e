/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_roster.h"
#include "enroll/scep_enrollment.h"
#include "enroll/scep_schedule.h"
#include "enroll/scep_shelf.h"
#include "base/scep_event.h"

#include <collections/linked_list.h>

#include <stdio.h>

/** Time after which state that could not be opened is tried again, seconds */
#define AGAIN		60

typedef struct private_scep_roster_t private_scep_roster_t;
typedef struct unusable_t unusable_t;

/**
 * Private data of a scep_roster_t.
 */
struct private_scep_roster_t {

	/**
	 * Public interface.
	 */
	scep_roster_t public;

	/**
	 * Surroundings.
	 */
	scep_host_t *host;

	/**
	 * Enrolments, scep_enrollment_t, and those that end when their worker
	 * does.
	 */
	linked_list_t *enrollments, *leaving;

	/**
	 * Profiles that are disabled from the start, scep_shelf_t.
	 */
	linked_list_t *shelves;

	/**
	 * Profiles that begin when the one of the same name has left, or when their
	 * state can be opened, scep_profile_t.
	 */
	linked_list_t *coming;

	/**
	 * When to try that again, wall clock time, 0 for never.
	 */
	time_t again_at;

	/**
	 * Profiles that can't be used as they are configured, unusable_t.
	 */
	linked_list_t *unusable;
};

/**
 * A profile that can't be used, and why: as it is configured, or as its state
 * can't be opened.
 */
struct unusable_t {
	char *name;
	char *reason;
	bool shut;
};

/**
 * Free what is known of an unusable profile.
 */
static void destroy_unusable(unusable_t *unusable)
{
	free(unusable->name);
	free(unusable->reason);
	free(unusable);
}

/**
 * Remember that a profile can't be used.
 */
static void add_unusable(private_scep_roster_t *this, const char *name,
						 const char *reason, bool shut)
{
	unusable_t *unusable;

	INIT(unusable,
		.name = strdup(name),
		.reason = strdup(reason),
		.shut = shut,
	);
	this->unusable->insert_last(this->unusable, unusable);
}

/**
 * Find out why a profile can't be used.
 *
 * @param shut		only if its state could not be opened
 * @return			reason, or NULL
 */
static const char *find_unusable(private_scep_roster_t *this, const char *name,
								 bool shut)
{
	enumerator_t *enumerator;
	unusable_t *unusable;
	const char *reason = NULL;

	enumerator = this->unusable->create_enumerator(this->unusable);
	while (!reason && enumerator->enumerate(enumerator, &unusable))
	{
		if ((unusable->shut || !shut) && streq(unusable->name, name))
		{
			reason = unusable->reason;
		}
	}
	enumerator->destroy(enumerator);
	return reason;
}

/**
 * Forget that the state of a profile could not be opened.
 */
static void remove_shut(private_scep_roster_t *this, const char *name)
{
	enumerator_t *enumerator;
	unusable_t *unusable;

	enumerator = this->unusable->create_enumerator(this->unusable);
	while (enumerator->enumerate(enumerator, &unusable))
	{
		if (unusable->shut && streq(unusable->name, name))
		{
			this->unusable->remove_at(this->unusable, enumerator);
			destroy_unusable(unusable);
		}
	}
	enumerator->destroy(enumerator);
}

/**
 * Find a profile's enrolment.
 */
static scep_enrollment_t *find(linked_list_t *list, const char *name)
{
	scep_enrollment_t *enrollment, *found = NULL;
	enumerator_t *enumerator;

	enumerator = list->create_enumerator(list);
	while (!found && enumerator->enumerate(enumerator, &enrollment))
	{
		if (streq(enrollment->get_name(enrollment), name))
		{
			found = enrollment;
		}
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Let go of the profiles that are not configured any more. One whose
 * configuration became unusable goes on as it was: a typing error must not
 * take a gateway's certificate.
 */
static void remove_profiles(private_scep_roster_t *this, scep_config_t *config)
{
	scep_enrollment_t *enrollment;
	scep_profile_t *profile;
	enumerator_t *enumerator;
	const char *name;

	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		name = enrollment->get_name(enrollment);
		if (config->find(config, name) || config->is_disabled(config, name))
		{
			continue;
		}
		this->enrollments->remove_at(this->enrollments, enumerator);
		if (enrollment->retire(enrollment))
		{
			enrollment->destroy(enrollment);
		}
		else
		{
			this->leaving->insert_last(this->leaving, enrollment);
		}
	}
	enumerator->destroy(enumerator);
	enumerator = this->coming->create_enumerator(this->coming);
	while (enumerator->enumerate(enumerator, &profile))
	{
		if (!config->is_disabled(config, profile->name))
		{	/* gone, or about to be replaced */
			this->coming->remove_at(this->coming, enumerator);
			profile->destroy(profile);
		}
	}
	enumerator->destroy(enumerator);
}

/**
 * Begin with a profile later, as its state can't be opened; tells once why.
 */
static void put_off(private_scep_roster_t *this, scep_profile_t *profile,
					const scep_error_t *error)
{
	const char *said = find_unusable(this, profile->name, TRUE);

	if (!said || !streq(said, error->text))
	{
		remove_shut(this, profile->name);
		add_unusable(this, profile->name, error->text, TRUE);
		scep_event(profile->name, SCEP_EV_STORE_ERROR, "reason=%s",
				   error->text);
	}
	this->again_at = this->host->clock->now(this->host->clock) + AGAIN;
	this->coming->insert_last(this->coming, profile->get_ref(profile));
}

/**
 * Begin with a profile. While a worker has the state of the one that it was,
 * nobody else may touch that.
 */
static void add_profile(private_scep_roster_t *this, scep_profile_t *profile)
{
	scep_enrollment_t *enrollment;
	scep_error_t error = {};

	if (find(this->leaving, profile->name))
	{
		this->coming->insert_last(this->coming, profile->get_ref(profile));
		return;
	}
	enrollment = scep_enrollment_create(this->host, profile, &error);
	if (enrollment)
	{
		remove_shut(this, profile->name);
		this->enrollments->insert_last(this->enrollments, enrollment);
	}
	else
	{
		put_off(this, profile, &error);
	}
}

/**
 * Take over which profiles can't be used.
 */
static void change_unusable(private_scep_roster_t *this, scep_config_t *config)
{
	enumerator_t *enumerator;
	char *name, *reason;

	this->unusable->destroy_function(this->unusable, (void*)destroy_unusable);
	this->unusable = linked_list_create();
	enumerator = config->create_disabled_enumerator(config);
	while (enumerator->enumerate(enumerator, &name, &reason))
	{
		add_unusable(this, name, reason, FALSE);
	}
	enumerator->destroy(enumerator);
}

/**
 * Take disabled profiles off the shelf that are so no more. IKE keeps what it
 * has if they begin now.
 */
static void clear_shelves(private_scep_roster_t *this, scep_config_t *config)
{
	enumerator_t *enumerator;
	scep_shelf_t *shelf;
	const char *name;

	enumerator = this->shelves->create_enumerator(this->shelves);
	while (enumerator->enumerate(enumerator, &shelf))
	{
		name = shelf->get_name(shelf);
		if (config->is_disabled(config, name))
		{
			continue;
		}
		this->shelves->remove_at(this->shelves, enumerator);
		if (!config->find(config, name))
		{
			shelf->withdraw(shelf);
		}
		shelf->destroy(shelf);
	}
	enumerator->destroy(enumerator);
}

/**
 * Whether a profile is known under a name, in whatever state.
 */
static bool is_known(private_scep_roster_t *this, const char *name)
{
	enumerator_t *enumerator;
	scep_profile_t *profile;
	scep_shelf_t *shelf;
	bool known;

	known = find(this->enrollments, name) || find(this->leaving, name);
	enumerator = this->shelves->create_enumerator(this->shelves);
	while (!known && enumerator->enumerate(enumerator, &shelf))
	{
		known = streq(shelf->get_name(shelf), name);
	}
	enumerator->destroy(enumerator);
	enumerator = this->coming->create_enumerator(this->coming);
	while (!known && enumerator->enumerate(enumerator, &profile))
	{
		known = streq(profile->name, name);
	}
	enumerator->destroy(enumerator);
	return known;
}

/**
 * Put profiles on the shelf that are unusable from the start: a typing error
 * must not take a gateway's certificate at a restart, either.
 */
static void add_shelves(private_scep_roster_t *this, scep_config_t *config)
{
	enumerator_t *enumerator;
	char *name, *reason;

	enumerator = config->create_disabled_enumerator(config);
	while (enumerator->enumerate(enumerator, &name, &reason))
	{
		if (!is_known(this, name))
		{
			this->shelves->insert_last(this->shelves,
									   scep_shelf_create(this->host, name));
		}
	}
	enumerator->destroy(enumerator);
}

METHOD(scep_roster_t, configure, void,
	private_scep_roster_t *this, scep_config_t *config)
{
	scep_enrollment_t *enrollment;
	scep_profile_t *profile;
	enumerator_t *enumerator;

	remove_profiles(this, config);
	change_unusable(this, config);
	clear_shelves(this, config);
	enumerator = config->profiles->create_enumerator(config->profiles);
	while (enumerator->enumerate(enumerator, &profile))
	{
		enrollment = find(this->enrollments, profile->name);
		if (enrollment)
		{
			enrollment->change(enrollment, profile);
		}
		else
		{
			add_profile(this, profile);
		}
	}
	enumerator->destroy(enumerator);
	add_shelves(this, config);
	scep_event(NULL, SCEP_EV_CONFIGURED, "profiles=%d",
			   this->enrollments->get_count(this->enrollments) +
			   this->coming->get_count(this->coming));
}

METHOD(scep_roster_t, get_due, time_t,
	private_scep_roster_t *this)
{
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;
	time_t due, next = 0;

	/* a scan of all is simpler than a heap, and takes microseconds for
	 * thousands */
	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		due = enrollment->get_due(enrollment);
		if (due && (!next || due < next))
		{
			next = due;
		}
	}
	enumerator->destroy(enumerator);
	return scep_earlier(next, this->again_at);
}

/**
 * Begin with the profiles that can.
 */
static void begin_coming(private_scep_roster_t *this)
{
	linked_list_t *coming = this->coming;
	time_t now = this->host->clock->now(this->host->clock);
	scep_profile_t *profile;
	bool again = this->again_at && this->again_at <= now;

	if (again)
	{
		this->again_at = 0;
	}
	this->coming = linked_list_create();
	while (coming->remove_first(coming, (void**)&profile) == SUCCESS)
	{
		if (again || !find_unusable(this, profile->name, TRUE))
		{
			add_profile(this, profile);
		}
		else
		{
			this->coming->insert_last(this->coming, profile->get_ref(profile));
		}
		profile->destroy(profile);
	}
	coming->destroy(coming);
}

/**
 * Drop the enrolments that have ended.
 */
static void drop_ended(private_scep_roster_t *this)
{
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;

	enumerator = this->leaving->create_enumerator(this->leaving);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		if (enrollment->is_idle(enrollment))
		{
			this->leaving->remove_at(this->leaving, enumerator);
			enrollment->destroy(enrollment);
		}
	}
	enumerator->destroy(enumerator);
}

METHOD(scep_roster_t, run, void,
	private_scep_roster_t *this)
{
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;
	time_t now, due;

	drop_ended(this);
	begin_coming(this);
	now = this->host->clock->now(this->host->clock);
	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		due = enrollment->get_due(enrollment);
		if (due && due <= now)
		{
			enrollment->run(enrollment);
		}
	}
	enumerator->destroy(enumerator);
}

METHOD(scep_roster_t, get_names, linked_list_t*,
	private_scep_roster_t *this)
{
	linked_list_t *names = linked_list_create();
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;
	unusable_t *unusable;

	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		names->insert_last(names, strdup(enrollment->get_name(enrollment)));
	}
	enumerator->destroy(enumerator);
	enumerator = this->unusable->create_enumerator(this->unusable);
	while (enumerator->enumerate(enumerator, &unusable))
	{
		if (!find(this->enrollments, unusable->name))
		{
			names->insert_last(names, strdup(unusable->name));
		}
	}
	enumerator->destroy(enumerator);
	return names;
}

/**
 * Look at a profile that is disabled since the start.
 */
static scep_view_t get_shelf_view(private_scep_roster_t *this, const char *name)
{
	scep_clock_t *clock = this->host->clock;
	scep_generation_t *gen = NULL;
	enumerator_t *enumerator;
	scep_shelf_t *shelf;

	enumerator = this->shelves->create_enumerator(this->shelves);
	while (enumerator->enumerate(enumerator, &shelf))
	{
		if (streq(shelf->get_name(shelf), name))
		{
			gen = shelf->get_installed(shelf);
			break;
		}
	}
	enumerator->destroy(enumerator);
	return scep_view_create_disabled(gen, clock->now(clock));
}

METHOD(scep_roster_t, get_view, bool,
	private_scep_roster_t *this, const char *name, scep_view_t *view)
{
	scep_enrollment_t *enrollment = find(this->enrollments, name);
	const char *reason = find_unusable(this, name, FALSE);

	*view = enrollment ? enrollment->get_view(enrollment)
					   : get_shelf_view(this, name);
	if (reason)
	{	/* what it has goes on as it was */
		view->state = SCEP_STATE_DISABLED;
		snprintf(view->last_error, sizeof(view->last_error), "%s", reason);
	}
	return enrollment || reason;
}

METHOD(scep_roster_t, nudge, void,
	private_scep_roster_t *this, identification_t *id)
{
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;

	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		enrollment->nudge(enrollment, id);
	}
	enumerator->destroy(enumerator);
}

/**
 * Find the enrolment that a person named.
 */
static scep_enrollment_t *get_named(private_scep_roster_t *this,
									const char *name, scep_error_t *err)
{
	scep_enrollment_t *enrollment = find(this->enrollments, name);
	const char *reason = find_unusable(this, name, FALSE);

	if (!enrollment && reason)
	{
		scep_fail(err, SCEP_PERMANENT, "%s", reason);
	}
	else if (!enrollment)
	{
		scep_fail(err, SCEP_PERMANENT, "there is no profile '%s'", name);
	}
	return enrollment;
}

METHOD(scep_roster_t, enroll, bool,
	private_scep_roster_t *this, const char *name, scep_error_t *err)
{
	scep_enrollment_t *enrollment = get_named(this, name, err);

	return enrollment && enrollment->enroll(enrollment, err);
}

METHOD(scep_roster_t, renew_within, bool,
	private_scep_roster_t *this, const char *name, time_t seconds,
	scep_error_t *err)
{
	scep_enrollment_t *enrollment = get_named(this, name, err);

	return enrollment && enrollment->renew_within(enrollment, seconds, err);
}

METHOD(scep_roster_t, cancel, bool,
	private_scep_roster_t *this, const char *name, scep_error_t *err)
{
	scep_enrollment_t *enrollment = get_named(this, name, err);

	return enrollment && enrollment->cancel(enrollment, err);
}

METHOD(scep_roster_t, accept_ca, bool,
	private_scep_roster_t *this, const char *name, scep_pin_t *pin,
	scep_error_t *err)
{
	scep_enrollment_t *enrollment = get_named(this, name, err);

	return enrollment && enrollment->accept_ca(enrollment, pin, err);
}

METHOD(scep_roster_t, import_, bool,
	private_scep_roster_t *this, const char *name, const scep_import_t *import,
	scep_error_t *err)
{
	scep_enrollment_t *enrollment = get_named(this, name, err);

	return enrollment && enrollment->import(enrollment, import, err);
}

METHOD(scep_roster_t, set_challenge, bool,
	private_scep_roster_t *this, const char *name, chunk_t phrase,
	scep_error_t *err)
{
	scep_enrollment_t *enrollment = get_named(this, name, err);

	return enrollment && enrollment->set_challenge(enrollment, phrase, err);
}

METHOD(scep_roster_t, clock_changed, void,
	private_scep_roster_t *this, time_t delta)
{
	scep_enrollment_t *enrollment;
	enumerator_t *enumerator;

	enumerator = this->enrollments->create_enumerator(this->enrollments);
	while (enumerator->enumerate(enumerator, &enrollment))
	{
		enrollment->clock_changed(enrollment, delta);
	}
	enumerator->destroy(enumerator);
	if (this->again_at)
	{
		this->again_at = this->host->clock->now(this->host->clock);
	}
}

METHOD(scep_roster_t, destroy, void,
	private_scep_roster_t *this)
{
	this->enrollments->destroy_offset(this->enrollments,
									  offsetof(scep_enrollment_t, destroy));
	this->unusable->destroy_function(this->unusable, (void*)destroy_unusable);
	this->leaving->destroy_offset(this->leaving,
								  offsetof(scep_enrollment_t, destroy));
	this->shelves->destroy_offset(this->shelves,
								  offsetof(scep_shelf_t, destroy));
	this->coming->destroy_offset(this->coming,
								 offsetof(scep_profile_t, destroy));
	free(this);
}

/*
 * Described in header
 */
scep_roster_t *scep_roster_create(scep_host_t *host)
{
	private_scep_roster_t *this;

	INIT(this,
		.public = {
			.configure = _configure,
			.get_due = _get_due,
			.run = _run,
			.get_names = _get_names,
			.get_view = _get_view,
			.accept_ca = _accept_ca,
			.nudge = _nudge,
			.enroll = _enroll,
			.renew_within = _renew_within,
			.cancel = _cancel,
			.import = _import_,
			.set_challenge = _set_challenge,
			.clock_changed = _clock_changed,
			.destroy = _destroy,
		},
		.host = host,
		.enrollments = linked_list_create(),
		.leaving = linked_list_create(),
		.shelves = linked_list_create(),
		.coming = linked_list_create(),
		.unusable = linked_list_create(),
	);
	return &this->public;
}
