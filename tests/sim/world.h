/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup sim_world sim_world
 * @{ @ingroup scep_sim
 *
 * All there is in a run: time, a gateway with its disk, the network, a CA, and
 * what goes wrong with them.
 */

#ifndef SIM_WORLD_H_
#define SIM_WORLD_H_

#include "check.h"
#include "fs.h"
#include "pool.h"
#include "trace.h"

#include "mock_ca.h"
#include "mock_clock.h"
#include "mock_ike.h"
#include "mock_random.h"
#include "mock_transport.h"

#include "enroll/scep_loop.h"

/** Lengths of time, seconds */
#define MINUTE	60
#define HOUR	3600
#define DAY		(24 * HOUR)
#define YEAR	(365 * DAY)

typedef enum sim_answer_t sim_answer_t;
typedef enum sim_net_fault_t sim_net_fault_t;
typedef struct sim_gateway_t sim_gateway_t;
typedef struct sim_profile_t sim_profile_t;
typedef struct sim_net_t sim_net_t;
typedef struct sim_script_t sim_script_t;
typedef struct sim_crl_t sim_crl_t;
typedef struct sim_servers_t sim_servers_t;
typedef struct sim_world_t sim_world_t;

/**
 * How the network fails.
 */
enum sim_net_fault_t {
	SIM_NET_GOOD,
	/** no connection, at once */
	SIM_NET_REFUSED,
	/** no answer until the time-out */
	SIM_NET_SILENT,
	/** HTTP 500, 503 with and without Retry-After, 404 */
	SIM_NET_ERROR,
	SIM_NET_BUSY,
	SIM_NET_BUSY_UNTIL,
	SIM_NET_NOT_FOUND,
	/** a page for people, with status 200 */
	SIM_NET_PAGE,
	/** each transfer may fail, before or after the CA saw it */
	SIM_NET_LOSSY,
	SIM_NET_FAULTS,
};

/**
 * How the answer to a PKIOperation is wrong.
 */
enum sim_answer_t {
	SIM_ANSWER_GOOD,
	/** another recipientNonce */
	SIM_ANSWER_NONCE,
	/** another transactionID */
	SIM_ANSWER_TRANSACTION,
	/** a certificate for another key */
	SIM_ANSWER_OTHER_KEY,
	/** signed by another gateway of the same CA */
	SIM_ANSWER_PEER,
	/** signed by a CA of the same name */
	SIM_ANSWER_ROGUE,
	/** bytes, cut short, changed */
	SIM_ANSWER_GARBAGE,
	SIM_ANSWER_SHORT,
	SIM_ANSWER_FLIPPED,
	SIM_ANSWERS,
};

/**
 * What the profile of the gateway is set to.
 */
struct sim_profile_t {

	/** number in its subject, and of its subjectAltName */
	u_int subject, san;

	/** settings that a person changes to make it start anew */
	u_int touched;

	/** window of renewal, percent */
	u_int from, to;

	/** waits, seconds */
	u_int retry, retry_max, poll, poll_max, poll_timeout;

	/** the CA's fingerprint, and whether it is configured, or confirmed by a
	 * person; whether there is a challenge phrase */
	char pin[72];
	bool pinned, challenge;

	/** whether there are two URLs */
	bool two;

	/** how long a phrase serves, seconds, 0 for ever, and since when there is
	 * that of the file, and the one that was handed over, by the gateway's
	 * clock */
	time_t phrase_life, phrase_since, handed_since;

	/** whether the file's date is no good, as it is of a clock that was ahead */
	bool undated;

	/** whether the key stays, and peers are verified by the CA */
	bool key_reuse, trust_ca;

	/** whether the configuration has it at all */
	bool configured;
};

/**
 * The gateway: what is there while its process runs.
 */
struct sim_gateway_t {

	/** what the enrolment sees */
	scep_host_t host;

	/** parts of that */
	scep_disk_t *disk;
	scep_ike_t ike;
	scep_curl_t curl;
	mock_ike_t *creds;
	mock_transport_t *transport;
	scep_loop_t *loop;

	/** jobs: the loop's, and those that wait for a worker; job_t */
	job_t *job;
	linked_list_t *jobs;

	/** when the next one of them is done */
	time_t work_at;

	/** whether wait() has to return */
	bool woken;

	/** whether it is up; whether its process ends now, without a word */
	bool up, dying;

	/** whether it ended while it wrote something, or worked */
	bool busy;

	/** wall clock and uptime */
	mock_clock_t *clock;

	/** key of the request that left last, as on disk */
	chunk_t request_key;
};

/**
 * The network, and the CA at its other end.
 */
struct sim_net_t {

	/** the CA, its peers: another gateway's certificate, a CA of that name */
	mock_ca_t *ca, *rogue;
	certrep_id_t *peer, *forger;

	/** transfer under way, when it reaches the CA, and its answer the gateway */
	mock_transfer_t *transfer;

	/** how many transfers the gateway has begun with that one */
	u_int number;
	time_t arrives, answered;
	bool arrived;

	/** the answer, and serial number of a certificate that it proves; 0: none;
	 * whether it says PENDING */
	scep_http_answer_t answer;
	uint64_t serial;
	bool pends;

	/** whether the transfers now are a GetCRL's */
	bool query;

	/** whether the last answer was that there is no GetCACaps */
	bool not_found;

	/** how it fails, and until when */
	sim_net_fault_t fault;
	time_t fault_until;

	/** Retry-After of a busy server, seconds */
	time_t retry_after;

	/** how answers are wrong, and until when */
	sim_answer_t wrong;
	time_t wrong_until;

	/** whether there is another CA for good, that nobody announced, or that the
	 * gateway may not have heard of */
	bool changed;

	/** another CA answers until then; the CA decides not before; refuses until
	 * then, with that failInfo; certifies another subject until then */
	time_t rogue_until, pending_until, refuse_until, renamed_until;
	const char *fail_info;
};

/**
 * CRLs by GetCRL.
 */
struct sim_crl_t {

	/** how long one is valid, 0 if nobody needs GetCRL; until when there is
	 * none */
	time_t life, none_until;

	/** when one was asked for, or came; whether it came; whether the next one
	 * may be asked for at any time; how many were, and how many in a row
	 * came nearly over */
	time_t last;
	bool got, free;
	u_int asked, vain;
};

/**
 * The two servers of the CA, 0 and 1.
 */
struct sim_servers_t {

	/** which one is down, until when; which one is asked now */
	u_int down, asked;
	time_t down_until;

	/** which one has a pending request, and when it said so */
	u_int pends;
	time_t pends_at;

	/** whether no request is under way */
	bool done;
};

/**
 * What goes wrong.
 */
struct sim_script_t {

	/** when the next thing goes wrong */
	time_t next;

	/** mean time between two of them, seconds */
	time_t mean;

	/** how the disk fails, until when, and how many of a hundred steps */
	int disk_error;
	time_t disk_until;
	u_int disk_percent;

	/** steps of the disk, and the one at which the process or power ends */
	u_int steps, die_at;
	bool power;

	/** when the process ends in good order, and when without */
	time_t stop_at, kill_at;

	/** when the clock is mended, by how much it is wrong */
	time_t mend_at;

	/** when a person acts, when the profile comes back, when the next CA takes
	 * over, when certificates get their usual life again; 0 for never */
	time_t person_at, return_at, take_over_at, life_at;

	/** whether people use the control interface here, and when one cancels */
	bool operated;
	time_t cancel_at;

	/** usual life of certificates */
	time_t life;
};

/**
 * The world.
 */
struct sim_world_t {

	/** seed of all that is random */
	uint64_t seed;

	/** when it ends, virtual seconds */
	time_t end;

	/** random numbers: what goes wrong, those of the gateway */
	mock_random_t *fate, *random;

	/** the true time */
	mock_clock_t *time;

	/** parts */
	sim_trace_t *trace;
	sim_check_t *check;
	sim_pool_t *pool;
	mock_keys_t *keys;
	sim_fs_t *fs;
	sim_gateway_t gateway;
	sim_profile_t profile;
	sim_net_t net;
	sim_crl_t crl;
	sim_servers_t servers;
	sim_script_t script;
};

/**
 * Draw a number.
 */
uint64_t sim_draw(sim_world_t *this, uint64_t from, uint64_t to);

/**
 * Draw whether something of some percent happens.
 */
bool sim_chance(sim_world_t *this, u_int percent);

/**
 * Draw a length of time, short ones as likely as long ones.
 */
time_t sim_draw_time(sim_world_t *world, time_t from, time_t to);

/**
 * The true time, seconds since 1970.
 */
time_t sim_now(sim_world_t *this);

/**
 * The time as the gateway's clock has it.
 */
time_t sim_gateway_now(sim_world_t *this);

/**
 * Let time pass until a moment.
 */
void sim_advance(sim_world_t *this, time_t at);

/**
 * Create a world.
 *
 * @param pool		keys, not owned
 * @param seed		seed
 * @param days		how long it lasts
 * @param verbose	whether to print what happens
 */
sim_world_t *sim_world_create(sim_pool_t *pool, uint64_t seed, u_int days,
							  bool verbose);

/**
 * Let it run until it ends, or an invariant is broken.
 */
void sim_world_run(sim_world_t *this);

/**
 * Destroy a world.
 */
void sim_world_destroy(sim_world_t *this);

#endif /** SIM_WORLD_H_ @}*/
