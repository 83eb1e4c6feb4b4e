/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "ctl_record.h"

#include "base/scep_text.h"

typedef struct private_ctl_record_t private_ctl_record_t;
typedef struct entry_t entry_t;

/**
 * A key and a value of it.
 */
struct entry_t {
	char *key, *value;
};

/**
 * Private data of a ctl_record_t.
 */
struct private_ctl_record_t {

	/**
	 * Public interface.
	 */
	ctl_record_t public;

	/**
	 * Keys and values in their order, entry_t.
	 */
	array_t *entries;
};

/**
 * Copy a value, so that it can be a string.
 */
static char *to_string(chunk_t value)
{
	char *string = malloc(value.len * 3 + 1), *pos = string;
	size_t i;

	for (i = 0; i < value.len; i++)
	{
		if (value.ptr[i])
		{
			*pos++ = value.ptr[i];
		}
		else
		{
			pos = stpcpy(pos, "\xef\xbf\xbd");
		}
	}
	*pos = '\0';
	return string;
}

METHOD(ctl_record_t, add, void,
	private_ctl_record_t *this, const char *key, chunk_t value)
{
	entry_t entry = {
		.key = strdup(key),
		.value = to_string(value),
	};

	array_insert(this->entries, ARRAY_TAIL, &entry);
}

METHOD(ctl_record_t, get, const char*,
	private_ctl_record_t *this, const char *key)
{
	entry_t entry;
	int i;

	for (i = 0; i < array_count(this->entries); i++)
	{
		array_get(this->entries, i, &entry);
		if (streq(entry.key, key))
		{
			return *entry.value ? entry.value : NULL;
		}
	}
	return NULL;
}

METHOD(ctl_record_t, get_time, time_t,
	private_ctl_record_t *this, const char *key)
{
	return scep_time_parse(get(this, key));
}

CALLBACK(filter_key, bool,
	const char *key, enumerator_t *orig, va_list args)
{
	entry_t *entry;
	char **value;

	VA_ARGS_VGET(args, value);
	while (orig->enumerate(orig, &entry))
	{
		if (streq(entry->key, key))
		{
			*value = entry->value;
			return TRUE;
		}
	}
	return FALSE;
}

METHOD(ctl_record_t, create_enumerator, enumerator_t*,
	private_ctl_record_t *this, const char *key)
{
	return enumerator_create_filter(array_create_enumerator(this->entries),
									filter_key, strdup(key), free);
}

METHOD(ctl_record_t, destroy, void,
	private_ctl_record_t *this)
{
	entry_t entry;
	int i;

	for (i = 0; i < array_count(this->entries); i++)
	{
		array_get(this->entries, i, &entry);
		free(entry.key);
		free(entry.value);
	}
	array_destroy(this->entries);
	free(this);
}

/*
 * Described in header
 */
ctl_record_t *ctl_record_create()
{
	private_ctl_record_t *this;

	INIT(this,
		.public = {
			.add = _add,
			.get = _get,
			.get_time = _get_time,
			.create_enumerator = _create_enumerator,
			.destroy = _destroy,
		},
		.entries = array_create(sizeof(entry_t), 0),
	);
	return &this->public;
}
