/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "der.h"

#include <openssl/crypto.h>
#include <openssl/objects.h>

#include <stdarg.h>
#include <stdlib.h>

/** Elements of a SET OF that can be sorted */
#define MAX_ELEMENTS	64

/*
 * Described in header
 */
bytes_t der_owned(unsigned char *ptr, int len)
{
	bytes_t der;

	if (len < 0)
	{
		die("i2d");
	}
	der = bytes_copy(ptr, len);
	OPENSSL_free(ptr);
	return der;
}

/*
 * Described in header
 */
bytes_t der_wrap(int tag, bytes_t content)
{
	unsigned char head[6] = { tag };
	bytes_t der;
	size_t len = 1, octets = 0, rest;

	if (content.len < 0x80)
	{
		head[len++] = content.len;
	}
	else
	{
		for (rest = content.len; rest; rest >>= 8)
		{
			octets++;
		}
		head[len++] = 0x80 | octets;
		while (octets)
		{
			head[len++] = content.len >> (8 * --octets);
		}
	}
	der = bytes_copy(head, len);
	bytes_append(&der, content.ptr, content.len);
	bytes_free(&content);
	return der;
}

/*
 * Described in header
 */
bytes_t der_wrap_indefinite(int tag, bytes_t content)
{
	bytes_t der = bytes_copy((unsigned char[]){ tag, 0x80 }, 2);

	bytes_append(&der, content.ptr, content.len);
	bytes_append(&der, "\0\0", 2);
	bytes_free(&content);
	return der;
}

/*
 * Described in header
 */
bytes_t der_cat(int count, ...)
{
	bytes_t der = bytes_copy("", 0), part;
	va_list args;

	va_start(args, count);
	while (count--)
	{
		part = va_arg(args, bytes_t);
		bytes_append(&der, part.ptr, part.len);
		bytes_free(&part);
	}
	va_end(args);
	return der;
}

/*
 * Described in header
 */
bytes_t der_oid(const char *dotted)
{
	ASN1_OBJECT *object;
	bytes_t der;

	object = OBJ_txt2obj(dotted, 1);
	if (!object)
	{
		die("OBJ_txt2obj");
	}
	der = der_i2d(i2d_ASN1_OBJECT, object);
	ASN1_OBJECT_free(object);
	return der;
}

/*
 * Described in header
 */
bytes_t der_int(int value)
{
	return der_wrap(DER_INTEGER,
					bytes_copy((unsigned char[]){ value }, 1));
}

/**
 * Compare two elements as DER wants the elements of a SET OF (X.690, 11.6).
 */
static int compare(const void *a, const void *b)
{
	const bytes_t *x = a, *y = b;
	size_t len = x->len < y->len ? x->len : y->len;
	int order = memcmp(x->ptr, y->ptr, len);

	return order ?: (x->len > y->len) - (x->len < y->len);
}

/*
 * Described in header
 */
bytes_t der_set_of(bytes_t elements)
{
	bytes_t list[MAX_ELEMENTS], in = elements, content, set;
	int tag, count = 0, i;

	while (count < MAX_ELEMENTS && der_take(&in, &tag, &content, &list[count]))
	{
		count++;
	}
	qsort(list, count, sizeof(*list), compare);
	set = bytes_copy("", 0);
	for (i = 0; i < count; i++)
	{
		bytes_append(&set, list[i].ptr, list[i].len);
	}
	bytes_free(&elements);
	return der_wrap(DER_SET, set);
}

/*
 * Described in header
 */
bool der_take(bytes_t *in, int *tag, bytes_t *content, bytes_t *element)
{
	size_t head = 2, len = 0, octets;

	if (in->len < 2)
	{
		return false;
	}
	if (in->ptr[1] < 0x80)
	{
		len = in->ptr[1];
	}
	else
	{
		octets = in->ptr[1] & 0x7f;
		if (!octets || octets > 4 || in->len < 2 + octets)
		{
			return false;
		}
		for (; octets; octets--)
		{
			len = len << 8 | in->ptr[head++];
		}
	}
	if (len > in->len - head)
	{
		return false;
	}
	*tag = in->ptr[0];
	*content = (bytes_t){ in->ptr + head, len };
	*element = (bytes_t){ in->ptr, head + len };
	in->ptr += head + len;
	in->len -= head + len;
	return true;
}

/*
 * Described in header
 */
bytes_t der_descend(bytes_t der, const char *path)
{
	bytes_t content, element;
	int tag;

	for (; *path; path++)
	{
		if (!der_take(&der, &tag, &content, &element))
		{
			return BYTES_NONE;
		}
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
bool der_is_sorted(bytes_t elements)
{
	bytes_t last = BYTES_NONE, content, element;
	int tag;

	while (elements.len)
	{
		if (!der_take(&elements, &tag, &content, &element) ||
			(last.ptr && compare(&last, &element) > 0))
		{
			return false;
		}
		last = element;
	}
	return true;
}
