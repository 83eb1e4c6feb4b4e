/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_plugin scep_plugin
 * @{ @ingroup cplugins
 *
 * charon enrols and renews its own certificates by SCEP (RFC 8894).
 */

#ifndef SCEP_PLUGIN_H_
#define SCEP_PLUGIN_H_

#include <plugins/plugin.h>

typedef struct scep_plugin_t scep_plugin_t;

/**
 * The plugin.
 */
struct scep_plugin_t {

	/**
	 * Implements plugin_t.
	 */
	plugin_t plugin;
};

#endif /** SCEP_PLUGIN_H_ @}*/
