/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "transport/scep_transport.h"
#include "base/scep_text.h"

#include <stdio.h>

/*
 * Described in header
 */
char *scep_http_describe(const scep_http_answer_t *answer, char *buf,
						 size_t len)
{
	char text[SCEP_MAX_ERROR_BODY], quoted[SCEP_QUOTED_LEN];
	size_t i, used = 0;
	bool tag = FALSE, space = FALSE;
	u_char c;

	for (i = 0; i < min(answer->body.len, SCEP_MAX_ERROR_BODY); i++)
	{
		c = answer->body.ptr[i];
		if (c == '<' || (tag && c == '>'))
		{
			tag = c == '<';
			space = TRUE;
		}
		else if (strchr(" \t\r\n", c))
		{
			space = TRUE;
		}
		else if (!tag && used + 2 < sizeof(text))
		{
			if (space && used)
			{
				text[used++] = ' ';
			}
			text[used++] = c;
			space = FALSE;
		}
	}
	snprintf(buf, len, "HTTP %ld: %s", answer->status,
			 scep_quote(chunk_create((u_char*)text, used), quoted));
	return buf;
}
