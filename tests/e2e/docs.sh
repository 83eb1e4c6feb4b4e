# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2317,SC2154
#
# Tests of what is documented: what docs/first-hour.md tells a user to do still has
# the outcome that it tells of, and the page is the one that the script writes;
# the profiles in docs/servers.md, README.md and the manual are valid.

# told FILE: headings, text and commands of the page, without what commands
# printed; the fingerprints of CAs differ
told()
{
	awk '/^```/ { inside = !inside; next } !inside || /^# / || /^$/' "$1" |
		sed -E 's/( [0-9a-f]{4}){16}/ FINGERPRINT/'
}

test_first_hour()
{
	local status=0
	"$E2E/../../scripts/first-hour" "$build" > "$WORK/page" 2> "$WORK/why" ||
		status=$?
	if [ "$status" -eq 77 ]; then
		echo "# skipped: $(tail -n 1 "$WORK/why")"
		return
	fi
	expect "$(head -c 2000 "$WORK/why")" test "$status" -eq 0
	told "$WORK/page" > "$WORK/told"
	told "$E2E/../../docs/first-hour.md" > "$WORK/written"
	expect "docs/first-hour.md is not what scripts/first-hour writes" \
		cmp "$WORK/told" "$WORK/written"
}

# profiles FILE: each profile and each whole configuration that it shows
profiles()
{
	awk -v dir="$WORK" '
		/^ *(scep|gw) \{$/ && !inside { inside = 1; indent = index($0, $1)
			name = dir "/shown." ++count
			if ($1 == "gw") head = "scep {\nload = yes\nprofiles {\n"
			else head = ""
			printf "%s", head > name }
		inside { print > name }
		inside && /^ *\}$/ && index($0, "}") == indent { inside = 0
			if (head) print "}\n}" > name
			close(name) }' "$1"
}

test_documented_profiles_are_valid()
{
	local page name count=0
	(umask 077; echo phrase > "$WORK/phrase")
	for page in docs/servers.md README.md man/strongswan-scep.5 \
		docs/first-hour.md; do
		profiles "$E2E/../../$page"
		for name in "$WORK"/shown.*; do
			sed -i -E "s|sha256:3f:9a:\\.\\.\\.|sha256:$(printf a%.0s {1..64})|
				s,/etc/strongswan.d/scep/[a-z.]+,$WORK/phrase,
				s|challange_file|challenge_file|" "$name"
			expect "$page: $("$SCEPCTL" check "$name")" "$SCEPCTL" check "$name"
			count=$((count + 1))
		done
		rm -f "$WORK"/shown.*
	done
	expect "$count profiles" test "$count" -ge 11
}
