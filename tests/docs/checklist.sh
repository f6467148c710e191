#!/bin/sh
# checklist.sh — holds docs/checklist.md to what the other pages say: thirteen points, their options, defaults and figures.
#
#   sh tests/docs/checklist.sh [ROOT]
#
# What docs/configuration.md says of flags is what --help says: flags.sh compares those.
set -eu

cd -- "${1:-$(dirname -- "$0")/../..}"
failures=0
complain() {
    echo "docs/checklist.md: $*"
    failures=$((failures + 1))
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The rows of the tables under a heading, cells parted by "|", without blanks and backticks.
rows() {
    awk -v heading="## $2" '/^## / { here = ($0 == heading) } here && /^\|/' "$1" |
        sed 's/`//g; s/ *| */|/g; s/^|//; s/|$//'
}

rows docs/checklist.md 'The thirteen points' >"$scratch/points"
points=$(cut -d'|' -f1 "$scratch/points" | grep -cE '^[0-9]+$' || true)
[ "$points" -eq 13 ] || complain "has $points points"

# "option|default", one a line: of flags the third cell is the default, of fields the second.
{
    rows docs/configuration.md chorus-chat | awk -F'|' '{ print $1 "|" $3 }'
    rows docs/configuration.md 'What has no flag' | cut -d'|' -f1,2
} >"$scratch/options"
sed -n 's/^| *\([0-9]*\) |[^|]*| `\([^`]*\)` |\([^|]*\)|.*/\2|\3/p' docs/checklist.md | sed 's/[` ]*|[` ]*/|/; s/[` ]*$//' \
    >"$scratch/named"
[ -s "$scratch/named" ] || complain "names no option"
while IFS= read -r option; do
    grep -qxF -- "$option" "$scratch/options" || complain "docs/configuration.md does not say so: $option"
done <"$scratch/named"

# Figures are those of docs/performance.md.
{
    rows docs/checklist.md Memory | sed 1,2d | cut -d'|' -f2
    rows docs/checklist.md Load | sed 1,2d | cut -d'|' -f2,3,4 | tr '|' '\n' | sed 's/ ns$//'
} >"$scratch/figures"
[ -s "$scratch/figures" ] || complain "has no figures"
while IFS= read -r figure; do
    grep -qwF -- "$figure" docs/performance.md || complain "docs/performance.md has no such figure: $figure"
done <"$scratch/figures"
[ "$failures" -eq 0 ]
