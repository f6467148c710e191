#!/bin/sh
# units.sh — systemd reads the units of chorus-chat without complaint, and finds little that it may do.
#
#   sh tests/operations/units.sh FOLDER_OF_PROGRAMS
set -eu

programs=${1:?units.sh: name the folder of the programs}
units=$(dirname -- "$0")/../../apps/chat/systemd
command -v systemd-analyze >/dev/null || { echo 'systemd-analyze is missing: cmake/setup.sh --tests installs systemd' && exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$units"/chorus-chat.service "$units"/chorus-chat.socket "$scratch"
cd "$scratch"

# The program is not installed where systemd looks for it.
sed -i "s,^ExecStart=chorus-chat ,ExecStart=$programs/chorus-chat ," chorus-chat.service
grep -q "^ExecStart=$programs/chorus-chat " chorus-chat.service

# Complaints do not always make it fail.
complaints=$(systemd-analyze verify ./chorus-chat.service ./chorus-chat.socket 2>&1)
[ -z "$complaints" ] || { printf '%s\n' "$complaints" && exit 1; }

# In tenths, of 100: what is left is the network, and the socket that systemd is told by.
systemd-analyze security --no-pager --offline=true --threshold=15 ./chorus-chat.service
