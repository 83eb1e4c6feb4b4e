/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ike/scep_initiator.h"
#include "ike/scep_connection.h"
#include "base/scep_event.h"

#include <daemon.h>
#include <collections/linked_list.h>
#include <processing/jobs/callback_job.h>

typedef struct waiting_t waiting_t;
typedef struct start_t start_t;

/**
 * What the job works on.
 */
struct waiting_t {
	char *profile;
	certificate_t *cert;
};

/**
 * A child to start; references.
 */
struct start_t {
	peer_cfg_t *peer;
	child_cfg_t *child;
};

/**
 * Collect the children of a connection that start by themselves.
 */
static void collect(peer_cfg_t *peer, linked_list_t *starts)
{
	enumerator_t *enumerator;
	child_cfg_t *child;
	start_t *start;

	enumerator = peer->create_child_cfg_enumerator(peer);
	while (enumerator->enumerate(enumerator, &child))
	{
		if (child->get_start_action(child) & ACTION_START)
		{
			INIT(start,
				.peer = peer->get_ref(peer),
				.child = child->get_ref(child),
			);
			starts->insert_last(starts, start);
		}
	}
	enumerator->destroy(enumerator);
}

/**
 * Whether a child of that name is up or on its way.
 */
static bool is_up(start_t *start)
{
	enumerator_t *ike_sas, *children;
	child_sa_t *child_sa;
	ike_sa_t *ike_sa;
	bool found = FALSE;

	ike_sas = charon->controller->create_ike_sa_enumerator(charon->controller,
														   TRUE);
	while (!found && ike_sas->enumerate(ike_sas, &ike_sa))
	{
		if (!streq(ike_sa->get_name(ike_sa), start->peer->get_name(start->peer)))
		{
			continue;
		}
		children = ike_sa->create_child_sa_enumerator(ike_sa);
		while (!found && children->enumerate(children, &child_sa))
		{
			found = streq(child_sa->get_name(child_sa),
						  start->child->get_name(start->child));
		}
		children->destroy(children);
	}
	ike_sas->destroy(ike_sas);
	return found;
}

/**
 * Initiate a child, don't wait for it; owns the references.
 */
static void do_initiate(start_t *start)
{
	controller_t *controller = charon->controller;

#ifdef HAVE_INITIATE_LOG_LEVEL
	controller->initiate(controller, start->peer, start->child, NULL, NULL,
						 LEVEL_SILENT, 0, FALSE);
#else
	controller->initiate(controller, start->peer, start->child, NULL, NULL, 0,
						 FALSE);
#endif
}

/**
 * Start the children; called by a worker. References are collected first, as
 * initiate() must not be called while the backends are enumerated.
 */
static job_requeue_t initiate(waiting_t *task)
{
	linked_list_t *starts = linked_list_create();
	enumerator_t *enumerator;
	identification_t *id;
	peer_cfg_t *peer;
	start_t *start;

	enumerator = charon->backends->create_peer_cfg_enumerator(charon->backends,
											NULL, NULL, NULL, NULL, IKE_ANY);
	while (enumerator->enumerate(enumerator, &peer))
	{
		if (scep_connection_fit(peer, task->cert, &id) == SCEP_FIT_USES)
		{
			collect(peer, starts);
		}
	}
	enumerator->destroy(enumerator);
	while (starts->remove_first(starts, (void**)&start) == SUCCESS)
	{
		if (is_up(start))
		{
			start->peer->destroy(start->peer);
			start->child->destroy(start->child);
		}
		else
		{
			scep_event(task->profile, SCEP_EV_INITIATING, "connection=%s "
					   "child=%s", start->peer->get_name(start->peer),
					   start->child->get_name(start->child));
			do_initiate(start);
		}
		free(start);
	}
	starts->destroy(starts);
	task->cert->destroy(task->cert);
	free(task->profile);
	free(task);
	return JOB_REQUEUE_NONE;
}

/*
 * Described in header
 */
void scep_initiate(const char *profile, certificate_t *cert)
{
	waiting_t *task;

	INIT(task,
		.profile = strdup(profile),
		.cert = cert->get_ref(cert),
	);
	/* no clean-up function: a job that is left over at shutdown is destroyed
	 * after the plugins, who could not free the certificate any more */
	lib->processor->queue_job(lib->processor,
			(job_t*)callback_job_create_with_prio((callback_job_cb_t)initiate,
				task, NULL, NULL, JOB_PRIO_LOW));
}
