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

Installs what is missing, builds SIP Explain, and prints what it says of the capture (by default a sample): the explanation
of the worst message as Wireshark shows it, those that have a verdict in a line each, and at the end what "sipexplain check"
finds wrong and what to do. Nothing is installed into Wireshark. --gui opens the capture in Wireshark instead. With tshark options
behind the capture, such as -Y 'sipexplain.code == 401' or -o tls.keylog_file:keys.txt, every message that tshark shows
is explained in full.
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

run_check() {
    sx_run env WIRESHARK_PLUGIN_DIR="$sx_build/plugins" "$sx_build/sipexplain" check "$@" "$visible"
}

# Read twice: only then what came of a message is known.
second_look=(-2 -o sipexplain.look_ahead:TRUE)
worst=$(run_check --format json --lang en | sed -n '1s/^.*"first_frame": \([0-9]*\),.*$/\1/p')
if [ -n "$worst" ]; then
    printf 'The worst message, as Wireshark shows it:\n\n'
    print_trees "${second_look[@]}" -Y "frame.number == $worst"
fi
run_tshark "${second_look[@]}" -Y sipexplain.verdict -T fields -E occurrence=f \
    -e frame.number -e sipexplain.code -e sip.Method -e sipexplain.headline |
    awk -F '\t' -v most=60 'NR == 1 { print "All that have a verdict:\n" }
                           NR <= most { printf "%5s  %-8s %s\n", $1, $2 != "" ? $2 : $3, $4 }
                           END { if (NR > most) printf "%5s  %d more\n", "...", NR - most; if (NR > 0) print "" }'
[ "${PIPESTATUS[0]}" = 0 ] || exit
printf 'What "sipexplain check" says:\n\n'
run_check --no-pager
[ $? -lt 2 ] || exit

cat <<TEXT

To go on:
  ./try.sh $capture -Y 'FILTER'
      the messages of a finding in full; FILTER is what stands at "Show them"
  ./try.sh --gui $capture
      the same in Wireshark's window
  "Install it" in README.md
      for Wireshark, tshark and "sipexplain check" without this script
TEXT
