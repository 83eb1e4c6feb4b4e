/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "trust/scep_issuers.h"
#include "trust/scep_x509.h"

typedef struct private_scep_issuers_t private_scep_issuers_t;
typedef struct entry_t entry_t;

/**
 * Private data of a scep_issuers_t.
 */
struct private_scep_issuers_t {

	/**
	 * Public interface.
	 */
	scep_issuers_t public;

	/**
	 * The CAs, each after its issuer; entry_t.
	 */
	linked_list_t *entries;

	/**
	 * Whether signatures with SHA-1 count.
	 */
	bool allow_sha1;

	/**
	 * Why the first CA certificate was left out that names one of the CAs as
	 * its issuer.
	 */
	scep_error_t left_out;
};

/**
 * A CA.
 */
struct entry_t {

	/**
	 * Its certificate.
	 */
	certificate_t *cert;

	/**
	 * Its issuer, NULL if it is trusted by itself.
	 */
	entry_t *issuer;

	/**
	 * When it, and what it certified, must be valid.
	 */
	time_t when;

	/**
	 * CAs that may follow below it on a path (RFC 5280, 4.2.1.9).
	 */
	u_int below;
};

/**
 * Find a CA by its certificate.
 */
static entry_t *find_entry(private_scep_issuers_t *this, certificate_t *cert)
{
	enumerator_t *enumerator;
	entry_t *entry, *found = NULL;

	enumerator = this->entries->create_enumerator(this->entries);
	while (!found && enumerator->enumerate(enumerator, &entry))
	{
		if (entry->cert->equals(entry->cert, cert))
		{
			found = entry;
		}
	}
	enumerator->destroy(enumerator);
	return found;
}

/**
 * Number of CAs that a certificate itself allows below it.
 */
static u_int get_constraint(certificate_t *cert)
{
	x509_t *x509 = (x509_t*)cert;
	u_int constraint = x509->get_constraint(x509, X509_PATH_LEN);

	return constraint == X509_NO_CONSTRAINT ? UINT_MAX : constraint;
}

/**
 * Append a CA.
 */
static void append(private_scep_issuers_t *this, certificate_t *cert,
				   entry_t *issuer, time_t when, u_int below)
{
	entry_t *entry;

	INIT(entry,
		.cert = cert->get_ref(cert),
		.issuer = issuer,
		.when = when,
		.below = below,
	);
	this->entries->insert_last(this->entries, entry);
}

METHOD(scep_issuers_t, trust, void,
	private_scep_issuers_t *this, certificate_t *cert, time_t when)
{
	if (!find_entry(this, cert))
	{
		append(this, cert, NULL, when, get_constraint(cert));
	}
}

/**
 * Add a certificate if a CA issued it, and allowed it to be a CA's.
 */
static void add_below(private_scep_issuers_t *this, entry_t *issuer,
					  certificate_t *cert)
{
	identification_t *subject = cert->get_subject(cert);
	scep_error_t *err = &this->left_out;
	char who[SCEP_MAX_ERROR / 2];
	u_int below = issuer->below;

	if (!scep_x509_names_issuer(cert, issuer->cert) ||
		!(scep_x509_usage(cert) & SCEP_IS_CA) || find_entry(this, cert))
	{
		return;
	}
	if (!scep_x509_valid_at(cert, issuer->when))
	{
		scep_fail(err, SCEP_SECURITY, "CA certificate %s is not valid now",
				  scep_x509_describe(cert, who, sizeof(who)));
		return;
	}
	if (!scep_x509_has_strong_key(cert, FALSE))
	{
		scep_fail(err, SCEP_SECURITY, "CA certificate %s has a weak key",
				  scep_x509_describe(cert, who, sizeof(who)));
		return;
	}
	/* self-issued ones, as at a rollover, don't count */
	if (!subject->equals(subject, cert->get_issuer(cert)))
	{
		if (!below)
		{
			scep_fail(err, SCEP_SECURITY, "CA certificate %s is more than its "
					  "issuer's pathLenConstraint allows",
					  scep_x509_describe(cert, who, sizeof(who)));
			return;
		}
		below -= below == UINT_MAX ? 0 : 1;
	}
	if (scep_x509_issued_by(cert, issuer->cert, this->allow_sha1, err))
	{
		append(this, cert, issuer, issuer->when,
			   min(below, get_constraint(cert)));
	}
}

METHOD(scep_issuers_t, add, void,
	private_scep_issuers_t *this, linked_list_t *certs)
{
	enumerator_t *issuers, *enumerator;
	certificate_t *cert;
	entry_t *issuer;

	/* meets those that it appends, too */
	issuers = this->entries->create_enumerator(this->entries);
	while (issuers->enumerate(issuers, &issuer))
	{
		enumerator = certs->create_enumerator(certs);
		while (enumerator->enumerate(enumerator, &cert))
		{
			add_below(this, issuer, cert);
		}
		enumerator->destroy(enumerator);
	}
	issuers->destroy(issuers);
}

METHOD(scep_issuers_t, find, certificate_t*,
	private_scep_issuers_t *this, certificate_t *cert, linked_list_t *chain,
	scep_error_t *err)
{
	enumerator_t *enumerator;
	entry_t *entry, *found = NULL, *above;
	char who[SCEP_MAX_ERROR / 2];
	scep_error_t why = {};

	enumerator = this->entries->create_enumerator(this->entries);
	while (!found && enumerator->enumerate(enumerator, &entry))
	{
		if (scep_x509_names_issuer(cert, entry->cert) &&
			scep_x509_issued_by(cert, entry->cert, this->allow_sha1, &why))
		{
			found = entry;
		}
	}
	enumerator->destroy(enumerator);
	if (!found)
	{
		scep_fail(&why, SCEP_SECURITY, "certificate does not chain to the "
				  "pinned CA: %s", this->left_out.kind ? this->left_out.text
								: scep_x509_describe(cert, who, sizeof(who)));
		scep_fail(err, SCEP_SECURITY, "%s", why.text);
		return NULL;
	}
	for (above = found; chain && above; above = above->issuer)
	{
		chain->insert_last(chain, above->cert->get_ref(above->cert));
	}
	return found->cert;
}

METHOD(scep_issuers_t, has, bool,
	private_scep_issuers_t *this, certificate_t *cert)
{
	return find_entry(this, cert) != NULL;
}

METHOD(scep_issuers_t, get_root, certificate_t*,
	private_scep_issuers_t *this, certificate_t *cert)
{
	entry_t *entry = find_entry(this, cert);

	while (entry && entry->issuer)
	{
		entry = entry->issuer;
	}
	return entry ? entry->cert : NULL;
}

CALLBACK(get_cert, bool,
	void *unused, enumerator_t *orig, va_list args)
{
	certificate_t **cert;
	entry_t *entry;

	VA_ARGS_VGET(args, cert);
	if (!orig->enumerate(orig, &entry))
	{
		return FALSE;
	}
	*cert = entry->cert;
	return TRUE;
}

METHOD(scep_issuers_t, create_enumerator, enumerator_t*,
	private_scep_issuers_t *this)
{
	return enumerator_create_filter(
						this->entries->create_enumerator(this->entries),
						get_cert, NULL, NULL);
}

METHOD(scep_issuers_t, destroy, void,
	private_scep_issuers_t *this)
{
	entry_t *entry;

	while (this->entries->remove_first(this->entries,
									   (void**)&entry) == SUCCESS)
	{
		entry->cert->destroy(entry->cert);
		free(entry);
	}
	this->entries->destroy(this->entries);
	free(this);
}

/*
 * Described in header
 */
scep_issuers_t *scep_issuers_create(bool allow_sha1)
{
	private_scep_issuers_t *this;

	INIT(this,
		.public = {
			.trust = _trust,
			.add = _add,
			.find = _find,
			.has = _has,
			.get_root = _get_root,
			.create_enumerator = _create_enumerator,
			.destroy = _destroy,
		},
		.entries = linked_list_create(),
		.allow_sha1 = allow_sha1,
	);
	return &this->public;
}
