/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "scep_plugin.h"
#include "base/scep_event.h"
#include "config/scep_config.h"
#include "control/scep_control.h"
#include "control/scep_hook.h"
#include "credentials/scep_credentials.h"
#include "enroll/scep_keys.h"
#include "enroll/scep_loop.h"
#include "ike/scep_ike.h"
#include "ike/scep_listener.h"
#include "transport/scep_curl.h"

#include <daemon.h>
#include <processing/jobs/callback_job.h>

/** Time after which a start that failed is tried again, at first and at most,
 * seconds */
#define AGAIN_MIN	5
#define AGAIN_MAX	60

/** Time after which the same reason is told again, seconds */
#define SAY_AGAIN	(24 * 60 * 60)

#define EXPORT __attribute__((visibility("default")))

typedef struct private_scep_plugin_t private_scep_plugin_t;
typedef struct failure_t failure_t;

/**
 * Private data of a scep_plugin_t.
 */
struct private_scep_plugin_t {

	/**
	 * Public interface.
	 */
	scep_plugin_t public;

	/**
	 * What the enrolments reach.
	 */
	scep_host_t host;

	/**
	 * Disk below host.store, and the directory.
	 */
	scep_disk_t *disk;
	char *state_dir;

	/**
	 * Transport; host.transport is its interface.
	 */
	scep_curl_t *curl;

	/**
	 * What IKE sees.
	 */
	scep_credentials_t *creds;

	/**
	 * Compares it with charon's connections.
	 */
	scep_usage_t *usage;

	/**
	 * Alerts of the bus.
	 */
	scep_listener_t *listener;

	/**
	 * Control socket and metrics.
	 */
	scep_control_t *control;

	/**
	 * Program that is run on events.
	 */
	scep_hook_t *hook;

	/**
	 * The loop, NULL while the plugin is not in use.
	 */
	scep_loop_t *loop;

	/**
	 * Whether it works; counted, as others look while a start is tried again.
	 */
	refcount_t begun;

	/**
	 * Why it could not start, and when that was told, by the uptime.
	 */
	scep_error_t said;
	time_t said_at;

	/**
	 * Time until that is tried again, seconds.
	 */
	u_int again;
};

/**
 * A failed authentication, as message to the loop.
 */
struct failure_t {
	private_scep_plugin_t *plugin;
	identification_t *id;
};

/**
 * Tell the loop's enrolments of a failure.
 */
static void handle_failure(failure_t *failure)
{
	failure->plugin->loop->nudge(failure->plugin->loop, failure->id);
	failure->plugin->usage->look(failure->plugin->usage);
}

/**
 * Free the message.
 */
static void destroy_failure(failure_t *failure)
{
	failure->id->destroy(failure->id);
	free(failure);
}

/**
 * IKE could not authenticate as an identity; called inside of an alert.
 */
static void on_failure(private_scep_plugin_t *this, identification_t *id)
{
	failure_t *failure;

	INIT(failure,
		.plugin = this,
		.id = id,
	);
	this->loop->post(this->loop, (scep_work_t)handle_failure, failure,
					 (scep_work_t)destroy_failure);
}

/**
 * Read the settings and take them over.
 */
static void configure(private_scep_plugin_t *this)
{
	scep_config_t *config;

	config = scep_config_load(lib->settings, lib->ns);
	if (!streq(config->state_dir, this->state_dir))
	{
		scep_event(NULL, SCEP_EV_WARNING, "reason=another state_dir counts "
				   "after a restart only, '%s' stays in use",
				   this->state_dir);
	}
	this->control->configure(this->control, config);
	this->hook->set_command(this->hook, config->hook);
	this->loop->configure(this->loop, config);
	config->destroy(config);
}

/**
 * Make what the enrolments reach.
 *
 * @param err		reason of a failure; also set if there is no lock yet
 */
static bool create_parts(private_scep_plugin_t *this, scep_config_t *config,
						 scep_error_t *err)
{
	this->disk = scep_disk_create();
	this->state_dir = strdup(config->state_dir);
	this->host.store = scep_store_create(this->disk, config->state_dir, err);
	if (!this->host.store)
	{
		return FALSE;
	}
	this->curl = scep_curl_create();
	this->host.programs = scep_programs_create();
	if (!this->curl || !this->host.programs)
	{
		return scep_fail(err, SCEP_LOCAL, "libcurl or a pipe can't be had");
	}
	this->creds = scep_credentials_create();
	this->host.clock = scep_clock_create();
	this->host.random = scep_random_create();
	this->hook = scep_hook_create(this->host.programs, this->host.clock);
	this->hook->set_command(this->hook, config->hook);
	this->host.transport = &this->curl->transport;
	this->host.keys = scep_keys_get();
	this->usage = scep_usage_create();
	this->host.ike = scep_ike_create(this->creds, this->usage);
	this->loop = scep_loop_create(&this->host, this->curl);
	return this->loop ||
		   scep_fail(err, SCEP_LOCAL, "a timer can't be had");
}

/**
 * Destroy what create_parts() made. Workers and loop have ended.
 */
static void destroy_parts(private_scep_plugin_t *this)
{
	DESTROY_IF(this->control);
	DESTROY_IF(this->loop);
	DESTROY_IF(this->host.ike);
	DESTROY_IF(this->usage);
	DESTROY_IF(this->hook);
	DESTROY_IF(this->host.programs);
	DESTROY_IF(this->host.random);
	DESTROY_IF(this->host.clock);
	DESTROY_IF(this->creds);
	DESTROY_IF(this->host.store);
	if (this->curl)
	{
		this->curl->transport.destroy(&this->curl->transport);
	}
	DESTROY_IF(this->disk);
	free(this->state_dir);
	this->state_dir = NULL;
	this->control = NULL;
	this->loop = NULL;
	this->usage = NULL;
	this->creds = NULL;
	this->hook = NULL;
	this->curl = NULL;
	this->disk = NULL;
	this->host = (scep_host_t){};
}

/**
 * Tell why it can't work, or not as it should; the same once a day.
 */
static void complain(private_scep_plugin_t *this, const scep_error_t *error,
					 bool works)
{
	time_t now = time_monotonic(NULL);

	if (!streq(error->text, this->said.text) ||
		now >= this->said_at + SAY_AGAIN)
	{
		scep_event(NULL, SCEP_EV_STORE_ERROR, "reason=%s%s", error->text,
				   works ? "" : "; the plugin waits until that is mended");
		this->said = *error;
		this->said_at = now;
	}
}

/**
 * Begin to work: what is on disk is usable when this returns.
 */
static bool begin(private_scep_plugin_t *this)
{
	scep_error_t error = {};
	scep_config_t *config;
	bool success;

	config = scep_config_load(lib->settings, lib->ns);
	success = create_parts(this, config, &error);
	if (error.kind != SCEP_OK)
	{
		complain(this, &error, success);
	}
	if (success)
	{
		this->control = scep_control_create(&this->host, this->loop, config);
		lib->credmgr->add_set(lib->credmgr, &this->creds->set);
		this->loop->configure(this->loop, config);
		this->listener = scep_listener_create((scep_listener_cb_t)on_failure,
											  this);
		charon->bus->add_listener(charon->bus, &this->listener->listener);
		this->loop->start(this->loop);
		ref_get(&this->begun);
	}
	else
	{
		destroy_parts(this);
	}
	config->destroy(config);
	return success;
}

/**
 * Begin where an earlier try failed: a directory that was not there is mounted
 * later, a disk is writable again, another process ends.
 */
static job_requeue_t begin_again(private_scep_plugin_t *this)
{
	if (!begin(this))
	{
		this->again = min(2 * this->again, AGAIN_MAX);
		return JOB_RESCHEDULE(this->again);
	}
	scep_event(NULL, SCEP_EV_NOTE, "reason='%s' can be used now",
			   this->state_dir);
	/* a reload may have come in between */
	this->loop->post(this->loop, (scep_work_t)configure, this, NULL);
	return JOB_REQUEUE_NONE;
}

/**
 * Begin, now or later: IKE goes on without.
 */
static void begin_sometime(private_scep_plugin_t *this)
{
	if (!begin(this))
	{
		this->again = AGAIN_MIN;
		lib->scheduler->schedule_job(lib->scheduler,
			(job_t*)callback_job_create_with_prio(
				(callback_job_cb_t)begin_again, this, NULL, NULL,
				JOB_PRIO_LOW), this->again);
	}
}

/**
 * Stop working. No job runs any more.
 */
static void end(private_scep_plugin_t *this)
{
	if (!ref_cur(&this->begun))
	{
		return;
	}
	charon->bus->remove_listener(charon->bus, &this->listener->listener);
	this->listener->destroy(this->listener);
	lib->credmgr->remove_set(lib->credmgr, &this->creds->set);
	destroy_parts(this);
}

/**
 * The plugin's feature is loaded or unloaded.
 */
static bool plugin_cb(private_scep_plugin_t *this, plugin_feature_t *feature,
					  bool reg, void *data)
{
	if (reg)
	{
		begin_sometime(this);
	}
	else
	{
		end(this);
	}
	return TRUE;
}

METHOD(plugin_t, get_name, char*,
	private_scep_plugin_t *this)
{
	return "scep";
}

METHOD(plugin_t, get_features, int,
	private_scep_plugin_t *this, plugin_feature_t *features[])
{
	static plugin_feature_t f[] = {
		PLUGIN_CALLBACK((plugin_feature_callback_t)plugin_cb, NULL),
			PLUGIN_PROVIDE(CUSTOM, "scep"),
				PLUGIN_DEPENDS(CERT_DECODE, CERT_X509),
				PLUGIN_DEPENDS(PRIVKEY, KEY_RSA),
				PLUGIN_DEPENDS(PRIVKEY_GEN, KEY_RSA),
				PLUGIN_DEPENDS(PUBKEY, KEY_RSA),
				PLUGIN_DEPENDS(RNG, RNG_STRONG),
				PLUGIN_DEPENDS(HASHER, HASH_SHA256),
				PLUGIN_DEPENDS(CRYPTER, ENCR_AES_CBC, 16),
				PLUGIN_SDEPEND(CRYPTER, ENCR_DES, 8),
				PLUGIN_SDEPEND(CRYPTER, ENCR_3DES, 24),
				PLUGIN_SDEPEND(HASHER, HASH_SHA1),
				PLUGIN_SDEPEND(CERT_DECODE, CERT_ANY),
				PLUGIN_SDEPEND(PRIVKEY, KEY_ANY),
	};
	*features = f;
	return countof(f);
}

METHOD(plugin_t, reload, bool,
	private_scep_plugin_t *this)
{
	if (ref_cur(&this->begun))
	{	/* the loop reads the settings: it must not hold up who reloads */
		this->loop->post(this->loop, (scep_work_t)configure, this, NULL);
	}
	return TRUE;
}

METHOD(plugin_t, destroy, void,
	private_scep_plugin_t *this)
{
	free(this);
}

/**
 * Version of strongSwan that the plugin is built for; from 6.0.3 on charon
 * compares it with its own.
 */
EXPORT const char scep_plugin_version[] = STRONGSWAN_VERSION;

EXPORT plugin_t *scep_plugin_create();

/*
 * Described in header
 */
plugin_t *scep_plugin_create()
{
	private_scep_plugin_t *this;
	const char *name = enum_to_name(builder_part_names, BUILD_END);

	if (!name || !streq(name, "BUILD_END"))
	{	/* an update can change an enumeration within a version; then nothing
		 * could be read, and what is read could be taken for something else */
		DBG1(DBG_CFG, "scep: built with the headers of another strongSwan "
			 "than this one: build it anew");
		return NULL;
	}
	INIT(this,
		.public = {
			.plugin = {
				.get_name = _get_name,
				.get_features = _get_features,
				.reload = _reload,
				.destroy = _destroy,
			},
		},
	);
	return &this->public.plugin;
}
