#!/bin/sh
# coverage.sh — says which share of the lines of wire/ and hub/ the tests of an asan build have run, and what they have not.
#
#   sh tests/coverage.sh [--details] [BUILD]     after ctest; --details lists the lines that never ran
#
# Fails below 95 %.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
summary=--print-summary
if [ "${1:-}" = --details ]; then
    summary=
    shift
fi
build=${1:-$root/build/asan}

# Branches are left out: every call that may throw counts as two.
# shellcheck disable=SC2086 # empty or one word
gcovr --root "$root" --filter "$root/lib/(src|include/chorus)/(wire|hub)/" --exclude-unreachable-branches \
    --gcov-ignore-parse-errors --fail-under-line 95 $summary "$build"
