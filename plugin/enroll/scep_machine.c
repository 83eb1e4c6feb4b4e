/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "enroll/scep_machine.h"

ENUM(scep_state_names, SCEP_STATE_IDLE, SCEP_STATE_DISABLED,
	"idle",
	"need-ca",
	"confirm-ca",
	"requesting",
	"pending",
	"waiting",
	"failed",
	"disabled",
);

ENUM(scep_input_names, SCEP_IN_DUE, SCEP_IN_CHANGED,
	"due",
	"nudge",
	"enroll",
	"schedule",
	"cancel",
	"ca",
	"issued",
	"pending",
	"failed",
	"poll-failed",
	"out-of-time",
	"unconfirmed",
	"unwanted",
	"stopped",
	"changed",
);

ENUM(scep_action_names, SCEP_DO_NOTHING, SCEP_DO_RESTART,
	"nothing",
	"begin",
	"begin-anew",
	"rest",
	"install",
	"poll-later",
	"retry-later",
	"confirm",
	"stop",
	"give-up",
	"restart",
);

/**
 * Transitions; what is not here changes nothing.
 */
static const struct {
	scep_state_t state;
	scep_input_t input;
	scep_step_t step;
} table[] = {
	/* at rest: a timer or a wish starts an attempt; IKE's must not overrun a
	 * poll interval, so it does nothing there */
	{ SCEP_STATE_IDLE, SCEP_IN_DUE,
		{ SCEP_STATE_NEED_CA, SCEP_DO_BEGIN } },
	{ SCEP_STATE_IDLE, SCEP_IN_NUDGE,
		{ SCEP_STATE_NEED_CA, SCEP_DO_BEGIN } },
	{ SCEP_STATE_WAITING, SCEP_IN_DUE,
		{ SCEP_STATE_NEED_CA, SCEP_DO_BEGIN } },
	{ SCEP_STATE_WAITING, SCEP_IN_NUDGE,
		{ SCEP_STATE_NEED_CA, SCEP_DO_BEGIN } },
	{ SCEP_STATE_PENDING, SCEP_IN_DUE,
		{ SCEP_STATE_NEED_CA, SCEP_DO_BEGIN } },
	{ SCEP_STATE_CONFIRM_CA, SCEP_IN_DUE,
		{ SCEP_STATE_NEED_CA, SCEP_DO_BEGIN } },

	/* a person's wish; while the CA decides there is nothing to ask for */
	{ SCEP_STATE_IDLE, SCEP_IN_ENROLL,
		{ SCEP_STATE_NEED_CA, SCEP_DO_BEGIN_ANEW } },
	{ SCEP_STATE_WAITING, SCEP_IN_ENROLL,
		{ SCEP_STATE_NEED_CA, SCEP_DO_BEGIN_ANEW } },
	{ SCEP_STATE_CONFIRM_CA, SCEP_IN_ENROLL,
		{ SCEP_STATE_NEED_CA, SCEP_DO_BEGIN_ANEW } },
	{ SCEP_STATE_FAILED, SCEP_IN_ENROLL,
		{ SCEP_STATE_NEED_CA, SCEP_DO_BEGIN_ANEW } },
	{ SCEP_STATE_IDLE, SCEP_IN_SCHEDULE,
		{ SCEP_STATE_IDLE, SCEP_DO_REST } },
	{ SCEP_STATE_WAITING, SCEP_IN_SCHEDULE,
		{ SCEP_STATE_IDLE, SCEP_DO_REST } },
	{ SCEP_STATE_CONFIRM_CA, SCEP_IN_SCHEDULE,
		{ SCEP_STATE_IDLE, SCEP_DO_REST } },
	{ SCEP_STATE_FAILED, SCEP_IN_SCHEDULE,
		{ SCEP_STATE_IDLE, SCEP_DO_REST } },
	{ SCEP_STATE_NEED_CA, SCEP_IN_CANCEL,
		{ SCEP_STATE_FAILED, SCEP_DO_GIVE_UP } },
	{ SCEP_STATE_CONFIRM_CA, SCEP_IN_CANCEL,
		{ SCEP_STATE_FAILED, SCEP_DO_GIVE_UP } },
	{ SCEP_STATE_REQUESTING, SCEP_IN_CANCEL,
		{ SCEP_STATE_FAILED, SCEP_DO_GIVE_UP } },
	{ SCEP_STATE_PENDING, SCEP_IN_CANCEL,
		{ SCEP_STATE_FAILED, SCEP_DO_GIVE_UP } },
	{ SCEP_STATE_WAITING, SCEP_IN_CANCEL,
		{ SCEP_STATE_FAILED, SCEP_DO_GIVE_UP } },

	/* an attempt, first half; nothing that GetCACert answers is authentic, so
	 * nothing of it stops the profile for good; a lost certificate may be had
	 * by GetCert before there is a request */
	{ SCEP_STATE_NEED_CA, SCEP_IN_CA,
		{ SCEP_STATE_REQUESTING, SCEP_DO_NOTHING } },
	{ SCEP_STATE_NEED_CA, SCEP_IN_ISSUED,
		{ SCEP_STATE_IDLE, SCEP_DO_INSTALL } },
	{ SCEP_STATE_NEED_CA, SCEP_IN_PENDING,
		{ SCEP_STATE_PENDING, SCEP_DO_POLL_LATER } },
	{ SCEP_STATE_NEED_CA, SCEP_IN_FAILED,
		{ SCEP_STATE_WAITING, SCEP_DO_RETRY_LATER } },
	{ SCEP_STATE_NEED_CA, SCEP_IN_POLL_FAILED,
		{ SCEP_STATE_PENDING, SCEP_DO_RETRY_LATER } },
	{ SCEP_STATE_NEED_CA, SCEP_IN_OUT_OF_TIME,
		{ SCEP_STATE_FAILED, SCEP_DO_GIVE_UP } },
	{ SCEP_STATE_NEED_CA, SCEP_IN_UNCONFIRMED,
		{ SCEP_STATE_CONFIRM_CA, SCEP_DO_CONFIRM } },
	{ SCEP_STATE_NEED_CA, SCEP_IN_UNWANTED,
		{ SCEP_STATE_WAITING, SCEP_DO_RETRY_LATER } },
	{ SCEP_STATE_NEED_CA, SCEP_IN_STOPPED,
		{ SCEP_STATE_FAILED, SCEP_DO_STOP } },

	/* an attempt, second half */
	{ SCEP_STATE_REQUESTING, SCEP_IN_ISSUED,
		{ SCEP_STATE_IDLE, SCEP_DO_INSTALL } },
	{ SCEP_STATE_REQUESTING, SCEP_IN_PENDING,
		{ SCEP_STATE_PENDING, SCEP_DO_POLL_LATER } },
	{ SCEP_STATE_REQUESTING, SCEP_IN_FAILED,
		{ SCEP_STATE_WAITING, SCEP_DO_RETRY_LATER } },
	{ SCEP_STATE_REQUESTING, SCEP_IN_POLL_FAILED,
		{ SCEP_STATE_PENDING, SCEP_DO_RETRY_LATER } },
	{ SCEP_STATE_REQUESTING, SCEP_IN_OUT_OF_TIME,
		{ SCEP_STATE_FAILED, SCEP_DO_GIVE_UP } },
	{ SCEP_STATE_REQUESTING, SCEP_IN_UNCONFIRMED,
		{ SCEP_STATE_CONFIRM_CA, SCEP_DO_CONFIRM } },
	{ SCEP_STATE_REQUESTING, SCEP_IN_UNWANTED,
		{ SCEP_STATE_FAILED, SCEP_DO_STOP } },
	{ SCEP_STATE_REQUESTING, SCEP_IN_STOPPED,
		{ SCEP_STATE_FAILED, SCEP_DO_STOP } },

	/* the configuration changed: all assumptions are void */
	{ SCEP_STATE_IDLE, SCEP_IN_CHANGED,
		{ SCEP_STATE_IDLE, SCEP_DO_RESTART } },
	{ SCEP_STATE_NEED_CA, SCEP_IN_CHANGED,
		{ SCEP_STATE_IDLE, SCEP_DO_RESTART } },
	{ SCEP_STATE_CONFIRM_CA, SCEP_IN_CHANGED,
		{ SCEP_STATE_IDLE, SCEP_DO_RESTART } },
	{ SCEP_STATE_REQUESTING, SCEP_IN_CHANGED,
		{ SCEP_STATE_IDLE, SCEP_DO_RESTART } },
	{ SCEP_STATE_PENDING, SCEP_IN_CHANGED,
		{ SCEP_STATE_IDLE, SCEP_DO_RESTART } },
	{ SCEP_STATE_WAITING, SCEP_IN_CHANGED,
		{ SCEP_STATE_IDLE, SCEP_DO_RESTART } },
	{ SCEP_STATE_FAILED, SCEP_IN_CHANGED,
		{ SCEP_STATE_IDLE, SCEP_DO_RESTART } },
	{ SCEP_STATE_DISABLED, SCEP_IN_CHANGED,
		{ SCEP_STATE_IDLE, SCEP_DO_RESTART } },
};

/*
 * Described in header
 */
scep_step_t scep_machine_step(scep_state_t state, scep_input_t input)
{
	int i;

	for (i = 0; i < countof(table); i++)
	{
		if (table[i].state == state && table[i].input == input)
		{
			return table[i].step;
		}
	}
	return (scep_step_t){ state, SCEP_DO_NOTHING };
}
