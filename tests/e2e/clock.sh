# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests of wall clocks that are wrong and are set while charon runs. Its clock
# alone is moved, by wall_clock.c, and the kernel says so as it says it of any.

# clocked COMMAND...: with a wall clock that set_clock sets
clocked()
{
	[ -e "$WORK/wall_clock.so" ] ||
		cc -shared -fPIC -O2 -Wall -Werror -o "$WORK/wall_clock.so" \
			"$E2E/wall_clock.c" || return 1
	LD_PRELOAD=$WORK/wall_clock.so WALL_CLOCK=$WORK/clock "$@"
}

# set_clock WHEN: to what date understands, or "now": back
set_clock()
{
	[ "$1" = now ] || set -- "$(date -u -d "$1" +%s)"
	python3 "$E2E/set_clock.py" "$WORK/clock" "$1"
}

# view EXPRESSION: whether that is true of what moon tells of its profile p
view()
{
	moon_ctl 0 list --json && json "[p for p in v if $1]"
}

# repeated NUMBER PATTERN: whether moon's log has so many lines, or more
repeated()
{
	[ "$(count moon "$2")" -ge "$1" ]
}

test_clock_of_1970_delays_decisions()
{
	local serial when
	expect "server starts" start_server
	# one attempt each time: none is under way when the clock is set back
	configure moon "$(profile gw moon "retry {" "interval = 1h" \
		"max_interval = 1h" "}")"
	expect "it is 1970" set_clock 1970-01-01T00:20:00Z
	expect "moon starts" clocked start moon
	expect "its clock is not believed" wait_for 20 logged moon \
		'scep\[gw\] clock-suspect: now=1970-01-01T'
	expect "not even on demand" moon_ctl 1 enroll gw
	expect "and why" says 'clock is not to be believed' stderr
	expect "nothing was sent" test "$(count moon ' sent: ')" = 0
	expect "the clock is set" set_clock now
	expect "moon enrols, nobody touching it" wait_for 30 logged moon \
		'scep\[gw\] installed'
	expect "as the clock is believed" logged moon 'the clock is believed'
	serial=$(serial moon)

	expect "it is 1970 again" set_clock 1970-01-01T00:20:00Z
	expect "its clock is not believed" wait_for 20 repeated 2 \
		'scep\[gw\] clock-suspect: now=1970-01-01T'
	expect "the certificate stays in use" has_key moon
	refute "and is not called expired" logged moon 'scep\[gw\] expir'
	# the server's certificate is of no use then, and its clock is right
	for when in "5 years" "2039-01-01T00:00:00Z" "2055-01-01T00:00:00Z"; do
		expect "a jump ahead: $when" set_clock "$when"
		expect "the certificate has expired" wait_for 20 \
			view 'p["certificate"] == "expired" and p["state"] == "waiting"'
		expect "the clock is right" set_clock now
		expect "the certificate is valid" wait_for 20 \
			view 'p["certificate"] == "valid" and p["state"] == "idle"'
	done
	expect "it is the same" test "$(serial moon)" = "$serial"
	expect "and in use" in_use moon "$serial"
	expect "no other was issued" test \
		"$(find "$WORK/server/issued" -type f | wc -l)" = 1
}

test_gateway_and_ca_live_past_2049()
{
	expect "it is nearly 2050" set_clock 2049-12-31T23:00:00Z
	expect "server starts" clocked start_server
	configure moon "$(profile gw moon)"
	expect "moon starts" clocked start moon
	expect "moon enrols" wait_for 30 logged moon 'scep\[gw\] installed'
	expect "until 2050" view 'p["not_after"] > "2050-" and
		p["renew_at"] > "2050-" and p["certificate"] == "valid"'
	expect "a day later" set_clock 2050-01-01T20:00:00Z
	expect "moon renews" wait_for 30 logged moon 'scep\[gw\] renewed'
	expect "signed by the old certificate" logged moon 'type=RenewalReq'
	expect "two years later" set_clock 2052-01-01T00:00:00Z
	expect "moon enrols anew" wait_for 30 test -e "$WORK/moon/state/gw/gen-3"
	expect "by its challenge" served '"messageType": "19".*"selfSigned": true'
	expect "moon has a certificate" wait_for 20 \
		view 'p["certificate"] == "valid" and p["not_after"] > "2052-"'
	expect "which IKE uses" wait_for 20 in_use moon "$(serial moon)"
	expect "no rule is broken" lawful
}
