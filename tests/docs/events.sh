#!/bin/sh
# events.sh — docs/operations.md tells of every event that is logged, and of no other.
#
#   sh tests/docs/events.sh [ROOT]
set -eu

cd -- "${1:-$(dirname -- "$0")/../..}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# log(LEVEL, "EVENT", …), perhaps over two lines.
find lib/src apps -name '*.cpp' -exec cat {} + | tr '\n' ' ' |
    grep -oE '\blog\([a-z_:]+, *"[a-z_]+"' | sed 's/.*"\(.*\)"/\1/' | sort -u >"$scratch/logged"
sed -n '/^## The log/,/^## What to watch/p' docs/operations.md | awk -F'|' '{ print $2 }' |
    grep -oE '`[a-z_]+`' | tr -d '`' | sort -u >"$scratch/told"
[ -s "$scratch/logged" ]
diff -u --label 'logged' --label 'docs/operations.md' "$scratch/logged" "$scratch/told"
