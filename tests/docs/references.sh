#!/bin/sh
# references.sh — every file a page links to is there, and so is every test that holds a guarantee, a rule, a
# pattern or a point of the checklist, or stops an attack.
#
#   sh tests/docs/references.sh [ROOT]
set -eu

cd -- "${1:-$(dirname -- "$0")/../..}"
failures=0
complain() {
    echo "$*"
    failures=$((failures + 1))
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Targets of links, without those that lead elsewhere, and without lambdas; what follows a # is a heading of the page.
links() {
    awk '/^```/ { code = !code } !code' "$1" | grep -oE '\]\([^)]+\)' | sed 's/^](//; s/)$//' | grep -vE '^[a-z]+:' || true
}

# Headings of a page, as links name them.
headings() { sed -n 's/^#* //p' "$1" | tr '[:upper:]' '[:lower:]' | tr -d '`,.:?' | tr ' ' '-'; }

for page in README.md docs/*.md; do
    for link in $(links "$page"); do
        file=${link%%#*}
        [ -n "$file" ] && file=$(dirname "$page")/$file || file=$page
        [ -e "$file" ] || complain "$page: there is no $link"
        case "$link" in
            *'#'*) headings "$file" | grep -qxF -- "${link#*#}" || complain "$page: no such heading: $link" ;;
        esac
    done
done

names() { grep -oE '`[a-z0-9]+(_[a-z0-9]+)+`' | tr -d '`' | sort -u; }

# Reads names of tests that PAGE relies on.
expect_tests() {
    page=$1 found=0
    while IFS= read -r name; do
        found=$((found + 1))
        grep -rqwF --include='*_test.cpp' --include='*.py' --include=attacks.cpp "$name" tests ||
            complain "$page: no such test: $name"
    done
    [ "$found" -gt 0 ] || complain "$page names no test"
}

sed -n '/^## Guarantees/,$p' docs/protocol.md | names >"$scratch/guarantees"
expect_tests docs/protocol.md <"$scratch/guarantees"
sed -n '/^## Attacks/,/^## What they cost/p' docs/security.md | awk -F'|' '{ print $4 }' | names >"$scratch/defences"
expect_tests docs/security.md <"$scratch/defences"

sed -n '/^## What the suite does not ask/,$p' docs/conformance.md | names >"$scratch/rules"
expect_tests docs/conformance.md <"$scratch/rules"

sed -n '/^## Tests by pattern/,$p' docs/from-go.md | names >"$scratch/patterns"
expect_tests docs/from-go.md <"$scratch/patterns"

sed -n '/^## The thirteen points/,/^## Memory/p' docs/checklist.md | awk -F'|' '{ print $6 }' | names >"$scratch/points"
expect_tests docs/checklist.md <"$scratch/points"

# And docs/security.md tells of every attack there is.
sed -n 's/^    {"\([a-z0-9_]*\)".*/\1/p' tests/attacks/attacks.cpp >"$scratch/attacks"
while IFS= read -r name; do
    grep -qxF "$name" "$scratch/defences" || complain "docs/security.md: says nothing about $name"
done <"$scratch/attacks"
[ "$failures" -eq 0 ]
