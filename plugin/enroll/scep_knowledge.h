/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_knowledge scep_knowledge
 * @{ @ingroup scep_enroll
 *
 * What is known of a profile's CA beside its configuration: what an
 * administrator confirmed, what the CA announced, which one it was.
 */

#ifndef SCEP_KNOWLEDGE_H_
#define SCEP_KNOWLEDGE_H_

#include "config/scep_profile.h"
#include "store/scep_store.h"
#include "trust/scep_anchors.h"

#include <library.h>
#include <collections/linked_list.h>

typedef struct scep_knowledge_t scep_knowledge_t;

/**
 * Knowledge; scep_knowledge_clear() frees its parts.
 */
struct scep_knowledge_t {

	/** for scep_authority_create() */
	scep_trust_t trust;

	/** CA certificate that a person pinned and that announced the others;
	 * NULL if none has taken over from it yet */
	certificate_t *first;

	/** certificates of the next CA, as announced, that has not taken over yet;
	 * certificate_t, some of trust.announced */
	linked_list_t *next;

	/** whether trust.known is a CA that the profile trusts as it is now */
	bool known_trusted;

	/** whether there is a next CA, and what it depends on can't be read now */
	bool undecided;
};

/**
 * Load from disk. What can't be read is reported, and not known. The next CA
 * is not known where the one that announced it is not trusted now. Loop
 * thread, or the worker that has the profile's job; reads files.
 *
 * @param profile	profile
 * @param store		its state
 * @param knowledge	gets it
 */
void scep_knowledge_load(scep_profile_t *profile, scep_profile_store_t *store,
						 scep_knowledge_t *knowledge);

/**
 * Free what is known, not the knowledge itself.
 *
 * @param knowledge	knowledge, may be all zero
 */
void scep_knowledge_clear(scep_knowledge_t *knowledge);

/**
 * Get a value that changes whenever an administrator confirms something. Loop
 * thread; reads a file.
 *
 * @param store		state of the profile
 * @return			value; 0 if nothing is confirmed
 */
uint32_t scep_knowledge_confirmed(scep_profile_store_t *store);

#endif /** SCEP_KNOWLEDGE_H_ @}*/
