# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2317,SC2154
#
# End-to-end test of docs/first-hour.md: what it tells a user to do still has the
# outcome that it tells of, and the page is the one that the script writes.

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
