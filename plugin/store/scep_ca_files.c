/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "store/scep_ca_files.h"

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

/*
 * Described in header
 */
bool scep_ca_files_load_root(scep_files_t *files, certificate_t **root,
							 scep_error_t *err)
{
	*root = NULL;
	if (!scep_files_exist(files, "ca/root.pem"))
	{
		return TRUE;
	}
	*root = scep_files_read_cert(files, "ca/root.pem", err);
	return *root != NULL;
}
