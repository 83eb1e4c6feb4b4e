# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests of scepctl, against a double of the plugin that answers as it does or as
# nobody should, and against charon. Sourced by run.

# fake: starts the double
fake()
{
	FAKE=$WORK/fake
	mkdir "$FAKE"
	python3 "$E2E/fake_charon.py" "$FAKE" > "$FAKE/out" 2>&1 &
	remember "$!"
	wait_for 20 test -e "$FAKE/ready"
}

# ctl BEHAVIOUR ARGUMENT...: scepctl at the double; its output in $WORK/stdout and
# $WORK/stderr, its status in CTL_STATUS
ctl()
{
	local behaviour=$1
	shift
	CTL_STATUS=0
	"$SCEPCTL" "$@" --uri "unix://$FAKE/$behaviour" \
		> "$WORK/stdout" 2> "$WORK/stderr" < "${STDIN:-/dev/null}" || CTL_STATUS=$?
}

# says PATTERN [FILE]: whether the last output has a line
says()
{
	grep -Eq -- "$1" "$WORK/${2:-stdout}"
}

# ends STATUS ARGUMENT...: whether scepctl ends with a status
ends()
{
	local status=$1
	shift
	ctl "$@"
	[ "$CTL_STATUS" -eq "$status" ]
}

# got COMMAND KEY VALUE: whether the double got a command with a value
got()
{
	grep -Fq "[\"$1\"" "$FAKE/log" && grep -F "[\"$1\"" "$FAKE/log" |
		tail -n 1 | grep -Fq "\"$2\": \"$3\""
}

# sent_key FILE: whether the last import had the key in that file
sent_key()
{
	diff <(openssl pkey -in "$1" -outform DER | sha256sum) <(python3 -c '
import json, sys
print([json.loads(line)[1]["key"] for line in open(sys.argv[1])
	if line.startswith("[\"import\"")][-1], end="")' "$FAKE/log" |
		openssl pkey -outform DER | sha256sum)
}

# json EXPRESSION: whether the last output is JSON of which that is true
json()
{
	python3 -c 'import json, sys
v = json.load(open(sys.argv[1], encoding="utf-8"))
sys.exit(not eval("(" + sys.argv[2] + ")"))' "$WORK/stdout" "$1"
}

# harmless: whether nothing of the last output is for a terminal to obey
harmless()
{
	! LC_ALL=C grep -Pq '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80\xae|\xc2[\x80-\x9f]' \
		"$WORK/stdout" "$WORK/stderr"
}

# narrow COLUMNS: whether no line of the last output is wider
narrow()
{
	python3 -c 'import sys
sys.exit(any(len(l.rstrip("\n")) > int(sys.argv[2])
	for l in open(sys.argv[1], encoding="utf-8")))' "$WORK/stdout" "$1"
}

# tty COMMAND: runs it on a terminal of its own, in $WORK/stdout what that showed
tty()
{
	command script -qec "$1" /dev/null > "$WORK/stdout" 2>&1 < "${STDIN:-/dev/null}"
}

# moon_ctl STATUS ARGUMENT...: scepctl, with the socket that moon's settings name
moon_ctl()
{
	local status=0 wanted=$1
	shift
	STRONGSWAN_CONF=$WORK/moon/strongswan.conf "$SCEPCTL" "$@" \
		> "$WORK/stdout" 2> "$WORK/stderr" < "${STDIN:-/dev/null}" || status=$?
	[ "$status" -eq "$wanted" ]
}

# is STATE: whether the profile is in it
is()
{
	moon_ctl 0 list --json && json "v[0]['state'] == '$1'"
}

test_scepctl_tells()
{
	local groups="3f9a 12bc 5e77 0a1b" esc=$'\x1b'
	export LC_ALL=C.UTF-8
	expect "double starts" fake
	expect "list" ends 0 client list
	expect "in words" says '^gw +valid +in 12 days +idle +renew in 2 hours'
	expect "in order" says '^bad +expired +3 days ago +failed'
	expect "with errors" says '^  CA is not confirmed'
	expect "in 80 columns" narrow 80
	expect "without colour" harmless
	COLUMNS=40 ctl client list
	expect "in 40 columns" narrow 40
	COLUMNS=200 ctl client list
	expect "with more in 200" says 'renew in 2 hours +C=DE, O=Example, CN=gw'
	tty "TERM=xterm $SCEPCTL list --uri unix://$FAKE/client"
	expect "colour on a terminal" says "$esc\[31mfailed"
	tty "NO_COLOR=1 TERM=xterm $SCEPCTL list --uri unix://$FAKE/client"
	refute "unless NO_COLOR" says "$esc"
	tty "stty cols 60; TERM=dumb $SCEPCTL list --uri unix://$FAKE/client"
	expect "and as wide as that" narrow 61
	expect "list as JSON" ends 0 client list --json
	expect "by its contract" json '[p["name"] for p in v] == ["bad", "gw", "lab",
		"stuck"] and v[0]["attempts"] == 7 and v[1]["not_after"][-1] == "Z" and
		"serial" not in v[0] and "ca_state" not in v[1]'
	expect "show" ends 0 client show gw
	expect "with dates" says 'not after +20..-..-.. .* UTC \(in 12 days\)'
	expect "and advice" says '^  Nothing\.'
	ctl client show bad
	expect "which depends" says 'scepctl set-challenge bad'
	ctl client show gw --json
	expect "show as JSON" json 'v["urls"] == ["http://ca.example.org/scep"] and
		v["sans"] == ["gw.example.org"] and v["generation"] == 1 and
		v["ca_state"] == "pinned"'
	expect "no such profile" ends 1 client show nobody
	expect "and where to look" says 'scepctl list' stderr
	expect "ca" ends 0 client ca lab
	expect "in groups" says "^  1   $groups$"
	expect "and lines" says '^  4   dead beef cafe 0123$'
	expect "of the RA, too" says '^ra: subject="CN=RA", sha256:'
	expect "in its own lines" says '^  1   3210 efac feeb daed$'
	expect "and how to go on" says 'scepctl accept-ca lab'
	expect "none is known" ends 1 client ca stuck
	expect "metrics" ends 0 client metrics
	expect "as they are" diff - "$WORK/stdout" <<< \
		$'# TYPE a gauge\na 1\nb{profile="gw"} 2'
	expect "version" ends 0 client --version
	expect "of the daemon" says '^daemon 0.1.0, strongSwan 5.9.8, started 20'
	expect "no profiles" ends 0 empty list
	expect "are told" says 'No profile is configured'
	ctl empty list --json
	expect "also in JSON" json 'v == []'
}

test_scepctl_changes()
{
	local pin=3f9a12bc5e770a1b00112233445566778899aabbccddeeffdeadbeefcafe0123
	local form
	expect "double starts" fake
	expect "accept-ca" ends 0 client accept-ca lab SHA256:3F9A "${pin:4:20}" \
		"${pin:24}"
	expect "in any form" got accept-ca fingerprint "sha256:$pin"
	expect "other fingerprint" ends 1 client accept-ca lab "${pin/3f/00}"
	expect "why" says 'another fingerprint' stderr
	expect "no fingerprint" ends 2 client accept-ca lab "${pin:2}"
	printf 'geheim \n' > "$WORK/phrase"
	STDIN=$WORK/phrase expect "set-challenge" ends 0 client set-challenge bad
	expect "without the line's end only" got set-challenge challenge "geheim "
	refute "not shown" says geheim
	refute "anywhere" says geheim stderr
	expect "no challenge" ends 1 client set-challenge bad
	head -c 256 /dev/zero | tr '\0' x > "$WORK/phrase"
	STDIN=$WORK/phrase expect "long challenge" ends 1 client set-challenge bad
	echo >> "$WORK/phrase"
	sed -i 's/^x//' "$WORK/phrase"
	STDIN=$WORK/phrase expect "longest challenge" ends 0 client set-challenge bad
	expect "takes a terminal" python3 "$E2E/hidden.py" "$SCEPCTL" \
		--uri "unix://$FAKE/client" set-challenge bad
	expect "whose phrase arrives" got set-challenge challenge "typed"
	expect "cancel" ends 0 client cancel gw --json
	expect "as JSON" json 'v == {"name": "gw", "success": True}'
	expect "renew within" ends 0 client renew gw --within 2h
	expect "in seconds" got renew within 7200
	expect "renew and wait" ends 0 client renew gw --wait 30
	expect "with progress" says ' gw renewed: generation='
	refute "of that profile only" says 'not of interest'
	expect "failure" ends 1 client enroll bad --wait 30 --json
	expect "is told" json 'not v["success"] and
		v["error"] == "challenge was refused"'
	expect "and what to do" says 'scepctl show bad' stderr
	expect "time is up" ends 1 client enroll stuck --wait 1
	expect "and what is now" says 'its state is waiting' stderr
	expect "unknown profile" ends 1 client enroll nobody --json
	expect "as JSON, too" json 'v["error"] == "no profile '"'nobody'"'"'
	echo key > "$WORK/key"
	expect "import" ends 0 client import gw --key "$WORK/key" --cert "$WORK/phrase"
	expect "sends the files" got import key 'key\n'
	expect "from a pipe, in pieces" bash -c "{ echo piped; sleep 0.1; \
		echo slowly; } | $SCEPCTL import gw --key - --cert $WORK/phrase \
		--uri unix://$FAKE/client"
	expect "all of them" got import key 'piped\nslowly\n'
	expect "by a descriptor" bash -c "echo other | $SCEPCTL import gw --key \
		/dev/stdin --cert $WORK/phrase --uri unix://$FAKE/client"
	expect "that, too" got import key 'other\n'
	expect "not both" ends 2 client import gw --key - --cert -
	for form in "pkcs8 -topk8" "rsa -traditional -aes256" \
		"pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA1"; do
		# shellcheck disable=SC2086
		openssl genrsa 2048 2> /dev/null | tee "$WORK/plain" |
			openssl $form -passout pass:typed -out "$WORK/key" 2> /dev/null
		expect "encrypted key ($form)" python3 "$E2E/hidden.py" "$SCEPCTL" import \
			gw --key "$WORK/key" --cert "$WORK/phrase" --uri "unix://$FAKE/client"
		expect "is sent decrypted" sent_key "$WORK/plain"
	done
	expect "without a terminal" ends 1 client import gw --key "$WORK/key" \
		--cert "$WORK/phrase"
	expect "how to decrypt it" says 'openssl pkey -in FILE' stderr
	echo ENCRYPTED > "$WORK/key"
	refute "no key" python3 "$E2E/hidden.py" "$SCEPCTL" import gw \
		--key "$WORK/key" --cert "$WORK/phrase" --uri "unix://$FAKE/client"
	expect "missing file" ends 1 client import gw --key "$WORK/none" \
		--cert "$WORK/phrase"
	# what the command line may not be
	expect "no file" ends 2 client import gw --key "$WORK/key"
	expect "no command" ends 2 client
	expect "other command" ends 2 client lst
	expect "which is near" says 'did you mean list' stderr
	expect "no name" ends 2 client show
	expect "two names" ends 2 client show gw bad
	expect "other option" ends 2 client list --yaml
	expect "option of another command" ends 2 client list --within 5s
	expect "bad time" ends 2 client renew gw --within 5x
	expect "no time" ends 2 client renew gw --wait
}

test_scepctl_bears_odd_answers()
{
	local behaviour silent
	export LC_ALL=C.UTF-8
	expect "double starts" fake
	"$SCEPCTL" list --uri "unix://$FAKE/silent" 2> "$WORK/silent" &
	silent=$!
	for command in list "show x" "ca x" metrics --version "cancel x" "renew x" \
		"list --json" "show x --json" "ca x --json"; do
		# shellcheck disable=SC2086
		ctl hostile $command
		expect "$command ends" test "$CTL_STATUS" -le 1
		expect "$command is harmless" harmless
		case $command in *--json) expect "$command is JSON" json v ;; esac
	done
	timeout 3 "$SCEPCTL" watch --uri "unix://$FAKE/hostile" > "$WORK/stdout" \
		2> "$WORK/stderr"
	expect "watch shows" says 'x1b]0;owned'
	expect "watch is harmless" harmless
	expect "nothing is known" ends 0 bare list
	expect "nor of one" ends 0 bare show gw
	expect "no word of success" ends 1 bare renew gw
	expect "thousands" ends 0 many list --json
	expect "all of them" json 'len(v) == 5000'
	expect "garbage" ends 3 garbage list
	expect "is told" says 'does not speak the protocol' stderr
	expect "malformed event" ends 3 malformed list
	expect "malformed answer" ends 3 malformed cancel gw
	for behaviour in "list" "cancel gw" "watch"; do
		# shellcheck disable=SC2086
		expect "death in $behaviour" ends 3 dies $behaviour
		expect "is told" says 'went away' stderr
	done
	expect "no daemon" ends 3 nobody list
	expect "how to go on" says 'systemctl start strongswan' stderr
	expect "no URI" test "$("$SCEPCTL" list --uri nonsense 2> /dev/null; echo $?)" = 3
	if wait "$silent"; then :; else CTL_STATUS=$?; fi
	expect "silence ends" test "$CTL_STATUS" -eq 3
	expect "and is told" grep -q 'does not answer' "$WORK/silent"
}

test_scepctl_watches()
{
	local pid
	export LC_ALL=C.UTF-8
	expect "double starts" fake
	"$SCEPCTL" watch --json --uri "unix://$FAKE/client" > "$WORK/events" &
	pid=$!
	remember "$pid"
	expect "it watches" wait_for 10 grep -q '"version"' "$FAKE/log"
	kill -TERM "$pid"
	expect "ends by a signal" wait "$pid"
	STDIN=/dev/null tty "COLUMNS=60 TERM=xterm timeout 4 $SCEPCTL watch \
		--uri unix://$FAKE/client"
	expect "table on a terminal" says 'gw +.*valid'
}

test_scepctl_checks()
{
	local conf=$WORK/check.conf
	check()
	{
		cat > "$conf"
		CTL_STATUS=0
		"$SCEPCTL" check "$conf" "$@" > "$WORK/stdout" 2> "$WORK/stderr" ||
			CTL_STATUS=$?
	}
	FAKE=$WORK
	check <<< $'scep {\n\tload = yes\n\tkey.size = 1\n}'
	expect "syntax" test "$CTL_STATUS" -eq 1
	expect "with file and line" says "^error: $conf:3: syntax error"
	mkdir "$WORK/check.conf.d"
	printf 'a {\n\n}\n}\n' > "$WORK/check.conf.d/part.conf"
	check --json <<< "include $WORK/check.conf.d/*.conf"
	expect "as JSON" json 'v[0]["level"] == "error" and v[0]["line"] == 4 and
		v[0]["file"] == "'"$WORK/check.conf.d/part.conf"'"'
	check <<< $'charon {\n\tplugins { scep { load = yes'
	expect "at the end" says "invalid config file '$conf'"
	echo phrase > "$WORK/phrase"
	chmod 644 "$WORK/phrase"
	check <<EOF2
charon-systemd { load = random vici }
charon { plugins { scep {
	wokers = 2
	state_dir = $WORK/state
	profiles {
		gw { url = http://ca.example.org/scep
			subject = "CN=gw"
			challenge_file = $WORK/phrase }
		lab { url = http://ca.example.org/scep
			subjct = "CN=lab" }
		old { url = http://ca.example.org/scep
			subject = "CN=old"
			challenge = geheim
			http { ca_file = $WORK/phrase } }
		gone { url = http://ca.example.org/scep
			subject = "CN=gone"
			challenge_file = $WORK/gone }
	} } } }
EOF2
	expect "errors" test "$CTL_STATUS" -eq 1
	expect "near key above" says 'error: key="wokers" unknown.*did you mean workers'
	expect "near key below" says \
		'error: profile lab: key="subjct" unknown, did you mean subject'
	expect "not loaded" says "warning: .*its list 'load' lacks scep"
	expect "open file" says "warning: profile gw: .*chmod 600 $WORK/phrase"
	expect "open phrase" says "warning: profile old: file '$conf' holds"
	expect "no file" says "error: profile gone: key=challenge_file .*No such file"
	refute "no secret" says geheim
	expect "summary" says '3 profiles can be used, 3 errors, 3 warnings'
	chmod 600 "$WORK/phrase"
	check <<EOF2
scep { load = yes
	profiles { gw { url = http://ca.example.org/scep
		subject = "CN=gw"
		challenge_file = $WORK/phrase } } }
EOF2
	expect "all is well" test "$CTL_STATUS" -eq 0
	expect "and told" says '1 profile can be used, 0 errors, 0 warnings'
	expect "no configuration" test "$("$SCEPCTL" check "$WORK/none" > /dev/null
		echo $?)" = 1
	STRONGSWAN_CONF=$conf expect "by the environment" "$SCEPCTL" check
}

test_scepctl_completes()
{
	local words
	# completed WORD...: what may stand for the last one
	completed()
	{
		bash --norc -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
			_scepctl; echo "${COMPREPLY[*]}"' - \
			"$E2E/../../scepctl/completion.bash" "$SCEPCTL" "$@"
	}
	expect "double starts" fake
	printf 'charon { plugins { scep { socket = unix://%s } } }\n' "$FAKE/client" \
		> "$WORK/client.conf"
	cat > "$WORK/scep.conf" <<EOF2
scep {
	# profiles { no { } }
	load = yes
	profiles {
		gw-1 { url = http://x
			key { size = 2048 } }
		lab { }
	}
}
EOF2
	export STRONGSWAN_CONF=$WORK/client.conf
	words=$(completed "")
	for command in $("$SCEPCTL" --help | sed -n 's/^  \([a-z-]*\) .*/\1/p' |
		grep -v ^-); do
		expect "$command" grep -qw -- "$command" <<< "$words"
	done
	expect "part of a command" test "$(completed se)" = set-challenge
	expect "options" test "$(completed renew gw --wi)" = --within
	expect "not of others" test -z "$(completed list --wi)"
	expect "profiles" test "$(completed show "")" = "bad gw lab stuck"
	expect "part of a profile" test "$(completed --json show l)" = lab
	expect "one only" test -z "$(completed show gw "")"
	sed -i s/client/hostile/ "$WORK/client.conf"
	export SCEPCTL_CONF=$WORK/none
	expect "no hostile names" test -z "$(completed show "")"
	sed -i s/hostile/nobody/ "$WORK/client.conf"
	export SCEPCTL_CONF=$WORK/scep.conf
	expect "without a daemon" test "$(completed show "")" = "gw-1 lab"
}

test_scepctl_imports_before_the_first_start()
{
	local dir=$WORK/import
	mkdir "$dir"
	openssl req -x509 -newkey rsa:2048 -nodes -days 10 -subj "/C=DE/O=Example/CN=CA" \
		-addext "keyUsage=critical,keyCertSign,cRLSign" \
		-keyout "$dir/ca.key" -out "$dir/ca.pem"
	openssl req -newkey rsa:2048 -nodes -subj "/C=DE/O=Example/CN=moon.example.org" \
		-keyout "$dir/key" -out "$dir/csr"
	echo "subjectAltName=DNS:moon.example.org" > "$dir/ext"
	openssl x509 -req -in "$dir/csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" \
		-days 9 -extfile "$dir/ext" -out "$dir/cert"
	# from another key
	openssl x509 -in "$dir/ca.pem" -out "$dir/other"
	# shellcheck disable=SC2034
	CA_PIN=sha256:$(openssl x509 -in "$dir/ca.pem" -outform DER | sha256sum |
		cut -d ' ' -f 1)
	configure moon "$(profile gw moon)"
	FAKE=$WORK
	export STRONGSWAN_CONF=$WORK/moon/strongswan.conf
	expect "another key's" ends 1 nobody import gw --key "$dir/key" \
		--cert "$dir/other"
	refute "leaves nothing" test -e "$WORK/moon/state/gw/current"
	expect "no such profile" ends 1 nobody import nobody --key "$dir/key" \
		--cert "$dir/cert"
	expect "is told" says 'no usable profile nobody' stderr
	expect "import" ends 0 nobody import gw --key "$dir/key" \
		--cert "$dir/cert" --json
	expect "as JSON" json 'v["success"]'
	unset STRONGSWAN_CONF
	expect "moon starts" start moon
	expect "moon has it" has_key moon
	expect "the same" test "$(serial moon)" = \
		"$(openssl x509 -noout -serial -in "$dir/cert")"
	expect "the same again" moon_ctl 1 import gw --key "$dir/key" \
		--cert "$dir/cert"
	openssl x509 -req -in "$dir/csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" \
		-days 10 -extfile "$dir/ext" -out "$dir/later"
	expect "a later one" moon_ctl 0 import gw --key "$dir/key" \
		--cert "$dir/later"
	expect "is used at once" in_use moon \
		"$(openssl x509 -noout -serial -in "$dir/later")"
	expect "and imported" logged moon 'scep\[gw\] imported: serial='
}

# shown_to_watcher: sets a phrase; whether who watches is there already, to see it
shown_to_watcher()
{
	STDIN=$WORK/phrase moon_ctl 0 set-challenge gw && watched ' challenge-set: '
}

# watched PATTERN: whether who watches saw an event
watched()
{
	grep -Eq "$1" "$WORK/watched"
}

test_scepctl_bears_odd_names()
{
	local name command words long
	long=$(head -c 300 /dev/zero | tr '\0' n)
	configure moon "$(CA_PIN=sha256:$(printf '%064d' 0) profile gw moon)"
	expect "moon starts" start moon
	echo key > "$WORK/odd"
	for name in nobody "" 'a"b' "g'w" $'g\nw' ../gw "$long" ' gw' GW gw.x; do
		words="there is no profile '${name%%$'\n'*}"
		[ -n "$name" ] || words="the name of a profile is needed"
		[ "$name" != "$long" ] || words="no profile can have that name"
		for command in show ca enroll renew cancel set-challenge accept-ca \
			import; do
			set -- "$command" "$name"
			[ "$command" != accept-ca ] || set -- "$@" "$(printf '%064d' 0)"
			[ "$command" != import ] ||
				set -- "$@" --key "$WORK/odd" --cert "$WORK/odd"
			STDIN=$WORK/odd expect "$command of '$name' fails" moon_ctl 1 "$@"
			expect "$command of '$name' says why" grep -Fq "$words" \
				"$WORK/stderr"
		done
	done
	expect "where the names are" moon_ctl 1 accept-ca nobody \
		"$(printf '%064d' 0)"
	expect "is said" says 'scepctl list' stderr
	expect "what is no option" moon_ctl 2 show --nme
	expect "what may be an option, but is a name" moon_ctl 1 show -- --nme
	expect "is one" says "there is no profile '--nme'" stderr
	expect "moon goes on" moon_ctl 0 list
}

test_scepctl_steers_charon()
{
	local before digits watcher
	make_ca
	expect "CA starts" start_ca
	digits=${CA_PIN#*:}
	# shellcheck disable=SC2034
	CA_PIN='' CHALLENGE=''
	configure moon "$(profile gw moon)"
	expect "no daemon yet" moon_ctl 3 list
	expect "moon starts" start moon
	expect "moon wants to be told" wait_for 30 is confirm-ca
	expect "ca" moon_ctl 0 ca gw
	expect "tells the fingerprint" test "$digits" = \
		"$(sed -n 's/^  [1-4]   //p' "$WORK/stdout" | tr -d ' \n')"
	echo secret > "$WORK/phrase"
	STDIN=$WORK/phrase expect "challenge" moon_ctl 0 set-challenge gw
	expect "another CA" moon_ctl 1 accept-ca gw "${digits:2}00"
	expect "is not waited for" is confirm-ca
	expect "the CA" moon_ctl 0 accept-ca gw "${digits^^}"
	expect "moon enrols" wait_for 30 has_key moon
	before=$(serial moon)
	STRONGSWAN_CONF=$WORK/moon/strongswan.conf "$SCEPCTL" watch \
		> "$WORK/watched" 2>&1 &
	remember "$!"
	watcher=$!
	# this server wants a phrase at renewals, too, and it serves once
	expect "another challenge" wait_for 10 shown_to_watcher
	expect "renew" moon_ctl 0 renew gw --wait 60
	expect "tells how it goes" says ' gw renewed: '
	refute "another certificate" test "$(serial moon)" = "$before"
	expect "list" moon_ctl 0 list
	expect "tells of it" says '^gw +valid +in .* idle +renew in '
	expect "show" moon_ctl 0 show gw --json
	expect "tells all" json "v['configured_subject'] and v['key_size'] == 2048 and
		v['generation'] == 2 and v['ca_state'] == 'confirmed' and v['urls'] and
		v['sans'] == ['moon.example.org'] and v['not_after'] > v['renew_at']"
	expect "unknown profile" moon_ctl 1 renew nobody
	expect "metrics" moon_ctl 0 metrics
	expect "of it" says '^scep_certificate_not_after_seconds.*"gw"'
	expect "version" moon_ctl 0 --version
	expect "of the daemon, too" says '^daemon [0-9.]+, strongSwan'
	expect "configuration" moon_ctl 0 check
	expect "watch tells of it" wait_for 10 watched ' gw renewed: '
	expect "nothing to cancel" moon_ctl 1 cancel gw
	stop_ca
	expect "renew without a server" moon_ctl 0 renew gw
	expect "waits" wait_for 20 is waiting
	expect "cancel" moon_ctl 0 cancel gw
	expect "ends that" is failed
	expect "with a reason" moon_ctl 0 show gw
	expect "that is told" says 'cancelled, until'
	expect "the certificate stays" has_key moon
	expect "watch tells of that" wait_for 10 watched ' gw gave-up: '
	stop moon
	expect "watch says why it ends" wait_for 10 gone "$watcher"
}
