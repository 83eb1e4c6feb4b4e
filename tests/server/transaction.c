/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "transaction.h"
#include "cert.h"

#include <stdlib.h>
#include <unistd.h>

/**
 * Get the path of one of its files.
 */
static char *get_path(const transaction_t *this, const char *suffix)
{
	return format("%s/transactions/%s.%s", this->dir, this->id, suffix);
}

/*
 * Described in header
 */
void transaction_load(transaction_t *this, const char *dir, bytes_t id)
{
	bytes_t polls;
	char *path;

	*this = (transaction_t){
		.dir = dir,
		.id = format("%s", (char*)id.ptr),
	};
	if (strspn(this->id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			   "0123456789-") != id.len || id.len > 100)
	{
		free(this->id);
		this->id = bytes_hex((bytes_t){ id.ptr, id.len > 100 ? 100 : id.len });
	}
	path = get_path(this, "csr");
	bytes_from_file(path, &this->csr);
	free(path);
	path = get_path(this, "pem");
	this->issued = cert_load(path);
	free(path);
	path = get_path(this, "polls");
	if (bytes_from_file(path, &polls))
	{
		this->polls = atoi((char*)polls.ptr);
	}
	bytes_free(&polls);
	free(path);
}

/*
 * Described in header
 */
void transaction_set_csr(transaction_t *this, bytes_t csr)
{
	char *path = get_path(this, "csr");

	bytes_free(&this->csr);
	this->csr = bytes_copy(csr.ptr, csr.len);
	bytes_to_file(path, csr);
	free(path);
}

/*
 * Described in header
 */
void transaction_count_poll(transaction_t *this)
{
	char *path = get_path(this, "polls");
	char *text = format("%d\n", ++this->polls);

	bytes_to_file(path, bytes_of(text));
	free(text);
	free(path);
}

/*
 * Described in header
 */
void transaction_set_issued(transaction_t *this, X509 *cert)
{
	char *path = get_path(this, "pem");

	X509_up_ref(cert);
	X509_free(this->issued);
	this->issued = cert;
	cert_save(cert, path);
	free(path);
}

/**
 * Whether DIR/NAME or DIR/NAME.ID exists.
 */
static bool is_there(const transaction_t *this, const char *name)
{
	char *all = format("%s/%s", this->dir, name);
	char *one = format("%s/%s.%s", this->dir, name, this->id);
	bool there = access(all, F_OK) == 0 || access(one, F_OK) == 0;

	free(all);
	free(one);
	return there;
}

/*
 * Described in header
 */
transaction_decision_t transaction_decision(const transaction_t *this)
{
	if (is_there(this, "reject"))
	{
		return TRANSACTION_REJECTED;
	}
	return is_there(this, "approve") ? TRANSACTION_APPROVED
									 : TRANSACTION_UNDECIDED;
}

/*
 * Described in header
 */
void transaction_clear(transaction_t *this)
{
	free(this->id);
	bytes_free(&this->csr);
	X509_free(this->issued);
	*this = (transaction_t){};
}
