"""Read seed files: TOML, one file a source document. The format is described in docs/reference/seed-format.md."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from index.errors import InvalidRecord
from index.statements import Form, Refutation, Source, Statement, When, forms_of

RecordT = TypeVar("RecordT", Statement, Refutation)

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}")


class Document(msgspec.Struct, frozen=True):
    """A source document with everything taken from it."""

    source: Source
    statements: list[Statement]
    refutations: list[Refutation]


def read_seeds(paths: Sequence[Path], owners: Mapping[str, str] | None = None) -> list[Document]:
    """Read and validate seed files, all or nothing.

    Args:
        paths: the files.
        owners: record id -> source id of what is already stored; a refutation may answer a stored statement,
            and a record may not take an id that belongs to another source.

    Raises:
        InvalidRecord: with one line for each thing that is wrong: file, record, field, reason.
    """
    problems: list[str] = []
    documents = [document for path in paths if (document := _read_one(path, problems)) is not None]
    taken = dict(owners or {})
    for path, document in zip(paths, documents, strict=False):
        problems += [f"{path}: {problem}" for problem in _broken_rules(document, taken)]
        taken |= dict.fromkeys(_ids(document), document.source.id)
    if problems:
        raise InvalidRecord(problems)
    return documents


def _ids(document: Document) -> list[str]:
    return [record.id for record in [*document.statements, *document.refutations]]


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
    if not isinstance(entries, list):
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


def _broken_rules(document: Document, owners: Mapping[str, str]) -> Iterator[str]:
    """What decoding cannot see: one line for each broken rule, naming record and field."""
    yield from _bad_when("source", document.source.published)
    for id_, count in Counter(_ids(document)).items():
        if count > 1:
            yield f"record {id_!r}: id: used {count} times"
        if owners.get(id_, document.source.id) != document.source.id:
            yield f"record {id_!r}: id: already belongs to the source {owners[id_]!r}"
    statement_ids = {statement.id for statement in document.statements}
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
                if id_ not in statement_ids and id_ not in owners:
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
        if citation.paragraph < 1:
            yield f"{where}: citations: paragraphs count from 1, not {citation.paragraph}"
    forms = forms_of(record)
    for form in forms:
        yield from _bad_text(where, form)
    for text, count in Counter(form.text.casefold() for form in forms).items():
        if count > 1:
            yield f"{where}: wordings: {text!r} stands there {count} times"


def _bad_when(where: str, when: When | None) -> Iterator[str]:
    try:
        if when is not None:
            when.bounds()
    except ValueError as error:
        yield f"{where}: {'published' if where == 'source' else 'when'}: {error}"


def _bad_text(where: str, form: Form) -> Iterator[str]:
    if not form.text.strip():
        yield f"{where}: {form.kind.value}: empty text"
    if any(unicodedata.category(character) == "Cc" for character in form.text):
        yield f"{where}: {form.kind.value}: control character in {form.text!r}"
    if not LANGUAGE.fullmatch(form.language):
        yield f"{where}: {form.kind.value}: {form.language!r} is not an ISO 639 code"
