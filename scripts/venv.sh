#!/usr/bin/env bash
# Make a virtual environment, also on a fresh Debian or Ubuntu, whose Python comes without its venv module's parts. One that is
# there is replaced; anything else that is there is left alone.
set -euo pipefail
venv=${1:?folder}
python=${PYTHON:-python3}

command -v "$python" >/dev/null || { echo "error: $python not found; install Python 3.11 or newer (apt-get install python3)" >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "error: $("$python" --version) is too old; Rebut needs 3.11 or newer: make ... PYTHON=/path/to/python3.11" >&2
  exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing python$version-venv, which this Python lacks"
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "python$version-venv" >/dev/null
  else
    echo "error: this Python cannot make virtual environments; run: sudo apt-get install python$version-venv" >&2
    exit 1
  fi
fi
if [ -e "$venv" ] && [ ! -e "$venv/pyvenv.cfg" ] && [ -n "$(ls -A "$venv")" ]; then
  echo "error: $venv is there and is no virtual environment; delete it, or name another folder: make ... VENV=folder" >&2
  exit 1
fi
rm -rf "$venv"
"$python" -m venv "$venv"
