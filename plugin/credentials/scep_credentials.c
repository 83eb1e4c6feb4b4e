/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "credentials/scep_credentials.h"
#include "trust/scep_crl.h"

#include <credentials/sets/mem_cred.h>
#include <threading/mutex.h>

typedef struct private_scep_credentials_t private_scep_credentials_t;
typedef struct crl_entry_t crl_entry_t;
typedef struct snapshot_t snapshot_t;
typedef struct entry_t entry_t;
typedef struct snapshot_enumerator_t snapshot_enumerator_t;

/**
 * Private data of a scep_credentials_t.
 */
struct private_scep_credentials_t {

	/**
	 * Public interface.
	 */
	scep_credentials_t public;

	/**
	 * What the profiles have, entry_t. Loop thread only.
	 */
	linked_list_t *entries;

	/**
	 * CRLs of the profiles' CAs, crl_entry_t. Loop thread only.
	 */
	linked_list_t *crls;

	/**
	 * What readers get.
	 */
	snapshot_t *snapshot;

	/**
	 * Guards the pointer to the snapshot, while a reference is taken.
	 */
	mutex_t *mutex;
};

/**
 * Credentials of a profile.
 */
struct entry_t {
	char *profile;
	private_key_t *key;
	certificate_t *cert;
	linked_list_t *chain;
	linked_list_t *roots;
};

/**
 * CRL of a profile's CA.
 */
struct crl_entry_t {
	char *profile;
	certificate_t *crl;
	certificate_t *issuer;
};

/**
 * Immutable credentials of all profiles.
 */
struct snapshot_t {

	/** libstrongswan's set; filled before anybody sees it, never changed */
	mem_cred_t *creds;

	/** CRLs, those of creds, crl_entry_t without a profile; the same */
	linked_list_t *crls;

	/** reference count */
	refcount_t refs;
};

/**
 * An enumerator that keeps its snapshot.
 */
struct snapshot_enumerator_t {

	/** implements enumerator_t */
	enumerator_t public;

	/** enumerator of the snapshot */
	enumerator_t *inner;

	/** snapshot, a reference */
	snapshot_t *snapshot;
};

/**
 * Destroy the entry of a CRL.
 */
static void destroy_crl_entry(crl_entry_t *entry)
{
	free(entry->profile);
	entry->crl->destroy(entry->crl);
	entry->issuer->destroy(entry->issuer);
	free(entry);
}

/**
 * Create the entry of a CRL.
 */
static crl_entry_t *create_crl_entry(const char *profile, certificate_t *crl,
									 certificate_t *issuer)
{
	crl_entry_t *entry;

	INIT(entry,
		.profile = profile ? strdup(profile) : NULL,
		.crl = crl->get_ref(crl),
		.issuer = issuer->get_ref(issuer),
	);
	return entry;
}

/**
 * Drop a reference to a snapshot.
 */
static void put_snapshot(snapshot_t *snapshot)
{
	if (ref_put(&snapshot->refs))
	{
		snapshot->creds->destroy(snapshot->creds);
		snapshot->crls->destroy_function(snapshot->crls,
										 (void*)destroy_crl_entry);
		free(snapshot);
	}
}

/**
 * Get a reference to the current snapshot.
 */
static snapshot_t *get_snapshot(private_scep_credentials_t *this)
{
	snapshot_t *snapshot;

	this->mutex->lock(this->mutex);
	snapshot = this->snapshot;
	ref_get(&snapshot->refs);
	this->mutex->unlock(this->mutex);
	return snapshot;
}

METHOD(enumerator_t, enumerate, bool,
	snapshot_enumerator_t *this, va_list args)
{
	return this->inner->venumerate(this->inner, args);
}

METHOD(enumerator_t, enumerator_destroy, void,
	snapshot_enumerator_t *this)
{
	this->inner->destroy(this->inner);
	put_snapshot(this->snapshot);
	free(this);
}

/**
 * Wrap an enumerator of a snapshot.
 */
static enumerator_t *wrap(snapshot_t *snapshot, enumerator_t *inner)
{
	snapshot_enumerator_t *this;

	INIT(this,
		.public = {
			.enumerate = enumerator_enumerate_default,
			.venumerate = _enumerate,
			.destroy = _enumerator_destroy,
		},
		.inner = inner,
		.snapshot = snapshot,
	);
	return &this->public;
}

METHOD(credential_set_t, create_private_enumerator, enumerator_t*,
	private_scep_credentials_t *this, key_type_t type, identification_t *id)
{
	snapshot_t *snapshot = get_snapshot(this);
	credential_set_t *set = &snapshot->creds->set;

	return wrap(snapshot, set->create_private_enumerator(set, type, id));
}

/**
 * Pass the CRLs of an issuer: charon asks by the identifier of its key, which
 * a CRL need not have (RFC 5280, 5.2.1 wants it; OpenSSL leaves it out unless
 * told).
 */
CALLBACK(filter_crl, bool,
	identification_t *id, enumerator_t *orig, va_list args)
{
	certificate_t *issuer, **out;
	crl_entry_t *entry;

	VA_ARGS_VGET(args, out);
	while (orig->enumerate(orig, &entry))
	{
		issuer = entry->issuer;
		if (!id || entry->crl->has_issuer(entry->crl, id) ||
			issuer->has_subject(issuer, id))
		{
			*out = entry->crl;
			return TRUE;
		}
	}
	return FALSE;
}

METHOD(credential_set_t, create_cert_enumerator, enumerator_t*,
	private_scep_credentials_t *this, certificate_type_t cert, key_type_t key,
	identification_t *id, bool trusted)
{
	snapshot_t *snapshot = get_snapshot(this);
	credential_set_t *set = &snapshot->creds->set;

	if (cert == CERT_X509_CRL && key == KEY_ANY && !trusted)
	{
		return wrap(snapshot, enumerator_create_filter(
						snapshot->crls->create_enumerator(snapshot->crls),
						filter_crl, id, NULL));
	}

	return wrap(snapshot, set->create_cert_enumerator(set, cert, key, id,
													  trusted));
}

/**
 * Destroy a profile's credentials.
 */
static void destroy_entry(entry_t *entry)
{
	free(entry->profile);
	entry->key->destroy(entry->key);
	entry->cert->destroy(entry->cert);
	entry->chain->destroy_offset(entry->chain,
								 offsetof(certificate_t, destroy));
	entry->roots->destroy_offset(entry->roots,
								 offsetof(certificate_t, destroy));
	free(entry);
}

/**
 * Add certificates to a set.
 */
static void add_certs(mem_cred_t *creds, bool trusted, linked_list_t *certs)
{
	enumerator_t *enumerator;
	certificate_t *cert;

	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert))
	{
		creds->add_cert(creds, trusted, cert->get_ref(cert));
	}
	enumerator->destroy(enumerator);
}

/**
 * Whether another profile has a newer CRL of the same CA: charon takes the
 * first one that is not stale.
 */
static bool is_superseded(private_scep_credentials_t *this, crl_entry_t *entry)
{
	enumerator_t *enumerator;
	crl_entry_t *other;
	bool superseded = FALSE;

	enumerator = this->crls->create_enumerator(this->crls);
	while (!superseded && enumerator->enumerate(enumerator, &other))
	{
		superseded = other != entry &&
					 other->issuer->equals(other->issuer, entry->issuer) &&
					 scep_crl_is_older(entry->crl, other->crl);
	}
	enumerator->destroy(enumerator);
	return superseded;
}

/**
 * Add the CRLs to a snapshot.
 */
static void add_crls(private_scep_credentials_t *this, snapshot_t *snapshot)
{
	enumerator_t *enumerator;
	crl_entry_t *entry;

	enumerator = this->crls->create_enumerator(this->crls);
	while (enumerator->enumerate(enumerator, &entry))
	{
		if (!is_superseded(this, entry))
		{
			snapshot->creds->add_cert(snapshot->creds, FALSE,
									  entry->crl->get_ref(entry->crl));
			snapshot->crls->insert_last(snapshot->crls,
						create_crl_entry(NULL, entry->crl, entry->issuer));
		}
	}
	enumerator->destroy(enumerator);
}

/**
 * Create a snapshot of all entries.
 */
static snapshot_t *create_snapshot(private_scep_credentials_t *this)
{
	enumerator_t *enumerator;
	mem_cred_t *creds = mem_cred_create();
	snapshot_t *snapshot;
	entry_t *entry;

	enumerator = this->entries->create_enumerator(this->entries);
	while (enumerator->enumerate(enumerator, &entry))
	{
		creds->add_key(creds, entry->key->get_ref(entry->key));
		/* not trusted: a peer that shows our own certificate is no peer */
		creds->add_cert(creds, FALSE, entry->cert->get_ref(entry->cert));
		add_certs(creds, FALSE, entry->chain);
		add_certs(creds, TRUE, entry->roots);
	}
	enumerator->destroy(enumerator);
	INIT(snapshot,
		.creds = creds,
		.crls = linked_list_create(),
		.refs = 1,
	);
	add_crls(this, snapshot);
	return snapshot;
}

/**
 * Let readers see the entries as they are now.
 */
static void publish(private_scep_credentials_t *this)
{
	snapshot_t *old, *snapshot = create_snapshot(this);

	this->mutex->lock(this->mutex);
	old = this->snapshot;
	this->snapshot = snapshot;
	this->mutex->unlock(this->mutex);
	if (old)
	{
		put_snapshot(old);
	}
}

/**
 * Remove a profile's entry.
 */
static void remove_entry(private_scep_credentials_t *this, const char *profile)
{
	enumerator_t *enumerator;
	entry_t *entry;

	enumerator = this->entries->create_enumerator(this->entries);
	while (enumerator->enumerate(enumerator, &entry))
	{
		if (streq(entry->profile, profile))
		{
			this->entries->remove_at(this->entries, enumerator);
			destroy_entry(entry);
		}
	}
	enumerator->destroy(enumerator);
}

/**
 * Copy a list of certificates.
 */
static linked_list_t *clone_certs(linked_list_t *certs)
{
	return certs->clone_offset(certs, offsetof(certificate_t, get_ref));
}

METHOD(scep_credentials_t, install, void,
	private_scep_credentials_t *this, const char *profile, private_key_t *key,
	certificate_t *cert, linked_list_t *chain, linked_list_t *roots)
{
	entry_t *entry;

	INIT(entry,
		.profile = strdup(profile),
		.key = key->get_ref(key),
		.cert = cert->get_ref(cert),
		.chain = clone_certs(chain),
		.roots = clone_certs(roots),
	);
	remove_entry(this, profile);
	this->entries->insert_last(this->entries, entry);
	publish(this);
}

/**
 * Remove a profile's CRL.
 */
static void remove_crl(private_scep_credentials_t *this, const char *profile)
{
	enumerator_t *enumerator;
	crl_entry_t *entry;

	enumerator = this->crls->create_enumerator(this->crls);
	while (enumerator->enumerate(enumerator, &entry))
	{
		if (streq(entry->profile, profile))
		{
			this->crls->remove_at(this->crls, enumerator);
			destroy_crl_entry(entry);
		}
	}
	enumerator->destroy(enumerator);
}

METHOD(scep_credentials_t, install_crl, void,
	private_scep_credentials_t *this, const char *profile, certificate_t *crl,
	certificate_t *issuer)
{
	remove_crl(this, profile);
	if (crl)
	{
		this->crls->insert_last(this->crls,
								create_crl_entry(profile, crl, issuer));
	}
	publish(this);
}

METHOD(scep_credentials_t, remove_, void,
	private_scep_credentials_t *this, const char *profile)
{
	remove_entry(this, profile);
	remove_crl(this, profile);
	publish(this);
}

METHOD(scep_credentials_t, destroy, void,
	private_scep_credentials_t *this)
{
	this->entries->destroy_function(this->entries, (void*)destroy_entry);
	this->crls->destroy_function(this->crls, (void*)destroy_crl_entry);
	put_snapshot(this->snapshot);
	this->mutex->destroy(this->mutex);
	free(this);
}

/*
 * Described in header
 */
scep_credentials_t *scep_credentials_create()
{
	private_scep_credentials_t *this;

	INIT(this,
		.public = {
			.set = {
				.create_private_enumerator = _create_private_enumerator,
				.create_cert_enumerator = _create_cert_enumerator,
				.create_shared_enumerator = (void*)return_null,
				.create_cdp_enumerator = (void*)return_null,
				.cache_cert = (void*)nop,
			},
			.install = _install,
			.install_crl = _install_crl,
			.remove = _remove_,
			.destroy = _destroy,
		},
		.entries = linked_list_create(),
		.crls = linked_list_create(),
		.mutex = mutex_create(MUTEX_TYPE_DEFAULT),
	);
	publish(this);
	return &this->public;
}
