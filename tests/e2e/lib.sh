# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Two gateways, moon and sun, and a CA, each in a network namespace of its own.
# Daemons are Debian's; the module under test is bound over the plugin directory
# in mount namespaces of the gateways only. Everything goes when the shell ends.
#
#   moon 10.9.1.1/24 --- bridge in ca's namespace 10.9.1.254 --- sun 10.9.1.2/24
#   10.9.10.1/32 behind moon, 10.9.20.1/32 behind sun

: "${MODULE:?path of libstrongswan-scep.so}"

E2E=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PLUGINDIR=${PLUGINDIR:-/usr/lib/ipsec/plugins}
CHALLENGE=secret
CA_URL=http://10.9.1.254:8080/scep
NS=scep$BASHPID
WORK=$(mktemp -d)
PIDS=()
echo 'swanctl { load = random openssl x509 pem pubkey }' > "$WORK/swanctl.conf"

# ns HOST COMMAND...: runs a command in a host's namespace
ns()
{
	local host=$1
	shift
	ip netns exec "$NS-$host" "$@"
}

# remember PID: stopped at the end
remember()
{
	PIDS+=("$1")
}

cleanup()
{
	local pid host
	# a second Ctrl-C must not end it half-way
	trap '' INT TERM
	for pid in "${PIDS[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
	done
	for pid in "${PIDS[@]}"; do
		wait "$pid" 2>/dev/null || true
	done
	for host in moon sun ca; do
		ip netns del "$NS-$host" 2>/dev/null || true
	done
	rm -rf "$WORK"
}

# wait_for SECONDS COMMAND...: until the command succeeds
wait_for()
{
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

make_net()
{
	local host address
	for host in ca moon sun; do
		ip netns add "$NS-$host"
		ns "$host" ip link set lo up
	done
	ns ca ip link add br0 type bridge
	ns ca ip addr add 10.9.1.254/24 dev br0
	ns ca ip link set br0 up
	for host in moon sun; do
		ns ca ip link add "v-$host" type veth peer name eth0 netns "$NS-$host"
		ns ca ip link set "v-$host" master br0 up
		address=10.9.1.1
		[ "$host" = moon ] || address=10.9.1.2
		ns "$host" ip addr add "$address/24" dev eth0
		ns "$host" ip link set eth0 up
		ns "$host" ip route add default via 10.9.1.254
	done
	ns moon ip addr add 10.9.10.1/32 dev lo
	ns sun ip addr add 10.9.20.1/32 dev lo
}

# make_ca: its key and certificate; fingerprint in CA_PIN
make_ca()
{
	(cd "$WORK" && scepserver ca -init -depot depot -keySize 2048 \
		-organization Example -country DE >/dev/null 2>&1)
	pin_ca
}

# pin_ca: fingerprint of the CA's certificate in CA_PIN
pin_ca()
{
	CA_PIN=sha256:$(openssl x509 -in "$WORK/depot/ca.pem" -outform DER |
		sha256sum | cut -d ' ' -f 1)
}

# start_ca [OPTION...]: scepserver, its log in $WORK/ca.log
start_ca()
{
	ip netns exec "$NS-ca" scepserver -depot "$WORK/depot" -port 8080 -challenge secret \
		-crtvalid 1 -allowrenew 0 -log-json "$@" >> "$WORK/ca.log" 2>&1 &
	CA_PID=$!
	remember "$CA_PID"
	wait_for 10 ns ca bash -c '</dev/tcp/127.0.0.1/8080'
}

stop_ca()
{
	kill "$CA_PID"
	wait "$CA_PID" 2>/dev/null || true
}

# start_static: a server that answers with the files of $WORK/static, at the
# CA's address; first the CA's own capabilities and certificate
start_static()
{
	mkdir -p "$WORK/static"
	printf 'AES\nPOSTPKIOperation\nRenewal\nSCEPStandard\nSHA-256\n' \
		> "$WORK/static/GetCACaps"
	openssl x509 -in "$WORK/depot/ca.pem" -outform DER \
		-out "$WORK/static/GetCACert"
	ip netns exec "$NS-ca" python3 "$E2E/static.py" 8080 "$WORK/static" \
		> "$WORK/static.log" 2>&1 &
	remember "$!"
	wait_for 10 ns ca bash -c '</dev/tcp/127.0.0.1/8080'
}

# answer OPERATION [STATUS]: the static server's answer, from standard input
answer()
{
	echo "${2:-200}" > "$WORK/static/$1.status"
	cat > "$WORK/static/.new"
	mv "$WORK/static/.new" "$WORK/static/$1"
}

# start_server_at NAME PORT [OPTION...]: our own SCEP server, its state in
# $WORK/NAME, its log in $WORK/NAME/log; process in SERVER_PID, fingerprint in
# CA_PIN, address in CA_URL
start_server_at()
{
	local name=$1 port=$2
	shift 2
	: > "$WORK/$name.out"
	ip netns exec "$NS-ca" "${SERVER:?path of scep-test-server}" \
		--dir "$WORK/$name" --listen "10.9.1.254:$port" --challenge secret "$@" \
		> "$WORK/$name.out" 2>&1 &
	SERVER_PID=$!
	remember "$SERVER_PID"
	wait_for 20 grep -q '^listening on' "$WORK/$name.out" || return 1
	CA_PIN=$(sed -n 's/^ca fingerprint //p' "$WORK/$name.out")
	CA_URL=http://10.9.1.254:$port/scep
}

# start_server [OPTION...]: the same in the CA's place, as "server"
start_server()
{
	start_server_at server 8080 "$@"
}

stop_server()
{
	kill "$SERVER_PID"
	wait "$SERVER_PID" 2>/dev/null || true
}

# script [LINE...]: how the server answers from now on, none: as it should
script()
{
	printf '%s\n' "$@" > "$WORK/server/.script"
	mv "$WORK/server/.script" "$WORK/server/script"
}

# served PATTERN [NAME]: whether the log of a server has a line
served()
{
	grep -Eq "$1" "$WORK/${2:-server}/log"
}

# lawful [NAME]: whether no request broke a rule of a server
lawful()
{
	! served '"violation"' "${1:-server}"
}

# requests: number of messages that the CA got
requests()
{
	grep -c 'PKIOperation' "$WORK/ca.log" || true
}

# profile NAME HOST [LINE...]: text of a profile
profile()
{
	local name=$1 host=$2
	shift 2
	cat <<EOF
		$name {
			url = $CA_URL
			ca_fingerprint = $CA_PIN
			subject = "C=DE, O=Example, CN=$host.example.org"
			san = $host.example.org
			${CHALLENGE:+challenge = $CHALLENGE}
			trust_ca = yes
			key { size = 2048 }
			retry {
				interval = 2s
				max_interval = 5s
			}
			$(printf '%s\n' "$@")
		}
EOF
}

# configure HOST PROFILE-TEXT: writes strongswan.conf
configure()
{
	local host=$1 dir=$WORK/$1
	mkdir -p "$dir/swanctl" "$dir/state"
	cat > "$dir/strongswan.conf" <<EOF
charon-systemd {
	load = random nonce openssl gcrypt x509 pem pkcs1 pkcs8 pubkey revocation constraints hmac kdf drbg curve25519 kernel-libipsec kernel-netlink socket-default vici scep
	filelog {
		log {
			path = $dir/log
			flush_line = yes
			default = 1
			cfg = 2
		}
	}
	make_before_break = yes
	block_threshold = 0
	cookie_threshold = 0
	retransmit_tries = 3
	plugins {
		vici { socket = unix://$dir/vici }
		scep {
			state_dir = $dir/state
			socket = unix://$dir/scep
			profiles {
$2
			}
		}
	}
}
EOF
}

# connection HOST PEER ACTION [CHILD-LINE...]: writes swanctl.conf
connection()
{
	local host=$1 peer=$2 action=$3 mine=10.9.10.1 theirs=10.9.20.1
	local me=10.9.1.1 other=10.9.1.2
	if [ "$host" = sun ]; then
		mine=10.9.20.1 theirs=10.9.10.1 me=10.9.1.2 other=10.9.1.1
	fi
	cat > "$WORK/$host/swanctl/swanctl.conf" <<EOF
connections {
	net {
		version = 2
		local_addrs = $me
		remote_addrs = $other
		local { auth = pubkey
			id = $host.example.org }
		remote { auth = pubkey
			id = $peer.example.org }
		children {
			net {
				local_ts = $mine/32
				remote_ts = $theirs/32
				start_action = $action
			}
		}
	}
}
EOF
}

# start HOST: charon, in a mount namespace with our module among its plugins
start()
{
	local host=$1 dir=$WORK/$1
	mkdir -p "$dir/plugins"
	cp -a "$PLUGINDIR/." "$dir/plugins/"
	cp "$MODULE" "$dir/plugins/libstrongswan-scep.so"
	rm -f "$dir/vici"
	# shellcheck disable=SC2016
	ip netns exec "$NS-$host" unshare -m --propagation private bash -c '
		mount --bind "$1/plugins" "$2"
		[ ! -e "$1/resolv.conf" ] || mount --bind "$1/resolv.conf" /etc/resolv.conf
		STRONGSWAN_CONF=$1/strongswan.conf exec /usr/sbin/charon-systemd' \
		- "$dir" "$PLUGINDIR" >> "$dir/out" 2>&1 &
	eval "PID_$host=$!"
	remember "$!"
	wait_for 20 swan "$host" --stats
}

# pid HOST: process of its charon
pid()
{
	local name=PID_$1
	echo "${!name}"
}

# stop HOST [SIGNAL]: ends its charon, waits at most 10 s
stop()
{
	kill "-${2:-TERM}" "$(pid "$1")"
	wait_for 10 gone "$(pid "$1")"
}

gone()
{
	! kill -0 "$1" 2>/dev/null
}

# swan HOST ARGUMENT...: swanctl
swan()
{
	local host=$1
	shift
	SWANCTL_DIR=$WORK/$host/swanctl STRONGSWAN_CONF=$WORK/swanctl.conf \
		swanctl "$@" --uri "unix://$WORK/$host/vici" 2>> "$WORK/$host/swanctl.err"
}

# load HOST: its connections
load()
{
	swan "$1" --load-all --noprompt
}

# logged HOST PATTERN: whether its log has a line
logged()
{
	grep -Eq "$2" "$WORK/$1/log"
}

# count HOST PATTERN: lines of its log
count()
{
	grep -Ec "$2" "$WORK/$1/log" || true
}

# has_key HOST: whether IKE has the certificate with its key
has_key()
{
	swan "$1" --list-certs | grep -q 'has private key'
}

# serial HOST [PROFILE]: serial of its current certificate
serial()
{
	openssl x509 -noout -serial \
		-in "$WORK/$1/state/${2:-gw}/current/cert.pem"
}

# in_use HOST SERIAL: whether IKE has the certificate with that serial, and its
# key
in_use()
{
	swan "$1" --list-certs | awk -v serial="$2" '
		/^ *serial:/ { gsub(":", "", $2)
			mine = "serial=" toupper($2) == serial }
		/has private key/ { if (mine) found = 1 }
		END { exit !found }'
}

# shows HOST NAME SERIAL: whether a host knows a certificate with that serial
# whose subject is CN=NAME.example.org, be it a peer's that it verified
shows()
{
	swan "$1" --list-certs | awk -v name="CN=$2.example.org" -v serial="$3" '
		/^ *subject:/ { mine = index($0, name) }
		/^ *serial:/ { gsub(":", "", $2)
			if (mine && "serial=" toupper($2) == serial) found = 1 }
		END { exit !found }'
}

# up: whether moon has the tunnel
up()
{
	swan moon --list-sas | grep -q INSTALLED
}

# ping_through [COUNT]: from moon's network to sun's
ping_through()
{
	ns moon ping -q -I 10.9.10.1 -c "${1:-3}" -i 0.2 -W 2 10.9.20.1
}
