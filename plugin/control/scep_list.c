/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "control/scep_list.h"
#include "control/scep_vici.h"
#include "enroll/scep_challenge.h"
#include "base/scep_text.h"
#include "config/scep_url.h"
#include "trust/scep_x509.h"

#include <credentials/certificates/x509.h>

#include <stdio.h>

/** Room for a URL that is shown */
#define URL_LEN		1024

/**
 * Append a time, unless it is unknown.
 */
static void add_time(bio_writer_t *writer, const char *key, time_t t)
{
	char text[SCEP_TIME_LEN];

	if (t)
	{
		scep_vici_add(writer, key, scep_time(t, text));
	}
}

/**
 * Append a number.
 */
static void add_number(bio_writer_t *writer, const char *key, u_int number)
{
	scep_vici_add_fmt(writer, key, "%u", number);
}

/**
 * Append a distinguished name.
 */
static void add_id(bio_writer_t *writer, const char *key, identification_t *id)
{
	scep_vici_add_fmt(writer, key, "%Y", id);
}

/**
 * Append a certificate's fingerprint, without separators.
 */
static void add_fingerprint(bio_writer_t *writer, const char *key,
							certificate_t *cert)
{
	char text[SCEP_FINGERPRINT_LEN], *from, *to;
	chunk_t encoding;

	if (!cert->get_encoding(cert, CERT_ASN1_DER, &encoding))
	{
		return;
	}
	scep_fingerprint(encoding, text);
	chunk_free(&encoding);
	to = strchr(text, ':');
	for (from = to; from && *from; from++)
	{
		if (*from != ':' || from == to)
		{
			*to++ = *from;
		}
	}
	if (to)
	{
		*to = '\0';
	}
	scep_vici_add(writer, key, text);
}

/**
 * Put a fingerprint into words.
 */
static void format_pin(scep_pin_t *pin, char text[SCEP_FINGERPRINT_LEN])
{
	char hex[HASH_SIZE_SHA512 * 2 + 1];

	chunk_to_hex(pin->hash, hex, FALSE);
	snprintf(text, SCEP_FINGERPRINT_LEN, "%s:%s",
			 pin->alg == HASH_SHA512 ? "sha512" :
			 pin->alg == HASH_SHA384 ? "sha384" : "sha256", hex);
}

/**
 * Append what waits for confirmation: each fingerprint, and what has it.
 */
static void add_candidates(bio_writer_t *writer, linked_list_t *pins)
{
	char text[SCEP_FINGERPRINT_LEN], item[SCEP_MAX_ERROR * 3];
	enumerator_t *enumerator;
	scep_pin_t *pin;

	scep_vici_begin_list(writer, "unconfirmed_certificates");
	enumerator = pins->create_enumerator(pins);
	while (enumerator->enumerate(enumerator, &pin))
	{
		format_pin(pin, text);
		snprintf(item, sizeof(item), "%s %s", text, pin->note ?: "");
		scep_vici_add_item(writer, item);
	}
	enumerator->destroy(enumerator);
	scep_vici_end_list(writer);
}

/**
 * Append what waits for confirmation: the first, and all if there are several.
 */
static void add_unconfirmed(bio_writer_t *writer, linked_list_t *pins)
{
	char text[SCEP_FINGERPRINT_LEN];
	enumerator_t *enumerator;
	scep_pin_t *pin;

	if (pins->get_first(pins, (void**)&pin) != SUCCESS)
	{
		return;
	}
	format_pin(pin, text);
	scep_vici_add(writer, "unconfirmed_fingerprint", text);
	add_candidates(writer, pins);
	if (pins->get_count(pins) == 1)
	{
		return;
	}
	scep_vici_begin_list(writer, "unconfirmed_fingerprints");
	enumerator = pins->create_enumerator(pins);
	while (enumerator->enumerate(enumerator, &pin))
	{
		format_pin(pin, text);
		scep_vici_add_item(writer, text);
	}
	enumerator->destroy(enumerator);
	scep_vici_end_list(writer);
}

/**
 * Append what the certificate says.
 */
static void add_cert(bio_writer_t *writer, certificate_t *cert)
{
	x509_t *x509 = (x509_t*)cert;
	chunk_t serial;
	char *hex;

	add_id(writer, "subject", cert->get_subject(cert));
	serial = chunk_skip_zero(x509->get_serial(x509));
	hex = (char*)chunk_to_hex(serial, NULL, FALSE).ptr;
	scep_vici_add(writer, "serial", hex);
	free(hex);
	add_id(writer, "issuer", cert->get_issuer(cert));
	add_time(writer, "not_before", scep_x509_not_before(cert));
	add_time(writer, "not_after", scep_x509_not_after(cert));
}

/**
 * Append what waits for a person or for a moment, and why.
 */
static void add_reason(bio_writer_t *writer, const scep_view_t *view)
{
	switch (view->state)
	{
		case SCEP_STATE_PENDING:
			scep_vici_add(writer, "reason", "the CA has not decided yet");
			break;
		case SCEP_STATE_CONFIRM_CA:
		case SCEP_STATE_WAITING:
		case SCEP_STATE_FAILED:
		case SCEP_STATE_DISABLED:
			scep_vici_add(writer, "reason", view->last_error);
			break;
		default:
			break;
	}
}

/**
 * Append the names that the profile asks for.
 */
static void add_sans(bio_writer_t *writer, scep_profile_t *profile)
{
	char name[SCEP_QUOTED_LEN];
	enumerator_t *enumerator;
	identification_t *id;

	if (!profile->sans->get_count(profile->sans) &&
		!profile->upns->get_count(profile->upns))
	{
		return;
	}
	scep_vici_begin_list(writer, "sans");
	enumerator = profile->sans->create_enumerator(profile->sans);
	while (enumerator->enumerate(enumerator, &id))
	{
		snprintf(name, sizeof(name), "%s%Y",
				 id->get_type(id) == ID_DER_ASN1_GN_URI ? "uri:" :
				 id->get_type(id) == ID_DER_ASN1_DN ? "dn:" : "", id);
		scep_vici_add_item(writer, name);
	}
	enumerator->destroy(enumerator);
	enumerator = profile->upns->create_enumerator(profile->upns);
	while (enumerator->enumerate(enumerator, &id))
	{
		snprintf(name, sizeof(name), "upn:%Y", id);
		scep_vici_add_item(writer, name);
	}
	enumerator->destroy(enumerator);
	scep_vici_end_list(writer);
}

/**
 * Append the URLs of the server, without passwords.
 */
static void add_urls(bio_writer_t *writer, linked_list_t *urls)
{
	enumerator_t *enumerator;
	char url[URL_LEN], *current;
	bool first = TRUE;

	enumerator = urls->create_enumerator(urls);
	while (enumerator->enumerate(enumerator, &current))
	{
		scep_url_shown(current, url, sizeof(url));
		if (first)
		{
			scep_vici_add(writer, "url", url);
			scep_vici_begin_list(writer, "urls");
			first = FALSE;
		}
		scep_vici_add_item(writer, url);
	}
	enumerator->destroy(enumerator);
	if (!first)
	{
		scep_vici_end_list(writer);
	}
}

/**
 * Append what is configured.
 */
static void add_profile(bio_writer_t *writer, scep_profile_t *profile)
{
	add_urls(writer, profile->urls);
	add_id(writer, "configured_subject", profile->subject);
	add_sans(writer, profile);
	scep_vici_add(writer, "key_type", "rsa");
	add_number(writer, "key_size", profile->key_size);
}

/**
 * Get where the challenge phrase comes from.
 */
static const char *get_source(const scep_view_t *view)
{
	if (view->ca && view->ca->has_phrase)
	{
		return "set";
	}
	return view->profile->challenge ? "settings" :
		   view->profile->challenge_file ? "file" :
		   view->profile->challenge_command ? "command" :
		   view->profile->challenge_url ? "url" : "none";
}

/**
 * Append where the challenge phrase comes from, and how old it is. Never the
 * phrase.
 */
static void add_challenge(bio_writer_t *writer, const scep_view_t *view)
{
	const char *source = get_source(view);
	time_t since = 0;

	if (streq(source, "file"))
	{
		since = scep_challenge_date(view->profile, view->now);
	}
	if (!since && view->ca)
	{
		since = view->ca->phrase_since;
	}
	scep_vici_add(writer, "challenge", source);
	if (since)
	{
		add_number(writer, "challenge_age", max(0, view->now - since));
	}
}

/**
 * Append what is known of the CA.
 */
static void add_ca(bio_writer_t *writer, const scep_ca_view_t *ca)
{
	scep_vici_add_fmt(writer, "ca_state", "%N", scep_ca_state_names, ca->state);
	if (ca->ca)
	{
		add_id(writer, "ca_subject", ca->ca->get_subject(ca->ca));
		add_time(writer, "ca_not_after", scep_x509_not_after(ca->ca));
	}
	if (ca->next)
	{
		add_fingerprint(writer, "next_ca_fingerprint", ca->next);
	}
	add_unconfirmed(writer, ca->unconfirmed);
}

/**
 * Append what the generation has beside its certificate.
 */
static void add_generation(bio_writer_t *writer, scep_generation_t *gen)
{
	char subject[SCEP_QUOTED_LEN];
	enumerator_t *enumerator;
	certificate_t *cert;

	add_number(writer, "generation", gen->number);
	scep_vici_begin_list(writer, "chain");
	enumerator = gen->chain->create_enumerator(gen->chain);
	while (enumerator->enumerate(enumerator, &cert))
	{
		snprintf(subject, sizeof(subject), "%Y", cert->get_subject(cert));
		scep_vici_add_item(writer, subject);
	}
	enumerator->destroy(enumerator);
	scep_vici_end_list(writer);
}

/**
 * Append all that a list of profiles does not show.
 */
static void add_detail(bio_writer_t *writer, const scep_view_t *view)
{
	if (view->profile)
	{
		add_profile(writer, view->profile);
		add_challenge(writer, view);
	}
	if (view->gen)
	{
		add_generation(writer, view->gen);
	}
	if (view->ca)
	{
		add_ca(writer, view->ca);
	}
	add_reason(writer, view);
	add_time(writer, "pending_since", view->pending_since);
	add_time(writer, "last_success", view->last_success);
	add_time(writer, "crl_next_update", view->crl_next_update);
}

/*
 * Described in header
 */
void scep_list_add(bio_writer_t *writer, const char *name,
				   const scep_view_t *view, bool detail)
{
	scep_vici_add(writer, "name", name);
	scep_vici_add_fmt(writer, "state", "%N", scep_state_names, view->state);
	scep_vici_add_fmt(writer, "certificate", "%N", scep_certificate_names,
					  view->certificate);
	if (view->gen)
	{
		add_cert(writer, view->gen->cert);
	}
	add_time(writer, "renew_at", view->renew_at);
	scep_vici_add_fmt(writer, "next_action", "%N", scep_next_names, view->next);
	add_time(writer, "next_at", view->next_at);
	add_number(writer, "attempts", view->attempts);
	scep_vici_add(writer, "last_error", view->last_error);
	if (view->ca && view->ca->ca)
	{
		add_fingerprint(writer, "ca_fingerprint", view->ca->ca);
	}
	scep_vici_add(writer, "transaction_id", view->transaction_id);
	if (detail)
	{
		add_detail(writer, view);
	}
}
