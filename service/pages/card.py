"""An answer as a picture of 1,200 x 630 points, the size of previews in messengers and networks."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from service.api.wire.answers import Answer, Match
from service.languages.spoken import RIGHT_TO_LEFT, comma, gettext, language
from service.pages.dates import spoken
from service.pages.labels import label, name

WIDTH, MARGIN = 1200, 72
INK = {"refuted": "#9a1b22", "doubtful": "#7a4a00", "known": "#0d4f63", "nothing": "#545d69"}
"""The style sheet's colours: a picture has none."""


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


def card(answer: Answer, match: Match | None) -> Card:
    """The picture of an answer.

    Args:
        match: what its verdict rests on first.
    """
    told = label(answer.verdict, answer.matches)
    ink, claim = INK[told.tone.value], answer.claim
    parts: list[tuple[str, int, int, str, str]] = [(told.words, 58, 2, ink, language())]
    if claim.text:
        parts.append((f"“{claim.text}”", 34, 3, "#1c222b", claim.language))
    if match:
        said = match.statement
        who = comma().join(filter(None, (name(said.claimant), spoken(said.when))))
        parts += [(gettext("On record"), 26, 1, "#545d69", language()), (said.text, 30, 4, "#1c222b", said.language)]
        parts += [(who, 26, 1, "#545d69", language())]
    blocks, y = list[Block](), 132
    for text, size, most, colour, said_in in parts:
        lines = wrapped(text, (WIDTH - 2 * MARGIN) / size, most)
        blocks.append(Block(lines, y, size, colour, said_in in RIGHT_TO_LEFT))
        y += round(len(lines) * size * 1.3) + 18
    return Card(blocks, ink, " ".join([f"{told.words}.", *(part[0] for part in parts[1:])]))


def card_note(address: str, entry: int | None) -> str:
    """Where a picture's answer is from.

    Args:
        entry: of the ledger, as it stood then.
    """
    if entry is None:
        return gettext("from %(address)s") % {"address": address}
    return gettext("from %(address)s, ledger entry %(entry)s") % {"address": address, "entry": entry}


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
