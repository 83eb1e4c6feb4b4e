/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "certrep_der.h"

#include <openssl/objects.h>

#include <stdarg.h>

/** Bit of a tag that says that there are elements inside */
#define CONSTRUCTED 0x20

/**
 * Concatenate.
 */
static chunk_t concatenate(const char *mode, va_list args)
{
	chunk_t all = chunk_empty, part;

	for (; *mode; mode++)
	{
		part = va_arg(args, chunk_t);
		all = chunk_cat(*mode == 'm' ? "mm" : "mc", all, part);
	}
	return all;
}

/*
 * Described in header
 */
chunk_t der_cat(const char *mode, ...)
{
	chunk_t all;
	va_list args;

	va_start(args, mode);
	all = concatenate(mode, args);
	va_end(args);
	return all;
}

/*
 * Described in header
 */
chunk_t der_wrap(int tag, const char *mode, ...)
{
	chunk_t body, header;
	va_list args;
	u_char buf[6];
	size_t octets = 0;

	va_start(args, mode);
	body = concatenate(mode, args);
	va_end(args);

	while (body.len >= 0x80 && body.len >> (8 * octets))
	{
		octets++;
	}
	buf[0] = tag;
	buf[1] = octets ? 0x80 | octets : body.len;
	header = chunk_create(buf, 2 + octets);
	while (octets)
	{
		buf[header.len - octets] = body.len >> (8 * (octets - 1));
		octets--;
	}
	return der_cat("cm", header, body);
}

/*
 * Described in header
 */
chunk_t der_oid(const char *oid)
{
	ASN1_OBJECT *object;
	chunk_t der;

	object = OBJ_txt2obj(oid, 1);
	der = der_wrap(DER_OID, "c",
				   chunk_create((u_char*)OBJ_get0_data(object),
								OBJ_length(object)));
	ASN1_OBJECT_free(object);
	return der;
}

/*
 * Described in header
 */
chunk_t der_next(chunk_t *in, chunk_t *content)
{
	chunk_t element = *in;
	size_t header = 2, len = 0;
	int octets;

	if (in->len < 2)
	{
		fprintf(stderr, "der_next: nothing there\n");
		abort();
	}
	len = in->ptr[1];
	if (len & 0x80)
	{
		octets = len & 0x7f;
		for (len = 0; octets; octets--)
		{
			len = len << 8 | in->ptr[header++];
		}
	}
	if (len > in->len - header)
	{
		fprintf(stderr, "der_next: cut off\n");
		abort();
	}
	element.len = header + len;
	if (content)
	{
		*content = chunk_create(element.ptr + header, len);
	}
	*in = chunk_create(in->ptr + element.len, in->len - element.len);
	return element;
}

/*
 * Described in header
 */
chunk_t der_descend(chunk_t der, const char *path)
{
	chunk_t content;

	for (; *path; path++)
	{
		der_next(&der, &content);
		if (*path == '>')
		{
			der = content;
		}
	}
	return der;
}

/*
 * Described in header
 */
chunk_t der_to_ber(chunk_t der, size_t piece)
{
	chunk_t content, body = chunk_empty, part, rest = der;
	u_char tag = der.ptr[0];

	der_next(&rest, &content);
	if (tag == DER_OCTETS && piece)
	{
		while (content.len)
		{
			part = chunk_create(content.ptr, min(piece, content.len));
			body = der_cat("mm", body, der_wrap(DER_OCTETS, "c", part));
			content = chunk_skip(content, part.len);
		}
		tag |= CONSTRUCTED;
	}
	else if (!(tag & CONSTRUCTED))
	{
		return chunk_clone(der);
	}
	while (content.len)
	{
		part = der_next(&content, NULL);
		body = der_cat("mm", body, der_to_ber(part, piece));
	}
	return der_cat("cmc", chunk_from_chars(tag, 0x80), body,
					 chunk_from_chars(0x00, 0x00));
}
