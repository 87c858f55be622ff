#!/bin/sh
# Makes the environment .venv and installs the locked packages into it, with their hashes.
#
#   sh config/setup.sh run     what the site needs
#   sh config/setup.sh test    what its checks and tests need as well
#
# Environment: PYTHON (which Python, otherwise the first that is new enough). A second run with the same lock does nothing.
set -eu
cd "$(dirname "$0")/.."

fail() {
    printf '%s\n' "$1" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

stamp_of() {
    cksum <"$1"
}

stamped() {
    [ -f ".venv/installed-$1" ] && [ "$(cat ".venv/installed-$1")" = "$(stamp_of "$2")" ]
}

case "${1:-}" in
run) lock=requirements.lock ;;
test) lock=requirements-dev.lock ;;
*) fail "Say what the environment is for: sh config/setup.sh run, or sh config/setup.sh test." ;;
esac

usable=no
if [ -x .venv/bin/python ] && new_enough .venv/bin/python; then
    usable=yes
fi
# What the tests need includes what the site needs, so either stamp lets the site start.
if [ $usable = yes ] && { stamped "$1" $lock || { [ "$1" = run ] && stamped test requirements-dev.lock; }; }; then
    exit 0
fi

have_uv=no
if uv --version >/dev/null 2>&1; then
    have_uv=yes
fi

if [ $usable = no ]; then
    python=
    too_old=
    no_venv=
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14 python}; do
        "$candidate" -c '' >/dev/null 2>&1 || continue
        if ! new_enough "$candidate"; then
            too_old=$candidate
        elif [ $have_uv = no ] && ! "$candidate" -c 'import venv, ensurepip' >/dev/null 2>&1; then
            no_venv=$candidate
        else
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        [ -z "$no_venv" ] || fail "$no_venv lacks its venv module: install it (on Debian and Ubuntu: apt install python3-venv) and run make again."
        [ -z "$too_old" ] || fail "Fixlore needs Python 3.11 or newer and $too_old is $("$too_old" -c 'import sys; print("%d.%d" % sys.version_info[:2])'): install one, or name one with make PYTHON=/path/to/python3."
        fail "No Python was found${PYTHON:+ at $PYTHON}: install Python 3.11 or newer, or name one with make PYTHON=/path/to/python3."
    fi
    if [ -e .venv ] && [ ! -f .venv/pyvenv.cfg ] && [ ! -d .venv/bin ]; then
        fail ".venv stands here and is no Python environment: move it away and run make again."
    fi
    rm -rf .venv
    echo "Making the environment .venv with $("$python" --version)"
    if "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        "$python" -m venv .venv || fail "The environment .venv couldn't be made: is this folder writable?"
    else
        uv venv --quiet --seed --python "$("$python" -c 'import sys; print(sys.executable)')" .venv ||
            fail "The environment .venv couldn't be made: is this folder writable?"
    fi
fi

log=.venv/install.log
echo "Installing the packages of $lock"
installed=no
if [ $have_uv = yes ]; then
    uv pip install --quiet --python .venv/bin/python --require-hashes -r $lock >$log 2>&1 && installed=yes
fi
# uv does not read pip's configuration: where it finds no packages, pip may.
if [ $installed = no ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r $lock >>$log 2>&1 && installed=yes
fi
if [ $installed = no ]; then
    if grep -qiE 'name resolution|resolve host|failed to establish|connection refused|timed out|unreachable|dns error|max retries' $log; then
        fail "The packages couldn't be downloaded: the network or the package index doesn't answer (details in $log)."
    fi
    tail -n 5 $log >&2
    fail "The packages of $lock couldn't be installed, for the reason above (more in $log)."
fi
stamp_of $lock >".venv/installed-$1"
