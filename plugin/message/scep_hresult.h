/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_hresult scep_hresult
 * @{ @ingroup scep_message_layer
 *
 * Words for the HRESULTs with which Microsoft's NDES and its CA refuse.
 */

#ifndef SCEP_HRESULT_H_
#define SCEP_HRESULT_H_

#include <library.h>

/**
 * Get the name of an HRESULT and what it means for a request. Any thread.
 *
 * @param hresult	HRESULT
 * @return			"NAME: meaning", static; NULL if it is not a known one
 */
const char *scep_hresult_describe(uint32_t hresult);

#endif /** SCEP_HRESULT_H_ @}*/
