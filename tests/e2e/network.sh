# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests of what is between a gateway and its CA: several servers, TLS, proxies.
# Sourced by run.

# two_servers [OPTION...]: two servers of one CA, at ports 8080 and 8081; their
# processes in FIRST and SECOND, their URLs in URLS
two_servers()
{
	expect "the first server starts" start_server_at first 8080 "$@"
	FIRST=$SERVER_PID
	mkdir -p "$WORK/second"
	cp "$WORK"/first/ca.* "$WORK/second"
	expect "the second server starts" start_server_at second 8081 "$@"
	SECOND=$SERVER_PID
	URLS="http://10.9.1.254:8080/scep, http://10.9.1.254:8081/scep"
}

# end PID: a server
end()
{
	kill "$1"
	wait "$1" 2>/dev/null || true
}

test_next_server_serves()
{
	two_servers --validity 864000
	end "$FIRST"
	configure moon "$(CA_URL=$URLS profile gw moon "$(always_due 2)")"
	expect "moon starts" start moon
	expect "moon enrols" wait_for 30 has_key moon
	expect "at the second server, and says so" logged moon \
		'scep\[gw\] server: url=http://10.9.1.254:8081/scep reason=GetCACaps: '
	expect "the first server starts" start_server_at first 8080 --validity 864000
	FIRST=$SERVER_PID
	end "$SECOND"
	: > "$WORK/first/log"
	expect "moon renews at the first server" wait_for 30 served \
		'RenewalReq|"messageType": "17".*"outcome": "SUCCESS"' first
	expect "and says so" wait_for 10 logged moon \
		'scep\[gw\] server: url=http://10.9.1.254:8080/scep'
	expect "it has it" wait_for 20 logged moon 'scep\[gw\] renewed'
	expect "lawful" lawful second
}

test_pending_request_waits_for_its_server()
{
	two_servers --manual
	configure moon "$(CA_URL=$URLS profile gw moon "poll {" "interval = 1s" \
		"max_interval = 2s" "}")"
	expect "moon starts" start moon
	expect "pending" wait_for 30 logged moon 'scep\[gw\] pending: polls=0'
	end "$FIRST"
	expect "its server is missed" wait_for 20 logged moon \
		'scep\[gw\] retry: attempt=2'
	touch "$WORK/first/approve"
	expect "the first server comes back" start_server_at first 8080 --manual
	expect "moon enrols" wait_for 30 has_key moon
	refute "the second server was asked" served GetCACaps second
}
