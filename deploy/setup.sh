#!/bin/sh
# Sets up everything the product needs on a Debian-like machine: a locked Python environment,
# RabbitMQ, what WeasyPrint lays pages out with (Pango, and fonts for every language of letters),
# and Chromium, with which tests look at letters and pages.
# Running it again changes nothing. It needs root or sudo only where packages are missing.
set -eu
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

find_python() {
    for name in python3.13 python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "Python 3.11, 3.12 or 3.13 is needed: install python3 and run this again."
    exit 1
}

install_packages() {
    command -v apt-get >/dev/null 2>&1 || {
        say "These packages are needed and there is no apt-get to install them: $*"
        exit 1
    }
    say "Installing $* …"
    as_root apt-get update -qq
    # A guard against Debian's habit of starting what it installs: no second broker on the standard ports.
    policy=/usr/sbin/policy-rc.d
    guarded=no
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
        as_root chmod +x $policy
        guarded=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    [ $guarded = no ] || as_root rm -f $policy
}

make_environment() {
    python=$(find_python)
    if [ ! -x "$venv/bin/python" ]; then
        say "Making a Python environment in $venv with $python …"
        "$python" -m venv "$venv" 2>/dev/null || {
            rm -rf "$venv"
            install_packages python3-venv
            "$python" -m venv "$venv"
        }
    fi
    wanted=$(cat requirements-dev.lock pyproject.toml | cksum)
    [ "$(cat "$venv/.locked" 2>/dev/null)" != "$wanted" ] || return 0
    say "Installing the locked requirements …"
    install_locked
    "$venv/bin/python" -m pip install -q --no-deps --no-build-isolation -e .
    # Compiled once here rather than three times at once when the services start.
    "$venv/bin/python" -c "import services.submissions.app, services.scoring.app, services.notifications.app"
    printf '%s\n' "$wanted" >"$venv/.locked"
}

# uv takes seconds where pip takes minutes; pip does the same where uv cannot be had.
install_locked() {
    "$venv/bin/python" -m pip install -q "$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements-dev.lock)" 2>/dev/null &&
        "$venv/bin/uv" pip install -q --python "$venv/bin/python" --require-hashes -r requirements-dev.lock ||
        "$venv/bin/python" -m pip install -q --require-hashes -r requirements-dev.lock
}

have_rabbitmq() {
    [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || command -v rabbitmq-server >/dev/null 2>&1
}

have_library() {
    [ -n "$(find /usr/lib /usr/local/lib /lib -name "$1" 2>/dev/null | head -n 1)" ]
}

have_font() {
    [ -n "$(find /usr/share/fonts -name "$1" 2>/dev/null | head -n 1)" ]
}

make_environment
missing=
have_rabbitmq || missing=rabbitmq-server
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
have_library 'libpango-1.0.so.0' || missing="$missing libpango-1.0-0"
have_library 'libpangoft2-1.0.so.0' || missing="$missing libpangoft2-1.0-0"
have_library 'libharfbuzz-subset.so.0' || missing="$missing libharfbuzz-subset0"
have_font 'LiberationSans-Regular.ttf' || missing="$missing fonts-liberation"
have_font 'ipag.ttf' || missing="$missing fonts-ipafont-gothic"
# shellcheck disable=SC2086 # one word for each package
[ -z "$missing" ] || install_packages $missing
say "Ready."
