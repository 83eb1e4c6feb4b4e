/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "bytes.h"

#include <openssl/buffer.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Described in header
 */
void die(const char *what)
{
	ERR_print_errors_fp(stderr);
	fprintf(stderr, "scep-test-server: %s failed\n", what);
	exit(1);
}

/*
 * Described in header
 */
char *format(const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
	{
		die("vasprintf");
	}
	va_end(args);
	return text;
}

/*
 * Described in header
 */
bytes_t bytes_copy(const void *ptr, size_t len)
{
	bytes_t this = { malloc(len + 1), len };

	if (!this.ptr)
	{
		die("malloc");
	}
	if (len)
	{
		memcpy(this.ptr, ptr, len);
	}
	this.ptr[len] = '\0';
	return this;
}

/*
 * Described in header
 */
void bytes_free(bytes_t *this)
{
	free(this->ptr);
	*this = BYTES_NONE;
}

/*
 * Described in header
 */
bool bytes_equal(bytes_t a, bytes_t b)
{
	return a.len == b.len && (!a.len || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/*
 * Described in header
 */
bytes_t bytes_from_bio(BIO *bio)
{
	bytes_t this;
	char *data;
	long len;

	len = BIO_get_mem_data(bio, &data);
	this = bytes_copy(data, len);
	BIO_free(bio);
	return this;
}

/*
 * Described in header
 */
char *bytes_hex(bytes_t this)
{
	char *text = malloc(2 * this.len + 1);
	size_t i;

	if (!text)
	{
		die("malloc");
	}
	for (i = 0; i < this.len; i++)
	{
		sprintf(text + 2 * i, "%02x", this.ptr[i]);
	}
	text[2 * this.len] = '\0';
	return text;
}

/*
 * Described in header
 */
void bytes_append(bytes_t *this, const void *ptr, size_t len)
{
	this->ptr = realloc(this->ptr, this->len + len + 1);
	if (!this->ptr)
	{
		die("realloc");
	}
	if (len)
	{
		memcpy(this->ptr + this->len, ptr, len);
	}
	this->len += len;
	this->ptr[this->len] = '\0';
}

/*
 * Described in header
 */
bool bytes_from_base64(const char *text, bytes_t *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								   "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(text), digits = strspn(text, alphabet), pad;
	unsigned char *ptr;

	pad = len - digits;
	if (!len || len % 4 || pad > 2 || strspn(text + digits, "=") != pad)
	{
		return false;
	}
	ptr = malloc(len);
	if (!ptr || EVP_DecodeBlock(ptr, (unsigned char*)text, len) < 0)
	{
		free(ptr);
		return false;
	}
	*out = (bytes_t){ ptr, len / 4 * 3 - pad };
	return true;
}

/*
 * Described in header
 */
bool bytes_from_file(const char *path, bytes_t *out)
{
	char buf[4096];
	FILE *file;
	size_t len;

	*out = BYTES_NONE;
	file = fopen(path, "r");
	if (!file)
	{
		return false;
	}
	bytes_append(out, "", 0);
	while ((len = fread(buf, 1, sizeof(buf), file)) > 0)
	{
		bytes_append(out, buf, len);
	}
	fclose(file);
	return true;
}

/*
 * Described in header
 */
void bytes_to_file(const char *path, bytes_t this)
{
	char *tmp = format("%s.tmp", path);
	FILE *file;

	file = fopen(tmp, "w");
	if (!file || fwrite(this.ptr, 1, this.len, file) != this.len ||
		fclose(file) != 0 || rename(tmp, path) != 0)
	{
		die(path);
	}
	free(tmp);
}
