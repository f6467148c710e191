#!/bin/sh
# tidy.sh — runs clang-tidy-19 over lib/ with the checks of .clang-tidy; some ten minutes of one core.
#
#   sh tests/style/tidy.sh [FOLDER]      FOLDER is a part of lib/src: wire, hub, ...
set -eu

cd -- "$(dirname -- "$0")/../.."
cmake --preset clang >/dev/null
exec run-clang-tidy-19 -quiet -p build/clang "/lib/src/${1:-}.*"
