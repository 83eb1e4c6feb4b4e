/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_metrics.h"
#include "trust/scep_x509.h"

#include <collections/array.h>

#include <inttypes.h>
#include <stdio.h>

typedef struct private_scep_metrics_t private_scep_metrics_t;
typedef struct sample_t sample_t;
typedef struct metric_t metric_t;

/**
 * What of a profile is in metrics.
 */
struct sample_t {
	char *name;
	scep_state_t state;
	scep_certificate_t certificate;
	/** times, 0 if unknown */
	time_t not_before, not_after, last_success, next_at;
	u_int attempts;
	scep_counters_t counters;
};

/**
 * A metric.
 */
struct metric_t {
	const char *name;
	const char *type;
	const char *help;
	/** writes a profile's lines */
	void (*write)(const metric_t *metric, const sample_t *sample, FILE *out);
	/** offset of what it shows in sample_t */
	size_t offset;
};

/**
 * Private data of a scep_metrics_t.
 */
struct private_scep_metrics_t {

	/**
	 * Public interface.
	 */
	scep_metrics_t public;

	/**
	 * What was seen of the profiles, sample_t*.
	 */
	array_t *samples;

	/**
	 * Metric and profile whose lines come next.
	 */
	u_int metric, profile;
};

/**
 * Write a profile's name as label; by its form there is nothing in it to
 * escape, but what comes from settings is not relied on.
 */
static void write_label(const sample_t *sample, FILE *out)
{
	const char *pos;

	fputs("{profile=\"", out);
	for (pos = sample->name; *pos; pos++)
	{
		if (*pos == '\n')
		{
			fputs("\\n", out);
			continue;
		}
		if (*pos == '"' || *pos == '\\')
		{
			fputc('\\', out);
		}
		fputc(*pos, out);
	}
	fputc('"', out);
}

/**
 * Begin a profile's line with one label.
 */
static void begin(const metric_t *metric, const sample_t *sample, FILE *out)
{
	fputs(metric->name, out);
	write_label(sample, out);
}

/**
 * Write a time, if it is known.
 */
static void write_time(const metric_t *metric, const sample_t *sample,
					   FILE *out)
{
	time_t t = *(const time_t*)((const char*)sample + metric->offset);

	if (t)
	{
		begin(metric, sample, out);
		fprintf(out, "} %" PRId64 "\n", (int64_t)t);
	}
}

/**
 * Write a word of several: 1 for the one that holds, 0 for the others.
 */
static void write_words(const metric_t *metric, const sample_t *sample,
						const char *label, enum_name_t *names, int count,
						int value, FILE *out)
{
	int i;

	for (i = 0; i < count; i++)
	{
		begin(metric, sample, out);
		fprintf(out, ",%s=\"%s\"} %d\n", label, enum_to_name(names, i),
				i == value);
	}
}

static void write_state(const metric_t *metric, const sample_t *sample,
						FILE *out)
{
	write_words(metric, sample, "state", scep_state_names,
				SCEP_STATE_DISABLED + 1, sample->state, out);
}

static void write_certificate(const metric_t *metric, const sample_t *sample,
							  FILE *out)
{
	write_words(metric, sample, "certificate", scep_certificate_names,
				SCEP_CERTIFICATE_REVOKED + 1, sample->certificate, out);
}

static void write_attempts(const metric_t *metric, const sample_t *sample,
						   FILE *out)
{
	begin(metric, sample, out);
	fprintf(out, "} %u\n", sample->attempts);
}

/**
 * Write requests; what never happened is left out.
 */
static void write_requests(const metric_t *metric, const sample_t *sample,
						   FILE *out)
{
	uint64_t count;
	int op, result;

	for (op = 0; op < SCEP_OPERATIONS; op++)
	{
		for (result = 0; result < SCEP_RESULTS; result++)
		{
			count = sample->counters.requests[op][result];
			if (count)
			{
				begin(metric, sample, out);
				fprintf(out, ",operation=\"%s\",result=\"%s\"} %" PRIu64 "\n",
						enum_to_name(scep_operation_names, op),
						enum_to_name(scep_result_names, result), count);
			}
		}
	}
}

static void write_renewals(const metric_t *metric, const sample_t *sample,
						   FILE *out)
{
	begin(metric, sample, out);
	fprintf(out, "} %" PRIu64 "\n", sample->counters.renewals);
}

/**
 * Write failures, of each reason: an increase from nothing could not be seen.
 */
static void write_failures(const metric_t *metric, const sample_t *sample,
						   FILE *out)
{
	int reason;

	for (reason = 0; reason < SCEP_REASONS; reason++)
	{
		begin(metric, sample, out);
		fprintf(out, ",reason=\"%s\"} %" PRIu64 "\n",
				enum_to_name(scep_reason_names, reason),
				sample->counters.failures[reason]);
	}
}

#define AT(member) offsetof(sample_t, member)

/**
 * All metrics, in the order in which they are written.
 */
static const metric_t metrics[] = {
	{ "scep_certificate_not_after_seconds", "gauge", "End of the validity of "
		"the certificate that IKE has, as Unix time.", write_time,
		AT(not_after) },
	{ "scep_certificate_not_before_seconds", "gauge", "Start of the validity "
		"of the certificate that IKE has, as Unix time.", write_time,
		AT(not_before) },
	{ "scep_state", "gauge", "Progress of the profile's request: 1 for the "
		"state that it is in.", write_state },
	{ "scep_certificate", "gauge", "What IKE has: 1 for what holds.",
		write_certificate },
	{ "scep_attempts", "gauge", "Failed attempts in a row.", write_attempts },
	{ "scep_requests_total", "counter", "Requests that were sent and are over.",
		write_requests },
	{ "scep_renewals_total", "counter", "Certificates that took the place of "
		"others.", write_renewals },
	{ "scep_failures_total", "counter", "Attempts that failed.",
		write_failures },
	{ "scep_last_success_seconds", "gauge", "When a certificate was issued "
		"last, as Unix time.", write_time, AT(last_success) },
	{ "scep_next_action_seconds", "gauge", "When the next attempt, poll or "
		"renewal is due, as Unix time.", write_time, AT(next_at) },
};

METHOD(scep_metrics_t, add, void,
	private_scep_metrics_t *this, const char *name, const scep_view_t *view)
{
	sample_t *sample;

	INIT(sample,
		.name = strdup(name),
		.state = view->state,
		.certificate = view->certificate,
		.last_success = view->last_success,
		.next_at = view->next_at,
		.attempts = view->attempts,
	);
	if (view->gen && view->certificate != SCEP_CERTIFICATE_NONE)
	{
		sample->not_before = scep_x509_not_before(view->gen->cert);
		sample->not_after = scep_x509_not_after(view->gen->cert);
	}
	if (view->counters)
	{
		sample->counters = *view->counters;
	}
	array_insert(this->samples, ARRAY_TAIL, sample);
}

/**
 * Write a profile's lines of a metric, and before the first profile's what
 * the metric is.
 */
static void write_next(private_scep_metrics_t *this, FILE *out)
{
	const metric_t *metric = &metrics[this->metric];
	sample_t *sample;

	if (!this->profile)
	{
		fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help,
				metric->name, metric->type);
	}
	if (array_get(this->samples, this->profile, &sample))
	{
		metric->write(metric, sample, out);
	}
	if (++this->profile >= array_count(this->samples))
	{
		this->profile = 0;
		this->metric++;
	}
}

METHOD(scep_metrics_t, get_text, bool,
	private_scep_metrics_t *this, size_t len, chunk_t *text)
{
	char *buf = NULL;
	size_t size = 0;
	FILE *out;

	*text = chunk_empty;
	if (this->metric >= countof(metrics))
	{
		return FALSE;
	}
	out = open_memstream(&buf, &size);
	if (!out)
	{
		return FALSE;
	}
	while (this->metric < countof(metrics) && (size_t)ftell(out) < len)
	{
		write_next(this, out);
	}
	fclose(out);
	*text = chunk_create((u_char*)buf, size);
	return TRUE;
}

METHOD(scep_metrics_t, destroy, void,
	private_scep_metrics_t *this)
{
	sample_t *sample;

	while (array_remove(this->samples, ARRAY_TAIL, &sample))
	{
		free(sample->name);
		free(sample);
	}
	array_destroy(this->samples);
	free(this);
}

/*
 * Described in header
 */
scep_metrics_t *scep_metrics_create()
{
	private_scep_metrics_t *this;

	INIT(this,
		.public = {
			.add = _add,
			.get_text = _get_text,
			.destroy = _destroy,
		},
		.samples = array_create(0, 0),
	);
	return &this->public;
}
