#!/bin/sh
# run.sh — from a fresh clone to tested: sets the machine up, builds, runs the tests.
#
#   sh tests/run.sh [--preset dev|release|clang|asan|tsan] [OPTIONS OF ctest]
set -eu

preset=release
if [ "${1:-}" = --preset ]; then
    preset=${2:?run.sh: --preset takes a name}
    shift 2
fi

cd -- "$(dirname -- "$0")/.."
sh cmake/setup.sh --tests
cmake --preset "$preset"
cmake --build --preset "$preset"
exec ctest --preset "$preset" "$@"
