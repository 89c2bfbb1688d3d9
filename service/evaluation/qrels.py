"""Relevance labels (qrels) as the field writes them: TREC's four columns, BEIR's three with a head line, two, or JSON lines."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec

from index.errors import InvalidRecord
from index.readers.rows import read_text

EXAMPLES = 3
"""Ids that a note names."""
TREC_COLUMNS = 4
HEAD = re.compile(r"(query|topic|claim|q)?[-_ ]?(id|query|topic|qid)s?", re.IGNORECASE)
"""What the first cell of a head line looks like: query-id, qid, topic."""
COLUMNS = "a query's id, a statement's id and 1 (or TREC's four columns, or JSON with query-id, corpus-id and score)"

Id = str | int


class JsonLabel(msgspec.Struct, frozen=True, rename={"query_id": "query-id", "corpus_id": "corpus-id"}):
    """A line of a JSON lines file of labels."""

    query_id: Id
    corpus_id: Id
    score: float = 1.0


class Label(msgspec.Struct, frozen=True):
    """One judgement: relevant if its grade is above 0; 0 and -1 mean judged, and not relevant."""

    query_id: str
    statement_id: str
    grade: float


def read_qrels(path: Path) -> dict[str, set[str]]:
    """Read which query is about which statements.

    Raises:
        InvalidRecord: naming the file, the line and what is wrong with it.
    """
    relevant: dict[str, set[str]] = {}
    problems = []
    lines = [(number, line) for number, line in enumerate(read_text(path).splitlines(), 1) if line.strip()]
    for place, (number, line) in enumerate(lines):
        try:
            label = _label(line, path)
        except ValueError as error:
            if place or not _is_head(line, path):
                problems.append(f"{path}: line {number}: {error}")
            continue
        if label.grade > 0:
            relevant.setdefault(label.query_id, set()).add(label.statement_id)
    if problems or not relevant:
        raise InvalidRecord(problems or [f"{path}: holds {'no label above 0' if lines else 'nothing'}"])
    return relevant


def _label(line: str, path: Path) -> Label:
    """One line's judgement. Raises `ValueError` if it is none."""
    if line.lstrip().startswith("{"):
        try:
            read = msgspec.json.decode(line, type=JsonLabel)
        except msgspec.MsgspecError as error:
            raise ValueError(str(error)) from error
        return Label(str(read.query_id), str(read.corpus_id), read.score)
    cells = _cells(line, path)
    if not 2 <= len(cells) <= TREC_COLUMNS or not all(cells):
        raise ValueError(f"expected {COLUMNS}, got {line[:100]!r}")
    statement = cells[2] if len(cells) == TREC_COLUMNS else cells[1]
    if len(cells) == 2 and HEAD.fullmatch(cells[0]):
        raise ValueError("is a head line")
    return Label(cells[0], statement, _grade(cells[-1]) if len(cells) > 2 else 1.0)


def _cells(line: str, path: Path) -> list[str]:
    if "\t" in line:
        cells = line.split("\t")
    elif path.suffix.lower() == ".csv":
        cells = line.split(",")
    else:
        cells = line.split()
    return [cell.strip().strip('"') for cell in cells]


def _grade(cell: str) -> float:
    try:
        grade = float(cell)
    except ValueError as error:
        raise ValueError(f"the last column must be a number, got {cell[:100]!r}") from error
    if not math.isfinite(grade):
        raise ValueError(f"the last column must be a number, got {cell[:100]!r}")
    return grade


def _is_head(line: str, path: Path) -> bool:
    return not line.lstrip().startswith("{") and bool(HEAD.fullmatch(_cells(line, path)[0]))


def unmatched_labels(
    relevant: Mapping[str, Collection[str]], queries: Collection[str], statements: Collection[str], place: str
) -> Iterator[str]:
    """What the labels name that is not there, in a line each.

    Args:
        queries: ids of the queries.
        statements: ids of the statements.
        place: where the statements are, in words.
    """
    nowhere = [query for query in relevant if query not in queries]
    if nowhere:
        yield f"{len(nowhere)} of the {len(relevant)} queries that have labels are not among the queries: {_some(nowhere)}"
    asked = {query: ids for query, ids in relevant.items() if query in queries}
    missing = {id_ for ids in asked.values() for id_ in ids if id_ not in statements}
    if missing:
        every = len({id_ for ids in asked.values() for id_ in ids})
        yield f"{len(missing)} of the {every} statements that labels name are not {place}: {_some(sorted(missing))}"
    lost = [query for query, ids in asked.items() if not set(ids) & set(statements)]
    if lost:
        yield f"{len(lost)} queries cannot be answered rightly: no statement that their labels name is {place}: {_some(lost)}"


def _some(ids: Collection[str]) -> str:
    named = list(ids)[:EXAMPLES]
    return ", ".join(named) + (", …" if len(ids) > len(named) else "")
