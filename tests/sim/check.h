/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_check sim_check
 * @{ @ingroup scep_sim
 *
 * What must always hold. The world tells what happens; what breaks an
 * invariant ends the run.
 */

#ifndef SIM_CHECK_H_
#define SIM_CHECK_H_

#include "mock_ca.h"
#include "base/scep_event.h"
#include "store/scep_store.h"

#include <library.h>
#include <collections/array.h>

typedef struct sim_world_t sim_world_t;
typedef struct sim_issued_t sim_issued_t;
typedef struct sim_check_t sim_check_t;

/** Turns of the loop without time passing, at most */
#define SIM_TURNS	500

/**
 * A certificate that the CA issued for the gateway.
 */
struct sim_issued_t {

	/** serial number, hash of the certificate */
	uint64_t serial, hash;

	/** validity */
	time_t not_before, not_after;

	/** whether it is what was asked for */
	bool wanted;

	/** whether an answer that proves it reached the gateway */
	bool delivered;
};

/**
 * What is known about the run so far.
 */
struct sim_check_t {

	/** gets the events; first, to be found from it */
	scep_event_sink_t sink;
	sim_world_t *world;

	/** invariant that is broken, NULL if none, and how */
	const char *broken;
	char how[256];

	/** certificates, sim_issued_t; hashes of genuine CAs, uint64_t */
	array_t *issued, *cas;

	/** what IKE has, had last, the newest that it ever had, and the one before
	 * that, serial numbers; 0 for none */
	uint64_t installed, used, newest, before_newest;

	/** the newest one when a file of it was damaged */
	uint64_t damaged;

	/** whether the disk failed since the last attempt began, and so did when
	 * the newest one was written */
	bool disk_failed, newest_unsafe;

	/** until when something is wrong, or was too recently to be made up for */
	time_t trouble_until;

	/** until when a person may be needed, and whether one is */
	time_t person_until;
	bool person_needed;

	/** attempts since the last good answer, whether that was PENDING, about
	 * which request, since when, when it was said last; last moment of one;
	 * moment before which none may begin */
	u_int attempts;
	bool pending;
	uint64_t pending_request;
	time_t pending_since, pending_said, last_activity, not_before;

	/** when a change made everything begin anew */
	time_t changed_at;

	/** whether the next attempt may come at any time */
	bool free;

	/** whether a certificate was issued that IKE may get now */
	bool fresh;

	/** whether a person wants no request, or is just saying so, and when one
	 * has to be under way as a person wants it, 0 for never */
	bool cancelled, cancelling;
	time_t wish_until;

	/** why it gave up, the last time */
	char gave_up[256];

	/** whether it waits for another phrase */
	bool phrase_needed;

	/** whether a look for the next CA was said to begin, whether what is sent
	 * is one, and when the last one was sent */
	bool look_said, looks;
	time_t looked_at;

	/** memory that was in use, at most, in the beginning, bytes */
	size_t memory;

	/** turns of the loop at the same time */
	u_int turns;
	time_t turn_at;

	/** moment of renewal as drawn for a certificate */
	uint64_t renewal_serial;
	char renewal_at[32];

	/** whether one may be drawn anew for it */
	bool redraw;

	/** whether the moment of this certificate may not be safe on disk, so that
	 * power that fails takes it back */
	bool unkept;

	/** what was counted: events, requests, installations, starts */
	u_int events, requests, installs, boots;
};

/**
 * Begin.
 */
sim_check_t *sim_check_create(sim_world_t *world);

/**
 * Whether an invariant is broken.
 */
bool sim_check_failed(sim_world_t *world);

/**
 * Get the certificate that IKE has.
 *
 * @return			valid until the next call, NULL if there is none
 */
sim_issued_t *sim_check_in_use(sim_world_t *world);

/**
 * Say that an invariant is broken.
 */
void sim_check_break(sim_world_t *world, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * Something is wrong until a moment, or was just now.
 */
void sim_check_trouble(sim_world_t *world, time_t until);

/**
 * The next attempt may come at any time.
 */
void sim_check_free(sim_world_t *world);

/**
 * What the gateway goes by changed: its configuration, its clock.
 */
void sim_check_changed(sim_world_t *world);

/**
 * The gateway rests.
 */
void sim_check_idle(sim_world_t *world);

/**
 * A genuine CA.
 */
void sim_check_ca(sim_world_t *world, X509 *x509);

/**
 * The loop is about to wait; one thing has happened.
 */
void sim_check_turn(sim_world_t *world);
void sim_check_step(sim_world_t *world);

/**
 * The gateway has loaded its state; its process has ended.
 */
void sim_check_boot(sim_world_t *world);
void sim_check_down(sim_world_t *world);

/**
 * IKE is given credentials, or loses them.
 */
void sim_check_install(sim_world_t *world, scep_generation_t *gen,
					   linked_list_t *roots);
void sim_check_withdraw(sim_world_t *world);

/**
 * The CA issued a certificate.
 *
 * @param entry		transaction
 * @param wanted	whether as it was asked for
 */
void sim_check_issued(sim_world_t *world, mock_entry_t *entry, bool wanted);

/**
 * The CA got a request, and answers.
 *
 * @param entry		transaction, NULL if it knows none
 */
void sim_check_answered(sim_world_t *world, mock_entry_t *entry);

/**
 * An answer reaches the gateway.
 *
 * @param serial	certificate that it proves, 0 for none
 */
void sim_check_delivered(sim_world_t *world, uint64_t serial);

/**
 * End.
 */
void sim_check_destroy(sim_check_t *this);

#endif /** SIM_CHECK_H_ @}*/
