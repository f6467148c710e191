#!/bin/sh
# snippets.sh — holds the C++ shown in the documentation to regions of programs that are compiled and run.
#
#   sh tests/docs/snippets.sh [ROOT]
#
# In a page, a block of C++ follows a line <!-- FILE [REGION] -->. In the file, the region stands between the lines
# // [REGION] and // [/REGION]. Both must be the same, byte for byte, and no C++ may stand in a page without such a line.
set -eu

cd -- "${1:-$(dirname -- "$0")/../..}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The region of a file, to stdout; nothing when there is none.
region() {
    [ -f "$1" ] && awk -v first="// [$2]" -v last="// [/$2]" '$0 == last { exit } inside { print } $0 == first { inside = 1 }' "$1"
}

# Writes each block of a page into a file of its own, and tells "LINE FILE REGION" for it, one a line; "-" for what it
# does not have.
blocks() {
    awk -v folder="$scratch" '
        inside && /^```$/ { inside = 0; close(out); next }
        inside            { print >out; next }
        /^```cpp$/ {
            inside = 1
            out = folder "/" ++number
            printf "" >out
            print NR, (tag ? tag : "- -")
        }
        { tag = "" }
        match($0, /^<!-- [^ ]+ \[[^]]+\] -->$/) { tag = substr($0, 6, length($0) - 9); gsub(/[][]/, "", tag) }' "$1"
}

failures=0
for page in README.md docs/*.md; do
    blocks "$page" >"$scratch/list"
    number=0
    while read -r line file name; do
        number=$((number + 1))
        region "$file" "$name" >"$scratch/region" || true
        if [ ! -s "$scratch/region" ]; then
            echo "$page:$line: C++ that is not a region of a program: put <!-- FILE [REGION] --> above it"
        elif ! diff -u --label "$file [$name]" --label "$page:$line" "$scratch/region" "$scratch/$number"; then
            echo "$page:$line: differs from the region '$name' of $file"
        else
            continue
        fi
        failures=$((failures + 1))
    done <"$scratch/list"
done
[ "$failures" -eq 0 ]
