#!/usr/bin/env bash
# Print pip's options for the lock file $1 (requirements.lock or requirements-dev.lock): as it is where pip finds a CPU build of
# torch, else with requirements-cuda.lock in torch's place. Further arguments are pip's own, such as --find-links. Nothing is
# installed, and no large file is fetched.
set -euo pipefail
lock=${1:?lock file}; shift
python=${PYTHON:-python3}
folder=$(dirname "$lock")
torch=$(sed -n 's/^\(torch==[^ ]*\).*/\1/p' "$folder/requirements.lock")
if [ -z "$torch" ] || "$python" -m pip install --dry-run --ignore-installed --no-deps --quiet --report - "$@" "$torch" 2>/dev/null |
  grep -E '"version": "[0-9.]+\+cpu"' >/dev/null; then
  echo "--requirement $lock"
else
  scratch=$(mktemp -d)
  cp "$folder"/requirements*.lock "$scratch"
  sed -i.all -e '/^torch==/,/[^\\]$/d' "$scratch/requirements.lock"
  echo "--requirement $scratch/$(basename "$lock") --requirement $folder/requirements-cuda.lock"
fi
