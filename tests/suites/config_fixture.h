/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup config_fixture config_fixture
 * @{ @ingroup tests
 *
 * Configurations from a text, and what is logged while they are loaded.
 */

#ifndef CONFIG_FIXTURE_H_
#define CONFIG_FIXTURE_H_

#include "scep_test.h"

#include "config/scep_config.h"

/** What a profile needs */
#define REQUIRED	"url = http://ca.example.org/scep\n" \
					"subject = \"C=DE, O=Example, CN=gw.example.org\"\n"

/** Hexadecimal digits of 8, 16, 32 and 64 bytes */
#define HEX8	"0123456789abcdef"
#define HEX16	HEX8 HEX8
#define HEX32	HEX16 HEX16
#define HEX64	HEX32 HEX32

/** What was logged at level 0, and how many lines */
extern char log_text[8192];
extern u_int log_lines;

/**
 * Begin to collect what is logged.
 */
void config_setup();

/**
 * End that.
 */
void config_teardown();

/**
 * Check the number of lines that needed a person, and forget them.
 *
 * @param lines		so many there have to be
 * @param text		what is in one of them, if there are
 */
void check_log(u_int lines, const char *text);

/**
 * Load what is inside of the plugin's section.
 */
scep_config_t *load_top(const char *text);

/**
 * Load one profile "gw" with what is required and what is given.
 */
scep_config_t *load_more(const char *text);

/**
 * Load a profile that has to be good.
 */
scep_profile_t *load_good(const char *text);

/**
 * Load a profile that has to be refused, with one line that names the key.
 */
void load_bad(const char *text, const char *shown);

#endif /** CONFIG_FIXTURE_H_ @}*/
