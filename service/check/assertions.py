"""The claims that one message makes: its lines, its sentences, and the clauses of a sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from index.kinds import RelationKind
from index.text.tracing import Traced
from service.check.answers import Match
from service.check.reading import SENTENCE, Reading, bare, nothing_in

CLAUSES = Path(__file__).with_name("clauses.toml")
FEWEST_WORDS = 5
"""Words of the shortest clause that may be a claim of its own; a shorter one stays with the one before it."""
MOST = 8
"""Claims looked for in one message: each costs as much as a claim asked alone. Those of a longer one stand together."""


def assertions_of(reading: Reading) -> list[Reading]:
    """The claims of a message, each to be judged by itself; empty if it makes only one."""
    if reading.nothing:
        return []
    pieces = _together(_pieces(reading))
    return [_piece(reading, start, end) for start, end in pieces] if len(pieces) > 1 else []


def told_apart(
    whole: list[Match], pieces: Sequence[tuple[Reading, list[Match]]]
) -> tuple[list[Match], list[tuple[Reading, list[Match]]]]:
    """The matches of a message, and the claims that it makes, each with its own ones.

    A message makes several claims if they do something (more than be on the topic) with different statements, each at least as
    surely as the whole message does. Then the matches are those of all of them. A message that matches nothing as a whole is
    answered by a part that does.
    """
    surely = {match.dossier.statement.id: _sureness(match) for match in whole}
    told = [(reading, _telling(matches)) for reading, matches in pieces]
    known = [one for one in told if one[1] and _sureness(one[1][0]) >= surely.get(one[1][0].dossier.statement.id, 0.0)]
    several = len({matches[0].dossier.statement.id for _, matches in known}) > 1
    if not several and whole:
        return whole, []
    best: dict[str, Match] = {}
    for match in sorted((match for _, matches in known for match in matches), key=lambda match: -match.probability):
        best.setdefault(match.dossier.statement.id, match)
    for match in whole:
        best.setdefault(match.dossier.statement.id, match)
    return sorted(best.values(), key=lambda match: -match.probability), known if several else []


def _telling(matches: Sequence[Match]) -> list[Match]:
    """The matches that are not merely on the topic."""
    return [match for match in matches if match.relation and match.relation.kind is not RelationKind.RELATED]


def _sureness(match: Match) -> float:
    return match.probability * (match.relation.probability if match.relation else 0.0)


def _pieces(reading: Reading) -> list[tuple[int, int]]:
    """Start and end of the clauses; one of too few words belongs to the one before it, at the beginning to the one after it."""
    text, start = reading.words.text, 0
    found: list[tuple[int, int]] = []
    for end, following in [*_ends(reading), (len(text), len(text))]:
        if found and min(_words(text, start, end), _words(text, *found[-1])) < FEWEST_WORDS:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
        start = following
    return found


def _words(text: str, start: int, end: int) -> int:
    return len(text[start:end].split())


def _ends(reading: Reading) -> list[tuple[int, int]]:
    """Where a clause ends and the next one begins, in their order."""
    text = reading.words.text
    found = {(match.start(), match.end()) for match in SENTENCE.finditer(text)}
    found |= {(match.start(), match.end()) for match in _between(reading.language).finditer(text)}
    found |= {(at, at + 1) for at, letter in enumerate(text) if letter == " " and _new_line(reading, at)}
    ends: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if not ends or start >= ends[-1][1]:
            ends.append((start, end))
    return ends


def _new_line(reading: Reading, at: int) -> bool:
    """Whether a space stands for the end of a line."""
    words = reading.words
    return "\n" in reading.original[words.ends[at - 1] if at else 0 : words.starts[at + 1] if at + 1 < len(words.starts) else None]


def _together(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """At most `MOST` pieces: neighbours stand together if there are more."""
    each = -(-len(pieces) // MOST)
    groups = [pieces[first : first + each] for first in range(0, len(pieces), each)]
    return [(group[0][0], group[-1][1]) for group in groups]


def _piece(reading: Reading, start: int, end: int) -> Reading:
    """A part of a message, read as a claim; it knows where it stands in the message."""
    words = reading.words
    part = bare(Traced(words.text[start:end], words.starts[start:end], words.ends[start:end]))
    return msgspec.structs.replace(reading, words=part, parts=((0, len(part.text)),), nothing=nothing_in(part.text))


@cache
def _between(language: str) -> re.Pattern[str]:
    """What stands between two clauses: a comma or the like, unless a word that stays follows; a word that begins another."""
    lists = tomllib.loads(CLAUSES.read_text(encoding="utf-8"))
    begins = "|".join(re.escape(word) for word in sorted(lists["begins"].get(language, []), key=len, reverse=True)) or "(?!)"
    stays = "|".join(lists["stays"].get(language, [])) or "(?!)"
    return re.compile(rf"(?:[,;،؛]\s+|\s[–—-]\s)(?!(?:{stays})\b)(?:(?:{begins})\s+)?|\s+(?:{begins})\s+", re.IGNORECASE)
