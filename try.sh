#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the plugin and shows its explanations of a capture; see --help.
set -u
sx_repo=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
sx_start=$PWD
. "$sx_repo/scripts/set-up.sh"

usage() {
    cat <<'TEXT'
Usage: ./try.sh [--gui] [capture] [tshark options]

Installs what is missing, builds SIP Explain, and prints the explanations of the SIP responses in the capture (by
default a sample). Nothing is installed into Wireshark. --gui opens the capture in Wireshark instead. Options behind
the capture go to tshark, such as -Y 'sipexplain.verdict == "failure"' or -o tls.keylog_file:keys.txt.
TEXT
}

gui=no
case ${1:-} in
-h | --help) usage; exit 0 ;;
--gui) gui=yes; shift ;;
-*) usage >&2; exit 2 ;;
esac
capture=${1:-$sx_repo/tests/captures/sample.pcap}
[ $# -eq 0 ] || shift
case $capture in /*) ;; *) capture=$sx_start/$capture ;; esac

if [ "$gui" = yes ]; then sx_set_up wireshark; else sx_set_up; fi

# The ordinary user may not be able to read the capture where it is.
visible=$capture
if [ -n "$sx_user" ] && [ -r "$capture" ] && ! sx_run test -r "$capture"; then
    folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
    chmod 755 "$folder"
    visible=$folder/$(basename "$capture")
    install -m 644 "$capture" "$visible"
fi
cd "$sx_start" 2>/dev/null || cd /

if [ "$gui" = yes ]; then
    sx_run env WIRESHARK_PLUGIN_DIR="$sx_build/plugins" wireshark -r "$visible" "$@"
    exit
fi

# The summary line of each frame and our own tree; the other protocols stay out of the way.
sx_run env WIRESHARK_PLUGIN_DIR="$sx_build/plugins" \
    tshark -r "$visible" -Y sipexplain -P -O sipexplain "$@" |
    awk '/^[^ ]/ { ours = /^SIP Explain/; if (!ours) next }
         /^ +[0-9]+ +[0-9.]+ / && !ours { print; next }
         /^$/ { if (ours) print; ours = 0 }
         ours'
exit "${PIPESTATUS[0]}"
