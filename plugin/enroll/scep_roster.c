/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_roster.h"
#include "enroll/scep_enrollment.h"
#include "base/scep_event.h"

#include <collections/linked_list.h>

typedef struct private_scep_roster_t private_scep_roster_t;

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
	 * Profiles that begin when the one of the same name has left,
	 * scep_profile_t.
	 */
	linked_list_t *coming;
};

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
 * Begin with a profile. While a worker has the state of the one that it was,
 * nobody else may touch that.
 */
static void add_profile(private_scep_roster_t *this, scep_profile_t *profile)
{
	scep_enrollment_t *enrollment;

	if (find(this->leaving, profile->name))
	{
		this->coming->insert_last(this->coming, profile->get_ref(profile));
		return;
	}
	enrollment = scep_enrollment_create(this->host, profile);
	if (enrollment)
	{
		this->enrollments->insert_last(this->enrollments, enrollment);
	}
}

METHOD(scep_roster_t, configure, void,
	private_scep_roster_t *this, scep_config_t *config)
{
	scep_enrollment_t *enrollment;
	scep_profile_t *profile;
	enumerator_t *enumerator;

	remove_profiles(this, config);
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
	return next;
}

/**
 * Drop the enrolments that have ended.
 */
static void drop_ended(private_scep_roster_t *this)
{
	scep_enrollment_t *enrollment;
	scep_profile_t *profile;
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
	enumerator = this->coming->create_enumerator(this->coming);
	while (enumerator->enumerate(enumerator, &profile))
	{
		if (!find(this->leaving, profile->name))
		{
			this->coming->remove_at(this->coming, enumerator);
			add_profile(this, profile);
			profile->destroy(profile);
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

	if (!enrollment)
	{
		scep_fail(err, SCEP_PERMANENT, "there is no such profile");
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
}

METHOD(scep_roster_t, destroy, void,
	private_scep_roster_t *this)
{
	this->enrollments->destroy_offset(this->enrollments,
									  offsetof(scep_enrollment_t, destroy));
	this->leaving->destroy_offset(this->leaving,
								  offsetof(scep_enrollment_t, destroy));
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
		.coming = linked_list_create(),
	);
	return &this->public;
}
