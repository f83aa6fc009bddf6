#!/bin/sh
# Make a virtual environment and install a hashed lock into it: setup.sh VENV LOCK
set -eu
venv=$1
lock=$2
python=
for candidate in ${PYTHON:-python3.11 python3 python}; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    found=$(${PYTHON:-python3} --version 2>/dev/null || echo "none under ${PYTHON:-python3}")
    echo "This collection needs Python 3.11, 3.12 or 3.13 (found: $found); install one, or name it: make PYTHON=/path/to/python3.11" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, lzma, venv' 2>/dev/null; then
    echo "$python lacks the module venv or lzma; install it (Debian and Ubuntu: apt install python3.11-venv)" >&2
    exit 1
fi
echo "Setting up $venv (once; a minute or two) ..."
rm -rf "$venv"
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$lock"
