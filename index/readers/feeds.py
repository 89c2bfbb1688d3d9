"""Find ClaimReviews in files: in a feed of JSON, a piece at a time, and in the JSON-LD of an HTML page."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ijson.backends import python as ijson
from ijson.common import JSONError

from index.errors import InvalidRecord, Reason, RebutError
from index.readers import reasons
from index.readers.decoding import SAMPLE, Undecodable, decode, encoding_of
from index.readers.lenient_json import read_lenient
from index.readers.microdata import Page

# ijson in pure Python: its C backend crashes at an integer of thousands of digits. The store takes longer than either.

ELEMENTS = ("item", "dataFeedElement.item", "@graph.item", "itemListElement.item", "claims.item", "hydra:member.item")
"""Where elements stand, in ijson's notation: in a list, a DataFeed, a graph or an ItemList, in Google's answers, in Hydra."""

CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
DECLARED = 4096
"""Bytes of a page in which its encoding is declared."""

DEEPEST = 500
"""How deep a feed may be nested."""
PIECE = 8_192
"""Bytes of a feed that are parsed before its depth is looked at."""
BROKEN = (JSONError, ValueError)
"""What ijson raises. ValueError: for integers of thousands of digits."""


class Element(NamedTuple):
    """A piece of a feed.

    Attributes:
        number: counted from 1.
        value: its parsed JSON.
        position: bytes read so far.
        page: what relative addresses in it are relative to; empty if that is not known.
    """

    number: int
    value: object
    position: int
    page: str = ""


class BrokenOff(RebutError):
    """The rest of a feed cannot be read."""

    def __init__(self, said: Reason) -> None:
        self.said = said
        super().__init__(str(said))


def read_feed(path: Path, encoding: str | None = None) -> Iterator[Element]:
    """Read a feed's elements without holding the file in memory; a file that is not a list is one element.

    Args:
        encoding: what it is said to be in; found out if None.

    Raises:
        InvalidRecord: if the file cannot be read.
        BrokenOff: after the elements before it, if the file is damaged.
    """
    try:
        with path.open("rb") as file:
            encoding = encoding or _encoding(file)
            file.seek(0)
            prefix = _elements(_Utf8(file, encoding))
            file.seek(0)
            for number, value in enumerate(ijson.items(_events(_Utf8(file, encoding), use_float=True), prefix), 1):
                yield Element(number, value, file.tell())
    except OSError as error:
        raise InvalidRecord([f"{path}: cannot be read: {error}"]) from error
    except LookupError as error:
        raise InvalidRecord([f"{path}: {error}"]) from error
    except BROKEN as error:
        raise BrokenOff(reasons.NO_JSON_FROM_HERE.of(why=Reason(str(error)))) from error


def read_page(path: Path, address: str = "") -> Iterator[Element]:
    """Read an HTML page's JSON-LD and microdata: one element, a list of what its scripts and items hold.

    Args:
        address: where the page was fetched from.

    Raises:
        InvalidRecord: if the file cannot be read.
    """
    try:
        text = _page_text(path.read_bytes())
    except OSError as error:
        raise InvalidRecord([f"{path}: cannot be read: {error}"]) from error
    yield Element(1, claimreviews(text), path.stat().st_size, Page(text).address(address))


def claimreviews(text: str) -> list[object]:
    """What the JSON-LD and the microdata of a page, or of a piece of one, hold."""
    scripts = _Scripts()
    with suppress(AssertionError):  # the parser raises this for `<![anything[`; what was read before counts
        scripts.feed(text)
    reviews = [item for item in Page(text).items() if "ClaimReview" in str(item)]
    return [*map(read_lenient, scripts.found), *reviews]


def _page_text(raw: bytes) -> str:
    """A page's text: UTF-8 if it is that, else as it declares, else as it looks; what is neither holds replacement characters."""
    declared = CHARSET.search(raw[:DECLARED])
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else None, None):
        with suppress(Undecodable):
            return decode(raw, encoding).text
    return raw.decode("utf-8", "replace")


def _encoding(file: BinaryIO) -> str:
    """The encoding that a feed begins in; UTF-8 where that is not certain: what is lost then is found in the records."""
    try:
        return encoding_of(file.read(SAMPLE))
    except Undecodable:
        return "utf-8"


class _Utf8:
    """Reads a file as UTF-8, without a byte order mark; bytes that are not in its encoding become replacement characters."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)("replace").decode

    def read(self, size: int) -> bytes:
        """The next bytes, about as many; empty at the end."""
        while piece := self._file.read(size):
            if text := self._decode(piece):
                return text.encode()
        return self._decode(b"", True).encode()


def _elements(file: _Utf8) -> str:
    """Where in the file its elements stand; the whole file if it has none."""
    for prefix, event, _ in _events(file):
        if prefix in ELEMENTS and event != "end_array":
            return str(prefix)
    return ""


def _events(file: _Utf8, *, use_float: bool = False) -> Iterator[tuple[str, str, object]]:
    """ijson's events, as long as the file is not nested too deeply: with each level it takes longer to tell where an event is."""
    depth = 0
    for prefix, event, value in ijson.parse(file, use_float=use_float, buf_size=PIECE):
        depth += event.startswith("start_")
        depth -= event.startswith("end_")
        if depth > DEEPEST:
            raise JSONError(reasons.TOO_DEEP)
        yield prefix, event, value


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
