/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup mock_disk mock_disk
 * @{ @ingroup scep_tests
 *
 * A disk on which a step fails, or each one from some step on.
 */

#ifndef MOCK_DISK_H_
#define MOCK_DISK_H_

#include "store/scep_disk.h"

typedef struct mock_disk_t mock_disk_t;

/**
 * Disk of a test.
 */
struct mock_disk_t {

	/** interface */
	scep_disk_t public;

	/** disk that does the work */
	scep_disk_t *disk;

	/** steps that changed something, or tried to */
	u_int steps;

	/** step that fails, counted from 1; 0 for none */
	u_int fails;

	/** whether all later ones fail, too: a full disk, or no process any more */
	bool stays;

	/** errno of the failure, 0 for ENOSPC */
	int error;

	/** step after which the process is killed, counted from 1; 0 for none */
	u_int kills;
};

/**
 * Create a disk that works.
 */
mock_disk_t *mock_disk_create();

#endif /** MOCK_DISK_H_ @}*/
