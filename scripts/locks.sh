#!/usr/bin/env bash
# Print the pip options for the lock file $1: with requirements-cuda.lock, where pip takes torch's default build for Linux.
# Further arguments are pip's own, such as --find-links. Nothing is installed, and no large file is fetched.
set -euo pipefail
lock=${1:?lock file}; shift
python=${PYTHON:-python3}
folder=$(dirname "$lock")
options="--requirement $lock"
torch=$(sed -n 's/^\(torch==[^ ]*\).*/\1/p' "$folder/requirements.lock")
if [ -n "$torch" ] && [ -f "$folder/requirements-cuda.lock" ] && [ "$(uname -s)" = Linux ]; then
  "$python" -m pip install --dry-run --ignore-installed --no-deps --quiet --report - "$@" "$torch" |
    grep -Eq '"version": "[0-9.]+\+cpu"' || options="$options --requirement $folder/requirements-cuda.lock"
fi
echo "$options"
