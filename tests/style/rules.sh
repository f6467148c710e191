#!/bin/sh
# rules.sh — holds the tree to its own rules, those a compiler cannot see.
#
#   sh tests/style/rules.sh RULE [ROOT]      a rule is one of the functions below; ROOT is the tree to look at
#
# Each rule prints the lines that break it, as grep does, and fails when there are any.
set -eu

# core ← wire ← net ← hub ← session ← server: a folder includes itself and what is to its left. The test kit stands
# right of session, beside server; the client needs no hub. The umbrella, chorus/chorus.hpp, is for users.
include_direction() {
    grep -rn '^ *# *include *<chorus/' lib | awk '
        BEGIN {
            may_include["core"] = " core "
            may_include["wire"] = " core wire "
            may_include["net"] = " core wire net "
            may_include["hub"] = " core wire net hub "
            may_include["session"] = " core wire net hub session "
            may_include["server"] = " core wire net hub session server "
            may_include["test"] = " core wire net hub session test "
            may_include["client"] = " core wire net client "
        }
        /^lib\/include\/chorus\/[a-z_]*\.hpp:/ { next }
        {
            from = $0; sub(/^lib\/(include\/chorus|src)\//, "", from); sub(/\/.*/, "", from)
            into = $0; sub(/.*<chorus\//, "", into); sub(/[\/>].*/, "", into)
            if (!index(may_include[from], " " into " ")) print $0 "   (" from " may not know " into ")"
        }'
}

# Own headers are included as <chorus/folder/name.hpp>, so that the rule above sees them; in quotes only a neighbour.
include_spelling() {
    grep -rn '^ *# *include *"[^"]*/' lib || true
}

# Whoever includes our headers must not pay for these.
heavy_headers() {
    grep -rnE '#[[:space:]]*include[[:space:]]*["<](boost/(beast|url|test)|spdlog|openssl|zlib|prometheus|CLI)[/.]' lib/include || true
}

# A coroutine without an owner is one nobody waits for. The scope is the owner of last resort.
detached() {
    grep -rnw detached lib | grep -v '^lib/[a-z/]*core/scope\.[hc]pp:' || true
}

# Where GCC 12 builds a wrong coroutine frame: a co_await in a condition, and an aggregate made in the call that is
# awaited, which it destroys twice. Both are named first.
await_hazards() {
    grep -rnE '(if|while|switch) \(!?co_await|(&&|\|\|) !?co_await|co_await [^;]*[(,] ?[A-Za-z_:]*\{' lib apps || true
}

# The first sentence of a file says what it is for; in a script it follows the interpreter's line.
first_line() {
    files '*.hpp' '*.cpp' '*.cmake' '*.sh' '*.py' '*.js' '*.mjs' '*.css' '*.html' | while IFS= read -r file; do
        head -n 2 "$file" | grep -qF " ${file##*/} — " || echo "$file:1: does not begin with '${file##*/} — '"
    done
}

# A file is one sentence. (A table of cases in a test may be long.)
length() {
    files '*.hpp' '*.cpp' | grep -v '^tests/' | while IFS= read -r file; do
        lines=$(wc -l <"$file")
        [ "$lines" -le 400 ] || echo "$file: $lines lines, at most 400"
    done
}

format() {
    files '*.hpp' '*.cpp' | tr '\n' '\0' | xargs -0 "${CLANG_FORMAT:-clang-format-19}" --dry-run -Werror 2>&1 || true
}

# Our own sources by pattern, without what npm brought.
files() {
    for pattern in "$@"; do
        find lib apps tests cmake -name node_modules -prune -o -type f -name "$pattern" -print
    done
}

rule=${1:?rules.sh: name a rule}
cd -- "${2:-$(dirname -- "$0")/../..}"
broken=$("$rule")
if [ -n "$broken" ]; then
    printf '%s\n' "$broken"
    echo "$rule: broken, see above"
    exit 1
fi
