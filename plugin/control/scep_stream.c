/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_stream.h"
#include "control/scep_list.h"
#include "control/scep_metrics.h"
#include "control/scep_vici.h"

/** Length of a piece of metrics, bytes */
#define PIECE_LEN	(16 * 1024)

typedef struct private_scep_stream_t private_scep_stream_t;

/**
 * Private data of a scep_stream_t.
 */
struct private_scep_stream_t {

	/**
	 * Public interface.
	 */
	scep_stream_t public;

	/**
	 * Profiles.
	 */
	scep_roster_t *roster;

	/**
	 * Names of profiles that were not looked at yet, char*.
	 */
	linked_list_t *names;

	/**
	 * Whether all is listed that is seen of them.
	 */
	bool detail;

	/**
	 * Metrics of those that were looked at, or NULL.
	 */
	scep_metrics_t *metrics;

	/**
	 * Whether metrics are packed.
	 */
	bool packets;
};

/**
 * Look at the next profile that is still there.
 *
 * @param name			gets its name, to be freed, or NULL if there is none
 * @param view			gets it
 */
static bool look(private_scep_stream_t *this, char **name, scep_view_t *view)
{
	if (this->names->remove_first(this->names, (void**)name) != SUCCESS)
	{
		*name = NULL;
		return FALSE;
	}
	return this->roster->get_view(this->roster, *name, view);
}

METHOD(scep_stream_t, next_profile, bool,
	private_scep_stream_t *this, chunk_t *portion)
{
	bio_writer_t *writer;
	scep_view_t view;
	char *name;

	*portion = chunk_empty;
	if (look(this, &name, &view))
	{
		writer = scep_vici_begin(SCEP_VICI_EVENT, "profile");
		scep_list_add(writer, name, &view, this->detail);
		*portion = scep_vici_finish(writer);
		scep_view_clear(&view);
	}
	free(name);
	return this->names->get_count(this->names) > 0;
}

METHOD(scep_stream_t, next_metrics, bool,
	private_scep_stream_t *this, chunk_t *portion)
{
	bio_writer_t *writer;
	scep_view_t view;
	char *name;
	bool more;

	*portion = chunk_empty;
	if (this->names->get_count(this->names))
	{
		if (look(this, &name, &view))
		{
			this->metrics->add(this->metrics, name, &view);
			scep_view_clear(&view);
		}
		free(name);
		return TRUE;
	}
	more = this->metrics->get_text(this->metrics, PIECE_LEN, portion);
	if (portion->len && this->packets)
	{
		writer = scep_vici_begin(SCEP_VICI_EVENT, "metrics");
		scep_vici_add_chunk(writer, "text", *portion);
		chunk_free(portion);
		*portion = scep_vici_finish(writer);
	}
	return more;
}

METHOD(scep_stream_t, destroy, void,
	private_scep_stream_t *this)
{
	DESTROY_IF(this->metrics);
	this->names->destroy_function(this->names, free);
	free(this);
}

/*
 * Described in header
 */
scep_stream_t *scep_stream_create_list(scep_roster_t *roster,
									   linked_list_t *names, bool detail)
{
	private_scep_stream_t *this;

	INIT(this,
		.public = {
			.next = _next_profile,
			.destroy = _destroy,
		},
		.roster = roster,
		.names = names,
		.detail = detail,
	);
	return &this->public;
}

/*
 * Described in header
 */
scep_stream_t *scep_stream_create_metrics(scep_roster_t *roster, bool packets)
{
	private_scep_stream_t *this;

	INIT(this,
		.public = {
			.next = _next_metrics,
			.destroy = _destroy,
		},
		.roster = roster,
		.names = roster->get_names(roster),
		.metrics = scep_metrics_create(),
		.packets = packets,
	);
	return &this->public;
}
