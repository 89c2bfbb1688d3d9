#!/usr/bin/env bash
# A stand-in for python:3.11-slim-bookworm where no image registry is reachable: Debian's minimal system with this machine's
# Python under /usr/local. Root, Debian or Ubuntu. Usage: base-image.sh OUT.tar
set -euo pipefail
out=${1:?tar file}
command -v mmdebstrap >/dev/null || {
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null
}
prefix=$(python3 -c 'import sys; print(sys.base_prefix)')
version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
libraries=ca-certificates,netbase,tzdata,libssl3,libsqlite3-0,libffi8,zlib1g,libbz2-1.0,liblzma5,libreadline8,libncursesw6,libuuid1,libexpat1
if [ "$prefix" = /usr ]; then # Debian's own Python: install the package in the image
  hooks=() libraries+=,python3,python3-venv,python3-pip
else
  # shellcheck disable=SC2016 # $1 is the new system's root, for mmdebstrap to fill in
  hooks=(
    --customize-hook="tar -C '$prefix' --exclude='lib/python$version/site-packages/*' --exclude='lib/python$version/test' \
      --exclude='lib/python$version/config-*' --exclude=__pycache__ --exclude='*.a' -cf - bin/python$version bin/python3 \
      lib/python$version \$(cd '$prefix' && ls -d lib/libpython$version.so.1.0 2>/dev/null) include/python$version \
      | tar -C \"\$1/usr/local\" -xf -"
    --customize-hook='chroot "$1" ldconfig'
    --customize-hook='chroot "$1" env PIP_ROOT_USER_ACTION=ignore /usr/local/bin/python3 -m ensurepip >/dev/null'
  )
fi
mmdebstrap --quiet --variant=minbase --include="$libraries" \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' "${hooks[@]}" bookworm "$out"
