/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_ca_files.h"
#include "base/scep_limits.h"
#include "config/scep_pin.h"
#include "store/scep_aside.h"
#include "trust/scep_x509.h"

/*
 * Described in header
 */
bool scep_ca_files_save(scep_files_t *files, certificate_t *anchor,
						linked_list_t *cas, scep_error_t *err)
{
	linked_list_t *chain = linked_list_create();
	certificate_t *cert, *root = NULL;
	enumerator_t *enumerator;
	bool success;

	enumerator = cas->create_enumerator(cas);
	while (enumerator->enumerate(enumerator, &cert))
	{
		if (!cert->issued_by(cert, cert, NULL))
		{
			chain->insert_last(chain, cert);
		}
		else if (cert == anchor)
		{
			root = cert;
		}
	}
	enumerator->destroy(enumerator);
	success = scep_files_make_dir(files, "ca", err) &&
			  (root || scep_files_remove(files, "ca/root.pem", err)) &&
			  scep_files_write_certs(files, "ca/chain.pem", chain, err) &&
			  scep_files_write_cert(files, "ca/pinned.pem", anchor, err) &&
			  (!root || scep_files_write_cert(files, "ca/root.pem", root, err));
	chain->destroy(chain);
	return success;
}

/**
 * Load the certificate of a file, none if there is no such file.
 */
static bool load_cert(scep_files_t *files, const char *name,
					  certificate_t **cert, scep_error_t *err)
{
	scep_error_t error = {};

	*cert = NULL;
	if (!scep_files_check_dir(files, "ca", &error))
	{
		return scep_aside_fail(files, "ca", &error, err);
	}
	if (!scep_files_exist(files, name))
	{
		return TRUE;
	}
	*cert = scep_files_read_cert(files, name, &error);
	return *cert || scep_aside_fail(files, name, &error, err);
}

/*
 * Described in header
 */
bool scep_ca_files_load_root(scep_files_t *files, certificate_t **root,
							 scep_error_t *err)
{
	return load_cert(files, "ca/root.pem", root, err);
}

/*
 * Described in header
 */
bool scep_ca_files_load_pinned(scep_files_t *files, certificate_t **anchor,
							   scep_error_t *err)
{
	return load_cert(files, "ca/pinned.pem", anchor, err);
}

/**
 * Destroy a list of certificates.
 */
static void destroy_certs(linked_list_t *certs)
{
	certs->destroy_offset(certs, offsetof(certificate_t, destroy));
}

/**
 * Load the certificates of a file, none if there is no such file.
 */
static bool load_certs(scep_files_t *files, const char *name,
					   linked_list_t **certs, scep_error_t *err)
{
	scep_error_t error = {};

	*certs = linked_list_create();
	if (!scep_files_exist(files, name) ||
		scep_files_read_certs(files, name, *certs, &error))
	{
		return TRUE;
	}
	destroy_certs(*certs);
	*certs = linked_list_create();
	return scep_aside_fail(files, name, &error, err);
}

/*
 * Described in header
 */
bool scep_ca_files_load_chain(scep_files_t *files, linked_list_t **certs,
							  scep_error_t *err)
{
	return load_certs(files, "ca/chain.pem", certs, err);
}

/*
 * Described in header
 */
bool scep_ca_files_save_next(scep_files_t *files, linked_list_t *certs,
							 scep_error_t *err)
{
	return scep_files_make_dir(files, "ca", err) &&
		   scep_files_write_certs(files, "ca/next.pem", certs, err);
}

/*
 * Described in header
 */
bool scep_ca_files_load_next(scep_files_t *files, linked_list_t **certs,
							 scep_error_t *err)
{
	return load_certs(files, "ca/next.pem", certs, err);
}

/*
 * Described in header
 */
bool scep_ca_files_drop_next(scep_files_t *files, scep_error_t *err)
{
	return !scep_files_exist(files, "ca/next.pem") ||
		   scep_files_remove(files, "ca/next.pem", err);
}

/**
 * Get the certificate on which the announced ones depend: the one that a person
 * pinned, if it led to the one that announced.
 *
 * @return			certificate, a new reference
 */
static certificate_t *get_pinned(scep_files_t *files, certificate_t *by,
								 bool pinned)
{
	linked_list_t *announced;
	certificate_t *first = NULL;

	/* one that is damaged is replaced */
	load_certs(files, "ca/announced.pem", &announced, NULL);
	if (!pinned && scep_x509_is_in(by, announced))
	{
		announced->get_first(announced, (void**)&first);
	}
	first = first ?: by;
	first->get_ref(first);
	destroy_certs(announced);
	return first;
}

/*
 * Described in header
 */
bool scep_ca_files_promote_next(scep_files_t *files, certificate_t *by,
								bool pinned, linked_list_t *certs,
								scep_error_t *err)
{
	linked_list_t *announced;
	enumerator_t *enumerator;
	certificate_t *cert;
	bool success;

	/* those that took over before are over */
	announced = linked_list_create();
	announced->insert_last(announced, get_pinned(files, by, pinned));
	enumerator = certs->create_enumerator(certs);
	while (enumerator->enumerate(enumerator, &cert) &&
		   announced->get_count(announced) < SCEP_MAX_CERTS)
	{
		announced->insert_last(announced, cert->get_ref(cert));
	}
	enumerator->destroy(enumerator);
	success = scep_files_make_dir(files, "ca", err) &&
			  scep_files_write_certs(files, "ca/announced.pem", announced,
									 err) &&
			  scep_ca_files_drop_next(files, err);
	destroy_certs(announced);
	return success;
}

/*
 * Described in header
 */
bool scep_ca_files_load_announced(scep_files_t *files, linked_list_t *pins,
								  certificate_t *ca_cert,
								  certificate_t **first,
								  linked_list_t **certs, scep_error_t *err)
{
	*first = NULL;
	if (!load_certs(files, "ca/announced.pem", certs, err))
	{
		return FALSE;
	}
	if ((*certs)->remove_first(*certs, (void**)first) != SUCCESS)
	{
		return TRUE;
	}
	if (!scep_pins_match(pins, *first) &&
		!(ca_cert && ca_cert->equals(ca_cert, *first)))
	{
		destroy_certs(*certs);
		*certs = linked_list_create();
		(*first)->destroy(*first);
		*first = NULL;
	}
	return TRUE;
}

/*
 * Described in header
 */
bool scep_ca_files_save_crl(scep_files_t *files, chunk_t der, scep_error_t *err)
{
	return scep_files_make_dir(files, "ca", err) &&
		   scep_files_write(files, "ca/crl.der", chunk_clone(der), err);
}

/*
 * Described in header
 */
bool scep_ca_files_load_crl(scep_files_t *files, certificate_t **crl,
							scep_error_t *err)
{
	scep_error_t error = {};
	chunk_t der;

	*crl = NULL;
	if (!scep_files_exist(files, "ca/crl.der"))
	{
		return TRUE;
	}
	if (!scep_files_read(files, "ca/crl.der", FALSE, &der, &error))
	{
		return scep_aside_fail(files, "ca/crl.der", &error, err);
	}
	*crl = lib->creds->create(lib->creds, CRED_CERTIFICATE, CERT_X509_CRL,
							  BUILD_BLOB_ASN1_DER, der, BUILD_END);
	chunk_free(&der);
	if (*crl)
	{
		return TRUE;
	}
	scep_fail(&error, SCEP_CORRUPT, "'%s/ca/crl.der' holds no CRL", files->dir);
	return scep_aside_fail(files, "ca/crl.der", &error, err);
}
