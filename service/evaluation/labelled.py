"""Read the labelled sets that the evaluations measure on: a corpus, queries, labelled pairs of texts; `qrels.py` reads the labels.

JSON lines or CSV (by the file's ending), described in docs/how-to/evaluate.md.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from pathlib import Path

import msgspec

from index.errors import InvalidRecord
from index.kinds import RelationKind, StatementKind
from index.models.cross_encoder import CLASSES
from index.readers.rows import LabelledText, decode_line, lines_of, reason_of
from index.records import Citation, Document, Party, Source, Statement
from index.text.tags import primary_language

SOURCE_ID = "corpus"


class Label(enum.Enum):
    """The labels that public sets of pairs use, and the names of our own kinds of relation."""

    ENTAILMENT = "entailment"
    CONTRADICTION = "contradiction"
    NEUTRAL = "neutral"
    NOT_ENTAILMENT = "not_entailment"
    NON_ENTAILMENT = "non-entailment"
    PARAPHRASE = "paraphrase"
    CHANGED = "changed"
    NEGATED = "negated"
    NEGATION = "negation"
    REPEATS = "repeats"
    DENIES = "denies"
    REVERSES = "reverses"
    DIFFERS = "differs"
    RELATED = "related"


SAME = frozenset({RelationKind.REPEATS})
OPPOSITE = frozenset({RelationKind.DENIES})
NOT_SAME = frozenset(CLASSES) - SAME
MEANINGS: dict[Label, frozenset[RelationKind]] = {
    Label.ENTAILMENT: SAME,
    Label.PARAPHRASE: SAME,
    Label.NOT_ENTAILMENT: NOT_SAME,
    Label.NON_ENTAILMENT: NOT_SAME,
    Label.CHANGED: NOT_SAME,
    Label.CONTRADICTION: OPPOSITE,
    Label.NEUTRAL: NOT_SAME - OPPOSITE,
    Label.NEGATED: OPPOSITE,
    Label.NEGATION: OPPOSITE,
    **{Label(kind.value): frozenset({kind}) for kind in RelationKind},
}
"""Label -> the kinds that it covers. The first text of a labelled pair is the known statement, the second one the claim."""


def meanings(labels: Collection[Label]) -> dict[Label, frozenset[RelationKind]]:
    """What the labels of one set mean, taken together.

    If no pair of the set is labelled neutral, a contradiction covers everything but repeating (another date contradicts, too).
    """
    chosen = {label: MEANINGS[label] for label in labels}
    if Label.CONTRADICTION in chosen and Label.NEUTRAL not in chosen:
        chosen[Label.CONTRADICTION] = NOT_SAME
    return chosen


class LabelledPair(msgspec.Struct, frozen=True):
    """A line of a set of pairs; other fields are ignored.

    Attributes:
        a: the known statement, or the text that comes first.
        b: the claim that is held against it.
    """

    a: str
    b: str
    label: Label


def read_pairs(path: Path) -> list[LabelledPair]:
    """Read labelled pairs.

    Raises:
        InvalidRecord: naming the file, the line and what is wrong with it.
    """
    problems, pairs = [], []
    for number, fields in lines_of(path):
        try:
            pairs.append(decode_line(fields, LabelledPair))
        except msgspec.MsgspecError as error:
            problems.append(f"{path}: line {number}: {reason_of(error)}")
    if any("enum" in problem for problem in problems):
        problems.insert(0, f"the labels that are known are {', '.join(label.value for label in Label)}")
    if problems or not pairs:
        raise InvalidRecord(problems or [f"{path}: holds nothing"])
    return pairs


class Row(msgspec.Struct, frozen=True, rename={"beir_id": "_id"}):
    """A line of a corpus or of queries as it stands in the file; other fields are ignored."""

    id: str = ""
    beir_id: str | int | None = None
    text: str | None = None
    title: str | None = None
    lang: str | None = None

    def labelled(self) -> LabelledText:
        """The text with its id. Raises `ValueError` if one of them is missing, or the language is none."""
        given = self.id or self.beir_id
        if given in (None, ""):
            raise ValueError("Object missing required field `id` (or `_id`)")
        if self.text is None and self.title is None:
            raise ValueError("Object missing required field `text`")
        text, title = self.text or "", self.title or ""
        text = text if text.strip() else title
        if not text.strip():
            raise ValueError("text: empty text")
        try:
            language = primary_language(self.lang or "") or ""
        except ValueError as error:
            raise ValueError(f"lang: {error}") from error
        return LabelledText(str(given), text, title, language)


def read_rows(path: Path) -> list[LabelledText]:
    """Read a corpus or queries, in our own form or BEIR's (`_id`).

    Raises:
        InvalidRecord: naming the file, the line and what is wrong with it.
    """
    problems: list[str] = []
    rows: dict[str, LabelledText] = {}
    for number, fields in lines_of(path):
        try:
            row = decode_line(fields, Row).labelled()
        except (msgspec.MsgspecError, ValueError) as error:
            problems.append(f"{path}: line {number}: {reason_of(error)}")
            continue
        if row.id in rows:
            problems.append(f"{path}: line {number}: id: {row.id!r} is used twice")
        rows[row.id] = row
    if problems or not rows:
        raise InvalidRecord(problems or [f"{path}: holds nothing"])
    return list(rows.values())


def as_document(rows: list[LabelledText]) -> Document:
    """A corpus as a source document, so that it can be loaded into a store like any other."""
    source = Source(SOURCE_ID, "Labelled corpus", "unknown", "unknown", "und")
    statements = [
        Statement(
            id=row.id,
            kind=StatementKind.STATEMENT,
            text=row.text,
            language=row.language,
            claimant=Party("unknown"),
            citations=[Citation(SOURCE_ID, "unknown", 1)],
            refutation_on_record=False,
            wordings={row.language: [row.title]} if row.title.strip() and row.title != row.text else {},
        )
        for row in rows
    ]
    return Document(source, statements, [])
