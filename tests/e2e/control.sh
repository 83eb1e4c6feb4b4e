# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests of the control socket and the metrics, with a client written after the
# protocol's description, and with scepctl, which uses libvici.

# vici COMMAND [KEY=VALUE...]: moon's answer; the file, too, is in $WORK/answer
vici()
{
	python3 "$E2E/vici.py" "$WORK/moon/scep" "$@" | tee "$WORK/answer"
}

# tells PATTERN COMMAND [KEY=VALUE...]: whether moon's answer has a line
tells()
{
	local pattern=$1
	shift
	vici "$@" > /dev/null
	grep -Eq "$pattern" "$WORK/answer"
}

# good_metrics FILE: whether promtool, where it is, finds no fault with it
good_metrics()
{
	! command -v promtool > /dev/null || promtool check metrics < "$1"
}

test_control_by_socket()
{
	make_ca
	expect "CA starts" start_ca
	configure moon "$(profile gw moon | grep -v ca_fingerprint)"
	sed -i "s|state_dir = .*|&\n\t\t\tmetrics_file = $WORK/moon/scep.prom|" \
		"$WORK/moon/strongswan.conf"
	expect "moon starts" start moon
	expect "the socket is for root and its group" \
		test "$(stat -c '%a %U' "$WORK/moon/scep")" = "770 root"
	expect "a version is told" tells '^plugin=strongswan-scep$' version
	refute "an unknown command is refused" \
		python3 "$E2E/vici.py" "$WORK/moon/scep" initiate
	expect "the CA waits for confirmation" wait_for 20 \
		tells '^state=confirm-ca$' list-profiles
	expect "its fingerprint is shown" tells "^unconfirmed_fingerprint=$CA_PIN$" \
		list-profiles name=gw detail=yes
	expect "scepctl tells of the CA" moon_ctl 0 ca gw
	expect "what it is" says '^ca: subject=".*O=Example.* not_after=20'
	expect "and how to go on" says '^  scepctl accept-ca gw FINGERPRINT'
	expect "so does the reason" moon_ctl 0 show gw
	expect "by name" says 'then scepctl accept-ca gw'
	python3 "$E2E/vici.py" "$WORK/moon/scep" --watch installed \
		> "$WORK/events" &
	remember "$!"
	expect "another fingerprint is refused" tells '^success=no$' accept-ca \
		name=gw "fingerprint=sha256:$(printf '%064d' 0)"
	expect "nothing was requested" test "$(requests)" = 0
	expect "the CA's is accepted, in any grouping" tells '^success=yes$' \
		accept-ca name=gw "fingerprint=$(echo "${CA_PIN#sha256:}" |
			tr 'a-f' 'A-F' | sed 's/..../& /g')"
	expect "moon enrols at once" wait_for 30 has_key moon
	expect "the log tells who confirmed" logged moon 'scep\[gw\] ca-confirmed'
	expect "events were told" wait_for 10 grep -qx 'event=installed' \
		"$WORK/events"
	expect "the certificate is listed" tells "^serial=$(serial moon |
		sed 's/serial=//' | tr 'A-F' 'a-f')$" list-profiles
	expect "a renewal is begun" tells '^success=yes$' renew name=gw
	expect "and done" wait_for 30 logged moon 'scep\[gw\] renewed'
	expect "libvici's client agrees" "$SCEPCTL" list --json \
		--uri "unix://$WORK/moon/scep"
	vici metrics > "$WORK/metrics"
	sed -i '/^$/d' "$WORK/metrics"
	expect "metrics tell of it" grep -qx 'scep_renewals_total{profile="gw"} 1' \
		"$WORK/metrics"
	expect "metrics are well-formed" good_metrics "$WORK/metrics"
	expect "there is a file with them" grep -q '^scep_state{profile="gw"' \
		"$WORK/moon/scep.prom"
	expect "which is well-formed" good_metrics "$WORK/moon/scep.prom"
	expect "which all can read" test "$(stat -c %a "$WORK/moon/scep.prom")" = 644
	python3 "$E2E/vici.py" "$WORK/moon/scep" --abuse "$WORK/abused" &
	remember "$!"
	expect "many clients misbehave" wait_for 20 test -s "$WORK/abused"
	expect "others are served" tells '^plugin=' version
	kill -TERM "$(pid moon)"
	expect "its end does not wait for clients" wait_for 5 gone "$(pid moon)"
}
