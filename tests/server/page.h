/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup server_page page
 * @{ @ingroup server
 *
 * The page with a challenge, as Microsoft's NDES has it: protected, and with
 * room for few phrases.
 */

#ifndef SERVER_PAGE_H_
#define SERVER_PAGE_H_

#include "ca.h"
#include "exchange.h"
#include "options.h"

/** Where it is */
#define PAGE_PATH	"/certsrv/mscep_admin"

/**
 * Answer who asks for the page.
 *
 * @param options	who may see it
 * @param ca		CA whose thumbprint it shows
 * @param exchange	gets the answer
 */
void page_answer(const options_t *options, ca_t *ca, exchange_t *exchange);

/**
 * Strike a phrase that the page showed, if it is one and still young.
 *
 * @return			FALSE if it is none
 */
bool page_strike(const options_t *options, const char *phrase);

#endif /** SERVER_PAGE_H_ @}*/
