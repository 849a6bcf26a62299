#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what is missing, builds, and runs every test. Arguments go to ctest, such as -R unit.
# SX_CAPTURES may name a folder of further captures for the tests to run over, SX_LOGS one of text logs with a README.md.
set -u
sx_repo=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
captures=${SX_CAPTURES:+$(readlink -f "$SX_CAPTURES")}
logs=${SX_LOGS:+$(readlink -f "$SX_LOGS")}
. "$sx_repo/scripts/set-up.sh"

# wireshark-common has sharkd, binutils looks into the plugin, clang-format into the sources; the sanitizers come with
# gcc; tidy reads the book, mandoc the manual page; the rest is for the test that looks at Wireshark's own window.
# SX_TEST_PACKAGES may name more: those for the fuzzers (clang, libclang-rt-14-dev) and for the real stacks (sip-tester,
# kamailio; Debian starts a proxy with the latter; more: tests/stacks/README.md), those for the packages (lintian), and
# imagemagick and chromium (for the HTML pages). Without them these tests skip. With SX_CLEAN_SYSTEM=1 and debootstrap, root
# also tries the packages in a system that is made for it, which takes minutes.
sx_set_up wireshark-common binutils clang-format wireshark xvfb xdotool at-spi2-core dbus tidy mandoc ${SX_TEST_PACKAGES:-}

# Copies a folder to where the user of the tests may read it; prints where that is.
copy_for_user() {
    local copy=${sx_build%/build}/$1
    rm -rf "$copy"
    cp -r "$2" "$copy"
    chmod -R u+rwX,go+rX "$copy"
    printf '%s' "$copy"
}

if [ -n "$sx_user" ]; then
    [ -z "$captures" ] || captures=$(copy_for_user captures "$captures")
    [ -z "$logs" ] || logs=$(copy_for_user logs "$logs")
fi
cd "$sx_build" || exit 1
sx_run env ${captures:+SX_CAPTURES="$captures"} ${logs:+SX_LOGS="$logs"} ctest --output-on-failure -j "$(nproc)" "$@"
status=$?
if [ -n "${SX_CLEAN_SYSTEM:-}" ] && [ -n "$sx_user" ]; then # as a user it skips above
    cd "$sx_repo/tests" && SX_BUILD_DIR=$sx_build /usr/bin/python3 -B -m unittest packages.test_life || status=1
fi
exit "$status"
