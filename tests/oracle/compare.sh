#!/bin/bash
# SPDX-License-Identifier: MIT
# Compare vmsctl with the slow evaluator on random estates.
#
# usage: compare.sh VMSCTL [SEEDS] [N]
#   SEEDS  one number, or FIRST-LAST (default 1-10)
#   N      requests on each estate (default 1000)
#
# Prints each row on which the two disagree, then one line of counts.  The
# files of an estate with a difference are kept and named.
# Exit: 0 none differ, 1 some differ, 2 vmsctl or the generator failed.
set -euo pipefail

if [ $# -lt 1 ] || [ $# -gt 3 ]; then
	sed -n 's/^# usage: /usage: /p' "$0" >&2
	exit 2
fi
vmsctl=$1
seeds=${2:-1-10}
n=${3:-1000}
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d "${TMPDIR:-/tmp}/vms-compare.XXXXXX")
rows=0 differ=0 failed=0

for ((seed = ${seeds%-*}; seed <= ${seeds#*-}; seed++)); do
	ldif=$dir/$seed.ldif tsv=$dir/$seed.tsv out=$dir/$seed.out
	if ! /usr/bin/python3 "$here/generate.py" "$seed" "$n" \
	    "$ldif" "$tsv" 2>"$out"; then
		cat "$out"
		failed=$((failed + 1))
		continue
	fi
	status=0
	"$vmsctl" check --ldif "$ldif" --batch "$tsv" >"$out" 2>&1 || status=$?
	last=$(tail -n 1 "$out")
	if [[ ! $last =~ ^([0-9]+)\ rows,\ ([0-9]+)\ differ$ ]] ||
	    [ "${BASH_REMATCH[1]}" -ne "$n" ] || [ "$status" -gt 1 ]; then
		echo "seed $seed: vmsctl ended with $status:"
		tail -n 5 "$out"
		echo "kept: $ldif $tsv"
		failed=$((failed + 1))
		continue
	fi
	rows=$((rows + BASH_REMATCH[1]))
	differ=$((differ + BASH_REMATCH[2]))
	if [ "$status" -ne 0 ] || [ "${BASH_REMATCH[2]}" -ne 0 ]; then
		echo "seed $seed:"
		sed '$d' "$out"
		echo "kept: $ldif $tsv"
	else
		rm -f "$ldif" "$tsv" "$out"
	fi
done

rmdir "$dir" 2>/dev/null || true
echo "$rows rows, $differ differ, $failed estates failed"
[ "$failed" -eq 0 ] || exit 2
[ "$differ" -eq 0 ] || exit 1
