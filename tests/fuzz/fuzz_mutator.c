/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fuzz.h"

#include <asn1/asn1.h>

/** Elements that are looked at, and how deep */
#define MAX_ELEMENTS	1024
#define MAX_DEPTH		40

typedef struct element_t element_t;
typedef struct tree_t tree_t;

/**
 * An element, by offsets in the input.
 */
struct element_t {
	/** tag */
	size_t start;
	/** content */
	size_t content;
	/** behind the content */
	size_t end;
	/** behind the element: end-of-contents octets may be between */
	size_t next;
	/** element around it, -1 if there is none */
	int parent;
};

/**
 * What is in an input.
 */
struct tree_t {
	/** input */
	const uint8_t *data;
	/** elements, parents before what is inside */
	element_t elements[MAX_ELEMENTS];
	/** number of elements */
	int count;
};

/**
 * libFuzzer's own mutations.
 */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

static size_t parse(tree_t *tree, size_t pos, size_t end, int parent, int depth,
					bool indefinite);

/**
 * Read tag and length; FALSE if they don't fit before the end.
 */
static bool read_header(const uint8_t *data, size_t pos, size_t end,
						element_t *element, bool *indefinite)
{
	size_t octets, len;

	if (end - pos < 2 || (data[pos] & 0x1f) == 0x1f)
	{
		return FALSE;
	}
	element->start = pos++;
	len = data[pos++];
	*indefinite = len == 0x80;
	if (len > 0x80)
	{
		octets = len & 0x7f;
		if (octets > 4 || octets > end - pos)
		{
			return FALSE;
		}
		for (len = 0; octets; octets--)
		{
			len = len << 8 | data[pos++];
		}
	}
	element->content = pos;
	element->end = element->next = *indefinite ? end : pos + len;
	return *indefinite || len <= end - pos;
}

/**
 * Look for elements inside of one: where it is constructed, and in strings that
 * hold DER (extensions, the envelope).
 */
static void parse_inside(tree_t *tree, int index, int depth, bool indefinite)
{
	element_t *element = &tree->elements[index];
	size_t skip, end, content = element->content;
	int count = tree->count, tag = tree->data[element->start];

	if (tag & ASN1_CONSTRUCTED)
	{
		end = parse(tree, content, element->end, index, depth + 1, indefinite);
		if (indefinite)
		{
			element->end = end;
			element->next = end + 2;
		}
	}
	else if (tag == ASN1_OCTET_STRING || tag == ASN1_BIT_STRING)
	{
		skip = tag == ASN1_BIT_STRING ? 1 : 0;
		if (element->end - content < skip + 2 ||
			parse(tree, content + skip, element->end, index, depth + 1,
				  FALSE) != element->end)
		{
			tree->count = count;
		}
	}
}

/**
 * Parse elements up to the end, or to end-of-contents octets.
 *
 * @return			behind the last element
 */
static size_t parse(tree_t *tree, size_t pos, size_t end, int parent, int depth,
					bool indefinite)
{
	element_t *element;
	bool inner;
	int index;

	while (pos < end && tree->count < MAX_ELEMENTS && depth < MAX_DEPTH)
	{
		if (indefinite && end - pos >= 2 && !tree->data[pos] &&
			!tree->data[pos + 1])
		{
			break;
		}
		index = tree->count;
		element = &tree->elements[index];
		if (!read_header(tree->data, pos, end, element, &inner))
		{
			break;
		}
		element->parent = parent;
		tree->count++;
		parse_inside(tree, index, depth, inner);
		if (element->next > end)
		{
			element->next = end;
		}
		pos = element->next;
	}
	return pos;
}

/**
 * Bytes of the input between two offsets.
 */
static chunk_t part(const tree_t *tree, size_t from, size_t to)
{
	return from < to ? chunk_create((u_char*)tree->data + from, to - from)
					 : chunk_empty;
}

/**
 * Encode an element, with an indefinite length if it had one.
 */
static chunk_t encode(const tree_t *tree, const element_t *element,
					  chunk_t content)
{
	int tag = tree->data[element->start];
	u_char start[] = { tag, 0x80 }, end[] = { 0, 0 };

	if (tree->data[element->start + 1] == 0x80)
	{
		return chunk_cat("cmc", chunk_from_thing(start), content,
						 chunk_from_thing(end));
	}
	return asn1_wrap(tag, "m", content);
}

/**
 * Replace a part of the input, and the lengths of what is around it.
 *
 * @param parent	element that holds the part, -1 if there is none
 * @param new		what comes there, allocated, gets owned
 * @return			new input, allocated
 */
static chunk_t replace(const tree_t *tree, size_t size, int parent,
					   size_t start, size_t end, chunk_t new)
{
	const element_t *element;

	for (; parent >= 0; parent = element->parent)
	{
		element = &tree->elements[parent];
		new = encode(tree, element,
					 chunk_cat("cmc", part(tree, element->content, start), new,
							   part(tree, end, element->end)));
		start = element->start;
		end = element->next;
	}
	return chunk_cat("cmc", part(tree, 0, start), new, part(tree, end, size));
}

/**
 * Let libFuzzer change a content.
 */
static chunk_t mutate_content(const tree_t *tree, const element_t *element)
{
	chunk_t content = part(tree, element->content, element->end), buf;

	buf = chunk_alloc(content.len + 64);
	if (content.len)
	{
		memcpy(buf.ptr, content.ptr, content.len);
	}
	buf.len = LLVMFuzzerMutate(buf.ptr, content.len, buf.len);
	return encode(tree, element, buf);
}

/**
 * Encode a content in BER: with an indefinite length, a string in one piece.
 */
static chunk_t encode_ber(const tree_t *tree, const element_t *element)
{
	int tag = tree->data[element->start];
	chunk_t content = chunk_clone(part(tree, element->content, element->end));
	u_char start[] = { tag | ASN1_CONSTRUCTED, 0x80 }, end[] = { 0, 0 };

	if (!(tag & ASN1_CONSTRUCTED))
	{
		content = asn1_wrap(tag & 0xc0 ? ASN1_OCTET_STRING : tag, "m", content);
	}
	return chunk_cat("cmc", chunk_from_thing(start), content,
					 chunk_from_thing(end));
}

/**
 * Change an element.
 *
 * @return			what replaces it, allocated
 */
static chunk_t mutate_element(const tree_t *tree, const element_t *element,
							  u_int random)
{
	static const u_char tags[] = {
		ASN1_BOOLEAN, ASN1_INTEGER, ASN1_BIT_STRING, ASN1_OCTET_STRING,
		ASN1_NULL, ASN1_OID, ASN1_UTF8STRING, ASN1_PRINTABLESTRING,
		ASN1_IA5STRING, ASN1_UTCTIME, ASN1_GENERALIZEDTIME, ASN1_SEQUENCE,
		ASN1_SET, ASN1_CONTEXT_S_0, ASN1_CONTEXT_S_1, ASN1_CONTEXT_S_2,
		ASN1_CONTEXT_C_0, ASN1_CONTEXT_C_1, ASN1_CONTEXT_C_3,
	};
	const element_t *other = &tree->elements[random / 8 % tree->count];
	chunk_t whole = part(tree, element->start, element->next), new;

	switch (random % 8)
	{
		case 0:
			return chunk_empty;
		case 1:
			return chunk_cat("cc", whole, whole);
		case 2:
			return chunk_clone(part(tree, other->start, other->next));
		case 3:
			return chunk_cat("cc", whole,
							 part(tree, other->start, other->next));
		case 4:
			new = chunk_clone(whole);
			new.ptr[0] = tags[random / 8 % countof(tags)];
			return new;
		case 5:
			return encode_ber(tree, element);
		default:
			return mutate_content(tree, element);
	}
}

/*
 * Described in header
 */
size_t fuzz_mutate_der(uint8_t *data, size_t size, size_t max, u_int seed)
{
	static tree_t tree;
	element_t *element;
	chunk_t mutated;

	tree.data = data;
	tree.count = 0;
	parse(&tree, 0, size, -1, 0, FALSE);
	/* the inputs of which lengths are wrong matter, too */
	if (!tree.count || seed % 8 == 0)
	{
		return LLVMFuzzerMutate(data, size, max);
	}
	element = &tree.elements[seed / 8 % tree.count];
	mutated = replace(&tree, size, element->parent, element->start,
					  element->next, mutate_element(&tree, element, seed >> 12));
	if (!mutated.len || mutated.len > max)
	{
		free(mutated.ptr);
		return LLVMFuzzerMutate(data, size, max);
	}
	memcpy(data, mutated.ptr, mutated.len);
	size = mutated.len;
	free(mutated.ptr);
	return size;
}
