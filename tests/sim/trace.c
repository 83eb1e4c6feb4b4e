/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trace.h"

#include <stdarg.h>
#include <stdio.h>

/** Offset and prime of FNV-1a, 64 bits */
#define FNV_OFFSET	0xcbf29ce484222325ULL
#define FNV_PRIME	0x00000100000001b3ULL

/*
 * Described in header
 */
uint64_t sim_hash(uint64_t hash, chunk_t data)
{
	size_t i;

	hash = hash ?: FNV_OFFSET;
	for (i = 0; i < data.len; i++)
	{
		hash = (hash ^ data.ptr[i]) * FNV_PRIME;
	}
	return hash;
}

/*
 * Described in header
 */
void sim_trace(sim_trace_t *this, const char *fmt, ...)
{
	char *line = this->lines[this->count++ % SIM_TRACE_LINES];
	va_list args;
	int len;

	len = snprintf(line, SIM_TRACE_LEN, "%4d+%02d:%02d:%02d ",
				   (int)(this->now / 86400), (int)(this->now / 3600 % 24),
				   (int)(this->now / 60 % 60), (int)(this->now % 60));
	va_start(args, fmt);
	vsnprintf(line + len, SIM_TRACE_LEN - len, fmt, args);
	va_end(args);
	sim_trace_data(this, chunk_from_str(line));
	if (this->verbose)
	{
		puts(line);
		/* a crash is to show it, too */
		fflush(stdout);
	}
}

/*
 * Described in header
 */
void sim_trace_data(sim_trace_t *this, chunk_t data)
{
	this->digest = sim_hash(this->digest, data);
}

/*
 * Described in header
 */
void sim_trace_print(sim_trace_t *this, FILE *out)
{
	uint64_t i = 0;

	if (this->count > SIM_TRACE_LINES)
	{
		i = this->count - SIM_TRACE_LINES;
	}
	for (; i < this->count; i++)
	{
		fprintf(out, "%s\n", this->lines[i % SIM_TRACE_LINES]);
	}
}

/*
 * Described in header
 */
void sim_trace_destroy(sim_trace_t *this)
{
	free(this);
}

/*
 * Described in header
 */
sim_trace_t *sim_trace_create()
{
	sim_trace_t *this;

	INIT(this);
	return this;
}
