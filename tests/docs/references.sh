#!/bin/sh
# references.sh — every file a page links to is there, and so is every test that holds a guarantee.
#
#   sh tests/docs/references.sh [ROOT]
set -eu

cd -- "${1:-$(dirname -- "$0")/../..}"
failures=0
complain() {
    echo "$*"
    failures=$((failures + 1))
}

# Targets of links, without those that lead elsewhere; what follows a # is a heading of the page.
links() { grep -oE '\]\([^)]+\)' "$1" | sed 's/^](//; s/)$//' | grep -vE '^[a-z]+:' || true; }

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

guarantees=$(sed -n '/^## Guarantees/,$p' docs/protocol.md | grep -oE '`[a-z0-9]+(_[a-z0-9]+)+`' | tr -d '`' | sort -u)
[ -n "$guarantees" ] || complain 'docs/protocol.md names no test'
for name in $guarantees; do
    grep -rqwF --include='*_test.cpp' --include='*.py' "$name" tests || complain "docs/protocol.md: no such test: $name"
done
[ "$failures" -eq 0 ]
