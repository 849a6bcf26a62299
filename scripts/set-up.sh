# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by try.sh and test.sh: packages, an ordinary user for Wireshark, the build. Sourced, not run.
#
# After sx_set_up the variables sx_source and sx_build name the folders to work in, and sx_run runs a command as an
# ordinary user: as oneself, or, for root, as a user without rights, because Wireshark ignores plugin folders for root.

sx_say() {
    printf '%s\n' "$*" >&2
}

sx_die() {
    sx_say "$*"
    exit 1
}

# What the build needs, and nothing more; tests add theirs.
sx_build_packages="libwireshark-dev libglib2.0-dev zlib1g-dev tshark gcc libc6-dev cmake ninja-build pkg-config python3"

# Whether everything to build and run with is there, however it was installed.
sx_has_tools() {
    local tool
    for tool in tshark cmake ninja pkg-config python3 cc; do
        command -v "$tool" >/dev/null || return 1
    done
    pkg-config --exists 'wireshark >= 4.0' glib-2.0 zlib
}

# Installs those of the packages that are not there; says what it would need where it cannot.
sx_install() {
    local missing="" package
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        sx_has_tools && return 0
        sx_die "This system has no apt. Install what Debian calls: $*"
    fi
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    local as_root=""
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || sx_die "Packages are missing, and there is no sudo. As root: apt-get install$missing"
        as_root="sudo"
    fi
    sx_say "Installing:$missing"
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive sh -c '
        log=$(mktemp) && trap "rm -f $log" EXIT
        { apt-get update && apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
    ' install $missing || sx_die "apt-get could not install:$missing"
}

# A folder of our own that outlives the run: $1 is its parent. Nobody else may have put it there.
sx_own_folder() {
    local folder=$1
    mkdir -p -m 755 "$folder" 2>/dev/null || return 1
    [ -O "$folder" ] && [ ! -L "$folder" ] && [ -w "$folder" ]
}

# Root: a copy of the sources that an ordinary user may read, built by that user.
sx_prepare_as_root() {
    local work
    work=/var/tmp/sipexplain-root-$(printf '%s' "$sx_repo" | cksum | cut -d' ' -f1)
    sx_own_folder "$work" || work=$(mktemp -d /var/tmp/sipexplain-XXXXXX)
    chmod 755 "$work"
    sx_user=65534
    rm -rf "$work/source"
    mkdir -p "$work/source" "$work/build" "$work/home"
    tar -C "$sx_repo" --exclude=./build --exclude='./build-*' --exclude=./.git -cf - . | tar -C "$work/source" -xf -
    chown -R "$sx_user:$sx_user" "$work/source" "$work/build" "$work/home"
    chmod -R u+rwX,go+rX "$work/source"
    sx_source=$work/source
    sx_build=$work/build
    sx_home=$work/home
    # From here on nothing needs a folder that the ordinary user may not enter.
    cd "$work" || exit 1
}

sx_prepare_as_oneself() {
    sx_source=$sx_repo
    sx_build=$sx_repo/build
    sx_home=$HOME
    if ! sx_own_folder "$sx_build"; then
        sx_build=${XDG_CACHE_HOME:-$HOME/.cache}/sipexplain/build-$(printf '%s' "$sx_repo" | cksum | cut -d' ' -f1)
        mkdir -p "$sx_build" || exit 1
    fi
}

# Runs a command as an ordinary user.
sx_run() {
    if [ -n "$sx_user" ]; then
        setpriv --reuid "$sx_user" --regid "$sx_user" --clear-groups \
            env -u XDG_CONFIG_HOME -u XDG_CACHE_HOME -u XDG_RUNTIME_DIR HOME="$sx_home" USER=nobody LOGNAME=nobody "$@"
    else
        "$@"
    fi
}

# Configures and builds; quiet but for one line when it takes long, unless it fails. A change of Wireshark's version starts from nothing.
sx_build() {
    local log=$sx_build/build.log stamp
    stamp="$sx_source $(tshark --version 2>/dev/null | head -n 1) $*"
    if [ "$(cat "$sx_build/.made-for" 2>/dev/null)" != "$stamp" ]; then
        sx_say "Building, the first time for about a minute..."
        find "$sx_build" -mindepth 1 -delete
        sx_run sh -c 'printf "%s\n" "$1" >"$2"' stamp "$stamp" "$sx_build/.made-for"
    fi
    if ! sx_run sh -c 'build=$1 source=$2 log=$3; shift 3
        { cmake -S "$source" -B "$build" -G Ninja -DPython3_EXECUTABLE=/usr/bin/python3 "$@" && cmake --build "$build"; } >"$log" 2>&1' \
        build "$sx_build" "$sx_source" "$log" "$@"; then
        cat "$log" >&2
        sx_die "The build failed."
    fi
}

# Packages, user and build in one go: what both commands of the README begin with. Arguments: further packages.
sx_set_up() {
    # shellcheck disable=SC2086
    sx_install $sx_build_packages "$@"
    sx_user=""
    if [ "$(id -u)" = 0 ] || [ "$(id -g)" = 0 ]; then
        [ "$(id -u)" = 0 ] || sx_die "Your group is 0: Wireshark loads no plugin for it. Use an ordinary user."
        sx_prepare_as_root
    else
        sx_prepare_as_oneself
    fi
    sx_build
}
