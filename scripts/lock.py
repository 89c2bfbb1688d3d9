"""Resolve what pyproject.toml asks for and write the lock files, each package with the hashes of its files: `make lock`.

Pins that still fit stay as they are; `make lock UPGRADE=1` takes the newest versions. Four files are written:

- requirements.lock: what the service runs with, torch by the hashes of its CPU builds;
- requirements-docs.lock: what the guide is built with besides;
- requirements-dev.lock: what tests and checks need besides both;
- requirements-cuda.lock: torch's default build, and the gigabytes that it needs besides on Linux.

pip accepts a file with hashes only if every package that it installs has one. torch has one version and several builds. They cannot
stand in one list: pip prefers a file whose hash the index tells, so it would take the default build although a CPU build is there.
The CPU builds' hashes are those of the build that pip finds on this machine or at TORCH_INDEX, and those that were listed before.
`scripts/locks.sh` chooses the files for an installation.
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
RUN, GUIDE, DEV, CUDA = (ROOT / f"requirements{part}.lock" for part in ("", "-docs", "-dev", "-cuda"))
HEADS = {
    RUN: "# What the service runs with, written by `make lock`; torch by the hashes of its CPU builds (docs/how-to/torch.md).\n",
    GUIDE: "# What the guide is built with besides requirements.lock, written by `make lock`.\n",
    DEV: "# What tests and checks need besides, written by `make lock`.\n-r requirements.lock\n-r requirements-docs.lock\n",
    CUDA: "# torch's default build and what it needs besides, in place of torch in requirements.lock; written by `make lock`.\n",
}
ONLY_CUDA = re.compile(r"(nvidia-|cuda-|triton$)")
ON_LINUX = ' ; platform_system == "Linux"'

Pin = tuple[str, set[str]]
"""A version, and the hashes of its files."""
Lock = dict[str, Pin]


def main() -> None:
    """Resolve and write."""
    before = read(*(path.read_text("utf-8") for path in (CUDA, DEV, GUIDE, RUN) if path.exists()))
    with tempfile.TemporaryDirectory() as scratch:
        run, guide, everything = resolve(before, Path(scratch))
    cuda = {name: pinned for name, pinned in run.items() if ONLY_CUDA.match(name)}
    service = {name: pinned for name, pinned in run.items() if name not in cuda}
    if "torch" in service:
        cuda["torch"] = service["torch"]
        service["torch"] = cpu_builds(service["torch"], before.get("torch"))
    write(RUN, service)
    write(GUIDE, {name: pinned for name, pinned in guide.items() if name not in run})
    write(DEV, {name: pinned for name, pinned in everything.items() if name not in run and name not in guide})
    if cuda:
        write(CUDA, cuda)
    else:
        CUDA.unlink(missing_ok=True)


def cpu_builds(default: Pin, before: Pin | None) -> Pin:
    """The hashes of torch's CPU builds: those listed before for this version, and the one found here."""
    version, hashes = default
    kept = before[1] - hashes if before and before[0] == version else set()
    found = kept | (found_here(f"torch=={version}") - hashes)
    if not found:
        sys.exit("error: pip finds no CPU build of torch here; give the address of an index that has it as TORCH_INDEX")
    return version, found


def resolve(before: Lock, scratch: Path) -> tuple[Lock, Lock, Lock]:
    """The packages for the service, for the service and the guide, and for all. uv resolves, from the index that pip uses."""
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
    for extra in ([], ["--extra", "docs"], ["--extra", "docs", "--extra", "dev"]):
        out = scratch / "out.lock"
        known = locks[-1] if locks else {} if os.environ.get("UPGRADE") else before
        out.write_text("".join(f"{name}=={version}\n" for name, (version, _) in {**before, **known}.items()), "utf-8")
        command = [scratch / "venv/bin/uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-annotate", "--no-header"]
        if os.environ.get("UPGRADE") and not locks:
            command.append("--upgrade")
        subprocess.run([*command, *extra, "--output-file", out, "pyproject.toml"], check=True, cwd=ROOT, env=environment)
        locks.append(read(out.read_text("utf-8")))
    return locks[0], locks[1], locks[2]


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
        " \\\n".join(
            [
                f"{name}=={version}{ON_LINUX if ONLY_CUDA.match(name) else ''}",
                *(f"    --hash=sha256:{one}" for one in sorted(hashes)),
            ]
        )
        for name, (version, hashes) in sorted(lock.items())
    ]
    path.write_text(HEADS[path] + "\n".join(pins) + "\n", "utf-8")
    print(f"{path.name}: {len(lock)} packages")


if __name__ == "__main__":
    main()
