#!/bin/sh
# run.sh — lets libFuzzer look for inputs that break one target, and says how to see what it found again.
#
#   sh tests/fuzz/run.sh PROGRAM SEEDS DICTIONARY WORK TARGETS
#
# SEEDS is only read; what libFuzzer learns and finds is kept in WORK. It has CHORUS_FUZZ_SECONDS, or the share that one
# of TARGETS has of an hour.
set -eu

program=$1 seeds=$2 dictionary=$3 work=$4 targets=$5
seconds=${CHORUS_FUZZ_SECONDS:-$((3600 / targets))}
mkdir -p "$work/learnt" "$work/found"

set -- -max_total_time="$seconds" -max_len=10000 -timeout=10 -rss_limit_mb=1024 -artifact_prefix="$work/found/"
[ ! -e "$dictionary" ] || set -- "$@" -dict="$dictionary"
ASAN_SYMBOLIZER_PATH=$(command -v llvm-symbolizer-19 || true)
export ASAN_SYMBOLIZER_PATH
"$program" "$@" "$work/learnt" "$seeds" && exit 0

echo "found, newest first:"
# shellcheck disable=SC2012 # names of libFuzzer's making, wanted in the order of time
ls -t "$work/found" | while read -r name; do
    echo "  again: $program $work/found/$name"
    echo "  keep:  cp $work/found/$name $seeds/"
done
exit 1
