/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_machine scep_machine
 * @{ @ingroup scep_enroll
 *
 * The life of an enrolment as a table: state and input give the next state and
 * what to do. Pure; everything that takes time or can fail is elsewhere.
 */

#ifndef SCEP_MACHINE_H_
#define SCEP_MACHINE_H_

#include <library.h>

typedef enum scep_state_t scep_state_t;
typedef enum scep_input_t scep_input_t;
typedef enum scep_action_t scep_action_t;
typedef struct scep_step_t scep_step_t;

/**
 * Progress of a profile's request, as operators see it.
 */
enum scep_state_t {
	/** nothing to do until the renewal is due */
	SCEP_STATE_IDLE,
	/** fetching CA and RA certificates */
	SCEP_STATE_NEED_CA,
	/** an administrator must confirm the CA or RA */
	SCEP_STATE_CONFIRM_CA,
	/** preparing or sending a request */
	SCEP_STATE_REQUESTING,
	/** the CA decides later */
	SCEP_STATE_PENDING,
	/** an attempt failed, the next one waits */
	SCEP_STATE_WAITING,
	/** a person must act */
	SCEP_STATE_FAILED,
	/** the configuration is unusable: IKE has what is on disk */
	SCEP_STATE_DISABLED,
};

/**
 * Enum names for scep_state_t.
 */
extern enum_name_t *scep_state_names;

/**
 * What happens to an enrolment.
 */
enum scep_input_t {
	/** a timer: renewal, retry or poll is due, or there is no certificate */
	SCEP_IN_DUE,
	/** IKE wants it now */
	SCEP_IN_NUDGE,
	/** a person wants it now, or brought the phrase that was missing */
	SCEP_IN_ENROLL,
	/** a person wants it at a moment to come */
	SCEP_IN_SCHEDULE,
	/** a person wants no more of it */
	SCEP_IN_CANCEL,
	/** a person had a key with its certificate: checked and stored */
	SCEP_IN_IMPORTED,
	/** the CA is verified */
	SCEP_IN_CA,
	/** a certificate was issued, checked and stored */
	SCEP_IN_ISSUED,
	/** the server answered PENDING */
	SCEP_IN_PENDING,
	/** an attempt failed: network, refusal, an answer not believed, disk */
	SCEP_IN_FAILED,
	/** the same, while the CA decides on a request */
	SCEP_IN_POLL_FAILED,
	/** the server answered PENDING once more, but the CA took too long */
	SCEP_IN_OUT_OF_TIME,
	/** the CA or RA is not confirmed */
	SCEP_IN_UNCONFIRMED,
	/** genuine, but not what the configuration allows */
	SCEP_IN_UNWANTED,
	/** nothing was sent, as something is missing that only a person has */
	SCEP_IN_STOPPED,
	/** the clock was set: what failed may have failed for it */
	SCEP_IN_CLOCK,
	/** the profile was changed */
	SCEP_IN_CHANGED,
};

/**
 * Enum names for scep_input_t.
 */
extern enum_name_t *scep_input_names;

/**
 * What to do.
 */
enum scep_action_t {
	/** nothing */
	SCEP_DO_NOTHING,
	/** start an attempt, from GetCACaps on */
	SCEP_DO_BEGIN,
	/** the same, and forget what failed before */
	SCEP_DO_BEGIN_ANEW,
	/** forget what failed before; an attempt begins at its moment */
	SCEP_DO_REST,
	/** give the certificate to IKE, schedule its renewal */
	SCEP_DO_INSTALL,
	/** schedule the next CertPoll */
	SCEP_DO_POLL_LATER,
	/** schedule the next attempt */
	SCEP_DO_RETRY_LATER,
	/** look for a confirmation of the CA */
	SCEP_DO_CONFIRM,
	/** no timer: wait for a person */
	SCEP_DO_STOP,
	/** the same, and the request under way is over */
	SCEP_DO_GIVE_UP,
	/** begin if the certificate is not what the profile asks for */
	SCEP_DO_RESTART,
};

/**
 * Enum names for scep_action_t.
 */
extern enum_name_t *scep_action_names;

/**
 * Result of a step.
 */
struct scep_step_t {

	/** next state */
	scep_state_t state;

	/** what to do */
	scep_action_t action;
};

/**
 * Make a step. Pure; any thread.
 *
 * @param state		current state
 * @param input		what happens
 * @return			next state and what to do; an input that has no meaning in
 *					a state changes nothing
 */
scep_step_t scep_machine_step(scep_state_t state, scep_input_t input);

#endif /** SCEP_MACHINE_H_ @}*/
