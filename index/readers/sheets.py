"""The table that a workbook holds: its first sheet that has claims, and those that have the same head."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from index.errors import InvalidRecord
from index.readers import reasons, workbooks
from index.readers.columns import key_of
from index.readers.table import HEAD_LINES, Head, Row, Table, head_of, place_of
from index.readers.workbooks import SheetRows


def workbook(path: Path) -> Table:
    """A workbook's table. Raises `InvalidRecord` if it cannot be read."""
    filled = sheets_of(path)
    if not filled:
        raise InvalidRecord([reasons.EMPTY_WORKBOOK])
    heads = {title: _head(rows) for title, rows in filled}
    main, rows = next(((title, rows) for title, rows in filled if heads[title].has_claim), filled[0])
    keys = [*map(key_of, heads[main].names)]
    read = {main: rows} | {title: rows for title, rows in filled if [*map(key_of, heads[title].names)] == keys}
    notes = [reasons.OTHER_SHEET.of(sheet=repr(title), read=repr(main)) for title, _ in filled if title not in read]
    notes += [reasons.SAME_HEAD.of(sheet=repr(title), read=repr(main)) for title in read if title != main]
    above = rows[: heads[main].first]
    notes += [reasons.ABOVE.of(place=place_of("row", number)) for number, cells in above if any(cells)]

    def content() -> Iterator[Row]:
        for title, rows in read.items():
            for number, cells in rows[heads[title].behind :]:
                if any(cells):
                    filled = {place: texts for place, texts in enumerate(cells) if texts}
                    yield Row(number, filled, sheet="" if title == main else title)

    return Table(heads[main].names, content, sum(map(len, read.values())), "row", notes)


def _head(rows: SheetRows) -> Head:
    return head_of([[texts[0] if texts else "" for texts in cells] for _, cells in rows[:HEAD_LINES]])


def sheets_of(path: Path, seconds: int = workbooks.MOST_SECONDS) -> list[tuple[str, SheetRows]]:
    """A workbook's sheets, read in a process of its own, with bounds.

    Args:
        seconds: of a processor, at most.

    Raises:
        InvalidRecord: if it cannot be read.
    """
    command = [sys.executable, "-I", str(Path(workbooks.__file__)), str(path), str(seconds)]
    one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # each reserves memory, which is bounded
    done = subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL, env=one_thread)
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip()
        plain = told and "\n" not in told and done.returncode == 1  # not what calamine says where it has no more memory
        raise InvalidRecord([told if plain else reasons.TOO_COMPLEX])
    return msgspec.json.decode(done.stdout, type=list[tuple[str, SheetRows]])
