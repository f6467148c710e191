#!/bin/sh
# flags.sh — holds docs/configuration.md, and for chorus-cat docs/client.md, to what --help of each program says: the same
# flags, the same defaults.
#
#   sh tests/docs/flags.sh FOLDER_OF_PROGRAMS [FOLDER_OF_PAGES]
set -eu

programs=${1:?flags.sh: name the folder of the programs}
pages=${2:-$(dirname -- "$0")/../../docs}

# "--flag default", one a line; "–" where there is none. Help that is too long for its line goes on in the next.
flags_of_help() {
    "$programs/$1" --help | awk '
        function tell() {
            if (flag == "") return
            if (match(text, /\[[^][]*\]$/)) print flag, substr(text, RSTART + 1, RLENGTH - 2)
            else print flag, "–"
        }
        /^  --/ { tell(); flag = $1; text = $0; next }
        /^   /  { text = text $0; next }
                { tell(); flag = "" }
        END     { tell() }' | sort
}

page_of() { [ "$1" = chorus-cat ] && echo "$pages/client.md" || echo "$pages/configuration.md"; }

flags_of_page() {
    awk -F ' *[|] *' -v title="## $1" '
        /^## / { here = ($0 == title) }
        here && $2 ~ /^`--/ { gsub(/`/, ""); print $2, $4 }' "$(page_of "$1")" | sort
}

wrong=$(mktemp -d)
trap 'rm -rf "$wrong"' EXIT
for program in chorus-chat chorus-broadcast chorus-echo chorus-cat; do
    flags_of_help "$program" >"$wrong/help"
    flags_of_page "$program" >"$wrong/page"
    [ -s "$wrong/help" ] || { echo "$program --help names no flag" && exit 1; }
    if ! diff -u --label "$program --help" --label "$(page_of "$program")" "$wrong/help" "$wrong/page"; then
        exit 1
    fi
done
