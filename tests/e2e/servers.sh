# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests with servers that behave like those of the world: what they can't, how
# they write, how they say no, how long they take. Sourced by run.

# always_due [SECONDS]: settings of a profile that renews as soon as it may,
# which is after so many seconds; certificates last 10 days
always_due()
{
	local wait=${1:-1}
	printf '%s\n' "retry {" "interval = ${wait}s" "max_interval = $((wait * 2))s" "}" \
		"renew {" "from = 863999s" "to = 863998s" "}"
}

# moment PATTERN: when the server got the first such request, milliseconds
moment()
{
	date +%s%3N -d "$(grep -E "$1" "$WORK/server/log" | head -n 1 |
		sed 's/.*"time": "\([^"]*\)".*/\1/')"
}

# answers COUNT PATTERN [NAME]: whether a server's log has exactly so many lines
answers()
{
	[ "$(grep -Ec "$2" "$WORK/${3:-server}/log")" -eq "$1" ]
}

# like NAME RENEWAL LINES SCRIPT OPTION...: a server, moon's profile for it with
# more lines, and what the server's log tells of a good renewal
like()
{
	local name=$1 renewal=$2 lines=$3 script=$4
	shift 4
	expect "$name starts" start_server_at "$name" $((8100 + ${#LIKE[@]})) \
		--validity 864000 "$@"
	printf '%s\n' "$script" > "$WORK/$name/script"
	LIKE+=("$name")
	SERVERS+=("$SERVER_PID")
	RENEWALS+=("$renewal")
	PROFILES+=$(profile "$name" "$name" "$(always_due 3)" "$lines")
}

# confirm NAME FILE: an administrator confirms the certificate of a server
confirm()
{
	expect "$1 is to be confirmed" wait_for 120 logged moon \
		"scep\[$1\] ca-unconfirmed: .*sha256:"
	refute "$1 got a request" served PKIOperation "$1"
	echo "sha256:$(openssl x509 -in "$WORK/$1/$2.pem" -outform DER |
		sha256sum | cut -d ' ' -f 1)" > "$WORK/moon/state/$1/ca/confirmed"
}

test_enrols_at_like_servers()
{
	local i name renewal LIKE=() SERVERS=() RENEWALS=() PROFILES=
	local good='.*"selfSigned": false.*"outcome": "SUCCESS"'
	local new='"messageType": "17"'$good old='"messageType": "19"'$good
	like ndes "$old" "" $'*GetCACaps: http-404\nPKCSReq: bad-message-check zero-content hresult' \
		--ra split --words "no-certs sha1"
	like ejbca "$new" "poll { interval = 1s }" "PKCSReq: pending empty-content" \
		--ca-identifier "" --words "ber no-certs"
	like openxpki "$old" "renew { method = pkcsreq }" "" \
		--renewal ignored --words "mirror oaep unsorted"
	like dogtag "$old" "" "PKCSReq: http-500" --methods get --renewal no
	like step-ca '"messageType": "19".*"selfSigned": false.*"challenge": "[A-Z].*"outcome": "SUCCESS"' \
		"" "" --sub-ca --ra one --renewal-challenge \
		--words "des issued-first chain"
	like cisco "$new" "" "*GetCACert: no-type" --words odd-type
	like micromdm "$new" "" "" --words "sha1 hash-with-rsa des"
	like unmarked "$new" "" "" --ra one --ra-eku none
	like ski "$new" "" "" --words "signer-ski recipient-ski aes256"
	like ec-ra "$new" "" "" --ra split --ra-key ec --words sha384
	like ec-ca "$new" "" "" --ra one --ra-eku cmc --ca-key ec --words 3des
	like pss "$new" "" "" --words "pss sha512 oaep-sha256 aes192 no-null"
	configure moon "$PROFILES"
	expect "moon starts" start moon
	confirm unmarked ra
	for i in "${!LIKE[@]}"; do
		name=${LIKE[i]} renewal=${RENEWALS[i]}
		expect "moon enrols at $name" wait_for 120 logged moon \
			"scep\[$name\] issued"
		expect "moon renews at $name" wait_for 120 logged moon \
			"scep\[$name\] renewed"
		expect "$name granted it as it does" served "$renewal" "$name"
		expect "no rule of $name is broken" lawful "$name"
		# no more renewals here, for the sake of the others
		kill "${SERVERS[i]}"
	done
	expect "what NDES meant is told" logged moon \
		'scep\[ndes\] refused: .*hresult=0x'
	expect "CertPoll at EJBCA" served '"messageType": "20".*SUCCESS' ejbca
	expect "GET only at Dogtag" answers 0 '"method": "POST"' dogtag
}

test_downgrade_is_refused()
{
	local weak="allow_sha1 = yes
		allow_3des = yes" sent='"digest": "SHA256".*"cipher": "AES-128-CBC"'
	expect "server starts" start_server --validity 864000
	configure moon "$(profile gw moon "$(always_due)" "$weak")"
	expect "moon starts" start moon
	expect "moon enrols" wait_for 30 has_key moon
	script "*GetCACaps: weak-caps"
	: > "$WORK/server/log"
	expect "moon notices" wait_for 20 logged moon \
		'scep\[gw\] warning: .*better algorithms before'
	expect "and renews as before" wait_for 20 served "$sent.*SUCCESS"
	# two never knew the server with anything better
	configure moon "$(profile gw moon "$(always_due)" "$weak")$(profile two \
		moon2 "$weak")"
	expect "reload" swan moon --reload-settings
	expect "two enrols" wait_for 30 logged moon 'scep\[two\] issued'
	expect "with what the server has" served \
		'"digest": "SHA1".*"signer": "CN=moon2.*"cipher": "DES-EDE3-CBC"'
	refute "as gw does" served '"digest": "SHA1".*"signer": "CN=moon\.'
	expect "no rule is broken" lawful
}

test_get_fallback()
{
	expect "server starts" start_server --validity 864000 --methods get
	# nothing tells what it can do
	script "*GetCACaps: http-404"
	configure moon "$(profile gw moon "$(always_due)")"
	expect "moon starts" start moon
	expect "moon renews" wait_for 30 logged moon 'scep\[gw\] renewed'
	expect "by GET" served '"method": "GET".*"messageType": "19".*SUCCESS'
	expect "POST was tried once, at first" answers 1 '"method": "POST".*: 405'
	expect "no rule is broken" lawful
}

test_identifier_fallback()
{
	local profiles
	expect "a server starts" start_server_at empty 8101 --validity 864000 \
		--ca-identifier ""
	profiles=$(profile empty empty "$(always_due)")
	expect "another one starts" start_server_at absent 8102 --validity 864000
	printf '%s\n' "*GetCACaps: refuse-message" "*GetCACert: refuse-message" \
		> "$WORK/absent/script"
	profiles+=$(profile absent absent "$(always_due)" "ca_identifier = example")
	configure moon "$profiles"
	expect "moon starts" start moon
	expect "moon renews with an empty one" wait_for 30 logged moon \
		'scep\[empty\] renewed'
	expect "moon renews without one" wait_for 30 logged moon \
		'scep\[absent\] renewed'
	expect "404 once" answers 1 '"status": 404' empty
	expect "400 once" answers 1 '"status": 400' absent
}

test_retry_after_is_honoured()
{
	expect "server starts" start_server
	script "PKCSReq: http-503"
	configure moon "$(profile gw moon "$(always_due)")"
	expect "moon starts" start moon
	expect "log tells" wait_for 20 logged moon \
		'scep\[gw\] retry: attempt=1 in=[34]s .*HTTP 503'
	expect "moon enrols" wait_for 20 has_key moon
	# times on moon have whole seconds
	expect "not earlier" test $(($(moment '"PKIOperation".*"status": 200') - \
		$(moment '"PKIOperation".*"status": 503'))) -ge 2000
}

# waits_for_approval TIMEOUT: moon polls; the CA has not decided
waits_for_approval()
{
	expect "server starts" start_server --manual
	configure moon "$(profile gw moon "$(always_due)" "poll {" "interval = 1s" \
		"max_interval = 1s" "timeout = $1" "}")"
	expect "moon starts" start moon
	expect "moon polls" wait_for 30 served '"messageType": "20".*PENDING'
}

test_pending_survives_server_restart()
{
	waits_for_approval 1h
	stop_server
	: > "$WORK/moon/log"
	: > "$WORK/server/log"
	expect "moon finds nobody" wait_for 20 logged moon 'scep\[gw\] retry: '
	expect "server starts again" start_server --manual
	expect "moon polls again" wait_for 20 served '"messageType": "20".*PENDING'
	touch "$WORK/server/approve"
	expect "moon enrols" wait_for 20 has_key moon
	refute "there was another request" served '"messageType": "1[79]"'
	expect "no rule is broken" lawful
}

test_poll_timeout_ends_request()
{
	waits_for_approval 3s
	expect "moon gives up" wait_for 20 logged moon \
		'scep\[gw\] gave-up: .*poll\.timeout'
	expect "there was one request" answers 1 '"messageType": "19"'
	touch "$WORK/server/approve"
	: > "$WORK/server/log"
	configure moon "$(profile gw moon)"
	expect "reload" swan moon --reload-settings
	expect "moon enrols" wait_for 20 has_key moon
	expect "by a new request" served '"messageType": "19".*SUCCESS'
	refute "by polling" served '"messageType": "20"'
}

# by_page NAME PASSWORD [USER]: a profile with a phrase of the server's page
by_page()
{
	(umask 077 && echo "$2" > "$WORK/$1.password")
	CHALLENGE='' profile "$1" "$1" \
		"challenge_url = ${CA_URL%/scep}/certsrv/mscep_admin/" \
		"challenge_user = \"${3:-gw}\"" \
		"challenge_password_file = $WORK/$1.password"
}

test_phrase_from_a_page()
{
	local profiles
	expect "server starts" start_server_at basic 8081 --page open
	profiles=$(by_page basic swordfish)
	expect "another server starts" start_server_at ntlm 8082 --page ntlm \
		--page-encoding utf-16
	profiles+=$(by_page ntlm swordfish 'LAB\\gw'; by_page wrong pikefish)
	expect "a third one starts" start_server --page open \
		--words other-thumbprint
	profiles+=$(by_page other swordfish)
	configure moon "$profiles"
	expect "moon starts" start moon
	expect "enrols by a page in UTF-8" wait_for 30 logged moon \
		'scep\[basic\] installed'
	expect "enrols by NTLM and UTF-16" wait_for 30 logged moon \
		'scep\[ntlm\] installed'
	expect "a wrong password is told" wait_for 20 logged moon \
		'scep\[wrong\] warning: reason=challenge_url: HTTP 401, see challenge_user'
	expect "and not tried again soon" logged moon \
		'scep\[wrong\] retry: attempt=1 in='
	expect "another CA's page is refused" wait_for 20 logged moon \
		'scep\[other\] rejected: reason=challenge_url: the page shows the thumbprint'
	refute "and no request made" served '"operation": "PKIOperation"'
	expect "one phrase was used up" test ! -s "$WORK/basic/phrases"
	expect "http is warned of" logged moon \
		'scep\[basic\] warning: reason=challenge_url is no https'
	expect "no secret is in the log" test "$(count moon fish)" = 0
	expect "no rule is broken" lawful basic
	expect "nor here" lawful ntlm
}
