/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_life sim_life
 * @{ @ingroup scep_sim
 *
 * One life of a gateway, the same each time: the script of a world in which all
 * is well, but for one call to the file system. It takes the place of
 * sim_script.
 */

#ifndef SIM_LIFE_H_
#define SIM_LIFE_H_

#include "script.h"

typedef enum sim_strike_t sim_strike_t;
typedef struct sim_fault_t sim_fault_t;
typedef struct sim_life_t sim_life_t;

/**
 * What happens at a call.
 */
enum sim_strike_t {
	/** it fails; the process goes on for a day, then it is started anew */
	SIM_FAIL,
	/** it fails; the process is killed when it rests the next time */
	SIM_FAIL_AND_DIE,
	/** it fails, and so do all others that such a disk hits, for a day */
	SIM_FAIL_AND_STAY,
	/** the process ends before it, in the middle of it, or after it */
	SIM_DIE_BEFORE,
	SIM_DIE_DURING,
	SIM_DIE_AFTER,
};

/**
 * A fault.
 */
struct sim_fault_t {

	/** what it is called */
	const char *name;

	/** what happens */
	sim_strike_t strike;

	/** errno; -1 for a short write */
	int error;

	/** where the process ends because the power fails: 0 loses all that was not
	 * synced, others some of it; -1 for a process that is killed */
	int loss;
};

/**
 * The life; there is one at a time.
 */
struct sim_life_t {

	/** calls so far, until one failed */
	u_int calls;

	/** decides what happens at this call; NULL for nothing */
	const sim_fault_t *(*choose)(sim_life_t *this, sim_fs_op_t op,
								 const char *path);

	/** what happened, and where */
	const sim_fault_t *fault;
	sim_fs_op_t op;
	char path[64];

	/** things that happen to the CA and the gateway so far */
	u_int happened;

	/** when the process ends in good order, whether it dies at rest; when it
	 * was started anew with a disk that is good; 0 for never */
	time_t stop_at;
	bool dies;
	time_t mended_at;

	/** the certificate that there was a day later, the time after a renewal
	 * has followed it */
	uint64_t base;
	time_t done_at;

	/** certificates that IKE had, serial numbers */
	array_t *used;

	/** whether the gateway rested since the last call: something else may have
	 * happened */
	bool rested;

	/** whether this one looks at the disk */
	bool looks;
};

/**
 * Get the life.
 */
sim_life_t *sim_life_get();

/**
 * Whether a fault can happen at a call, and is not the same as another one at
 * the call before.
 */
bool sim_life_applies(const sim_fault_t *fault, sim_fs_op_t op,
					  const char *path);

/**
 * Check what is left when it has ended: no certificate was issued in vain, no
 * file is there that nobody needs.
 */
void sim_life_check(sim_world_t *world);

/**
 * Forget it.
 */
void sim_life_end();

#endif /** SIM_LIFE_H_ @}*/
