/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_trace sim_trace
 * @{ @ingroup scep_sim
 *
 * What happened in a run: a digest of all of it, and its last lines.
 */

#ifndef SIM_TRACE_H_
#define SIM_TRACE_H_

#include <library.h>

typedef struct sim_trace_t sim_trace_t;

/** Lines that are kept, and bytes of each */
#define SIM_TRACE_LINES		60
#define SIM_TRACE_LEN		200

/**
 * A trace.
 */
struct sim_trace_t {

	/** virtual time, seconds since the beginning; set by its owner */
	time_t now;

	/** whether lines are printed when they come */
	bool verbose;

	/** digest of all that was added, and number of lines */
	uint64_t digest, count;

	/** last lines, from count % SIM_TRACE_LINES on */
	char lines[SIM_TRACE_LINES][SIM_TRACE_LEN];
};

/**
 * Hash data, also on top of an earlier hash (FNV-1a).
 *
 * @param hash		earlier hash, 0 for none
 * @param data		data
 * @return			hash
 */
uint64_t sim_hash(uint64_t hash, chunk_t data);

/**
 * Create a trace.
 */
sim_trace_t *sim_trace_create();

/**
 * Add a line.
 *
 * @param fmt		printf format, libstrongswan's specifiers are not known
 */
void sim_trace(sim_trace_t *this, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * Add data to the digest only.
 */
void sim_trace_data(sim_trace_t *this, chunk_t data);

/**
 * Print the last lines.
 */
void sim_trace_print(sim_trace_t *this, FILE *out);

/**
 * Destroy a trace.
 */
void sim_trace_destroy(sim_trace_t *this);

#endif /** SIM_TRACE_H_ @}*/
