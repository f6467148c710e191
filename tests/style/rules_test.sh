#!/bin/sh
# rules_test.sh — plants one violation of each rule in a small tree and expects it to be found: a rule must bite.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# plant FILE LINE...: a file with a proper first line, then these lines.
plant() {
    file=$tree/$1
    mkdir -p "$(dirname "$file")"
    printf '// %s — planted.\n' "${1##*/}" >"$file"
    shift
    printf '%s\n' "$@" >>"$file"
}

fresh_tree() {
    rm -rf "$tree"
    mkdir -p "$tree/lib/include/chorus" "$tree/lib/src" "$tree/apps" "$tree/tests" "$tree/cmake"
    plant lib/include/chorus/chorus.hpp '#include <chorus/server/server.hpp>'
    plant lib/include/chorus/hub/hub.hpp '#include <chorus/wire/frame.hpp>' '#include <chorus/hub/room.hpp>'
    plant lib/src/server/server.cpp '#include <chorus/session/gate.hpp>' '#include <boost/beast/http.hpp>'
    plant lib/src/core/scope.cpp '#include "neighbour.hpp"' 'auto token = detached;' \
        'co_await select(when(a, [](int value) { use(value); }));' 'if (const auto all = co_await ready(); all) return;'
}

accepts() {
    sh "$here/rules.sh" "$1" "$tree" >"$tree/output" 2>&1 && return
    echo "$1 refuses a proper tree:"; cat "$tree/output"
    failures=$((failures + 1))
}

# finds RULE FILE LINE...: refused with the line planted in the file, and for no other.
finds() {
    rule=$1; shift
    fresh_tree
    plant "$@"
    if sh "$here/rules.sh" "$rule" "$tree" >"$tree/output" 2>&1 || ! grep -qF "$1" "$tree/output"; then
        echo "$rule does not find '$2' in $1"
        failures=$((failures + 1))
    fi
}

fresh_tree
for rule in include_direction include_spelling heavy_headers detached await_hazards first_line length; do
    accepts "$rule"
done

finds include_direction lib/include/chorus/hub/outbox.hpp '#include <chorus/session/session.hpp>'
finds include_direction lib/src/core/bell.cpp '  #  include <chorus/wire/frame.hpp>'
finds include_direction lib/src/client/client.cpp '#include <chorus/hub/hub.hpp>'
finds include_direction lib/include/chorus/test/member.hpp '#include <chorus/server/server.hpp>'
finds include_direction lib/include/chorus/server/server.hpp '#include <chorus/test/member.hpp>'
finds include_direction lib/include/chorus/util/strings.hpp '#include <chorus/core/task.hpp>'
finds include_direction lib/src/session/session.cpp '#include <chorus/chorus.hpp>'
finds include_spelling lib/src/wire/frame.cpp '#include "../hub/hub.hpp"'
finds heavy_headers lib/include/chorus/wire/request.hpp '#include <boost/beast/http.hpp>'
finds heavy_headers lib/include/chorus/core/log.hpp '#include <spdlog/spdlog.h>'
finds await_hazards lib/src/session/session.cpp 'if (co_await ready()) return;'
finds await_hazards lib/src/session/session.cpp 'while (!done && co_await more()) {'
finds await_hazards lib/src/session/session.cpp 'auto who = co_await identify({token, head});'
finds await_hazards lib/src/session/session.cpp 'co_await send(7, message{text});'
finds detached lib/src/session/session.cpp 'co_spawn(executor, run(), asio::detached);'
finds length lib/src/net/listener.cpp "$(seq 400)"

fresh_tree
echo '#pragma once' >"$tree/lib/include/chorus/hub/silent.hpp"
if sh "$here/rules.sh" first_line "$tree" >/dev/null 2>&1; then
    echo 'first_line does not find a file that does not say what it is for'
    failures=$((failures + 1))
fi

[ "$failures" -eq 0 ]
