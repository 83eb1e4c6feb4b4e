/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "message/scep_ber.h"

#include "message/scep_der.h"

/*
 * Two passes without recursion. The first one walks the input once and notes
 * each element with the length that its content will have; the second one
 * writes them in the same order. So nothing is copied twice, however deep the
 * nesting. What is DER already is one note, however many elements it has: else
 * the notes would need many times the memory of the input.
 */

typedef enum role_t role_t;
typedef struct node_t node_t;
typedef struct frame_t frame_t;
typedef struct walk_t walk_t;

/**
 * What is written of an element.
 */
enum role_t {
	/** the content, whole elements in DER */
	ROLE_VERBATIM,
	/** tag and length, the elements inside follow */
	ROLE_CONSTRUCTED,
	/** tag, length and content */
	ROLE_PRIMITIVE,
	/** tag (made primitive) and length of a string, its pieces follow */
	ROLE_STRING,
	/** the content only */
	ROLE_PIECE,
	/** nothing: pieces within a piece */
	ROLE_NESTED,
};

/**
 * An element of the input.
 */
struct node_t {
	/** identifier octets */
	chunk_t tag;
	/** content of ROLE_VERBATIM, ROLE_PRIMITIVE and ROLE_PIECE */
	chunk_t content;
	/** length of the content as it will be written */
	size_t len;
	/** what is written */
	role_t role;
	/** unused bits of the last piece, if a BIT STRING in pieces */
	u_char unused;
};

/**
 * A constructed element that the walk is in.
 */
struct frame_t {
	/** its node */
	size_t node;
	/** where it begins */
	const u_char *start;
	/** where it ends, at the latest if the length is indefinite */
	const u_char *end;
	/** ended by end-of-contents octets */
	bool indefinite;
	/** whether it will be written in another way */
	bool changed;
	/** tag of the pieces of a string, 0 if it is none */
	u_char piece;
	/** node of the outermost string */
	size_t string;
};

/**
 * State of the first pass.
 */
struct walk_t {
	/** next byte */
	const u_char *pos;
	/** elements so far */
	node_t *nodes;
	/** number of elements */
	size_t count;
	/** number of elements that there is room for */
	size_t room;
	/** where we are; the first frame is the input itself */
	frame_t frames[SCEP_MAX_BER_DEPTH + 1];
	/** current frame */
	int depth;
};

/**
 * Number of octets that a length takes.
 */
static size_t size_of_length(size_t len)
{
	size_t size = 1;

	if (len >= 0x80)
	{
		for (; len; len >>= 8)
		{
			size++;
		}
	}
	return size;
}

/**
 * Size of an element as it will be written.
 */
static size_t size_of_node(const node_t *node)
{
	if (node->role == ROLE_VERBATIM)
	{
		return node->len;
	}
	return node->tag.len + size_of_length(node->len) + node->len;
}

/**
 * Append a node, NULL if there are too many.
 */
static node_t *add_node(walk_t *this, scep_error_t *err)
{
	if (this->count == SCEP_MAX_BER_NODES)
	{
		scep_fail(err, SCEP_SECURITY, "BER: more than %d elements that are no "
				  "DER", SCEP_MAX_BER_NODES);
		return NULL;
	}
	if (this->count == this->room)
	{
		this->room = this->room ? this->room * 2 : 64;
		this->nodes = realloc(this->nodes, this->room * sizeof(node_t));
	}
	memset(&this->nodes[this->count], 0, sizeof(node_t));
	return &this->nodes[this->count++];
}

/**
 * Number of bytes before an end.
 */
static size_t bytes_left(const walk_t *this, const u_char *end)
{
	return end - this->pos;
}

/**
 * Account what will be written in an element that we are in.
 */
static void add_len(walk_t *this, size_t len)
{
	if (this->depth)
	{
		this->nodes[this->frames[this->depth].node].len += len;
	}
}

/**
 * Account an element that is DER and ends here. It prolongs the node before it
 * where it follows that in the input: it will do so in the output, too.
 */
static bool add_verbatim(walk_t *this, const u_char *start, scep_error_t *err)
{
	node_t *node = this->count ? &this->nodes[this->count - 1] : NULL;
	size_t len = this->pos - start;

	if (!node || node->role != ROLE_VERBATIM ||
		node->content.ptr + node->content.len != start)
	{
		node = add_node(this, err);
		if (!node)
		{
			return FALSE;
		}
		node->role = ROLE_VERBATIM;
		node->content.ptr = (u_char*)start;
	}
	node->content.len += len;
	node->len = node->content.len;
	add_len(this, len);
	return TRUE;
}

/**
 * Read a tag of up to four octets.
 */
static bool read_tag(walk_t *this, const u_char *end, chunk_t *tag)
{
	size_t len = 1;

	if ((this->pos[0] & 0x1f) == 0x1f)
	{
		do
		{
			if (++len > 4 || len > bytes_left(this, end))
			{
				return FALSE;
			}
		}
		while (this->pos[len - 1] & 0x80);
	}
	*tag = chunk_create((u_char*)this->pos, len);
	this->pos += len;
	return TRUE;
}

/**
 * Read a length that must fit before the given end.
 */
static bool read_length(walk_t *this, const u_char *end, size_t *len,
						bool *indefinite)
{
	size_t count;

	*indefinite = FALSE;
	if (this->pos == end)
	{
		return FALSE;
	}
	*len = *this->pos++;
	if (*len == 0x80)
	{
		*indefinite = TRUE;
		*len = bytes_left(this, end);
		return TRUE;
	}
	if (*len > 0x80)
	{
		count = *len & 0x7f;
		if (count > bytes_left(this, end))
		{
			return FALSE;
		}
		for (*len = 0; count; count--)
		{
			if (*len > SIZE_MAX >> 8)
			{
				return FALSE;
			}
			*len = *len << 8 | *this->pos++;
		}
	}
	return *len <= bytes_left(this, end);
}

/**
 * Whether the length that was read has no more octets than it needs.
 */
static bool is_minimal(const walk_t *this, const u_char *start, chunk_t tag,
					   size_t len)
{
	return start + tag.len + size_of_length(len) == this->pos;
}

/**
 * Account a primitive element that will be written in another way.
 */
static bool add_primitive(walk_t *this, chunk_t tag, chunk_t content,
						  scep_error_t *err)
{
	frame_t *frame = &this->frames[this->depth];
	node_t *node, *string;

	node = add_node(this, err);
	if (!node)
	{
		return FALSE;
	}
	node->role = ROLE_PRIMITIVE;
	node->tag = tag;
	node->content = content;
	frame->changed = TRUE;
	string = &this->nodes[frame->string];
	if (frame->piece)
	{
		node->role = ROLE_PIECE;
		if (frame->piece == ASN1_BIT_STRING)
		{
			if (!node->content.len || string->unused)
			{
				return scep_fail(err, SCEP_SECURITY, "BER: unused bits before "
								 "the end of a BIT STRING (X.690, 8.6.4)");
			}
			string->unused = node->content.ptr[0];
			node->content = chunk_create(node->content.ptr + 1,
										 node->content.len - 1);
		}
		string->len += node->content.len;
	}
	node->len = node->content.len;
	if (node->role == ROLE_PRIMITIVE)
	{
		add_len(this, size_of_node(node));
	}
	return TRUE;
}

/**
 * Enter a constructed element.
 */
static bool enter(walk_t *this, const u_char *start, chunk_t tag, size_t len,
				  bool indefinite, scep_error_t *err)
{
	frame_t *outer = &this->frames[this->depth], *inner;
	node_t *node;

	if (this->depth == SCEP_MAX_BER_DEPTH)
	{
		return scep_fail(err, SCEP_SECURITY, "BER: elements nested deeper than "
						 "%d", SCEP_MAX_BER_DEPTH);
	}
	node = add_node(this, err);
	if (!node)
	{
		return FALSE;
	}
	node->tag = tag;
	inner = &this->frames[++this->depth];
	*inner = (frame_t){
		.node = this->count - 1,
		.start = start,
		.end = this->pos + len,
		.indefinite = indefinite,
		.piece = outer->piece,
		.string = outer->string,
	};
	node->role = outer->piece ? ROLE_NESTED : ROLE_CONSTRUCTED;
	if (!outer->piece && node->tag.len == 1 &&
		(node->tag.ptr[0] == (ASN1_OCTET_STRING | ASN1_CONSTRUCTED) ||
		 node->tag.ptr[0] == (ASN1_BIT_STRING | ASN1_CONSTRUCTED)))
	{
		node->role = ROLE_STRING;
		inner->piece = node->tag.ptr[0] & ~ASN1_CONSTRUCTED;
		inner->string = inner->node;
		/* the octet that counts the unused bits */
		node->len = inner->piece == ASN1_BIT_STRING ? 1 : 0;
	}
	inner->changed = node->role != ROLE_CONSTRUCTED || indefinite ||
					 !is_minimal(this, start, tag, len);
	return TRUE;
}

/**
 * Leave an element: its length is known now.
 */
static bool leave(walk_t *this, scep_error_t *err)
{
	frame_t *frame = &this->frames[this->depth--];
	node_t *node = &this->nodes[frame->node];

	if (!frame->changed)
	{
		this->count = frame->node;
		return add_verbatim(this, frame->start, err);
	}
	this->frames[this->depth].changed = TRUE;
	if (node->role != ROLE_NESTED)
	{
		add_len(this, size_of_node(node));
	}
	return TRUE;
}

/**
 * Read the next element of the current frame.
 */
static bool read_element(walk_t *this, scep_error_t *err)
{
	frame_t *frame = &this->frames[this->depth];
	const u_char *start = this->pos;
	chunk_t tag, content;
	size_t len;
	bool indefinite, constructed;

	if (!read_tag(this, frame->end, &tag) ||
		!read_length(this, frame->end, &len, &indefinite))
	{
		return scep_fail(err, SCEP_SECURITY, "BER: element cut off, or with an "
						 "impossible tag or length");
	}
	constructed = tag.ptr[0] & ASN1_CONSTRUCTED;
	if (tag.ptr[0] == ASN1_EOC || (indefinite && !constructed))
	{
		return scep_fail(err, SCEP_SECURITY, "BER: end-of-contents octets or "
						 "an indefinite length in the wrong place (X.690, 8.1)");
	}
	if (frame->piece &&
		(tag.len > 1 || (tag.ptr[0] & ~ASN1_CONSTRUCTED) != frame->piece))
	{
		return scep_fail(err, SCEP_SECURITY, "BER: string made of other types "
						 "than its own (X.690, 8.7.3)");
	}
	if (constructed)
	{
		return enter(this, start, tag, len, indefinite, err);
	}
	content = chunk_create((u_char*)this->pos, len);
	if (!frame->piece && is_minimal(this, start, tag, len))
	{
		this->pos += len;
		return add_verbatim(this, start, err);
	}
	this->pos += len;
	return add_primitive(this, tag, content, err);
}

/**
 * First pass: find all elements and the lengths that they will have.
 */
static bool walk(walk_t *this, scep_error_t *err)
{
	frame_t *frame;

	do
	{
		frame = &this->frames[this->depth];
		if (this->depth && frame->indefinite)
		{
			if (bytes_left(this, frame->end) < 2)
			{
				return scep_fail(err, SCEP_SECURITY, "BER: indefinite length "
								 "without an end (X.690, 8.1.5)");
			}
			if (this->pos[0] == 0 && this->pos[1] == 0)
			{
				this->pos += 2;
				if (!leave(this, err))
				{
					return FALSE;
				}
				continue;
			}
		}
		else if (this->depth && this->pos == frame->end)
		{
			if (!leave(this, err))
			{
				return FALSE;
			}
			continue;
		}
		if (!read_element(this, err))
		{
			return FALSE;
		}
	}
	while (this->depth);
	return TRUE;
}

/**
 * Write tag and length.
 */
static u_char *write_header(u_char *pos, const node_t *node)
{
	size_t octets;

	memcpy(pos, node->tag.ptr, node->tag.len);
	if (node->role == ROLE_STRING)
	{
		*pos &= ~ASN1_CONSTRUCTED;
	}
	pos += node->tag.len;
	octets = size_of_length(node->len) - 1;
	*pos++ = octets ? 0x80 | octets : node->len;
	while (octets--)
	{
		*pos++ = node->len >> (8 * octets);
	}
	return pos;
}

/**
 * Second pass: write the elements.
 */
static chunk_t write_nodes(const walk_t *this)
{
	const node_t *node;
	chunk_t der;
	u_char *pos;

	der = chunk_alloc(size_of_node(&this->nodes[0]));
	pos = der.ptr;
	for (node = this->nodes; node < this->nodes + this->count; node++)
	{
		if (node->role != ROLE_VERBATIM && node->role != ROLE_PIECE &&
			node->role != ROLE_NESTED)
		{
			pos = write_header(pos, node);
		}
		if (node->role == ROLE_STRING &&
			node->tag.ptr[0] == (ASN1_BIT_STRING | ASN1_CONSTRUCTED))
		{
			*pos++ = node->unused;
		}
		if (node->content.len)
		{
			memcpy(pos, node->content.ptr, node->content.len);
			pos += node->content.len;
		}
	}
	return der;
}

/*
 * Described in header
 */
bool scep_ber_to_der(chunk_t ber, chunk_t *der, scep_error_t *err)
{
	walk_t walker = {
		.pos = ber.ptr,
	};
	bool success;

	*der = chunk_empty;
	if (!ber.len)
	{
		return scep_fail(err, SCEP_SECURITY, "BER: nothing there");
	}
	walker.frames[0].end = ber.ptr + ber.len;
	success = walk(&walker, err);
	if (success && walker.pos != ber.ptr + ber.len)
	{
		success = scep_fail(err, SCEP_SECURITY, "BER: %zu bytes behind the "
							"end", bytes_left(&walker, ber.ptr + ber.len));
	}
	if (success)
	{
		*der = write_nodes(&walker);
	}
	free(walker.nodes);
	return success;
}

/*
 * Described in header
 */
bool scep_ber_join(chunk_t pieces, chunk_t *joined)
{
	chunk_t rest = pieces, piece;
	u_char *pos;

	/* a little more than is needed */
	*joined = chunk_alloc(pieces.len + 1);
	pos = joined->ptr;
	while (rest.len)
	{
		if (!scep_der_take(&rest, ASN1_OCTET_STRING, &piece))
		{
			chunk_free(joined);
			return FALSE;
		}
		memcpy(pos, piece.ptr, piece.len);
		pos += piece.len;
	}
	joined->len = pos - joined->ptr;
	return TRUE;
}
