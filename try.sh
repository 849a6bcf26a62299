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

Installs what is missing, builds SIP Explain, and prints the explanations of the SIP messages in the capture (by default
a sample): in full what is wrong, then the rest in a line each. Nothing is installed into Wireshark. --gui opens the
capture in Wireshark instead. With tshark options behind the capture, such as -Y 'sipexplain.code == 401' or
-o tls.keylog_file:keys.txt, every message that tshark shows is explained in full.
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

run_tshark() {
    sx_run env WIRESHARK_PLUGIN_DIR="$sx_build/plugins" tshark -r "$visible" "$@"
}

# The summary line of each frame and our own tree; the other protocols and expert items stay out of the way.
print_trees() {
    run_tshark -P -O sipexplain "$@" |
        awk '/^[^ ]/ { ours = /^SIP Explain/; if (!ours) next }
             /^ +[0-9]+ +[0-9.]+ / && !ours { print; next }
             /^ +\[Expert Info/ { expert = 1; next }
             expert && /^ +\[/ { next }
             { expert = 0 }
             /^$/ { if (ours) print; ours = 0 }
             ours'
    return "${PIPESTATUS[0]}"
}

if [ $# -gt 0 ]; then
    print_trees "$@"
    exit
fi

# Read twice: only then what came of a message is known.
second_look=(-2 -o sipexplain.look_ahead:TRUE)
wrong='sipexplain.verdict == "failure" || sipexplain.verdict == "anomaly" || sipexplain.verdict == "violation"'
rest=$(run_tshark "${second_look[@]}" -Y "sip && !($wrong)" -T fields -E occurrence=f \
    -e frame.number -e sipexplain.code -e sip.Method -e sipexplain.headline) || exit
trees=$(print_trees "${second_look[@]}" -Y "$wrong") || exit
if [ -z "$trees$rest" ]; then
    echo "Wireshark finds no SIP in this capture. SIP on another port: -d udp.port==5070,sip; TLS needs its keys." >&2
    exit
fi
if [ -n "$trees" ]; then
    printf '%s\n\n' "$trees"
fi
if [ -n "$rest" ]; then
    if [ -n "$trees" ]; then echo "The other messages:"; else echo "Nothing is wrong in this capture:"; fi
    printf '%s\n' "$rest" | awk -F '\t' '{ printf "%5s  %-8s %s\n", $1, $2 != "" ? $2 : $3, $4 }'
fi
