"""An answer as a picture of 1,200 x 630 points, the size of previews in messengers and networks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from service.api.wire.answers import Answer, Match
from service.api.wire.records import StatementView
from service.api.wire.texts import TextAnswer
from service.languages.spoken import RIGHT_TO_LEFT, comma, gettext, language
from service.pages.dates import number, spoken
from service.pages.labels import Tone, label, name
from service.pages.marking import labels_of, on_record, refuted

WIDTH, MARGIN = 1200, 72
INK = {"refuted": "#9a1b22", "doubtful": "#7a4a00", "known": "#0d4f63", "nothing": "#545d69"}
"""The style sheet's colours: a picture has none."""
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
TEXT, QUIET = "#1c222b", "#545d69"
GRAVEST = 3
"""Sentences of a document that its picture shows."""


class Block(NamedTuple):
    """Some lines of a picture.

    Attributes:
        y: of the first line.
        size: of the letters.
        right: whether they run from right to left.
    """

    lines: list[str]
    y: int
    size: int
    ink: str
    right: bool = False


class Card(NamedTuple):
    """What a picture shows, and that in one line for those who do not see it."""

    blocks: list[Block]
    ink: str
    told: str


class Part(NamedTuple):
    """A text of a picture.

    Attributes:
        most: lines of it.
        said_in: its language.
        gap: below it, in points.
    """

    text: str
    size: int
    most: int
    ink: str
    said_in: str
    gap: int = 18


def card(answer: Answer, match: Match | None) -> Card:
    """The picture of an answer.

    Args:
        match: what its verdict rests on first.
    """
    told = label(answer.verdict, answer.matches)
    ink, claim = INK[told.tone.value], answer.claim
    parts = [Part(told.words, 58, 2, ink, language())]
    if claim.text:
        parts.append(Part(f"“{claim.text}”", 34, 3, TEXT, claim.language))
    if match:
        said = match.statement
        parts += [Part(gettext("On record"), 26, 1, QUIET, language()), Part(said.text, 30, 4, TEXT, said.language)]
        parts += [Part(comma().join(_said(said)), 26, 1, QUIET, language())]
    return _card(parts, 132, ink)


def text_card(answer: TextAnswer, title: str) -> Card:
    """The picture of a document's answer: how many of its sentences were compared, and the gravest of them.

    Args:
        title: what the document is called; may be empty.
    """
    gravest = [(*min(labels_of(found), key=_gravity), found.matches[0]) for found in answer.findings]
    gravest.sort(key=_gravity)
    ink = INK[(gravest[0][0].tone if gravest else Tone.NOTHING).value]
    numbers = {
        "number": number(answer.sentences),
        "refuted": number(refuted(answer)),
        "found": number(len(on_record(answer.findings))),
    }
    counted = (
        gettext("Sentences compared: %(number)s. With something on record: %(found)s. Repeating a refuted statement: %(refuted)s.")
        % numbers
    )
    titled_in = gravest[0][1].language if title and gravest else language()
    parts = [Part(title or gettext("A text, checked"), 36, 2, ink, titled_in, 14), Part(counted, 22, 2, TEXT, language())]
    for told, sentence, match in gravest[:GRAVEST]:
        said, source = match.statement, match.citations[0].source
        shown = (f"“{sentence.text}”", sentence.language) if sentence.text else (said.text, said.language)
        parts.append(Part(told.words, 22, 1, INK[told.tone.value], language(), 3))
        parts.append(Part(shown[0], 24, 1, TEXT, shown[1], 1))
        parts.append(Part(comma().join([*_said(said), source.title, source.publisher]), 18, 1, QUIET, language(), 16))
    return _card(parts, 88, ink)


def _gravity(told: tuple[Any, ...]) -> int:
    """The place of a verdict, which comes first, among all from the gravest on."""
    return list(Tone).index(told[0].tone)


def _said(said: StatementView) -> list[str]:
    """Who said something, and when, if that is known."""
    return [one for one in (name(said.claimant), spoken(said.when)) if one]


def _card(parts: Sequence[Part], y: int, ink: str) -> Card:
    """A picture of texts below each other, the first one's first line at a height."""
    blocks = []
    for part in parts:
        lines = wrapped(in_xml(part.text), (WIDTH - 2 * MARGIN) / part.size, part.most)
        blocks.append(Block(lines, y, part.size, part.ink, part.said_in in RIGHT_TO_LEFT))
        y += round(len(lines) * part.size * 1.3) + part.gap
    first, *others = (in_xml(part.text) for part in parts)
    return Card(blocks, ink, " ".join([f"{first}.", *others]))


def card_note(address: str, entry: int | None) -> str:
    """Where a picture's answer is from.

    Args:
        entry: of the ledger, as it stood then.
    """
    if entry is None:
        return gettext("from %(address)s") % {"address": address}
    return gettext("from %(address)s, ledger entry %(entry)s") % {"address": address, "entry": entry}


def in_xml(text: str) -> str:
    """A text without the characters that XML does not have: a picture or a feed with one is not shown at all."""
    return NOT_IN_XML.sub(" ", text)


def wrapped(text: str, width: float, most: int) -> list[str]:
    """A text in lines, the last one cut if there are too many.

    Args:
        width: of a line in units of the letters' size; that of letters is estimated.
        most: lines.
    """
    lines, line = list[str](), ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and _width(longer) > width:
            lines.append(line)
            longer = word
        line = longer
    lines.append(line)
    cut = [_cut(one, width) for one in lines[:most]]
    return cut if len(lines) <= most else [*cut[:-1], f"{cut[-1].rstrip(' .,…')}…"]


def _cut(line: str, width: float) -> str:
    """A line without what is too wide: a word without end."""
    return line if _width(line) <= width else f"{line[: int(width * 1.6)]}…"


def _width(text: str) -> float:
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.55 for letter in text)
