/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ntlm.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <ctype.h>

/** Length of NTProofStr, of MD4 and of HMAC-MD5 */
#define PROOF	16

/** Unicode, target, NTLM, always sign, extended security, target info */
#define FLAGS	0x00888205

/*
 * Described in header
 */
int ntlm_type(bytes_t message)
{
	if (message.len < 12 || memcmp(message.ptr, "NTLMSSP", 8) != 0 ||
		message.ptr[8] > 3)
	{
		return 0;
	}
	return message.ptr[8];
}

/*
 * Described in header
 */
bytes_t ntlm_challenge(const unsigned char *challenge)
{
	/* the domain "LAB", and the end of the list */
	static const unsigned char info[] = {
		2, 0, 6, 0, 'L', 0, 'A', 0, 'B', 0, 0, 0, 0, 0,
	};
	unsigned char head[48] = {
		'N', 'T', 'L', 'M', 'S', 'S', 'P', 0, 2, 0, 0, 0,
		0, 0, 0, 0, 48, 0, 0, 0,
		FLAGS & 0xff, FLAGS >> 8 & 0xff, FLAGS >> 16 & 0xff, FLAGS >> 24,
		[40] = sizeof(info), 0, sizeof(info), 0, sizeof(head), 0, 0, 0,
	};
	bytes_t message;

	memcpy(head + 24, challenge, NTLM_CHALLENGE);
	message = bytes_copy(head, sizeof(head));
	bytes_append(&message, info, sizeof(info));
	return message;
}

/**
 * Get a field of a message: length and place are at an offset.
 *
 * @param field		gets a view
 * @return			FALSE if it is not in the message
 */
static bool get_field(bytes_t message, size_t offset, bytes_t *field)
{
	const unsigned char *at = message.ptr + offset;
	size_t place;

	if (message.len < offset + 8)
	{
		return false;
	}
	place = at[4] | at[5] << 8 | at[6] << 16;
	*field = (bytes_t){ message.ptr + place, at[0] | at[1] << 8 };
	return place <= message.len && field->len <= message.len - place;
}

/**
 * Encode ASCII in UTF-16.
 */
static bytes_t widen(const char *text)
{
	bytes_t wide = bytes_copy("", 0);

	for (; *text; text++)
	{
		bytes_append(&wide, (char[]){ *text, 0 }, 2);
	}
	return wide;
}

/**
 * Compute HMAC-MD5.
 */
static void hmac(const unsigned char *key, bytes_t data, unsigned char *mac)
{
	if (!HMAC(EVP_md5(), key, PROOF, data.ptr, data.len, mac, NULL))
	{
		die("HMAC");
	}
}

/**
 * Compute NTOWFv2: of password, user in upper case, domain.
 */
static void get_key(const char *password, bytes_t user, bytes_t domain,
					unsigned char *key)
{
	bytes_t wide = widen(password), name = bytes_copy(user.ptr, user.len);
	unsigned char hash[PROOF];
	size_t i;

	for (i = 0; i < name.len; i++)
	{
		name.ptr[i] = toupper(name.ptr[i]);
	}
	bytes_append(&name, domain.ptr, domain.len);
	if (!EVP_Digest(wide.ptr, wide.len, hash, NULL, EVP_md4(), NULL))
	{
		die("EVP_md4");
	}
	hmac(hash, name, key);
	bytes_free(&wide);
	bytes_free(&name);
}

/*
 * Described in header
 */
bool ntlm_is_good(bytes_t message, const unsigned char *challenge,
				  const char *user, const char *password)
{
	bytes_t response, domain, name, wide = widen(user), data;
	unsigned char key[PROOF], proof[PROOF];
	bool good;

	good = ntlm_type(message) == 3 && get_field(message, 20, &response) &&
		   get_field(message, 28, &domain) && get_field(message, 36, &name) &&
		   response.len > PROOF && bytes_equal(name, wide);
	if (good)
	{
		get_key(password, name, domain, key);
		data = bytes_copy(challenge, NTLM_CHALLENGE);
		bytes_append(&data, response.ptr + PROOF, response.len - PROOF);
		hmac(key, data, proof);
		good = !memcmp(proof, response.ptr, PROOF);
		bytes_free(&data);
	}
	bytes_free(&wide);
	return good;
}
