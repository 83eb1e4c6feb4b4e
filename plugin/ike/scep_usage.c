/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ike/scep_usage.h"
#include "ike/scep_connection.h"
#include "base/scep_error.h"
#include "base/scep_event.h"

#include <daemon.h>
#include <collections/linked_list.h>
#include <credentials/certificates/x509.h>
#include <processing/jobs/callback_job.h>
#include <threading/mutex.h>

#include <stdio.h>

/** Time that connections are given to be loaded, seconds */
#define PATIENCE	30

typedef struct private_scep_usage_t private_scep_usage_t;
typedef struct entry_t entry_t;

/**
 * Private data of a scep_usage_t.
 */
struct private_scep_usage_t {

	/**
	 * Public interface.
	 */
	scep_usage_t public;

	/**
	 * What IKE has; entry_t.
	 */
	linked_list_t *entries;

	/**
	 * When to look, by the monotonic clock; 0 if no job is scheduled.
	 */
	time_t due;

	/**
	 * Whether a job that looks at once is queued.
	 */
	bool queued;

	/**
	 * Guards all that.
	 */
	mutex_t *mutex;
};

/**
 * A certificate that IKE has.
 */
struct entry_t {
	char *profile;
	certificate_t *cert;
	/** what was reported of it last */
	char told[SCEP_MAX_ERROR];
};

/**
 * Destroy an entry_t.
 */
static void destroy_entry(entry_t *entry)
{
	entry->cert->destroy(entry->cert);
	free(entry->profile);
	free(entry);
}

/**
 * Whether another certificate of ours names an identity.
 */
static bool is_named(linked_list_t *entries, identification_t *id)
{
	enumerator_t *enumerator;
	entry_t *entry;
	bool named = FALSE;

	enumerator = entries->create_enumerator(entries);
	while (!named && enumerator->enumerate(enumerator, &entry))
	{
		named = entry->cert->has_subject(entry->cert, id);
	}
	enumerator->destroy(enumerator);
	return named;
}

/**
 * Describe what is wrong with a connection that authenticates as somebody that
 * no certificate names.
 */
static void describe_id(certificate_t *cert, peer_cfg_t *peer,
						identification_t *id, char *buf, size_t len)
{
	identification_t *match = cert->get_subject(cert), *san;
	x509_t *x509 = (x509_t*)cert;
	enumerator_t *enumerator;

	enumerator = x509->create_subjectAltName_enumerator(x509);
	if (enumerator->enumerate(enumerator, &san))
	{
		match = san;
	}
	snprintf(buf, len, "no connection can use the certificate: the local id of "
			 "'%s' is '%Y', which it does not name; '%Y' would fit",
			 peer->get_name(peer), id, match);
	enumerator->destroy(enumerator);
}

/**
 * Find what keeps connections from using a certificate, empty if nothing.
 */
static void examine(linked_list_t *entries, certificate_t *cert, char *buf,
					size_t len)
{
	enumerator_t *enumerator;
	identification_t *id;
	peer_cfg_t *peer;
	bool used = FALSE;

	buf[0] = '\0';
	enumerator = charon->backends->create_peer_cfg_enumerator(charon->backends,
											NULL, NULL, NULL, NULL, IKE_ANY);
	while (!used && enumerator->enumerate(enumerator, &peer))
	{
		switch (scep_connection_fit(peer, cert, &id))
		{
			case SCEP_FIT_USES:
				used = TRUE;
				break;
			case SCEP_FIT_HIDDEN:
				snprintf(buf, len, "no connection uses the certificate: '%s' "
						 "names others (local.certs), remove them there",
						 peer->get_name(peer));
				break;
			case SCEP_FIT_OTHER_ID:
				if (!buf[0] && !is_named(entries, id))
				{
					describe_id(cert, peer, id, buf, len);
				}
				break;
			case SCEP_FIT_NOT:
				break;
		}
	}
	enumerator->destroy(enumerator);
	if (used)
	{
		buf[0] = '\0';
	}
}

/**
 * Create an entry_t.
 */
static entry_t *create_entry(const char *profile, certificate_t *cert)
{
	entry_t *entry;

	INIT(entry,
		.profile = strdup(profile),
		.cert = cert->get_ref(cert),
	);
	return entry;
}

/**
 * Copy the entries, so that nobody waits while charon's connections are read.
 */
static linked_list_t *copy_entries(private_scep_usage_t *this)
{
	linked_list_t *copy = linked_list_create();
	enumerator_t *enumerator;
	entry_t *entry;

	this->mutex->lock(this->mutex);
	enumerator = this->entries->create_enumerator(this->entries);
	while (enumerator->enumerate(enumerator, &entry))
	{
		copy->insert_last(copy, create_entry(entry->profile, entry->cert));
	}
	enumerator->destroy(enumerator);
	this->mutex->unlock(this->mutex);
	return copy;
}

/**
 * Keep what was found of a certificate.
 *
 * @return			whether it is news
 */
static bool keep(private_scep_usage_t *this, certificate_t *cert,
				 const char *text)
{
	enumerator_t *enumerator;
	entry_t *entry;
	bool news = FALSE;

	this->mutex->lock(this->mutex);
	enumerator = this->entries->create_enumerator(this->entries);
	while (enumerator->enumerate(enumerator, &entry))
	{
		if (entry->cert == cert)
		{
			news = !streq(text, entry->told);
			strcpy(entry->told, text);
			break;
		}
	}
	enumerator->destroy(enumerator);
	this->mutex->unlock(this->mutex);
	return news;
}

/**
 * Look at all certificates.
 */
static void look_at_all(private_scep_usage_t *this)
{
	linked_list_t *entries = copy_entries(this);
	char text[SCEP_MAX_ERROR];
	enumerator_t *enumerator;
	entry_t *entry;

	enumerator = entries->create_enumerator(entries);
	while (enumerator->enumerate(enumerator, &entry))
	{
		examine(entries, entry->cert, text, sizeof(text));
		if (keep(this, entry->cert, text) && text[0])
		{
			scep_event(entry->profile, SCEP_EV_WARNING, "reason=%s", text);
		}
	}
	enumerator->destroy(enumerator);
	entries->destroy_function(entries, (void*)destroy_entry);
}

/**
 * Look once all certificates had their time; called by a worker.
 */
static job_requeue_t look_later(private_scep_usage_t *this)
{
	time_t left;

	this->mutex->lock(this->mutex);
	left = this->due - time_monotonic(NULL);
	if (left <= 0)
	{
		this->due = 0;
	}
	this->mutex->unlock(this->mutex);
	if (left > 0)
	{
		return JOB_RESCHEDULE(left);
	}
	look_at_all(this);
	return JOB_REQUEUE_NONE;
}

/**
 * Look at once; called by a worker.
 */
static job_requeue_t look_now(private_scep_usage_t *this)
{
	this->mutex->lock(this->mutex);
	this->queued = FALSE;
	this->mutex->unlock(this->mutex);
	look_at_all(this);
	return JOB_REQUEUE_NONE;
}

/**
 * Create a job that looks. It does not run any more once the plugin unloads.
 */
static job_t *create_job(private_scep_usage_t *this, callback_job_cb_t cb)
{
	return (job_t*)callback_job_create_with_prio(cb, this, NULL, NULL,
												 JOB_PRIO_LOW);
}

/**
 * Remove a profile's entry, if it is not of a certificate.
 *
 * @return			whether there is one of that certificate
 */
static bool remove_other(private_scep_usage_t *this, const char *profile,
						 certificate_t *cert)
{
	enumerator_t *enumerator;
	entry_t *entry;
	bool found = FALSE;

	enumerator = this->entries->create_enumerator(this->entries);
	while (enumerator->enumerate(enumerator, &entry))
	{
		if (!streq(entry->profile, profile))
		{
			continue;
		}
		if (entry->cert == cert)
		{
			found = TRUE;
			continue;
		}
		this->entries->remove_at(this->entries, enumerator);
		destroy_entry(entry);
	}
	enumerator->destroy(enumerator);
	return found;
}

METHOD(scep_usage_t, set, void,
	private_scep_usage_t *this, const char *profile, certificate_t *cert)
{
	this->mutex->lock(this->mutex);
	if (!remove_other(this, profile, cert) && cert)
	{
		this->entries->insert_last(this->entries, create_entry(profile, cert));
		if (!this->due)
		{
			lib->scheduler->schedule_job(lib->scheduler,
							create_job(this, (callback_job_cb_t)look_later),
							PATIENCE);
		}
		this->due = time_monotonic(NULL) + PATIENCE;
	}
	this->mutex->unlock(this->mutex);
}

METHOD(scep_usage_t, look, void,
	private_scep_usage_t *this)
{
	bool queued;

	this->mutex->lock(this->mutex);
	queued = this->queued;
	this->queued = TRUE;
	this->mutex->unlock(this->mutex);
	if (!queued)
	{
		lib->processor->queue_job(lib->processor,
							create_job(this, (callback_job_cb_t)look_now));
	}
}

METHOD(scep_usage_t, destroy, void,
	private_scep_usage_t *this)
{
	this->entries->destroy_function(this->entries, (void*)destroy_entry);
	this->mutex->destroy(this->mutex);
	free(this);
}

/*
 * Described in header
 */
scep_usage_t *scep_usage_create()
{
	private_scep_usage_t *this;

	INIT(this,
		.public = {
			.set = _set,
			.look = _look,
			.destroy = _destroy,
		},
		.entries = linked_list_create(),
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
	);
	return &this->public;
}
