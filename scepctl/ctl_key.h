/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup ctl_key ctl_key
 * @{ @ingroup scepctl
 *
 * Private keys that a person has, which may be encrypted.
 */

#ifndef CTL_KEY_H_
#define CTL_KEY_H_

#include <library.h>

/**
 * Decrypt a private key in PEM, if it is encrypted; asks for its passphrase,
 * if standard input is a terminal. Main thread, while there is no other.
 *
 * @param name		what to call it, a file's name
 * @param key		allocated, gets cleared and replaced if it was encrypted
 * @return			FALSE, after telling why, if it can't be decrypted
 */
bool ctl_key_decrypt(const char *name, chunk_t *key);

#endif /** CTL_KEY_H_ @}*/
