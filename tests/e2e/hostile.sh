# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests with a server that lies: moon, whose renewal is always due, gets one bad
# answer after the other. It must say what it does not believe, keep the
# certificate and the tunnel that it has, and renew as soon as the answers are
# good. Sourced by run.

# Lifetime of certificates; a renewal is due as soon as one was issued
VALIDITY=864000

# renewing TIMEOUT: moon's profile, with a limit for transfers; it reads no DES
renewing()
{
	profile gw moon "retry {" "interval = 1s" "max_interval = 1s" "}" \
		"renew {" "from = $((VALIDITY - 1))s" "to = $((VALIDITY - 2))s" "}" \
		"http {" "timeout = $1" "}" "accept_des = no"
}

# besieged TIMEOUT [OPTION...]: moon has a certificate and a tunnel to sun, and
# renews all the time; it verifies peers by another CA, too
besieged()
{
	local timeout=$1
	shift
	expect "server starts" start_server --validity "$VALIDITY" \
		--make gateway,other-ca,forged,expired-ra \
		--redirect http://10.9.1.2:8080/scep "$@"
	configure moon "$(renewing "$timeout")"
	configure sun "$(profile gw sun)"
	connection moon sun start
	connection sun moon none
	mkdir -p "$WORK/moon/swanctl/x509ca"
	cp "$WORK/server/other-ca.pem" "$WORK/moon/swanctl/x509ca"
	expect "sun starts" start sun
	expect "sun loads its connection" load sun
	expect "sun enrols" wait_for 30 has_key sun
	expect "moon starts" start moon
	expect "moon loads its connection" load moon
	expect "moon trusts another CA" grep -q "Other CA" \
		<(swan moon --list-certs --type x509 --flag any)
	expect "tunnel" wait_for 40 up
	# from here on no renewal succeeds
	script "*PKIOperation: bad-alg"
	expect "moon renews" wait_for 20 since 0 'refused: .*badAlg'
	SERIAL=$(serial moon)
}

# since LINE PATTERN: whether moon told something after that line of its log
since()
{
	tail -n "+$(($1 + 1))" "$WORK/moon/log" |
		grep -E "scep\[gw\] (rejected|refused|retry|gave-up|ca-[a-z]+): " |
		grep -E "$2"
}

# unharmed WHAT: the certificate of before is in use, and nothing else
unharmed()
{
	expect "$1: charon lives" kill -0 "$(pid moon)"
	expect "$1: the certificate stays" test "$(serial moon)" = "$SERIAL"
	expect "$1: IKE has it, and its key" in_use moon "$SERIAL"
}

# attack OPERATION WORDS PATTERN: moon gets such answers, and tells why it
# believes none of them
attack()
{
	local line
	line=$(wc -l < "$WORK/moon/log")
	: > "$WORK/server/log"
	script "*$1: $2"
	expect "$2: is told as $3" wait_for 15 since "$line" "$3"
	expect "$2: is what the server said" served "\"words\": \".*${2%% *}"
	unharmed "$2"
	echo "# $1: $2: $(since "$line" "$3" | head -n 1)"
}

# attacks OPERATION: the same for each line "WORDS|PATTERN" of standard input
attacks()
{
	local words pattern
	while IFS='|' read -r words pattern; do
		attack "$1" "$words" "$pattern" < /dev/null
	done
}

# renewals COUNT: whether so many renewals succeeded
renewals()
{
	[ "$(count moon 'scep\[gw\] renewed: ')" -ge "$1" ]
}

# ignored WORDS: moon renews in spite of what such answers to GetCACert have
ignored()
{
	local before
	: > "$WORK/server/log"
	script "*GetCACert: $1"
	expect "$1: it is sent" wait_for 15 served "\"words\": \".*$1"
	before=$(count moon 'scep\[gw\] renewed: ')
	expect "$1: moon renews" wait_for 20 renewals $((before + 1))
}

# relieved: the answers are good again; moon renews, and ends in order
relieved()
{
	local before
	before=$(count moon 'scep\[gw\] renewed: ')
	script
	expect "moon renews" wait_for 20 renewals $((before + 1))
	script "*PKIOperation: http-503"
	refute "another certificate is in use" in_use moon "$SERIAL"
	expect "the new one is" in_use moon "$(serial moon)"
	expect "no rule is broken" lawful
	expect "the tunnel is up" up
	expect "ping goes through" ping_through
	kill -TERM "$(pid moon)"
	expect "moon stops" wait_for 5 gone "$(pid moon)"
	expect "in order" test "$(count moon 'critical signal')" = 0
}

# html lets no good answer through, and replay sends that one
test_refuses_forged_answers()
{
	besieged 20s
	attacks PKIOperation <<-'END'
		forged-signer|rejected: .*does not verify
		other-ca-signer|rejected: .*signed by none
		gateway-signer|rejected: .*signed by none
		self-signer|rejected: .*signed by none
		bad-signature|rejected: .*does not verify
		md5|rejected: .*digest algorithm
		html|rejected: .*BER
		replay|rejected: .*recipientNonce
		wrong-nonce|rejected: .*recipientNonce
		no-nonce|rejected: .*recipientNonce is missing
		truncated-nonce|rejected: .*recipientNonce
		wrong-transaction-id|rejected: .*transactionID
		no-transaction-id|rejected: .*transactionID is missing
		wrong-message-type|rejected: .*messageType
		duplicate-attribute|rejected: .*twice
		two-values|rejected: .*exactly one value
		empty-attribute|rejected: .*exactly one value
		wrong-attribute-type|rejected: .*pkiStatus
		two-signers|rejected: .*more than one signerInfo
		no-signers|rejected: .*nobody signed
		no-signed-attributes|rejected: .*no signed attributes
		bad-message-digest|rejected: .*messageDigest
		bad-content-type|rejected: .*contentType
		bad-econtent-type|rejected: .*eContentType
		trailing-bytes|rejected: .*behind the end
		pki-status-1|rejected: .*pkiStatus is "1"
		pki-status-03|rejected: .*pkiStatus is "03"
		pki-status-empty|rejected: .*pkiStatus is ""
		no-pki-status|rejected: .*pkiStatus is missing
	END
	relieved
}

test_refuses_forged_contents()
{
	besieged 20s
	attacks PKIOperation <<-'END'
		no-content|rejected: .*without content
		zero-content|rejected: .*envelope
		not-enveloped|rejected: .*no CMS EnvelopedData
		bad-decrypt|rejected: .*could not be decrypted
		des|rejected: .*single DES
		bad-ciphertext|rejected: .*whole blocks
		not-certs|rejected: .*could not be decrypted
		many-recipients|rejected: .*recipients
		failinfo-9|rejected: .*failInfo is "9"
		failure no-failinfo|rejected: .*failInfo is missing
		failure fail-info-text|refused: .*badRequest
		bad-alg|refused: .*badAlg
		bad-time hresult|refused: .*badTime .*hresult=0x
	END
	refute "control characters are in the log" grep -q $'\e' "$WORK/moon/log"
	attack PKIOperation future-leaf 'retry: .*not valid before'
	# moon would get that one in ten days, and looks once a day; the server
	# forgets it, and moon begins anew
	rm -f "$WORK/server/transactions/"*
	configure moon "$(renewing 21s)"
	expect "reload" swan moon --reload-settings
	# these spoil the transaction, in which the server would repeat them
	attacks PKIOperation <<-'END'
		expired-leaf|retry: .*expired
		old-cert|rejected: .*for our key
		no-issued|rejected: .*for our key
		wrong-key|rejected: .*for our key
	END
	relieved
}

# A CA that grants what nobody wants would do so at each attempt: moon asks no
# more until its configuration changes.
test_asks_no_more_for_unwanted_certificates()
{
	local words pattern timeout=20 sent
	besieged 20s
	while IFS='|' read -r words pattern; do
		attack PKIOperation "$words" "gave-up: .*$pattern" < /dev/null
		timeout=$((timeout + 1))
		configure moon "$(renewing "${timeout}s")"
		script "*PKIOperation: bad-alg"
		expect "$words: reload" swan moon --reload-settings
	done <<-'END'
		ca-leaf|is a CA certificate
		wrong-subject|another subject
		extra-san|was not requested
		missing-san|lacks a requested
		sha1-leaf|SHA-256 or better
		md5-leaf|SHA-256 or better
		server-eku|can't be used for IKE
	END
	attack PKIOperation other-ca-leaf 'gave-up: .*does not chain'
	sent=$(count moon 'scep\[gw\] sent: ')
	configure moon "$(renewing "${timeout}s")$(profile two moon2)"
	script "*PKIOperation: bad-alg"
	expect "reload" swan moon --reload-settings
	expect "time passes" wait_for 30 logged moon 'scep\[two\] retry: attempt=2'
	expect "nothing more is sent" test "$(count moon 'scep\[gw\] sent: ')" = "$sent"
	# the CA is put right, but answers the request that it knows as before
	script
	configure moon "$(renewing 60s)"
	expect "reload" swan moon --reload-settings
	expect "moon looks at it again" wait_for 15 logged moon \
		'scep\[gw\] rejected: .*does not chain'
	relieved
}

test_survives_hostile_transfers()
{
	besieged 2s
	attacks PKIOperation <<-'END'
		html|rejected: .*BER
		garbage|rejected: .*BER
		empty-body|rejected: .*nothing there
		truncated|rejected: .*cut off
		huge|rejected: .*larger than
		never-ending|rejected: .*larger than
		short-body|retry: .*PKIOperation: "(transfer closed|end of response)
		reset|retry: .*PKIOperation: "(Empty reply|Recv failure)
		slow|retry: .*(timed out|Timeout)
		silent|retry: .*(timed out|Timeout)
		redirect|retry: .*HTTP 302
		html-500|retry: .*HTTP 500
		http-204|retry: .*HTTP 204
	END
	attacks GetCACert <<-'END'
		other-ca|ca-changed: .*Other CA
		many-certs|rejected: .*more than 16
		deep-nesting|rejected: .*deeper
		html|rejected: .*BER
		garbage|rejected: .*BER
		huge|rejected: .*larger than
		redirect-loop|rejected: .*redirects
		redirect-other-host|rejected: .*another host
		redirect-file|rejected: .*another host
	END
	attacks GetCACaps <<-'END'
		never-ending|rejected: .*larger than
		redirect-loop|rejected: .*redirects
	END
	ignored gateway-as-ra
	ignored expired-ra
	relieved
}

# refusals COUNT: whether moon got so many bad answers
refusals()
{
	[ "$(count moon 'scep\[p[0-9]\] rejected: ')" -ge "$1" ]
}

# resident: memory of moon's charon, KiB
resident()
{
	sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$(pid moon)/status"
}

test_refused_answers_take_no_memory()
{
	local i text="" before
	expect "server starts" start_server
	script "*PKIOperation: bad-decrypt"
	for i in {0..9}; do
		text=$text$(renewing 20s | sed "s/gw {/p$i {/; s/moon/moon$i/")
	done
	configure moon "$text"
	expect "moon starts" start moon
	expect "bad answers" wait_for 90 refusals 50
	before=$(resident)
	expect "100 more" wait_for 90 refusals 150
	script "*GetCACert: many-certs"
	expect "100 of another kind" wait_for 90 refusals 250
	expect "memory: $before KiB, then $(resident) KiB" test \
		"$(resident)" -lt $((before + 4096))
}
