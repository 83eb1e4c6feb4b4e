/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "check.h"
#include "cert.h"
#include "crl.h"
#include "events.h"
#include "script.h"
#include "world.h"

#include <credentials/certificates/x509.h>

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>

/** Time after all is well again until there has to be a valid certificate */
#define MARGIN		(3 * HOUR)

/** Transactions that the CA remembers */
#define TRANSACTIONS	8

/** Time until memory has the size that it keeps, and what it may grow after
 * that, bytes; the C library counts what it caches as in use */
#define SETTLED			(200 * DAY)
#define MEMORY_MARGIN	(__sanitizer_get_current_allocated_bytes ? 64 * 1024 \
																 : 512 * 1024)

/** Of AddressSanitizer, if there is one */
size_t __sanitizer_get_current_allocated_bytes() __attribute__((weak));

/*
 * Described in header
 */
bool sim_check_failed(sim_world_t *world)
{
	return world->check->broken != NULL;
}

/*
 * Described in header
 */
void sim_check_break(sim_world_t *world, const char *what, const char *fmt, ...)
{
	sim_check_t *this = world->check;
	va_list args;

	if (!this->broken)
	{
		this->broken = what;
		va_start(args, fmt);
		vsnprintf(this->how, sizeof(this->how), fmt, args);
		va_end(args);
		sim_trace(world->trace, "BROKEN %s: %s", what, this->how);
	}
}

/*
 * Described in header
 */
void sim_check_trouble(sim_world_t *world, time_t until)
{
	sim_check_t *this = world->check;

	this->trouble_until = max(this->trouble_until, max(until, sim_now(world)));
}

/*
 * Described in header
 */
void sim_check_free(sim_world_t *world)
{
	world->check->free = TRUE;
}

/*
 * Described in header
 */
void sim_check_changed(sim_world_t *world)
{
	sim_check_free(world);
	sim_crl_free(world);
	world->check->changed_at = sim_now(world);
	sim_check_trouble(world, sim_now(world));
	world->check->redraw = TRUE;
	world->check->pending = FALSE;
	world->check->pending_since = 0;
	world->check->cancelled = FALSE;
	world->check->phrase_needed = FALSE;
	world->check->wish_until = 0;
}

/*
 * Described in header
 */
void sim_check_ca(sim_world_t *world, X509 *x509)
{
	uint64_t hash = sim_cert_hash(x509);

	array_insert(world->check->cas, ARRAY_TAIL, &hash);
}

/**
 * Find a certificate that was issued.
 */
static sim_issued_t *find(sim_check_t *this, uint64_t serial)
{
	static sim_issued_t issued;
	int i;

	for (i = array_count(this->issued) - 1; i >= 0; i--)
	{
		array_get(this->issued, i, &issued);
		if (issued.serial == serial)
		{
			return &issued;
		}
	}
	return NULL;
}

/*
 * Described in header
 */
sim_issued_t *sim_check_in_use(sim_world_t *world)
{
	sim_check_t *this = world->check;

	return this->installed ? find(this, this->installed) : NULL;
}

/**
 * Whether a certificate is valid at a moment.
 */
static bool is_valid(sim_check_t *this, uint64_t serial, time_t at)
{
	sim_issued_t *issued = serial ? find(this, serial) : NULL;

	return issued && issued->not_before <= at && at <= issued->not_after;
}

/**
 * Serial number of a certificate.
 */
static uint64_t get_serial(certificate_t *cert)
{
	x509_t *x509 = (x509_t*)cert;
	chunk_t serial = x509->get_serial(x509);
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < serial.len; i++)
	{
		value = value << 8 | serial.ptr[i];
	}
	return value;
}

/**
 * Hash a certificate.
 */
static uint64_t get_hash(certificate_t *cert)
{
	chunk_t der = chunk_empty;
	uint64_t hash;

	cert->get_encoding(cert, CERT_ASN1_DER, &der);
	hash = sim_hash(0, der);
	free(der.ptr);
	return hash;
}

/**
 * Check that key and certificate belong together.
 */
static bool is_pair(scep_generation_t *gen)
{
	public_key_t *public = gen->cert->get_public_key(gen->cert);
	bool pair = public && gen->key->belongs_to(gen->key, public);

	DESTROY_IF(public);
	return pair;
}

/**
 * Check that peers are verified by genuine CAs only.
 */
static void check_roots(sim_world_t *world, linked_list_t *roots)
{
	enumerator_t *enumerator;
	certificate_t *root;
	uint64_t hash, known;
	bool found;
	int i;

	enumerator = roots->create_enumerator(roots);
	while (enumerator->enumerate(enumerator, &root))
	{
		hash = get_hash(root);
		found = FALSE;
		for (i = 0; i < array_count(world->check->cas); i++)
		{
			array_get(world->check->cas, i, &known);
			found |= known == hash;
		}
		if (!found)
		{
			sim_check_break(world, "unverified", "a root is not the CA's");
		}
	}
	enumerator->destroy(enumerator);
}

/*
 * Described in header
 */
void sim_check_install(sim_world_t *world, scep_generation_t *gen,
					   linked_list_t *roots)
{
	sim_check_t *this = world->check;
	uint64_t serial = get_serial(gen->cert);
	sim_issued_t *issued = find(this, serial);
	time_t now = sim_gateway_now(world);

	sim_trace(world->trace, "ike has %lx", (long)serial);
	if (!issued || issued->hash != get_hash(gen->cert) || !issued->delivered)
	{
		sim_check_break(world, "unverified", "certificate %lx was not issued "
						"to the gateway, or nothing proves it", (long)serial);
		return;
	}
	if (!issued->wanted)
	{
		sim_check_break(world, "unasked", "certificate %lx names something "
						"else", (long)serial);
	}
	if (!is_pair(gen))
	{
		sim_check_break(world, "pair", "key and certificate %lx do not belong "
						"together", (long)serial);
	}
	if (is_valid(this, this->installed, now) &&
		(!is_valid(this, serial, now) || serial < this->installed))
	{
		sim_check_break(world, "worse", "certificate %lx replaces %lx, which "
						"is valid", (long)serial, (long)this->installed);
	}
	check_roots(world, roots);
	if (serial != this->installed)
	{
		this->installed = serial;
		this->installs++;
		/* the wait under way was drawn by the end of another one */
		this->free |= !this->fresh && serial != this->used;
		this->used = serial;
		sim_crl_free(world);
		this->fresh = FALSE;
	}
	if (serial > this->newest)
	{
		this->pending = FALSE;
		this->before_newest = this->newest;
		this->newest = serial;
		this->newest_unsafe = this->disk_failed;
	}
}

/*
 * Described in header
 */
void sim_check_withdraw(sim_world_t *world)
{
	sim_check_t *this = world->check;

	if (world->profile.configured && this->installed)
	{
		sim_check_break(world, "dropped", "IKE lost certificate %lx",
						(long)this->installed);
	}
	this->installed = 0;
}

/*
 * Described in header
 */
void sim_check_turn(sim_world_t *world)
{
	sim_check_t *this = world->check;

	if (sim_now(world) != this->turn_at)
	{
		this->turn_at = sim_now(world);
		this->turns = 0;
	}
	if (++this->turns > SIM_TURNS)
	{
		sim_check_break(world, "spins", "%u turns of the loop without time "
						"passing", this->turns);
	}
}

/**
 * Time after all is well until a certificate has to be there: some attempts
 * may fail for what was wrong before.
 */
static time_t get_grace(sim_world_t *world)
{
	return 4 * world->profile.retry_max + world->profile.poll_max + MARGIN;
}

/**
 * Check that there is a valid certificate when there has to be.
 */
static void check_valid(sim_world_t *world)
{
	sim_check_t *this = world->check;
	time_t now = sim_now(world), well = now - this->trouble_until;
	sim_issued_t *issued;

	if (!world->profile.configured || this->person_needed ||
		is_valid(this, this->installed, now))
	{
		return;
	}
	if (well > get_grace(world))
	{
		sim_check_break(world, "no-certificate", "all is well since %ld s, but "
						"there is no valid certificate", (long)well);
		return;
	}
	issued = sim_check_in_use(world);
	if (issued && issued->not_after > this->trouble_until + 2 * HOUR &&
		issued->not_after < now)
	{
		sim_check_break(world, "missed", "the certificate has ended, all was "
						"well for %ld s before", (long)(issued->not_after -
						this->trouble_until));
	}
}

/**
 * Memory that is in use, without what the world keeps of it.
 */
static size_t get_memory(sim_world_t *world)
{
	size_t bytes;

	bytes = __sanitizer_get_current_allocated_bytes ?
			__sanitizer_get_current_allocated_bytes() : mallinfo2().uordblks;
	return bytes - sim_fs_size(world->fs);
}

/*
 * Described in header
 */
void sim_check_idle(sim_world_t *world)
{
	sim_check_t *this = world->check;
	sim_issued_t issued;
	size_t memory;

	mock_ca_prune(world->net.ca, TRANSACTIONS);
	/* a few more: files may be damaged, and the clock be set back */
	while (array_count(this->issued) > TRANSACTIONS &&
		   array_get(this->issued, ARRAY_HEAD, &issued) &&
		   issued.serial < this->before_newest &&
		   issued.serial != this->installed)
	{
		array_remove(this->issued, ARRAY_HEAD, NULL);
	}
	if (world->net.ca->entries->get_count(world->net.ca->entries) <
																TRANSACTIONS)
	{	/* the CA's share still grows */
		return;
	}
	memory = get_memory(world);
	if (world->time->uptime < SETTLED || !this->memory)
	{
		this->memory = max(this->memory, memory);
	}
	else if (memory > this->memory + MEMORY_MARGIN)
	{
		sim_check_break(world, "memory", "%zu bytes more than at first",
						memory - this->memory);
	}
}

/**
 * Check that what a person wanted is under way.
 */
static void check_wish(sim_world_t *world)
{
	sim_check_t *this = world->check;

	if (this->wish_until && sim_now(world) > this->wish_until)
	{
		sim_check_break(world, "operator", "nothing is under way, though a "
						"person wanted it");
	}
}

/*
 * Described in header
 */
void sim_check_step(sim_world_t *world)
{
	if (world->gateway.transport->open->get_count(
										world->gateway.transport->open) > 1)
	{
		sim_check_break(world, "outstanding", "two transfers at once");
	}
	check_valid(world);
	check_wish(world);
}

/**
 * Whether a certificate begins later by the gateway's clock, which is behind.
 */
static bool is_early(sim_world_t *world, uint64_t serial)
{
	sim_issued_t *issued = find(world->check, serial);

	return issued && issued->not_before > sim_gateway_now(world);
}

/**
 * Whether a certificate has expired, by the gateway's clock.
 */
static bool is_over(sim_world_t *world, uint64_t serial)
{
	sim_issued_t *issued = find(world->check, serial);

	return issued && issued->not_after < sim_gateway_now(world);
}

/*
 * Described in header
 */
void sim_check_boot(sim_world_t *world)
{
	sim_check_t *this = world->check;

	this->boots++;
	if (!world->profile.configured || sim_script_disk_is_bad(world))
	{
		return;
	}
	if (this->newest && this->installed < this->newest &&
		!is_early(world, this->newest) &&
		/* the one before may be for longer */
		!(is_over(world, this->newest) && !is_over(world, this->installed)) &&
		!(this->newest_unsafe && this->installed >= this->before_newest))
	{
		sim_check_break(world, "dropped", "certificate %lx is not there after "
						"a start, but %lx", (long)this->newest,
						(long)this->installed);
	}
}

/*
 * Described in header
 */
void sim_check_down(sim_world_t *world)
{
	world->check->installed = 0;
	world->check->wish_until = 0;
	world->check->look_said = FALSE;
	sim_crl_free(world);
	if (world->net.transfer || world->gateway.busy ||
		world->check->phrase_needed)
	{	/* what came of the attempt was not noted, or a start looks whether there
		 * is another phrase */
		sim_check_free(world);
	}
}

/*
 * Described in header
 */
void sim_check_issued(sim_world_t *world, mock_entry_t *entry, bool wanted)
{
	sim_issued_t issued = {
		.serial = sim_cert_serial(entry->issued),
		.hash = sim_cert_hash(entry->issued),
		.not_before = mock_ca_begin(entry->issued),
		.not_after = sim_now(world) + world->net.ca->not_after,
		.wanted = wanted,
	};

	array_insert(world->check->issued, ARRAY_TAIL, &issued);
}

/*
 * Described in header
 */
void sim_check_delivered(sim_world_t *world, uint64_t serial)
{
	array_t *all = world->check->issued;
	sim_issued_t issued;
	int i;

	for (i = array_count(all) - 1; serial && i >= 0; i--)
	{
		array_get(all, i, &issued);
		if (issued.serial == serial)
		{
			array_remove(all, i, NULL);
			issued.delivered = TRUE;
			array_insert(all, i, &issued);
			break;
		}
	}
}

/**
 * Whether a key is in a file on disk, durably.
 */
static bool has_key(sim_world_t *world, int key, const char *path)
{
	return key >= 0 && chunk_equals(sim_fs_get(world->fs, path, TRUE),
									world->pool->pem[key]);
}

/*
 * Described in header
 */
void sim_check_answered(sim_world_t *world, mock_entry_t *entry)
{
	int key;

	if (!entry)
	{
		return;
	}
	key = sim_cert_find_key(world->pool, entry);
	if (world->net.ca->asked_type < 21 &&
		!has_key(world, key, SIM_FS_ROOT "/state/gw/request/key.pem"))
	{
		sim_check_break(world, "key-lost", "a request left whose key is not "
						"safe on disk");
	}
}

/*
 * Described in header
 */
void sim_check_destroy(sim_check_t *this)
{
	scep_event_remove_sink(&this->sink);
	array_destroy(this->issued);
	array_destroy(this->cas);
	free(this);
}

/*
 * Described in header
 */
sim_check_t *sim_check_create(sim_world_t *world)
{
	sim_check_t *this;

	INIT(this,
		.sink = {
			.handle = sim_events_handle,
		},
		.world = world,
		.issued = array_create(sizeof(sim_issued_t), 0),
		.cas = array_create(sizeof(uint64_t), 0),
		.trouble_until = sim_now(world),
		.free = TRUE,
		.redraw = TRUE,
	);
	scep_event_add_sink(&this->sink);
	return this;
}
