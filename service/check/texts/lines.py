"""Lines to passages: what was wrapped by hand, or by a PDF file, is joined; what are lines of their own stay apart.

A line goes on in the next one if that begins with a small letter, if it ends within a word or with a word that ends no sentence, or
if it is as long as the lines around it that go on, and the next one does not begin with a word that begins sentences. Items
of lists and cells of tables are passages of their own.
"""

from __future__ import annotations

import enum
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from index.text.cleaning import UNSPACED
from service.check.texts.blocks import Block

WORDS = Path(__file__).with_name("words.toml")
BREAK = re.compile(r"\r\n?|[\n\v\f\x85\u2028\u2029]")
CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
MOMENT = rf"\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{2,4}},?\s{CLOCK}"
ITEM = re.compile(
    r"(?:[•·▪▫●○◦‣►▶➤➢◆◇■□❖→⇒✓✔✗✘*+–—-]|[\ue000-\uf8ff]|o(?=\t|  )|[\U0001f449\U0001f4cc\U0001f538\U0001f539➡✅❌❗]\ufe0f?)\s+"
    r"|(?:[\U0001f300-\U0001faff]\s*)?[(\[]?(\d{1,3})(?:[.)\]]|/\d{0,3}[.)]?)\s+(?=\S)"
    r"|\(?[a-zа-яіїєґў]\)\s+(?=\S)|([①-⑳㈠-㈩・])\s*"
    rf"|\[?{MOMENT}(?:\s?[AaPp]\.?[Mm]\.?)?\]?\s*(?:-\s+)?[^\s:\[\]][^:\[\]]{{0,38}}:\s"
)
"""What stands before an item of a list: a bullet, a number, the place in a thread (2/7), a letter with a bracket; and before
a message in a chat: when it was sent and by whom."""
QUOTED = re.compile(r">[ \t]?(?![ \t]?\d)")
"""What stands before the lines of a mail that is answered."""
CELL_BORDER = re.compile(r"[|\t]| {3,}")
SECOND = re.compile(r"^\W{0,8}2[.)\]/]", re.MULTILINE)
"""A second item; without one, a first number is no item's."""
RULE = re.compile(
    rf"[\s|:=+_*~-]+|[^\[\]]{{1,60}}, \[{MOMENT}\]|[^()]{{1,60}}\s\({CLOCK}\):?|\[Forwarded from [^\[\]]{{1,60}}\]", re.IGNORECASE
)
"""A line that divides, that stands below a table's head, or that says who speaks or writes below, and when."""
ENDED = re.compile(r"[.!?…:;。！？：；؟۔।]['\"»”’“)\]」』）]*(?:\[\d{1,3}\])?$")
OPEN = re.compile(r"[,،、，(\[«„–—-]$|(?<![^\W\d_])(?P<word>[^\W\d_]+)$")
DIVIDED = re.compile(r"[^\W\d_](?P<mark>[-‐¬\u00ad])$")
LAST_WORD, FIRST_WORD = re.compile(r"[^\W\d_]+(?=[-‐¬\u00ad]$)"), re.compile(r"[^\W\d_]+")

REGULAR, REGULAR_SMALL = 0.3, 0.75
"""Shares of the breaks of a run of lines at which a sentence surely goes on, and at which the next word had no room: from the first
one on, text in capitals and small letters was wrapped; from the second one on, any other text."""
NARROWEST = 12
"""Characters of the longest line of text that was wrapped."""
SPACED = 40
"""Characters of a line that may go on behind an empty one: text was typed with an empty line behind each line."""
ROOM = {"THAI": 8, "LAO": 8, "KHMER": 8, "MYANMAR": 8}
"""Characters that a line of a script without spaces may be shorter than the longest one; of the others, `ROOM_ELSE`."""
ROOM_ELSE = 2


class Break(enum.Enum):
    """What the end of a line means in a document."""

    LINE = "line"
    """As written: a line that ends a sentence, and was not wrapped there, ends a paragraph."""
    SOFT = "soft"
    """As in Markdown: a sentence that ends at a line's end need not end a paragraph."""


class Line(NamedTuple):
    """A line, or a cell of a row, without what stands before it.

    Attributes:
        start, end: in the text that was cut.
        item: whether it begins a list's item, or is a cell.
        gap: whether an empty line, or one that divides, stands before it.
    """

    start: int
    end: int
    text: str
    item: bool
    gap: bool


def passages(block: Block, kind: Break = Break.LINE) -> Iterator[Block]:
    """The passages of a text of several lines."""
    lines = lines_of(block.text)
    joined = _joined(lines, kind)
    vocabulary = Counter(FIRST_WORD.findall(block.text.lower()) if any(map(_divided, lines)) else ())
    first = 0
    for last in range(len(lines)):
        if last + 1 == len(lines) or not joined[last]:
            yield _passage(block, lines[first : last + 1], vocabulary)
            first = last + 1


def _passage(block: Block, lines: Sequence[Line], vocabulary: Counter[str]) -> Block:
    """Lines as one passage; of a word that is divided at a line's end, without the hyphen, unless it is the word's own."""
    text: list[str] = []
    spans = []
    for line, following in pairwise([*lines, None]):
        assert line is not None
        end = line.end
        between = ""
        if following and _divided(line):
            end -= not _own_hyphen(line.text, following.text, vocabulary)
            between = " " if _hanging(following.text) else ""
        elif following and not (unspaced(line.text[-1]) and unspaced(following.text[0])):
            between = " "
        text += [block.text[line.start : end], between]
        spans += [*block.spans[line.start : end], *block.spans[line.end : line.end + len(between)]]
    return Block("".join(text), spans)


def lines_of(text: str) -> list[Line]:
    """A text's lines that are not empty."""
    ends = [*((found.start(), found.end()) for found in BREAK.finditer(text)), (len(text), len(text))]
    lines: list[Line] = []
    start, gap, number, numbered = 0, False, 0, SECOND.search(text)
    rows = _rows([text[at:end] for at, (end, _) in zip([0, *(after for _, after in ends)], ends, strict=False)])
    for row, (end, following) in zip(rows, ends, strict=True):
        first = start + len(text[start:end]) - len(text[start:end].lstrip())
        while quoted := QUOTED.match(text, first, end):
            first = quoted.end()
        body = text[first:end].rstrip()
        if not body or RULE.fullmatch(body):
            gap = True
        else:
            last = first + len(body)
            marked = None if row else ITEM.match(text, first, last)
            if marked and marked[1] and not (numbered and int(marked[1]) in (1, number + 1)):
                marked = None
            if marked:
                number = int(marked[1] or number)
                first = marked.end()
            cells = _cells(text, first, last) if row else [(first, last)]
            lines += [Line(at, stop, text[at:stop], bool(marked or row), gap) for at, stop in cells]
            gap = False
        start = following
    return lines


def _rows(lines: Sequence[str]) -> list[bool]:
    """Which lines are rows of a table: a line next to it has as many cells."""
    cells = [len(CELL_BORDER.findall(line.strip())) for line in lines]
    alike = [one == other > 0 for one, other in pairwise(cells)]
    return [before or after for before, after in zip([False, *alike], [*alike, False], strict=True)]


def _cells(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Start and end of the cells of a row that are not empty."""
    borders = [*(border.span() for border in CELL_BORDER.finditer(text, start, end)), (end, end)]
    for stop, following in borders:
        cell = text[start:stop]
        if cell.strip():
            yield start + len(cell) - len(cell.lstrip()), start + len(cell.rstrip())
        start = following


def _joined(lines: Sequence[Line], kind: Break) -> list[bool]:
    """For each line, whether the next one goes on with its sentence."""
    surely = _surely(lines)
    all_breaks = [surely[at] for at, (line, following) in enumerate(pairwise(lines)) if _may_go_on(line, following)]
    wide = max((len(line.text) for line, on in zip(lines, surely, strict=True) if on), default=0)
    often = sum(all_breaks) >= max(3, REGULAR * len(all_breaks))
    joined = [False] * len(lines)
    for first, last in _runs(lines):
        width = _width(lines[first:last], surely[first:last]) or (wide if often else 0)
        for at in range(first, last - 1):
            line, following = lines[at], lines[at + 1]
            soft = kind is Break.SOFT and _ended(line) and not following.item
            joined[at] = surely[at] or soft or (full(line.text, following.text, width) and not _begins(following))
        joined[last - 1] = surely[last - 1]
    return joined


def _runs(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """First line, and the one after the last, of lines without a gap between them."""
    starts = [at for at, line in enumerate(lines) if line.gap or at == 0]
    yield from pairwise([*starts, len(lines)])


def _surely(lines: Sequence[Line]) -> list[bool]:
    """For each line, whether the next one surely goes on with its sentence, whatever their lengths."""
    surely = [False] * len(lines)
    begun = 0
    for at, (line, following) in enumerate(pairwise(lines)):
        if at and not surely[at - 1]:
            begun = at
        small = _small(following.text) and not _small(lines[begun].text)
        if following.gap:
            surely[at] = small and not following.item and not _ended(line) and len(line.text) >= SPACED
        else:
            surely[at] = not following.item and (small or _open(line.text) or _divided_before(line, following))
    return surely


def _width(run: Sequence[Line], surely: Sequence[bool]) -> int:
    """The width at which a run of lines was wrapped; 0 if it was not."""
    pairs = [(one, other, on) for (one, other), on in zip(pairwise(run), surely, strict=False) if _may_go_on(one, other)]
    widest = max(len(line.text) for line in run)
    if not pairs or widest < NARROWEST:
        return 0
    on = [one for one, _, goes in pairs if goes]
    if len(on) >= REGULAR * len(pairs) and on:
        return max(len(line.text) for line in on)
    capitals = any(letter.isupper() for one, _, _ in pairs for letter in one.text[:1])
    filled = sum(full(one.text, other.text, widest) for one, other, _ in pairs)
    return widest if len(pairs) > 1 and not capitals and filled >= REGULAR_SMALL * len(pairs) else 0


def _may_go_on(line: Line, following: Line) -> bool:
    return not (following.item or following.gap or _ended(line))


def full(line: str, following: str, width: int) -> bool:
    """Whether the next line's first word had no room in a line of a width; 0 is no width."""
    if not width:
        return False
    if unspaced(following[0]):
        return len(line) + ROOM.get(unicodedata.name(following[0]).partition(" ")[0], ROOM_ELSE) >= width
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) > width


def unspaced(letter: str) -> bool:
    """Whether a letter's script, or its punctuation, puts no spaces between words."""
    return letter > "\u0e00" and (letter in "，。、！？：；「」『』（）《》“”" or unicodedata.name(letter, "").startswith(UNSPACED))


def _small(text: str) -> bool:
    return text[:1].islower()


def _begins(line: Line) -> bool:
    """Whether a line is an item, or begins with a word that begins sentences: so does what stands below a heading."""
    word = FIRST_WORD.match(line.text)
    return line.item or bool(word and word[0][0].isupper() and word[0].lower() in _starters())


def _open(text: str) -> bool:
    """Whether a line ends with a comma or the like, or with a word that ends no sentence."""
    found = OPEN.search(text[-40:])
    return bool(found and (not found["word"] or found["word"] in _unfinished()))


def _ended(line: Line) -> bool:
    return bool(ENDED.search(line.text[-12:]))


def _divided(line: Line) -> bool:
    return bool(DIVIDED.search(line.text[-2:]))


def _divided_before(line: Line, following: Line) -> bool:
    return _divided(line) and (following.text[0].isalpha() or following.text[0].isdigit())


def _hanging(following: str) -> bool:
    """Whether a hyphen stands for the rest of a compound: "Energie- und Klimapolitik"."""
    return following.split(maxsplit=1)[0] in _lists()["hanging"]["all"]


def _own_hyphen(line: str, following: str, vocabulary: Counter[str]) -> bool:
    """Whether a word is written with the hyphen at which it is divided, as far as the document's other words tell."""
    first, second = LAST_WORD.search(line[-60:]), FIRST_WORD.match(following)
    if line[-1] != "-" or not first or not second:
        return line[-1] == "-"
    if not second[0][0].islower() or (first[0].isupper() and len(first[0]) > 1) or _hanging(following):
        return True
    whole, halves = (first[0] + second[0]).lower(), (first[0].lower(), second[0].lower())
    return not vocabulary[whole] and all(vocabulary[half] > 1 for half in halves)


@cache
def _unfinished() -> frozenset[str]:
    return frozenset(word for words in _lists()["unfinished"].values() for word in words)


@cache
def _starters() -> frozenset[str]:
    return frozenset(word for words in _lists()["starters"].values() for word in words)


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    """The words of `words.toml`: the list, the language."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
