#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what is missing, builds, and runs every test. Arguments go to ctest, such as -R unit.
# SX_CAPTURES may name a folder of further captures for the tests to run over.
set -u
sx_repo=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
captures=${SX_CAPTURES:+$(readlink -f "$SX_CAPTURES")}
. "$sx_repo/scripts/set-up.sh"

# wireshark-common has sharkd, binutils looks into the plugin, clang-format into the sources; the sanitizers come with
# gcc; the rest is for the test that looks at Wireshark's own window.
# SX_TEST_PACKAGES may name more: those for the fuzzers (clang, libclang-rt-14-dev) and for the real stacks (sip-tester,
# kamailio; Debian starts a proxy with the latter). Without them these tests skip.
sx_set_up wireshark-common binutils clang-format wireshark xvfb xdotool at-spi2-core dbus ${SX_TEST_PACKAGES:-}

if [ -n "$captures" ] && [ -n "$sx_user" ]; then
    rm -rf "${sx_build%/build}/captures"
    cp -r "$captures" "${sx_build%/build}/captures"
    chmod -R u+rwX,go+rX "${sx_build%/build}/captures"
    captures=${sx_build%/build}/captures
fi
cd "$sx_build" || exit 1
sx_run env ${captures:+SX_CAPTURES="$captures"} ctest --output-on-failure -j "$(nproc)" "$@"
