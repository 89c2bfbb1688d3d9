"""Files of the data folder are damaged, in every way: `python -m tests.faults.damage [SEED]`.

Each file is emptied, cut off, changed in some bytes, taken away, and made read-only or unreadable (by another account than root).
Told is what becomes of opening all of them, verifying and writing: it must go on, or say what is wrong. What takes whole changes
away is told by a checkpoint alone that was kept elsewhere. Files of the index have tests of their own: it is made anew.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import RebutError
from service.access.tally import Tally
from service.opening import open_base
from service.settings import Settings
from tests.contracts.test_store import paper, statement
from tests.faults.tampering import fill

NOBODY = 65_534
LIMITS = "limits"
CHANGED = 100
"""Bytes that are changed."""


def emptied(path: Path, _dice: random.Random) -> None:
    """Take away all that it holds."""
    os.truncate(path, 0)


def cut_off(path: Path, dice: random.Random) -> None:
    """Take away its end."""
    os.truncate(path, dice.randrange(1, max(2, path.stat().st_size)))


def changed(path: Path, dice: random.Random) -> None:
    """Change some bytes."""
    content = bytearray(path.read_bytes())
    for _ in range(CHANGED if content else 0):
        content[dice.randrange(len(content))] ^= dice.randrange(1, 256)
    path.write_bytes(content)


def taken_away(path: Path, _dice: random.Random) -> None:
    """Take it away."""
    path.unlink()


def read_only(path: Path, _dice: random.Random) -> None:
    """Nobody may write it."""
    path.chmod(0o400)


def unreadable(path: Path, _dice: random.Random) -> None:
    """Nobody may read it."""
    path.chmod(0)


WAYS: tuple[Callable[[Path, random.Random], None], ...] = (emptied, cut_off, changed, taken_away, read_only, unreadable)


def apart(work: Callable[[], str]) -> str:
    """What some work tells, done in a process of its own and, where this one is root's, by another account."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.getuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            os.write(writer, work().encode()[:60_000])
        except Exception:  # noqa: BLE001 - that is what is looked for
            os.write(writer, f"broke: {traceback.format_exc()}".encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        said = told.read().decode("utf-8", "replace")
    os.waitpid(child, 0)
    return said


def settings_of(folder: Path) -> Settings:
    """Those of a service on a folder."""
    return Settings(data_dir=folder, seeds="")


def write(folder: Path, *, killed: bool) -> str:
    """Fill a folder; gives the ledger's checkpoint, which is kept elsewhere.

    Args:
        killed: whether to leave it as a process that is killed does: what it wrote stands in SQLite's log.
    """
    store = open_base(settings_of(folder))
    fill(store)
    with Tally(folder / LIMITS).of("somebody") as used:
        used.full_at = 1.0
    stands = store.ledger.checkpoint()
    if not killed:
        store.close()
    return str(stands and stands[1])


def opened(folder: Path, kept: str) -> str:
    """What becomes of opening all of it, verifying it and writing."""
    try:
        with Tally(folder / LIMITS).of("somebody"):
            store = open_base(settings_of(folder))
        told = [f"{one.place}: {one.what}" for one in store.ledger.verify()]
        missed = [] if told else [f"{one.place}: {one.what}" for one in store.ledger.verify(against=[kept])]
        store.load([paper(statement("bees-sing"))])
    except (RebutError, OSError) as error:  # which the command line tells, and ends
        return f"refused: {error}"
    return f"verify: {told[0]}" if told else f"verify --against: {missed[0]}" if missed else "goes on"


def damaged(scratch: Path, *, killed: bool, dice: random.Random) -> Iterator[str]:
    """Damage each file of a folder in each way; what becomes of it."""
    base, copy = scratch / f"base-{killed}", scratch / "copy"
    base.mkdir()
    given(base)
    kept = apart(lambda: write(base, killed=killed))
    for name in sorted(path.name for path in base.iterdir() if not killed or path.suffix.startswith(".sqlite")):
        for way in WAYS:
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(base, copy)
            given(copy)
            way(copy / name, dice)
            after = apart(lambda: opened(copy, kept)).replace(str(copy), "DATA")
            yield f"{name}{' after a kill' if killed else ''}, {way.__name__.replace('_', ' ')}: {after}"


def main() -> None:
    """Damage and tell."""
    dice = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    told = Counter[str]()
    with tempfile.TemporaryDirectory() as scratch:
        Path(scratch).chmod(0o755)
        for killed in (False, True):
            for line in damaged(Path(scratch), killed=killed, dice=dice):
                print(line, flush=True)
                told[line.split(": ")[1]] += 1
    print(*(f"{name} x {count}" for name, count in told.items()), sep=", ")
    sys.exit(bool(told["broke"]))


def given(folder: Path) -> None:
    """Give a folder to the account of `apart`."""
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)


if __name__ == "__main__":
    main()
