# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completes the commands, options and profiles of scepctl.

# Names of profiles in a file of settings: the sections inside of profiles
_scepctl_configured()
{
	sed 's/#.*//' "$1" 2>/dev/null | tr '\n' ' ' | sed 's/[{}]/\n&\n/g' | awk '
		$0 == "{" {
			depth++
			if (inside && depth == inside + 1) print name
			if (name == "profiles" && !inside) inside = depth
		}
		$0 == "}" {
			if (depth == inside) inside = 0
			depth--
		}
		{ name = $NF }'
}

# Names of profiles: those of the daemon, or of the configuration. Only what a
# name can be is taken, as compgen expands words.
_scepctl_profiles()
{
	local names
	names=$("$1" list --json 2>/dev/null |
		sed -n 's/^    "name": "\([^"]*\)",*$/\1/p')
	[ -n "$names" ] || names=$(_scepctl_configured \
		"${SCEPCTL_CONF:-/etc/strongswan.d/charon/scep.conf}")
	grep -E '^[A-Za-z0-9_-]+$' <<< "$names"
}

_scepctl()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local commands="accept-ca ca cancel check enroll import list metrics renew
		set-challenge show watch"
	local i command='' args=0 options
	COMPREPLY=()
	case $prev in
		--key|--cert)
			mapfile -t COMPREPLY < <(compgen -f -- "$cur")
			return ;;
		--state-dir)
			mapfile -t COMPREPLY < <(compgen -d -- "$cur")
			return ;;
		--uri|--wait|--within)
			return ;;
	esac
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
			--uri|--wait|--within|--key|--cert|--state-dir)
				i=$((i + 1)) ;;
			-*) ;;
			*)
				if [ -z "$command" ]; then
					command=${COMP_WORDS[i]}
				else
					args=$((args + 1))
				fi ;;
		esac
	done
	case $command in
		'') options="--help --version --uri --json" ;;
		check) options="--json" ;;
		metrics) options="--uri" ;;
		enroll) options="--uri --json --wait" ;;
		renew) options="--uri --json --wait --within" ;;
		import) options="--uri --json --key --cert --state-dir" ;;
		*) options="--uri --json" ;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
	elif [ -z "$command" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$commands" -- "$cur")
	elif [ "$command" = check ]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	elif [ "$args" -eq 0 ] && [[ $command != list && $command != metrics &&
		$command != watch ]]; then
		mapfile -t COMPREPLY < <(compgen -W \
			"$(_scepctl_profiles "${COMP_WORDS[0]}")" -- "$cur")
	fi
}

complete -o filenames -o bashdefault -F _scepctl scepctl
