/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_der.h"

#include <asn1/oid.h>

#include <stdio.h>

/**
 * Low bits of an identifier octet that announce a tag of several bytes.
 */
#define LONG_TAG 0x1f

/**
 * Step over bytes; at the end the pointer stays, other than with chunk_skip().
 */
static chunk_t skip(chunk_t in, size_t len)
{
	return chunk_create(in.ptr + len, in.len - len);
}

/**
 * Read a length (X.690, 10.1).
 */
static bool read_length(chunk_t *in, size_t *len)
{
	size_t count, i;
	u_char first;

	if (!in->len)
	{
		return FALSE;
	}
	first = in->ptr[0];
	*in = skip(*in, 1);
	if (first < 0x80)
	{
		*len = first;
		return *len <= in->len;
	}
	count = first & 0x7f;
	if (count == 0 || count > sizeof(uint32_t) || count > in->len ||
		in->ptr[0] == 0)
	{
		return FALSE;
	}
	for (*len = 0, i = 0; i < count; i++)
	{
		*len = *len << 8 | in->ptr[i];
	}
	*in = skip(*in, count);
	return *len >= 0x80 && *len <= in->len;
}

/*
 * Described in header
 */
int scep_der_peek(chunk_t in)
{
	return in.len ? in.ptr[0] : ASN1_INVALID;
}

/*
 * Described in header
 */
bool scep_der_next(chunk_t *in, int *tag, chunk_t *content, chunk_t *element)
{
	chunk_t rest = *in;
	size_t len;
	u_char type;

	if (!rest.len || (rest.ptr[0] & LONG_TAG) == LONG_TAG)
	{
		return FALSE;
	}
	type = rest.ptr[0];
	rest = skip(rest, 1);
	if (!read_length(&rest, &len))
	{
		return FALSE;
	}
	if (tag)
	{
		*tag = type;
	}
	if (content)
	{
		*content = chunk_create(rest.ptr, len);
	}
	if (element)
	{
		*element = chunk_create(in->ptr, rest.ptr + len - in->ptr);
	}
	*in = skip(rest, len);
	return TRUE;
}

/*
 * Described in header
 */
bool scep_der_take(chunk_t *in, int tag, chunk_t *content)
{
	return scep_der_peek(*in) == tag && scep_der_next(in, NULL, content, NULL);
}

/*
 * Described in header
 */
bool scep_der_take_optional(chunk_t *in, int tag, chunk_t *content)
{
	*content = chunk_empty;
	return scep_der_peek(*in) != tag || scep_der_next(in, NULL, content, NULL);
}

/*
 * Described in header
 */
bool scep_der_take_element(chunk_t *in, int tag, chunk_t *element)
{
	return scep_der_peek(*in) == tag && scep_der_next(in, NULL, NULL, element);
}

/*
 * Described in header
 */
bool scep_der_only(chunk_t in, int tag, chunk_t *content)
{
	return scep_der_take(&in, tag, content) && in.len == 0;
}

/*
 * Described in header
 */
bool scep_der_take_small(chunk_t *in, int *value)
{
	chunk_t rest = *in, content;

	if (!scep_der_take(&rest, ASN1_INTEGER, &content) || content.len != 1 ||
		content.ptr[0] > 0x7f)
	{
		return FALSE;
	}
	*value = content.ptr[0];
	*in = rest;
	return TRUE;
}

/*
 * Described in header
 */
bool scep_der_take_algorithm(chunk_t *in, chunk_t *oid, chunk_t *params)
{
	chunk_t rest = *in, content, null;

	if (!scep_der_take(&rest, ASN1_SEQUENCE, &content) ||
		!scep_der_take(&content, ASN1_OID, oid))
	{
		return FALSE;
	}
	*params = chunk_empty;
	if (scep_der_peek(content) == ASN1_NULL)
	{
		if (!scep_der_next(&content, NULL, &null, NULL) || null.len)
		{
			return FALSE;
		}
	}
	else if (content.len && !scep_der_next(&content, NULL, NULL, params))
	{
		return FALSE;
	}
	if (content.len)
	{
		return FALSE;
	}
	*in = rest;
	return TRUE;
}

/*
 * Described in header
 */
int scep_der_oid(chunk_t oid)
{
	chunk_t whole, content;
	int known;

	known = asn1_known_oid(oid);
	if (known != OID_UNKNOWN)
	{
		whole = asn1_build_known_oid(known);
		if (!scep_der_only(whole, ASN1_OID, &content) ||
			!chunk_equals(content, oid))
		{
			known = OID_UNKNOWN;
		}
		free(whole.ptr);
	}
	return known;
}

/*
 * Described in header
 */
char *scep_der_oid_text(chunk_t oid, char buf[SCEP_OID_LEN])
{
	char *text;

	text = asn1_oid_to_string(oid);
	snprintf(buf, SCEP_OID_LEN, "%s", text ?: "of an unreadable OID");
	free(text);
	return buf;
}

/**
 * Order of two elements of a SET OF.
 */
static int compare(const void *a, const void *b)
{
	const chunk_t *x = a, *y = b;
	int order;

	order = memcmp(x->ptr, y->ptr, min(x->len, y->len));
	if (order == 0)
	{
		order = x->len < y->len ? -1 : x->len > y->len;
	}
	return order;
}

/*
 * Described in header
 */
chunk_t scep_der_set_of(asn1_t tag, chunk_t *elements, int count)
{
	chunk_t set;
	size_t len = 0;
	u_char *pos;
	int i;

	qsort(elements, count, sizeof(*elements), compare);
	for (i = 0; i < count; i++)
	{
		len += elements[i].len;
	}
	pos = asn1_build_object(&set, tag, len);
	for (i = 0; i < count; i++)
	{
		memcpy(pos, elements[i].ptr, elements[i].len);
		pos += elements[i].len;
	}
	return set;
}

/*
 * Described in header
 */
bool scep_der_is_printable(chunk_t value)
{
	return !memchr(value.ptr ?: (u_char*)"", 0, value.len) &&
		   asn1_is_printablestring(value);
}

/*
 * Described in header
 */
bool scep_der_is_utf8(chunk_t value)
{
	static const uint32_t smallest[] = { 0, 0x80, 0x800, 0x10000 };
	uint32_t point;
	size_t i = 0, more, j;

	while (i < value.len)
	{
		point = value.ptr[i++];
		more = point < 0x80 ? 0 : (point & 0xe0) == 0xc0 ? 1 :
			   (point & 0xf0) == 0xe0 ? 2 : (point & 0xf8) == 0xf0 ? 3 : 4;
		if (more == 4 || more > value.len - i)
		{
			return FALSE;
		}
		point &= more ? 0x3f >> more : 0x7f;
		for (j = 0; j < more; j++, i++)
		{
			if ((value.ptr[i] & 0xc0) != 0x80)
			{
				return FALSE;
			}
			point = point << 6 | (value.ptr[i] & 0x3f);
		}
		if (point < smallest[more] || point < 0x20 || point == 0x7f ||
			point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		{
			return FALSE;
		}
	}
	return TRUE;
}
