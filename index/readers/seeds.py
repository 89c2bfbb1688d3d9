"""Read seed files: TOML, one file a source document. The format is described in docs/reference/seed-format.md."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from index.errors import InvalidRecord
from index.kinds import RefutationKind
from index.records import Document, Passage, Refutation, Source, Statement, When, passages_of
from index.store.store import Owner

RecordT = TypeVar("RecordT", Statement, Refutation)

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}")


def read_seeds(paths: Sequence[Path], stored: Mapping[str, Owner] | None = None) -> list[Document]:
    """Read and validate seed files, all or nothing.

    Args:
        paths: the files.
        stored: record id -> its owner, of what is already stored: a refutation may answer a stored statement, and a record
            may not take an id that stands for something else.

    Raises:
        InvalidRecord: with one line for each thing that is wrong: file, record, field, reason.
    """
    problems: list[str] = []
    read = [(path, document) for path in paths if (document := _read_one(path, problems)) is not None]
    known = dict(stored or {})
    for path, document in read:
        for id_, owner in _owners(document):
            if known.setdefault(id_, owner) != owner:
                taken = known[id_]
                problems.append(f"{path}: {owner.kind} {id_!r}: id: already a {taken.kind} of the source {taken.source_id!r}")
    statement_ids = {id_ for id_, owner in known.items() if owner.kind == "statement"}
    ids = Counter(id_ for _, document in read for id_, _ in _owners(document))
    for path, document in read:
        for id_, owner in dict(_owners(document)).items():
            if ids[id_] > 1:
                problems.append(f"{path}: {owner.kind} {id_!r}: id: used {ids[id_]} times")
        problems += [f"{path}: {problem}" for problem in _broken_rules(document, statement_ids)]
    if problems:
        raise InvalidRecord(problems)
    return [document for _, document in read]


def _owners(document: Document) -> list[tuple[str, Owner]]:
    source_id = document.source.id
    statements = [(statement.id, Owner("statement", source_id)) for statement in document.statements]
    return statements + [(refutation.id, Owner("refutation", source_id)) for refutation in document.refutations]


def _read_one(path: Path, problems: list[str]) -> Document | None:
    """Decode one file; on failure add to `problems` and return None."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problems.append(f"{path}: cannot be read: {error.strerror}")
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path}: not valid TOML: {error}")
        return None
    before = len(problems)
    problems += [f"{path}: unknown table {name!r}" for name in tables if name not in ("source", "statement", "refutation")]
    source = _decode(f"{path}: source", tables.get("source", {}), Source, problems)
    if source is None:
        return None
    statements = _records(path, "statement", tables, Statement, source, problems)
    refutations = _records(path, "refutation", tables, Refutation, source, problems)
    return Document(source, statements, refutations) if len(problems) == before else None


def _records(
    path: Path, kind: str, tables: dict[str, Any], model: type[RecordT], source: Source, problems: list[str]
) -> list[RecordT]:
    entries = tables.get(kind, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        problems.append(f"{path}: {kind}: write [[{kind}]], with two brackets")
        return []
    records = []
    for number, entry in enumerate(entries, 1):
        where = f"{path}: {kind} {entry.get('id', f'number {number}')!r}"
        citations = entry.get("citations", [])
        if isinstance(citations, list):
            citations = [{"source_id": source.id} | item if isinstance(item, dict) else item for item in citations]
        completed = {"language": source.language} | entry | {"citations": citations}
        record = _decode(where, completed, model, problems)
        if record is not None:
            records.append(record)
    return records


DecodedT = TypeVar("DecodedT")


def _decode(where: str, entry: object, model: type[DecodedT], problems: list[str]) -> DecodedT | None:
    try:
        return msgspec.convert(entry, model)
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at ")
        problems.append(f"{where}: {field.strip('`').removeprefix('$.') + ': ' if field else ''}{reason}")
        return None


def _broken_rules(document: Document, statement_ids: Set[str]) -> Iterator[str]:
    """Check the rules that decoding cannot check; one line for each broken rule, naming record and field."""
    if not ID.fullmatch(document.source.id):
        yield f"source: id: {document.source.id!r}: use lower-case letters, digits and single hyphens"
    yield from _bad_when("source", document.source.published)
    answered = {id_ for refutation in document.refutations for id_ in refutation.stances()}
    for statement in document.statements:
        yield from _bad_record("statement", statement, document.source)
        if statement.refutation_on_record != (statement.id in answered):
            found = "a refutation answers it" if statement.id in answered else "no refutation answers it"
            yield f"statement {statement.id!r}: refutation_on_record: is {statement.refutation_on_record}, but {found}"
    for refutation in document.refutations:
        yield from _bad_record("refutation", refutation, document.source)
        for field in ("denies", "counters"):
            for id_ in getattr(refutation, field):
                if id_ not in statement_ids:
                    yield f"refutation {refutation.id!r}: {field}: no statement has the id {id_!r}"
        for id_ in sorted(set(refutation.denies) & set(refutation.counters)):
            yield f"refutation {refutation.id!r}: counters: {id_!r} is also under denies"
        if not refutation.denies and not refutation.counters:
            yield f"refutation {refutation.id!r}: denies: it answers no statement"


def _bad_record(kind: str, record: Statement | Refutation, source: Source) -> Iterator[str]:
    where = f"{kind} {record.id!r}"
    if not ID.fullmatch(record.id):
        yield f"{where}: id: use lower-case letters, digits and single hyphens"
    yield from _bad_when(where, record.when)
    if not record.citations:
        yield f"{where}: citations: at least one is needed"
    for citation in record.citations:
        if citation.source_id != source.id:
            yield f"{where}: citations: no source has the id {citation.source_id!r}"
        if citation.section is None or citation.paragraph is None:
            yield f"{where}: citations: each needs a section and a paragraph"
        elif citation.paragraph < 1:
            yield f"{where}: citations: paragraphs count from 1, not {citation.paragraph}"
    if isinstance(record, Refutation) and record.kind is RefutationKind.REVIEW:
        yield f"{where}: kind: 'review' is for reviews loaded from a ClaimReview feed"
    party = record.claimant if isinstance(record, Statement) else record.issuer
    labels = [("claimant" if kind == "statement" else "issuer", party.name)]
    labels += [("citations", citation.section) for citation in record.citations if citation.section is not None]
    if isinstance(record, Statement):
        labels += [("places", place) for place in record.places] + [("topics", topic) for topic in record.topics]
    yield from (f"{where}: {field}: empty text" for field, label in labels if not label.strip())
    passages = passages_of(record)
    for passage in passages:
        yield from _bad_text(where, passage)
    for text, count in Counter(passage.text.casefold() for passage in passages).items():
        if count > 1:
            yield f"{where}: wordings: {text!r} stands there {count} times"


def _bad_when(where: str, when: When | None) -> Iterator[str]:
    try:
        if when is not None:
            when.bounds()
    except ValueError as error:
        yield f"{where}: {'published' if where == 'source' else 'when'}: {error}"


def _bad_text(where: str, passage: Passage) -> Iterator[str]:
    if not passage.text.strip():
        yield f"{where}: {passage.kind.value}: empty text"
    if any(unicodedata.category(character) == "Cc" for character in passage.text):
        yield f"{where}: {passage.kind.value}: control character in {passage.text!r}"
    if not LANGUAGE.fullmatch(passage.language):
        yield f"{where}: {passage.kind.value}: {passage.language!r} is not an ISO 639 code"
