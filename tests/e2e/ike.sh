# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What charon's connections make of a certificate.

# ike_sa: number of moon's IKE_SA
ike_sa()
{
	swan moon --list-sas | sed -n 's/^net: #\([0-9]*\),.*/\1/p' | tail -n 1
}

# another_ike_sa NUMBER: whether moon's IKE_SA is a later one
another_ike_sa()
{
	local number
	number=$(ike_sa)
	[ -n "$number" ] && [ "$number" -gt "$1" ]
}

test_reauthenticates_after_renewal()
{
	local first old
	both "reauth = yes"
	expect "tunnel" wait_for 40 up
	first=$(ike_sa)
	old=$(serial moon)
	ip netns exec "$NS-moon" ping -q -I 10.9.10.1 -c 150 -i 0.05 -W 2 10.9.20.1 > "$WORK/ping" &
	remember $!
	configure moon "$(profile gw moon "reauth = yes" "renew {" "from = 86395s" \
		"to = 86394s" "}")"
	expect "reload" swan moon --reload-settings
	expect "moon renews" wait_for 40 logged moon 'scep\[gw\] renewed'
	expect "the IKE_SA is told" wait_for 10 logged moon \
		"scep\\[gw\\] reauth: connection=net ike_sa=$first"
	configure moon "$(profile gw moon "reauth = yes")"
	expect "reload" swan moon --reload-settings
	expect "another IKE_SA" wait_for 20 another_ike_sa "$first"
	expect "the peer sees another certificate" test "$(serial moon)" != "$old"
	expect "the peer sees the new one" wait_for 20 shows sun moon "$(serial moon)"
	wait "${PIDS[-1]}" 2>/dev/null
	# charon deletes the old CHILD_SA while a packet may still be in it
	expect "no tunnel is lost: $(grep transmitted "$WORK/ping")" \
		grep -Eq ' 1(48|49|50) received' "$WORK/ping"
	refute "make_before_break is set" logged moon 'reauth closes'
	sed -i 's/make_before_break = yes/make_before_break = no/' \
		"$WORK/moon/strongswan.conf"
	expect "reload" swan moon --reload-settings
	expect "without it a warning" wait_for 10 logged moon 'reauth closes'
}

test_tells_what_no_connection_uses()
{
	both
	expect "tunnel" wait_for 40 up
	expect "the end of it" swan moon --terminate --ike net
	refute "all is well" logged moon 'no connection'
	connection moon sun start
	sed -i 's/id = moon.example.org/id = luna.example.org/' \
		"$WORK/moon/swanctl/swanctl.conf"
	expect "moon loads" load moon
	expect "the id that does not fit" wait_for 20 logged moon "scep\\[gw\\] warning: \
reason=no connection can use .* of 'net' is 'luna.example.org'.*'moon.example.org' would"
	mkdir -p "$WORK/moon/swanctl/x509" "$WORK/moon/swanctl/private"
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=other \
		-addext subjectAltName=DNS:moon.example.org -out "$WORK/moon/swanctl/x509/other.pem" \
		-keyout "$WORK/moon/swanctl/private/other.pem" 2>/dev/null
	connection moon sun start
	sed -i 's/id = moon.example.org/&\n\t\t\tcerts = other.pem/' \
		"$WORK/moon/swanctl/swanctl.conf"
	expect "moon loads" load moon
	expect "the certificate in its way" wait_for 20 logged moon "scep\\[gw\\] \
warning: reason=no connection uses the certificate: 'net' names others"
}
