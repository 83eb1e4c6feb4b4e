/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_page_text scep_page_text
 * @{ @ingroup scep_message_layer
 *
 * What a person reads of a page in HTML.
 */

#ifndef SCEP_PAGE_TEXT_H_
#define SCEP_PAGE_TEXT_H_

#include <library.h>

/** Stands where a tag was */
#define SCEP_PAGE_TAG	'\n'

/**
 * Get the text of a page: UTF-16 with a byte order mark or without, else
 * something like ASCII. Of tags, comments, scripts, styles and the title
 * SCEP_PAGE_TAG is left, of blanks, control characters and entities a blank.
 * Any thread.
 *
 * @param body		page
 * @return			text, to be freed with chunk_clear()
 */
chunk_t scep_page_text(chunk_t body);

#endif /** SCEP_PAGE_TEXT_H_ @}*/
