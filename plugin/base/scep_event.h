/* SPDX-License-Identifier: GPL-2.0-or-later */

/**
 * @defgroup scep_event scep_event
 * @{ @ingroup scep_base
 *
 * The events that an operator sees, one log line each, in group CFG:
 * "scep[gw] issued: serial=… not_after=…".
 */

#ifndef SCEP_EVENT_H_
#define SCEP_EVENT_H_

#include <library.h>

typedef enum scep_event_t scep_event_t;
typedef struct scep_event_sink_t scep_event_sink_t;

/**
 * Events. Names and levels are a contract with scripts that read the log.
 */
enum scep_event_t {
	/** a usable certificate was found on disk */
	SCEP_EV_LOADED,
	/** GetCACert answered with the pinned CA */
	SCEP_EV_CA_VERIFIED,
	/** GetCACert answered with another CA than the pinned one */
	SCEP_EV_CA_MISMATCH,
	/** the CA or RA needs an administrator's confirmation */
	SCEP_EV_CA_UNCONFIRMED,
	/** an administrator confirmed the CA or RA by the control socket */
	SCEP_EV_CA_CONFIRMED,
	/** the CA announced the one that takes over from it */
	SCEP_EV_CA_NEXT,
	/** GetCACert answered with another CA than before, that nobody announced */
	SCEP_EV_CA_CHANGED,
	/** a request was sent */
	SCEP_EV_REQUESTED,
	/** the CA decides later */
	SCEP_EV_PENDING,
	/** asking again for a pending certificate */
	SCEP_EV_POLL,
	/** the CA issued a certificate and it passed all checks */
	SCEP_EV_ISSUED,
	/** a key and a certificate that were there already were taken over */
	SCEP_EV_IMPORTED,
	/** IKE uses the certificate from now on */
	SCEP_EV_INSTALLED,
	/** moment of the renewal was chosen */
	SCEP_EV_RENEWAL_SCHEDULED,
	/** renewal begins */
	SCEP_EV_RENEWING,
	/** the new certificate has replaced the old one */
	SCEP_EV_RENEWED,
	/** the server answered FAILURE */
	SCEP_EV_REFUSED,
	/** an answer was not believed */
	SCEP_EV_REJECTED,
	/** an attempt failed, the next one is scheduled */
	SCEP_EV_RETRY,
	/** the life of the challenge phrase is over, another one is needed */
	SCEP_EV_CHALLENGE_EXPIRED,
	/** a person handed over a challenge phrase */
	SCEP_EV_CHALLENGE_SET,
	/** certificate comes to its end */
	SCEP_EV_EXPIRING,
	/** certificate has expired */
	SCEP_EV_EXPIRED,
	/** certificate is on the CA's CRL */
	SCEP_EV_REVOKED,
	/** no further attempts until a person acts */
	SCEP_EV_GAVE_UP,
	/** a profile's configuration is unusable */
	SCEP_EV_CONFIG_ERROR,
	/** the wall clock is wrong: nothing is decided until it is set */
	SCEP_EV_CLOCK_SUSPECT,
	/** state could not be read or written */
	SCEP_EV_STORE_ERROR,
	/** the CA's CRL was fetched and given to IKE */
	SCEP_EV_CRL,
	/** the CA's CRL can't be had (a repetition is a note) */
	SCEP_EV_CRL_FAILED,
	/** the CA did not give a lost certificate again, another one is asked for */
	SCEP_EV_LOST,
	/** another of the profile's URLs is used from now on */
	SCEP_EV_SERVER,
	/** a message left for the server (level 2) */
	SCEP_EV_SENT,
	/** the configuration was read */
	SCEP_EV_CONFIGURED,
	/** a profile left the configuration */
	SCEP_EV_REMOVED,
	/** a child is started that waited for the first certificate */
	SCEP_EV_INITIATING,
	/** an IKE_SA that used the old certificate is reauthenticated */
	SCEP_EV_REAUTH,
	/** the hook did not run, or failed */
	SCEP_EV_HOOK_FAILED,
	/** something works, but not as configured (a person should look) */
	SCEP_EV_WARNING,
	/** a detail that may help to understand (level 2) */
	SCEP_EV_NOTE,
};

/**
 * Enum names for scep_event_t, as logged.
 */
extern enum_name_t *scep_event_names;

/**
 * Report an event. Any thread.
 *
 * @param profile	name of the profile, or NULL for the plugin itself
 * @param event		what happened; decides the level
 * @param fmt		printf format of "key=value …", libstrongswan's specifiers
 *					included; values from the network quoted by scep_quote()
 */
void scep_event(const char *profile, scep_event_t event, const char *fmt, ...)
	__attribute__((nonnull(3)));

/**
 * Who hears of all events, besides the log.
 */
struct scep_event_sink_t {

	/**
	 * An event happened. Any thread, also several at a time: must not block,
	 * and must not report events itself.
	 *
	 * @param profile	name of the profile, or NULL for the plugin itself
	 * @param event		what happened
	 * @param level		level of the event in the log
	 * @param text		"key=value …", as logged
	 */
	void (*handle)(scep_event_sink_t *this, const char *profile,
				   scep_event_t event, level_t level, const char *text);

	/**
	 * Next one; internal.
	 */
	scep_event_sink_t *next;
};

/**
 * Add a sink. Only while no other thread reports events: at load.
 *
 * @param sink		sink, not owned
 */
void scep_event_add_sink(scep_event_sink_t *sink);

/**
 * Remove a sink. Only once no other thread reports events any more.
 *
 * @param sink		sink that was added
 */
void scep_event_remove_sink(scep_event_sink_t *sink);

#endif /** SCEP_EVENT_H_ @}*/
