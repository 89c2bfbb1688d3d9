"""An operator's labelled claims: JSON lines or CSV, described in docs/how-to/evaluate.md."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from index.errors import InvalidRecord
from index.kinds import RelationKind
from index.readers.rows import decode_line, lines_of, reason_of
from index.rules import LANGUAGE

FEWEST, WORTH_IT = 20, 30
"""Fewer claims are refused; from so many on it is worth it."""
KINDS = {kind.value: kind for kind in RelationKind}


class ClaimRow(msgspec.Struct, frozen=True):
    """A line as it stands in the file; other fields are ignored."""

    text: str
    language: str | None = None
    statement: str | None = None
    relation: str | None = None


class LabelledClaim(msgspec.Struct, frozen=True):
    """A claim, and the right answer.

    Attributes:
        language: ISO 639 code; None to detect it.
        statement: id of the one that it is about; None for none.
        relation: what it does with it; None where that is not known, and for claims about none.
    """

    text: str
    language: str | None = None
    statement: str | None = None
    relation: RelationKind | None = None

    @property
    def covered(self) -> bool:
        """Whether it is about a known statement; to be merely on its topic is not enough."""
        return self.statement is not None and self.relation is not RelationKind.RELATED


def read_claims(path: Path, known: Collection[str]) -> list[LabelledClaim]:
    """Read labelled claims.

    Args:
        known: ids of the statements that are loaded.

    Raises:
        InvalidRecord: naming all that is wrong, each with its line; or if there are too few.
    """
    problems: list[str] = []
    claims: dict[LabelledClaim, int] = {}
    for number, fields in lines_of(path):
        try:
            row = decode_line(fields, ClaimRow)
        except msgspec.MsgspecError as error:
            problems.append(f"{path}: line {number}: {reason_of(error)}")
            continue
        found = list(_problems(row, known))
        problems += [f"{path}: line {number}: {problem}" for problem in found]
        if not found and (first := claims.setdefault(_claim(row), number)) != number:
            problems.append(f"{path}: line {number}: says the same as line {first}")
    if not problems and len(claims) < FEWEST:
        problems.append(f"{path}: {len(claims)} claims are too few: {FEWEST} are needed, and from {WORTH_IT} on it is worth it")
    if problems:
        raise InvalidRecord(problems)
    return list(claims)


def _problems(row: ClaimRow, known: Collection[str]) -> Iterator[str]:
    if not row.text.strip():
        yield "text: empty text"
    if row.language and not LANGUAGE.fullmatch(row.language):
        yield f"language: {row.language!r} is not an ISO 639 code"
    if row.statement and row.statement not in known:
        yield f"statement: no statement has the id {row.statement!r}"
    if row.relation and row.relation not in KINDS:
        yield f"relation: {row.relation!r} is none of {', '.join(KINDS)}"
    if row.relation and not row.statement:
        yield f"relation: {row.relation!r} to no statement; a claim about none has no relation"


def _claim(row: ClaimRow) -> LabelledClaim:
    return LabelledClaim(row.text, row.language or None, row.statement or None, KINDS[row.relation] if row.relation else None)
