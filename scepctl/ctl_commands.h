/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_commands ctl_commands
 * @{ @ingroup scepctl
 *
 * The commands. Each gets what the command line says, with as many arguments as
 * the table in scepctl.c demands, writes to standard output what was asked for
 * and to standard error what went wrong, and returns the exit status.
 */

#ifndef CTL_COMMANDS_H_
#define CTL_COMMANDS_H_

#include "ctl_options.h"

/** All profiles as a table */
ctl_exit_t ctl_list(const ctl_options_t *options);

/** All of one profile, and what to do next */
ctl_exit_t ctl_show(const ctl_options_t *options);

/** The CA's fingerprints, to be read over a telephone */
ctl_exit_t ctl_ca(const ctl_options_t *options);

/** Confirm the CA by its fingerprint */
ctl_exit_t ctl_accept_ca(const ctl_options_t *options);

/** Give a challenge phrase, from standard input */
ctl_exit_t ctl_set_challenge(const ctl_options_t *options);

/** Enrol at once */
ctl_exit_t ctl_enroll(const ctl_options_t *options);

/** Renew at once, or within a time */
ctl_exit_t ctl_renew(const ctl_options_t *options);

/** Give the request under way up */
ctl_exit_t ctl_cancel(const ctl_options_t *options);

/** Take a key and its certificate from files */
ctl_exit_t ctl_import(const ctl_options_t *options);

/** Show events as they happen */
ctl_exit_t ctl_watch(const ctl_options_t *options);

/** Metrics in Prometheus' text format */
ctl_exit_t ctl_metrics(const ctl_options_t *options);

/** Validate the configuration, without a daemon */
ctl_exit_t ctl_check(const ctl_options_t *options);

#endif /** CTL_COMMANDS_H_ @}*/
