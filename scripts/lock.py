"""Resolve what pyproject.toml asks for and write the lock files, each package with the hashes of its files: `make lock`.

Pins that still fit stay as they are; `make lock UPGRADE=1` takes the newest versions. Three files are written:

- requirements.lock: what the service runs with;
- requirements-dev.lock: what tests and checks need besides;
- requirements-cuda.lock: what torch's default build for Linux needs besides, gigabytes that its CPU build does without.

pip accepts a file with hashes only if every package that it installs has one. torch has one version and several builds: the lock
lists the files of the default build, of the build that pip finds on this machine or at TORCH_INDEX, and those it listed before.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
RUN, DEV, CUDA = (ROOT / f"requirements{part}.lock" for part in ("", "-dev", "-cuda"))
HEADS = {
    RUN: "# What the service runs with, written by `make lock`. torch: the hashes of its default build and of CPU builds;\n"
    "# the default build for Linux needs requirements-cuda.lock besides (README.md).\n",
    DEV: "# What tests and checks need besides, written by `make lock`.\n-r requirements.lock\n",
    CUDA: "# What torch's default build for Linux needs besides, written by `make lock`.\n-r requirements.lock\n",
}
ONLY_CUDA = re.compile(r"(nvidia-|cuda-|triton$)")

Lock = dict[str, tuple[str, set[str]]]
"""Package -> its version and the hashes of its files."""


def main() -> None:
    """Resolve and write."""
    before = read(*(path.read_text("utf-8") for path in (RUN, DEV, CUDA) if path.exists()))
    with tempfile.TemporaryDirectory() as scratch:
        run, everything = resolve(before, Path(scratch))
    if "torch" in run:
        version, hashes = run["torch"]
        kept = before["torch"][1] if before.get("torch", ("",))[0] == version else set()
        run["torch"] = (version, hashes | kept | found_here(f"torch=={version}"))
    cuda = {name: pinned for name, pinned in run.items() if ONLY_CUDA.match(name)}
    write(RUN, {name: pinned for name, pinned in run.items() if name not in cuda})
    write(DEV, {name: pinned for name, pinned in everything.items() if name not in run})
    write(CUDA, cuda) if cuda else CUDA.unlink(missing_ok=True)


def resolve(before: Lock, scratch: Path) -> tuple[Lock, Lock]:
    """The packages for the service, and those for the service and the tests. uv resolves, from the index that pip uses."""
    subprocess.run([ROOT / "scripts/venv.sh", scratch / "venv"], check=True, env={**os.environ, "PYTHON": sys.executable})
    subprocess.run([scratch / "venv/bin/pip", "install", "--quiet", "uv"], check=True)
    index = subprocess.run(
        [scratch / "venv/bin/pip", "config", "get", "global.index-url"], check=False, capture_output=True, text=True
    )
    environment = {**os.environ, "UV_CACHE_DIR": str(scratch / "cache")}
    if index.returncode == 0:
        environment.setdefault("UV_DEFAULT_INDEX", index.stdout.strip())
    if certificates := os.environ.get("PIP_CERT"):
        environment.setdefault("SSL_CERT_FILE", certificates)
    locks: list[Lock] = []
    for extra in ([], ["--extra", "dev"]):
        out = scratch / "out.lock"
        known = locks[0] if locks else {} if os.environ.get("UPGRADE") else before
        out.write_text("".join(f"{name}=={version}\n" for name, (version, _) in {**before, **known}.items()), "utf-8")
        command = [scratch / "venv/bin/uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-annotate", "--no-header"]
        if os.environ.get("UPGRADE") and not locks:
            command.append("--upgrade")
        subprocess.run([*command, *extra, "--output-file", out, "pyproject.toml"], check=True, cwd=ROOT, env=environment)
        locks.append(read(out.read_text("utf-8")))
    return locks[0], locks[1]


def found_here(requirement: str) -> set[str]:
    """The hash of the file that this machine's pip would install, downloading nothing."""
    index = ["--extra-index-url", os.environ["TORCH_INDEX"]] if os.environ.get("TORCH_INDEX") else []
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet", "--report", "-"]
    told = json.loads(subprocess.run([*command, *index, requirement], check=True, capture_output=True, text=True).stdout)
    source = told["install"][0]["download_info"]
    address = urlsplit(source["url"])
    if address.scheme == "file":
        with Path(unquote(address.path)).open("rb") as wheel:
            return {hashlib.file_digest(wheel, "sha256").hexdigest()}
    return {source["archive_info"]["hashes"]["sha256"]}


def read(*texts: str) -> Lock:
    """The packages of lock files."""
    lock: Lock = {}
    for text in texts:
        for line in text.replace("\\\n", " ").splitlines():
            if found := re.match(r"([\w.-]+)(?:\[.*?\])?==([^\s;]+)", line):
                name = re.sub(r"[-_.]+", "-", found[1]).lower()
                lock[name] = (found[2], set(re.findall(r"--hash=sha256:(\w+)", line)))
    return lock


def write(path: Path, lock: Lock) -> None:
    """Write a lock file, packages and hashes in their order."""
    pins = [
        " \\\n".join([f"{name}=={version}", *(f"    --hash=sha256:{one}" for one in sorted(hashes))])
        for name, (version, hashes) in sorted(lock.items())
    ]
    path.write_text(HEADS[path] + "\n".join(pins) + "\n", "utf-8")
    print(f"{path.name}: {len(lock)} packages")


if __name__ == "__main__":
    main()
