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

# tls_cert NAME ADDRESS [OPTION...]: a TLS certificate of the authority in
# $WORK/tls, made first if need be; options of openssl x509
tls_cert()
{
	local name=$1 address=$2
	shift 2
	mkdir -p "$WORK/tls"
	[ -e "$WORK/tls/ca.pem" ] || openssl req -x509 -newkey rsa:2048 -nodes \
		-days 30 -subj "/CN=TLS CA" -keyout "$WORK/tls/ca.key" \
		-out "$WORK/tls/ca.pem" 2>/dev/null
	[ -e "$WORK/tls/key" ] || openssl genrsa -out "$WORK/tls/key" 2048 2>/dev/null
	openssl req -new -key "$WORK/tls/key" -subj "/CN=$name" 2>/dev/null |
		openssl x509 -req -CA "$WORK/tls/ca.pem" -CAkey "$WORK/tls/ca.key" \
			-extfile <(echo "subjectAltName = $address") -days 30 \
			-out "$WORK/tls/$name.pem" "$@" 2>/dev/null
}

# tls_service PORT CERTIFICATE [LINE...]: a section for start_tls
tls_service()
{
	local port=$1 cert=$2
	shift 2
	printf '%s\n' "[$cert-$port]" "accept = $port" "connect = 127.0.0.1:8080" \
		"cert = $WORK/tls/$cert.pem" "key = $WORK/tls/key" "$@"
}

# start_tls SECTION...: TLS servers before the CA
start_tls()
{
	local log=$WORK/tls/log
	printf '%s\n' "foreground = yes" "pid =" "$@" > "$WORK/tls/conf"
	ip netns exec "$NS-ca" stunnel "$WORK/tls/conf" > "$log" 2>&1 &
	remember "$!"
	wait_for 10 grep -q 'Configuration successful' "$log"
}

# by_tls NAME PORT [LINE...]: a profile for a TLS server, its lines in http
by_tls()
{
	local name=$1 port=$2
	shift 2
	CA_URL=https://10.9.1.254:$port/scep profile "$name" "$name" "http {" \
		"ca_file = $WORK/tls/ca.pem" "$@" "}"
}

test_https_is_strict()
{
	make_ca
	expect "CA starts" start_ca
	tls_cert good IP:10.9.1.254
	tls_cert other IP:10.9.1.253,DNS:other.example.org
	# over in the second in which it begins; OpenSSL makes none that ends before
	tls_cert expired IP:10.9.1.254 -days 0
	tls_cert client DNS:moon.example.org
	openssl req -x509 -key "$WORK/tls/key" -days 30 -subj "/CN=unknown" \
		-addext subjectAltName=IP:10.9.1.254 -out "$WORK/tls/unknown.pem"
	expect "TLS servers start" start_tls \
		"$(tls_service 8441 good "CAfile = $WORK/tls/ca.pem" \
			"verifyChain = yes" "requireCert = yes")" \
		"$(tls_service 8442 other)" "$(tls_service 8443 expired)" \
		"$(tls_service 8444 unknown)" "$(tls_service 8445 good \
			"securityLevel = 0" "sslVersionMin = TLSv1.1" \
			"sslVersionMax = TLSv1.1")"
	cp "$WORK/tls/key" "$WORK/tls/shared.key"
	chmod 644 "$WORK/tls/shared.key"
	configure moon "$(by_tls gw 8441 "cert = $WORK/tls/client.pem" \
		"key = $WORK/tls/key")$(by_tls bare 8441)$(by_tls other 8442
		by_tls expired 8443
		by_tls unknown 8444
		by_tls old 8445
		by_tls shared 8441 "cert = $WORK/tls/client.pem" \
			"key = $WORK/tls/shared.key")"
	expect "moon starts" start moon
	expect "enrols with a client certificate" wait_for 30 logged moon \
		'scep\[gw\] installed'
	expect "not without" wait_for 20 logged moon \
		'scep\[bare\] retry: .*certificate required'
	expect "not at another host" wait_for 20 logged moon \
		"scep\\[other\\] retry: .*10.9.1.254.*the host's name in url"
	expect "nor with an expired certificate" wait_for 20 logged moon \
		'scep\[expired\] retry: .*certificate has expired'
	expect "nor with one of an unknown CA" wait_for 20 logged moon \
		'scep\[unknown\] retry: .*self-signed certificate.*see http.ca_file'
	expect "nor below TLS 1.2" wait_for 20 logged moon \
		'scep\[old\] retry: .*it needs TLS 1.2'
	expect "a key that others can read is refused" logged moon \
		'scep\[shared\] config-error: key=http.key expected=.*0600'
}

# by_proxy NAME URL PASSWORD: a profile that goes through the proxy
by_proxy()
{
	CA_URL=$2 profile "$1" "$1" "http {" "ca_file = $WORK/tls/ca.pem" \
		"proxy = http://gw:$3@10.9.1.254:8888" "}"
}

test_proxy_wants_password()
{
	local http=http://127.0.0.1:8080/scep https=https://127.0.0.1:8441/scep
	make_ca
	expect "CA starts" start_ca
	tls_cert good IP:127.0.0.1
	expect "TLS server starts" start_tls "$(tls_service 8441 good)"
	printf '%s\n' "Port 8888" "Listen 10.9.1.254" "Timeout 60" \
		"MaxClients 50" "LogLevel Connect" "BasicAuth gw open-sesame" \
		> "$WORK/tinyproxy.conf"
	ip netns exec "$NS-ca" tinyproxy -d -c "$WORK/tinyproxy.conf" \
		> "$WORK/tinyproxy.log" 2>&1 &
	remember "$!"
	expect "proxy starts" wait_for 10 ns ca bash -c '</dev/tcp/10.9.1.254/8888'
	configure moon "$(by_proxy gw $http open-sesame
		by_proxy tls $https open-sesame
		by_proxy wrong $http close-sesame
		by_proxy wrongtls $https close-sesame)"
	expect "moon starts" start moon
	expect "enrols through the proxy" wait_for 30 logged moon \
		'scep\[gw\] installed'
	expect "by https, too" wait_for 30 logged moon 'scep\[tls\] installed'
	expect "a wrong password is told" wait_for 20 logged moon \
		'scep\[wrong\] retry: .*HTTP 401: .*The administrator of this proxy'
	expect "by https, too" wait_for 20 logged moon \
		'scep\[wrongtls\] retry: .*the proxy wants a user and a password'
	expect "the proxy saw it" grep -q 'CONNECT 127.0.0.1:8441' \
		"$WORK/tinyproxy.log"
	expect "no password is in the log" test "$(count moon sesame)" = 0
}
