"""The gate: claims with the answers wanted, for a build that must not break them. Described in docs/how-to/evaluate.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec

from index.errors import InvalidRecord
from index.kinds import RelationKind
from index.progress import Progress, no_progress
from index.readers.rows import read_text, reason_of
from service.check.answers import Answer, Claim, Match, VerdictKind
from service.check.matcher import Matcher

AT_ONCE = 100
NOTHING = "none"


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the file: a claim and what the answer must say; what is left out may be anything.

    Attributes:
        language: ISO 639 code; None to detect it.
        statement: id of a match; null for none.
        relation: to that match; to the best one, where no statement is wanted.
        verdict: its kind.
        refutations_apply: of the same match; null for "not surely".
        note: for people.
    """

    text: str
    language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2,3}$")] | None = None
    statement: str | msgspec.UnsetType | None = msgspec.UNSET
    relation: RelationKind | msgspec.UnsetType = msgspec.UNSET
    verdict: VerdictKind | msgspec.UnsetType = msgspec.UNSET
    refutations_apply: bool | msgspec.UnsetType | None = msgspec.UNSET
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what tells nothing; the message starts with the field's name."""
        if not self.text.strip():
            raise ValueError("text: empty text")
        of_a_match = (self.relation, self.refutations_apply)
        if all(one is msgspec.UNSET for one in (self.statement, self.verdict, *of_a_match)):
            raise ValueError("nothing is wanted: give statement, relation, verdict or refutations_apply")
        if self.statement is None and any(one is not msgspec.UNSET for one in of_a_match):
            raise ValueError("statement: null has no relation and no refutations")


class Difference(msgspec.Struct, frozen=True):
    """What was wanted of an answer, and what it says."""

    field: str
    wanted: str
    got: str


class Miss(msgspec.Struct, frozen=True):
    """A claim that is not answered as wanted."""

    line: int
    text: str
    differences: list[Difference]


class GateReport(msgspec.Struct, frozen=True):
    """What came out."""

    claims: int
    missed: list[Miss]


def read_wanted(path: Path) -> list[tuple[int, Wanted]]:
    """Read what is wanted (JSON lines), each with its line.

    Raises:
        InvalidRecord: if the file cannot be read; naming every bad line.
    """
    problems, found = [], []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        try:
            found += [(number, msgspec.json.decode(line, type=Wanted))] if line.strip() else []
        except msgspec.MsgspecError as error:
            problems.append(f"{path}: line {number}: {reason_of(error)}")
    if problems or not found:
        raise InvalidRecord(problems or [f"{path}: holds nothing"])
    return found


def run_gate(matcher: Matcher, wanted: Sequence[tuple[int, Wanted]], progress: Progress = no_progress) -> GateReport:
    """Ask all claims.

    Raises:
        StoreUnavailable, EncodingFailed, JudgingFailed: as `Matcher.match`.
    """
    missed: list[Miss] = []
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        answers = matcher.match([Claim(text=one.text, language=one.language) for _, one in some]).answers
        for (line, one), answer in zip(some, answers, strict=True):
            differences = list(differences_of(one, answer))
            missed += [Miss(line, one.text, differences)] if differences else []
        progress("asking", start + len(some), len(wanted))
    return GateReport(len(wanted), missed)


def differences_of(wanted: Wanted, answer: Answer) -> Iterator[Difference]:
    """What of an answer is not as wanted."""
    telling = [match for match in answer.matches if not _merely_related(match)]
    ids = [match.candidate.statement_id for match in answer.matches]
    match = answer.matches[0] if answer.matches else None
    if wanted.statement is None and telling:
        yield Difference("statement", NOTHING, telling[0].candidate.statement_id)
    if isinstance(wanted.statement, str):
        match = answer.matches[ids.index(wanted.statement)] if wanted.statement in ids else None
        if match is None:
            yield Difference("statement", wanted.statement, ", ".join(ids) or NOTHING)
    relation = match.relation.kind.value if match and match.relation else NOTHING
    if isinstance(wanted.relation, RelationKind) and wanted.relation.value != relation:
        yield Difference("relation", wanted.relation.value, relation)
    if isinstance(wanted.verdict, VerdictKind) and wanted.verdict is not answer.verdict.kind:
        yield Difference("verdict", wanted.verdict.value, answer.verdict.kind.value)
    if wanted.refutations_apply is not msgspec.UNSET:
        yield from _of_refutations(wanted.refutations_apply, match)


def _merely_related(match: Match) -> bool:
    return match.relation is not None and match.relation.kind is RelationKind.RELATED


def _of_refutations(wanted: bool | None, match: Match | None) -> Iterator[Difference]:
    if match is None or match.refutations_apply is not wanted:
        yield Difference("refutations_apply", _in_json(wanted), _in_json(match.refutations_apply) if match else NOTHING)


def _in_json(told: bool | None) -> str:
    return msgspec.json.encode(told).decode()
