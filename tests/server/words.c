/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "words.h"
#include "bytes.h"

#include <stdarg.h>
#include <stdlib.h>

/**
 * Words and meanings, by word_t.
 */
static const struct {
	const char *word;
	const char *meaning;
} all[W_COUNT] = {
#define X(id, word, meaning) { word, meaning },
	WORDS(X)
#undef X
};

/*
 * Described in header
 */
char *words_add(words_t *this, const char *text)
{
	size_t len;
	int i;

	while (*(text += strspn(text, " \t\r")))
	{
		len = strcspn(text, " \t\r");
		for (i = 0; i < W_COUNT; i++)
		{
			if (strlen(all[i].word) == len && !strncmp(all[i].word, text, len))
			{
				this->has[i] = true;
				break;
			}
		}
		if (i == W_COUNT)
		{
			return format("%.*s", (int)len, text);
		}
		text += len;
	}
	return NULL;
}

/*
 * Described in header
 */
void words_join(words_t *this, const words_t *other)
{
	int i;

	for (i = 0; i < W_COUNT; i++)
	{
		this->has[i] |= other->has[i];
	}
}

/*
 * Described in header
 */
word_t words_first(const words_t *this, int count, ...)
{
	word_t word, found = W_COUNT;
	va_list args;

	va_start(args, count);
	while (count-- && found == W_COUNT)
	{
		word = va_arg(args, word_t);
		if (this->has[word])
		{
			found = word;
		}
	}
	va_end(args);
	return found;
}

/*
 * Described in header
 */
char *words_text(const words_t *this)
{
	bytes_t text = bytes_copy("", 0);
	int i;

	for (i = 0; i < W_COUNT; i++)
	{
		if (this->has[i])
		{
			bytes_append(&text, " ", text.len ? 1 : 0);
			bytes_append(&text, all[i].word, strlen(all[i].word));
		}
	}
	return (char*)text.ptr;
}

/*
 * Described in header
 */
void words_print(FILE *out)
{
	int i;

	for (i = 0; i < W_COUNT; i++)
	{
		if (!all[i].word[0])
		{
			fprintf(out, "\n%s:\n", all[i].meaning);
			continue;
		}
		fprintf(out, "  %-22s %s\n", all[i].word, all[i].meaning);
	}
}
