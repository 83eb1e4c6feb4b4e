/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "net.h"
#include "cert.h"
#include "crl.h"
#include "gateway.h"
#include "phrase.h"
#include "rate.h"
#include "servers.h"

#include <stdio.h>

/** Another gateway of the CA */
#define PEER		"gw1.example.org"

/** Life of CAs that are not to end */
#define CA_LIFE		(30LL * YEAR)

/**
 * Create a CA.
 */
static mock_ca_t *create_ca(sim_world_t *this, const char *cn)
{
	time_t now = sim_now(this);
	mock_ca_t *ca;

	ca = mock_ca_create_with(&this->time->public, sim_pool_take, cn,
							 now - DAY, now + CA_LIFE);
	ca->not_after = this->script.life;
	ca->patient = TRUE;
	ca->challenge = this->profile.challenge ? SIM_PHRASE : NULL;
	sim_crl_set(this, ca);
	return ca;
}

/*
 * Described in header
 */
void sim_net_init(sim_world_t *this)
{
	sim_net_t *net = &this->net;

	net->ca = create_ca(this, "Sim CA");
	sim_check_ca(this, net->ca->id->x509);
	mock_ca_fingerprint(net->ca, this->profile.pin);
	net->rogue = create_ca(this, "Sim CA");
	net->peer = sim_cert_issue(net->ca, PEER);
	net->forger = sim_cert_issue(net->rogue, PEER);
}

/**
 * Whether the operation of a transfer is an attempt's first one. With or
 * without "message=" is tried both, once.
 */
static bool is_first(sim_world_t *this, mock_transfer_t *transfer)
{
	/* at once, in another form; later it is another one */
	bool again = this->net.not_found &&
				 sim_now(this) <= this->net.answered + 2;

	this->net.not_found = FALSE;
	return mock_transport_is(&transfer->request, "GetCACaps") && !again;
}

/**
 * Note a transfer that began, and how long it takes.
 */
static void begin(sim_world_t *this, mock_transfer_t *transfer)
{
	const char *operation = strstr(transfer->request.url, "operation=");
	sim_net_t *net = &this->net;
	bool first = sim_servers_begin(this, transfer->request.url,
								   is_first(this, transfer));

	if (first)
	{
		net->query = this->crl.life && !this->check->look_said &&
					 !sim_gateway_is_asking(this);
	}
	net->transfer = transfer;
	net->number = this->gateway.transport->sent;
	net->arrives = sim_now(this) + sim_draw(this, 0, 3) / 2;
	net->answered = net->arrives + sim_draw(this, 0, 3) / 2;
	net->arrived = FALSE;
	sim_trace(this->trace, "sent %s %zu bytes", operation,
			  transfer->request.body.len);
	if (!net->query)
	{
		sim_rate_sent(this, first);
	}
	else if (first)
	{
		sim_crl_begin(this);
	}
}

/**
 * Look for a transfer under way.
 */
static void look(sim_world_t *this)
{
	mock_transport_t *transport = this->gateway.transport;
	mock_transfer_t *transfer = NULL;

	if (transport)
	{
		transfer = mock_transport_get(transport);
	}
	/* another one may have the address of one that was cancelled */
	if (transfer != this->net.transfer ||
		(transfer && transport->sent != this->net.number))
	{
		sim_net_drop(this);
		if (transfer)
		{
			begin(this, transfer);
		}
	}
}

/*
 * Described in header
 */
time_t sim_net_due(sim_world_t *this)
{
	sim_net_t *net = &this->net;

	look(this);
	return !net->transfer ? 0 : net->arrived ? net->answered : net->arrives;
}

/*
 * Described in header
 */
void sim_net_drop(sim_world_t *this)
{
	if (this->net.transfer && this->net.query)
	{
		sim_crl_free(this);
	}
	if (this->net.transfer)
	{
		this->net.not_found = FALSE;
	}
	this->net.transfer = NULL;
	free(this->net.answer.body.ptr);
	this->net.answer = (scep_http_answer_t){};
}

/**
 * How the network fails now.
 */
static sim_net_fault_t get_fault(sim_world_t *this)
{
	return sim_now(this) < this->net.fault_until ? this->net.fault
												 : SIM_NET_GOOD;
}

/**
 * Set the answer to an error of the network.
 */
static void fail(sim_world_t *this, time_t after, const char *why)
{
	sim_net_t *net = &this->net;

	free(net->answer.body.ptr);
	net->answer = (scep_http_answer_t){};
	scep_fail(&net->answer.error, SCEP_TRANSIENT, "%s", why);
	net->answered = max(net->answered, sim_now(this) + after);
	net->serial = 0;
	net->pends = FALSE;
}

/**
 * Answer with a status and a page.
 */
static void say(sim_world_t *this, long status, const char *page)
{
	free(this->net.answer.body.ptr);
	this->net.answer = (scep_http_answer_t){
		.status = status,
		.body = chunk_clone(chunk_from_str((char*)page)),
	};
	this->net.serial = 0;
}

/**
 * Let the network fail before the CA sees a request.
 *
 * @return			FALSE if it does not
 */
static bool fail_before(sim_world_t *this)
{
	sim_net_t *net = &this->net;

	if (sim_servers_is_down(this))
	{
		fail(this, 0, "connection refused");
		return TRUE;
	}
	switch (get_fault(this))
	{
		case SIM_NET_REFUSED:
			fail(this, 0, "connection refused");
			return TRUE;
		case SIM_NET_SILENT:
			fail(this, SIM_NET_TIMEOUT, "no answer");
			return TRUE;
		case SIM_NET_ERROR:
			say(this, 500, "<html>internal error</html>");
			return TRUE;
		case SIM_NET_BUSY:
			say(this, 503, "busy");
			return TRUE;
		case SIM_NET_BUSY_UNTIL:
			say(this, 503, "busy");
			net->answer.retry_after = net->retry_after;
			return TRUE;
		case SIM_NET_NOT_FOUND:
			say(this, 404, "<html>not found</html>");
			return TRUE;
		case SIM_NET_PAGE:
			say(this, 200, "<html>please log in</html>");
			return TRUE;
		case SIM_NET_LOSSY:
			if (sim_chance(this, 25))
			{
				fail(this, SIM_NET_TIMEOUT, "lost on the way there");
				return TRUE;
			}
			return FALSE;
		default:
			return FALSE;
	}
}

/**
 * Spoil the bytes of an answer.
 */
static void spoil(sim_world_t *this, sim_answer_t how)
{
	chunk_t *body = &this->net.answer.body;
	size_t i;

	if (!body->len)
	{
		return;
	}
	switch (how)
	{
		case SIM_ANSWER_GARBAGE:
			for (i = 0; i < body->len; i++)
			{
				body->ptr[i] = sim_draw(this, 0, 255);
			}
			break;
		case SIM_ANSWER_SHORT:
			body->len = sim_draw(this, 0, body->len - 1);
			break;
		case SIM_ANSWER_FLIPPED:
			i = sim_draw(this, 0, body->len - 1);
			body->ptr[i] ^= 1 << sim_draw(this, 0, 7);
			break;
		default:
			break;
	}
}

/**
 * Tell the CA how to answer wrongly.
 */
static void prepare_wrong(sim_world_t *this, sim_answer_t how)
{
	static u_char bytes[16] = "0123456789abcdef";
	certrep_t *rep = &this->net.ca->rep;

	switch (how)
	{
		case SIM_ANSWER_NONCE:
			rep->recipient_nonce = chunk_create(bytes, sizeof(bytes));
			break;
		case SIM_ANSWER_TRANSACTION:
			rep->transaction_id = chunk_create(bytes, sizeof(bytes));
			break;
		case SIM_ANSWER_OTHER_KEY:
			this->net.ca->other_key = this->net.peer->pkey;
			break;
		case SIM_ANSWER_PEER:
			rep->signer = this->net.peer;
			break;
		case SIM_ANSWER_ROGUE:
			rep->signer = this->net.rogue->id;
			break;
		default:
			break;
	}
}

/**
 * Let the CA decide as it does now.
 */
static void set_verdict(sim_world_t *this)
{
	sim_net_t *net = &this->net;
	time_t now = sim_now(this);

	net->ca->verdict = now < net->refuse_until ? MOCK_REFUSE :
					   now < net->pending_until ? MOCK_PEND : MOCK_GRANT;
	net->ca->cn = now < net->renamed_until ? "other.example.org" : NULL;
	net->ca->other_key = NULL;
	net->ca->queries = now >= this->crl.none_until;
	net->ca->rep = (certrep_t){
		.fail_info = now < net->refuse_until ? net->fail_info : NULL,
	};
}

/**
 * Let the CA answer a PKIOperation.
 */
static void operate(sim_world_t *this)
{
	sim_net_t *net = &this->net;
	mock_ca_t *ca = net->ca;
	sim_answer_t how = SIM_ANSWER_GOOD;
	u_int issued = ca->issued;

	set_verdict(this);
	if (sim_now(this) < net->wrong_until)
	{
		how = net->wrong;
		prepare_wrong(this, how);
	}
	mock_ca_serve(ca, &net->transfer->request, &net->answer);
	if (ca->issued != issued)
	{
		sim_check_issued(this, ca->last, !ca->cn && !ca->other_key);
	}
	spoil(this, how);
	/* what is changed in one bit and still believed was not changed in what
	 * counts; what was issued before is for the key that it was issued for */
	if (ca->asked && ca->asked->issued &&
		(how == SIM_ANSWER_GOOD || how == SIM_ANSWER_FLIPPED ||
		 (how == SIM_ANSWER_OTHER_KEY && ca->issued == issued)))
	{
		net->serial = sim_cert_serial(ca->asked->issued);
	}
	net->pends = ca->asked && !ca->asked->issued && how == SIM_ANSWER_GOOD &&
				 ca->verdict == MOCK_PEND;
	sim_check_answered(this, ca->asked);
	if (ca->asked && ca->asked_type == 20)
	{
		sim_servers_polled(this);
	}
	if (ca->asked && ca->asked_type < 20 && ca->asked->challenge)
	{
		sim_phrase_arrived(this);
	}
	sim_trace(this->trace, "ca: %s%s%s", ca->reason ?: ca->issued != issued ?
			  "issued" : ca->asked && ca->asked->issued ? "gave again" :
			  ca->verdict == MOCK_PEND ? "pending" : "refused",
			  how ? ", answer is wrong " : "", how ? ((char[]){ '0' + how, 0 })
												   : "");
}

/**
 * A request reaches the CA.
 */
static void arrive(sim_world_t *this)
{
	sim_net_t *net = &this->net;
	mock_ca_t *ca;

	net->arrived = TRUE;
	net->serial = 0;
	net->pends = FALSE;
	if (fail_before(this))
	{
		return;
	}
	ca = sim_now(this) < net->rogue_until ? net->rogue : net->ca;
	if (ca == net->ca && mock_transport_is(&net->transfer->request,
										   "PKIOperation"))
	{
		operate(this);
	}
	else
	{
		mock_ca_serve(ca, &net->transfer->request, &net->answer);
	}
	if (get_fault(this) == SIM_NET_LOSSY && sim_chance(this, 25))
	{
		fail(this, SIM_NET_TIMEOUT, "lost on the way back");
	}
}

/**
 * An answer reaches the gateway.
 */
static void answer(sim_world_t *this)
{
	sim_net_t *net = &this->net;
	scep_http_answer_t answer = net->answer;

	sim_trace(this->trace, "answer %ld %zu bytes %s", answer.status,
			  answer.body.len, answer.error.text);
	if (!net->query)
	{
		sim_check_delivered(this, net->serial);
		sim_rate_answered(this, &answer);
	}
	if (net->pends)
	{
		sim_servers_pends(this);
	}
	net->not_found = answer.status == 404 &&
			mock_transport_is(&net->transfer->request, "GetCACaps");
	net->answer = (scep_http_answer_t){};
	net->transfer = NULL;
	mock_transport_answer(this->gateway.transport, &answer);
	free(answer.body.ptr);
}

/*
 * Described in header
 */
void sim_net_run(sim_world_t *this)
{
	if (this->net.arrived)
	{
		answer(this);
	}
	else
	{
		arrive(this);
	}
}

/*
 * Described in header
 */
bool sim_net_is_healthy(sim_world_t *this)
{
	sim_net_t *net = &this->net;
	time_t now = sim_now(this);

	return now >= net->fault_until && now >= net->wrong_until &&
		   now >= net->rogue_until && now >= net->pending_until &&
		   now >= net->refuse_until && now >= net->renamed_until;
}

/*
 * Described in header
 */
void sim_net_replace_ca(sim_world_t *this)
{
	sim_net_t *net = &this->net;
	mock_ca_t *ca = create_ca(this, "Sim CA");

	/* serial numbers tell certificates apart here */
	ca->serial = net->ca->serial;
	mock_ca_destroy(net->ca);
	certrep_id_destroy(net->peer);
	net->ca = ca;
	net->peer = sim_cert_issue(ca, PEER);
	net->changed = TRUE;
	sim_check_ca(this, ca->id->x509);
}

/*
 * Described in header
 */
void sim_net_announce(sim_world_t *this, time_t from)
{
	mock_ca_announce(this->net.ca, from);
	sim_check_ca(this, this->net.ca->next->x509);
}

/*
 * Described in header
 */
void sim_net_take_over(sim_world_t *this)
{
	sim_net_t *net = &this->net;

	mock_ca_take_over(net->ca);
	certrep_id_destroy(net->peer);
	net->peer = sim_cert_issue(net->ca, PEER);
	/* it may not have heard of it */
	net->changed = TRUE;
}

/*
 * Described in header
 */
void sim_net_deinit(sim_world_t *this)
{
	sim_net_drop(this);
	mock_ca_destroy(this->net.ca);
	mock_ca_destroy(this->net.rogue);
	certrep_id_destroy(this->net.peer);
	certrep_id_destroy(this->net.forger);
}
