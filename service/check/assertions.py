"""The claims that one message makes: its lines, its sentences, and the clauses of a sentence."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec

from index.kinds import RelationKind
from index.text.tracing import Traced
from service.check.answers import Match
from service.check.names import absent, names_in
from service.check.reading import SENTENCE, Reading, bare, nothing_in
from service.check.texts.sentences import boundaries

CLAUSES = Path(__file__).with_name("clauses.toml")
FEWEST_WORDS = 5
"""Words of the shortest clause that may be a claim of its own; a shorter one stays with the one before it."""
FIRST_OF_LIST = re.compile(r"\W{0,2}1[.)]\s+(?=.*\s2[.)]\s)")
NUMBERED = re.compile(r"\s+\d{1,2}[.)]\s+")
BULLETED = re.compile(r"\s+[•·▪●◦‣]\s+")
"""How a list on one line begins, and what stands before its further items."""
MOST = 8
"""Claims looked for in one message: each costs as much as a claim asked alone. Those of a longer one stand together."""


def assertions_of(reading: Reading) -> list[Reading]:
    """The claims of a message, each to be judged by itself; empty if it makes only one."""
    if reading.nothing:
        return []
    pieces = _together(_pieces(reading))
    return [_piece(reading, start, end) for start, end in pieces] if len(pieces) > 1 else []


def told_apart(
    message: Reading, whole: list[Match], pieces: Sequence[tuple[Reading, list[Match]]]
) -> tuple[list[Match], list[tuple[Reading, list[Match]]]]:
    """The matches of a message, and the claims that it makes, each with its own ones.

    A message makes several claims if they do something (more than be on the topic) with different statements, each at least as
    surely as the whole message does. Then the matches are those of all of them. A message that as a whole is on the topic of
    statements at most is answered by a part that does more. What a part repeats only because its subject stands elsewhere in the
    message does not count.
    """
    surely = {match.dossier.statement.id: _sureness(match) for match in whole}
    told = [(piece, [match for match in _telling(matches) if not _of_another(match, piece, message)]) for piece, matches in pieces]
    known = [one for one in told if one[1] and _sureness(one[1][0]) >= surely.get(one[1][0].dossier.statement.id, 0.0)]
    several = len({matches[0].dossier.statement.id for _, matches in known}) > 1
    if not several and (_telling(whole) or not known):
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


def _of_another(match: Match, piece: Reading, message: Reading) -> bool:
    """Whether a piece seems to repeat a statement only because it does not say of whom it speaks.

    "Norway closed its borders and raised the pensions": the second piece has no subject. It repeats nothing of what is said of
    somebody whom the message does not name, where it names somebody else before.
    """
    if not match.relation or match.relation.kind is not RelationKind.REPEATS:
        return False
    statement, text = match.dossier.statement, message.words.text
    start = message.words.starts.index(piece.words.starts[0])
    if any(name.start == start for name in names_in(text, message.language)):
        return False
    whom = names_in(statement.text, statement.language)[:1]
    before = names_in(text[0 if _pronoun(piece) else _sentence_start(text, start) : start], message.language)
    return bool(absent(whom, text, message.language) and absent(before, statement.text, statement.language))


def _pronoun(piece: Reading) -> bool:
    first = piece.words.text.split(maxsplit=1)[0].lower()
    return first in _lists()["pronouns"].get(piece.language, [])


def _sentence_start(text: str, before: int) -> int:
    """Where the sentence begins in which a piece stands."""
    return max((found.end() for found in SENTENCE.finditer(text) if found.end() <= before), default=0)


def _sureness(match: Match) -> float:
    return match.probability * (match.relation.probability if match.relation else 0.0)


def _pieces(reading: Reading) -> list[tuple[int, int]]:
    """Start and end of the clauses; one of too few words belongs to the one before it, at the beginning to the one after it."""
    text = reading.words.text
    listed = FIRST_OF_LIST.match(text)
    start = listed.end() if listed else 0
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
    """Where a clause ends and the next one begins, in their order; what hangs on a condition is no clause of its own."""
    text, (between, condition) = reading.words.text, _between(reading.language)
    whole = {*_sentence_ends(reading), *((found.start(), found.end()) for found in _listing(text).finditer(text))}
    clauses = {(found.start(), found.end()) for found in between.finditer(text)}
    ends: list[tuple[int, int]] = []
    for start, end in sorted(whole | clauses, key=lambda found: (found[0], -found[1])):
        last = ends[-1][1] if ends else 0
        if start >= last and not ((start, end) not in whole and condition.match(text, last)):
            ends.append((start, end))
    return ends


def _sentence_ends(reading: Reading) -> list[tuple[int, int]]:
    """Where a sentence or a line ends and the next one begins."""
    text = reading.words.text
    sentences = boundaries(text, reading.language, small=text.islower())
    lines = [(at, at + 1) for at, letter in enumerate(text) if letter == " " and _new_line(reading, at)]
    return [*((before, after) for (_, before), (after, _) in pairwise(sentences)), *lines]


def _listing(text: str) -> re.Pattern[str]:
    """What stands before each item of a list."""
    return NUMBERED if FIRST_OF_LIST.match(text) else BULLETED


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
    piece = msgspec.structs.replace(reading, words=part, parts=((0, len(part.text)),), nothing=nothing_in(part.text))
    return piece if _framed(reading, start) else msgspec.structs.replace(piece, frame=None, frame_words=None)


def _framed(reading: Reading, start: int) -> bool:
    """Whether what is said about a message is said of the part that begins there, too.

    "FALSE: …" is said of all that follows, "It is not true that …" of its own sentence.
    """
    said = reading.frame_words
    governs = said and said.end <= reading.words.starts[0] and said.text[-1].isalpha()
    return not governs or _sentence_start(reading.words.text, start) == 0


@cache
def _between(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What stands between two clauses, and what a clause begins with on which the next one depends.

    Between clauses stands a comma or the like, or a word that begins another; unless a word that stays follows.
    """
    begins, stays, conditions = (
        "|".join(sorted(_lists()[name].get(language, []), key=len, reverse=True)) or "(?!)"
        for name in ("begins", "stays", "conditions")
    )
    ends = rf"(?:(?:[,;،؛]\s+|\s[–—-]\s)(?:(?:{begins})\s+)?|\s+(?:{begins})\s+)(?!(?:{stays})\b)"
    return re.compile(ends, re.IGNORECASE), re.compile(rf"\W*(?:{conditions})\b", re.IGNORECASE)


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    """The words of `clauses.toml`: the list, the language."""
    return tomllib.loads(CLAUSES.read_text(encoding="utf-8"))
