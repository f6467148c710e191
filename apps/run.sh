#!/bin/sh
# run.sh — from a fresh clone to a running chat: sets the machine up, builds, starts chorus-chat, says where to look.
#
#   sh apps/run.sh [OPTIONS OF chorus-chat]      for example --listen 0.0.0.0:8080; --help lists them
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
program=$root/build/release/bin/chorus-chat

sh "$root/cmake/setup.sh"
(
    cd "$root"
    cmake --preset release
    cmake --build --preset release --target chorus-chat chorus-cat
)

# Passes on what the server prints; its address is what a WebSocket client needs, a browser wants the page.
announce() {
    while IFS= read -r line; do
        printf '%s\n' "$line"
        case "$line" in
            'listening on ws'*://*/ws)
                page=${line#listening on ws}
                printf 'open http%s/ in a browser; Ctrl-C stops the server\n' "${page%/ws}" ;;
        esac
    done
}

# The server takes the place of this script, so signals reach it and its exit code is the script's; only its output
# goes through a pipe. The directory disappears as soon as both ends are open.
pipes=$(mktemp -d)
mkfifo "$pipes/output"
announce <"$pipes/output" &
exec 3>"$pipes/output"
rm -r "$pipes"
exec "$program" "$@" >&3 3>&-
