"""Read seed files: TOML, one file a source document. The format is described in docs/reference/seed-format.md."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, TypeVar

from index.errors import InvalidRecord, Reason
from index.kinds import State
from index.ledger.differences import differences
from index.ledger.entries import KINDS
from index.records import Document, Refutation, Source, Statement
from index.rules import broken_rules, decoded
from index.store.ledger import Ledger
from index.store.reports import Kept, Owner

RecordT = TypeVar("RecordT", Statement, Refutation)
DecodedT = TypeVar("DecodedT", Source, Statement, Refutation)


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
    except RecursionError:
        problems.append(f"{path}: is nested too deeply")
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


def _decode(where: str, entry: object, model: type[DecodedT], problems: list[str]) -> DecodedT | None:
    found, broken = decoded(entry, model)
    problems += [f"{where}: {one.told()}" for one in broken]
    return found


def _broken_rules(document: Document, statement_ids: Set[str]) -> Iterator[str]:
    """Check the rules that decoding cannot check; one line for each broken rule, naming record and field."""
    yield from (f"source: {broken.told()}" for broken in broken_rules(document.source))
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


def otherwise_here(ledger: Ledger, documents: Iterable[Document]) -> list[Kept]:
    """What of seed files stands otherwise in a store: each record with the difference, what is here first."""
    return [kept for document in documents for record in _records_of(document) if (kept := _otherwise(ledger, record))]


def _records_of(document: Document) -> list[Source | Statement | Refutation]:
    return [document.source, *document.statements, *document.refutations]


def _otherwise(ledger: Ledger, record: Source | Statement | Refutation) -> Kept | None:
    kind = KINDS[type(record)]
    if ledger.head(kind, record.id) is None:
        return Kept(record.id, None, [Reason("it is not loaded yet")])
    entry, here = ledger.standing(kind, record.id)
    if here == record and entry.state is State.PUBLISHED:
        return None
    return Kept(record.id, entry.state, [change.told() for change in differences(here, record)] if here is not None else [])


def _bad_record(kind: str, record: Statement | Refutation, source: Source) -> Iterator[str]:
    where = f"{kind} {record.id!r}"
    yield from (f"{where}: {broken.told()}" for broken in broken_rules(record))
    for citation in record.citations:
        if citation.source_id != source.id:
            yield f"{where}: citations: no source has the id {citation.source_id!r}"
