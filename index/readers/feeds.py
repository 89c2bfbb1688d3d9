"""Find ClaimReviews in files: in a feed of JSON, a piece at a time, and in the JSON-LD of an HTML page."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ijson.backends import python as ijson
from ijson.common import JSONError

from index.errors import InvalidRecord, RebutError

# ijson in pure Python: its C backend crashes at an integer of thousands of digits. The store takes longer than either.

ELEMENTS = ("item", "dataFeedElement.item", "@graph.item", "itemListElement.item")
"""Where a feed's elements stand, in ijson's notation: in a list, a DataFeed, a graph, an ItemList."""

BROKEN = (JSONError, ValueError)
"""What ijson raises. ValueError: for integers of thousands of digits."""


class Element(NamedTuple):
    """A piece of a feed.

    Attributes:
        number: counted from 1.
        value: its parsed JSON.
        position: bytes read so far.
    """

    number: int
    value: object
    position: int


class BrokenOff(RebutError):
    """The rest of a feed cannot be read."""


def read_feed(path: Path) -> Iterator[Element]:
    """Read a feed's elements without holding the file in memory; a file that is not a list is one element.

    Raises:
        InvalidRecord: if the file cannot be read.
        BrokenOff: after the elements before it, if the file is damaged.
    """
    try:
        with path.open("rb") as file:
            prefix = _elements(_Utf8(file))
            file.seek(0)
            for number, value in enumerate(ijson.items(_Utf8(file), prefix, use_float=True), 1):
                yield Element(number, value, file.tell())
    except OSError as error:
        raise InvalidRecord([f"{path}: cannot be read: {error}"]) from error
    except BROKEN as error:
        raise BrokenOff(f"not valid JSON from here on: {error}") from error


def read_page(path: Path) -> Iterator[Element]:
    """Read an HTML page's JSON-LD: one element, a list of what its scripts hold.

    Raises:
        InvalidRecord: if the file cannot be read.
    """
    try:
        page = path.read_bytes().decode("utf-8", "replace")
    except OSError as error:
        raise InvalidRecord([f"{path}: cannot be read: {error}"]) from error
    scripts = _Scripts()
    with suppress(AssertionError):  # the parser raises this for `<![anything[`; what was read before counts
        scripts.feed(page)
    yield Element(1, [_lenient(script) for script in scripts.found], path.stat().st_size)


class _Utf8:
    """Reads a file as UTF-8, without a byte order mark; bytes that are not UTF-8 become replacement characters."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode

    def read(self, size: int) -> bytes:
        """The next bytes, about as many; empty at the end."""
        while piece := self._file.read(size):
            if text := self._decode(piece):
                return text.encode()
        return self._decode(b"", True).encode()


def _elements(file: _Utf8) -> str:
    """Where in the file its elements stand; the whole file if it has none."""
    for prefix, event, _ in ijson.parse(file):
        if prefix in ELEMENTS and event != "end_array":
            return str(prefix)
    return ""


def _lenient(script: str) -> object:
    """JSON as pages embed it: with raw line breaks, in a comment, with a semicolon after it. None if it is not JSON."""
    text = (
        script.strip()
        .removeprefix("<!--")
        .removesuffix("-->")
        .removeprefix("//<![CDATA[")
        .removesuffix("//]]>")
        .strip()
        .rstrip(";")
    )
    try:
        parsed: object = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return parsed


class _Scripts(HTMLParser):
    """Collects the JSON-LD scripts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A script of JSON-LD begins, or anything else."""
        kind = dict(attrs).get("type") or ""
        self._inside = tag == "script" and kind.partition(";")[0].strip().lower() == "application/ld+json"
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        """Scripts end with their own tag."""
        self._inside = self._inside and tag != "script"

    def handle_data(self, data: str) -> None:
        """A part of a script, or anything else."""
        if self._inside:
            self.found[-1] += data
