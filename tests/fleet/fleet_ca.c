/* SPDX-License-Identifier: GPL-2.0-or-later */

#include "fleet/fleet_ca.h"

/**
 * First come, first served, each in the same time: when a request is done is
 * known as soon as it comes.
 */
static fleet_reply_t enqueue(fleet_ca_t *this, int64_t now)
{
	this->free_at = max(this->free_at, now) + 1000 / this->rate;
	return (fleet_reply_t){
		.verdict = this->free_at - now > this->patience * 1000 ?
												FLEET_LATE : FLEET_ISSUED,
		.at = this->free_at,
	};
}

/*
 * Described in header
 */
fleet_reply_t fleet_ca_ask(fleet_ca_t *this, int64_t now)
{
	if (now >= this->outage.from * 1000 && now < this->outage.to * 1000)
	{
		return (fleet_reply_t){ .verdict = FLEET_DOWN };
	}
	if (this->queue->length && 
		this->free_at - now >= this->queue->length * 1000)
	{
		return (fleet_reply_t){ .verdict = FLEET_BUSY };
	}
	return enqueue(this, now);
}
