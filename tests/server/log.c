/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "log.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

/**
 * A line under construction.
 */
struct log_line_t {
	bytes_t text;
};

/*
 * Described in header
 */
log_line_t *log_begin()
{
	log_line_t *this = calloc(1, sizeof(*this));
	struct timeval now;
	char day[32], *time;
	struct tm tm;

	if (!this)
	{
		die("calloc");
	}
	gettimeofday(&now, NULL);
	gmtime_r(&now.tv_sec, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	time = format("%s.%03dZ", day, (int)(now.tv_usec / 1000));
	log_text(this, "time", time);
	free(time);
	return this;
}

/**
 * Append text as it is.
 */
static void append(log_line_t *this, const char *text)
{
	bytes_append(&this->text, text, strlen(text));
}

/**
 * Append a string in JSON.
 */
static void append_string(log_line_t *this, bytes_t value)
{
	char buf[8];
	size_t i;

	append(this, "\"");
	for (i = 0; i < value.len; i++)
	{
		if (value.ptr[i] < 0x20 || value.ptr[i] > 0x7e ||
			value.ptr[i] == '"' || value.ptr[i] == '\\')
		{
			snprintf(buf, sizeof(buf), "\\u%04x", value.ptr[i]);
			append(this, buf);
			continue;
		}
		bytes_append(&this->text, value.ptr + i, 1);
	}
	append(this, "\"");
}

/**
 * Append a member's name.
 */
static void append_name(log_line_t *this, const char *name)
{
	append(this, this->text.len ? ", " : "{");
	append_string(this, bytes_of(name));
	append(this, ": ");
}

/*
 * Described in header
 */
void log_bytes(log_line_t *this, const char *name, bytes_t value)
{
	append_name(this, name);
	append_string(this, value);
}

/*
 * Described in header
 */
void log_text(log_line_t *this, const char *name, const char *value)
{
	log_bytes(this, name, bytes_of(value));
}

/*
 * Described in header
 */
void log_hex(log_line_t *this, const char *name, bytes_t value)
{
	char *hex = bytes_hex(value);

	log_text(this, name, hex);
	free(hex);
}

/*
 * Described in header
 */
void log_number(log_line_t *this, const char *name, long value)
{
	char *text = format("%ld", value);

	append_name(this, name);
	append(this, text);
	free(text);
}

/*
 * Described in header
 */
void log_bool(log_line_t *this, const char *name, bool value)
{
	append_name(this, name);
	append(this, value ? "true" : "false");
}

/*
 * Described in header
 */
void log_name(log_line_t *this, const char *name, const X509_NAME *value)
{
	BIO *bio = BIO_new(BIO_s_mem());
	bytes_t text;

	X509_NAME_print_ex(bio, value, 0, XN_FLAG_RFC2253);
	text = bytes_from_bio(bio);
	log_bytes(this, name, text);
	bytes_free(&text);
}

/*
 * Described in header
 */
void log_end(log_line_t *this, const char *path)
{
	FILE *file;

	append(this, "}\n");
	file = fopen(path, "a");
	if (!file || fwrite(this->text.ptr, 1, this->text.len, file) !=
		this->text.len || fclose(file) != 0)
	{
		die(path);
	}
	bytes_free(&this->text);
	free(this);
}
