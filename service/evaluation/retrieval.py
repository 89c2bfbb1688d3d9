"""Measure the service's retriever on a labelled corpus of one's own: MAP, MRR and success@k, for all claims and by language."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from index.errors import InvalidRecord
from index.models.encoders import Encoders
from index.progress import Progress, no_progress
from index.readers.rows import LabelledText
from index.search.candidates import POOL
from index.search.retriever import Query, Retriever
from index.store.sql import SqlStore
from service.evaluation.labelled import as_document, read_rows
from service.evaluation.metrics import Scores, score
from service.evaluation.qrels import COLUMNS, read_qrels, unmatched_labels

AT_ONCE = 64
KEPT = 10
"""Statements kept of each ranking unless more are asked for: as many as success@10 needs."""


class QueryResult(msgspec.Struct, frozen=True):
    """What was found for one query, best first, and what should have been."""

    id: str
    text: str
    language: str
    expected: list[str]
    found: list[str]


class Evaluation(msgspec.Struct, frozen=True):
    """The figures over all queries, and for each language of the queries.

    Attributes:
        milliseconds_a_claim: time for encoding and searching, in batches.
        notes: what of the labels names nothing, a line each.
    """

    encoder: str
    index: str
    statements: int
    all: Scores
    by_language: dict[str, Scores]
    milliseconds_a_claim: float
    results: list[QueryResult]
    notes: list[str] = []


class Labelled(msgspec.Struct, frozen=True):
    """A corpus, queries, and which statements answer each query.

    Attributes:
        relevant: query id -> ids of statements; queries without any are not asked.
    """

    corpus: list[LabelledText]
    queries: list[LabelledText]
    relevant: dict[str, set[str]]


def read_labelled(corpus: Path, queries: Path, qrels: Path) -> Labelled:
    """Read the three files.

    Raises:
        InvalidRecord: if a file cannot be read, or the labels are of none of the queries or name no statement of the corpus.
    """
    rows, claims, relevant = read_rows(corpus), *read_queries(queries, qrels)
    if not {row.id for row in rows} & {id_ for some in relevant.values() for id_ in some}:
        raise InvalidRecord([f"{qrels}: names no statement of {corpus}"])
    return Labelled(rows, claims, relevant)


def read_queries(queries: Path, qrels: Path) -> tuple[list[LabelledText], dict[str, set[str]]]:
    """Read queries and which statements each is about.

    Raises:
        InvalidRecord: if a file cannot be read, or the labels are of none of the queries.
    """
    claims, relevant = read_rows(queries), read_qrels(qrels)
    if not any(row.id in relevant for row in claims):
        raise InvalidRecord([f"{qrels}: names no query of {queries}; a line is {COLUMNS}"])
    return claims, relevant


def evaluate(
    labelled: Labelled, encoders: Encoders, folder: Path, progress: Progress = no_progress, depth: int = KEPT
) -> Evaluation:
    """Evaluate.

    Args:
        folder: where the corpus's store and index are kept, so that a second run encodes nothing again.
        depth: the most statements to keep of each ranking.
    """
    relevant = labelled.relevant
    claims = [row for row in labelled.queries if row.id in relevant]
    store = SqlStore(f"sqlite:///{folder / 'rebut.sqlite'}")
    store.load([as_document(labelled.corpus)])
    retriever = Retriever(store, encoders, folder / "index", progress)
    started = time.perf_counter()
    rankings = _rank(retriever, claims, progress, depth)
    taken = 1000 * (time.perf_counter() - started) / max(len(claims), 1)
    statements = store.counts().statements
    store.close()
    return Evaluation(
        encoder=encoders.name,
        index=retriever.manifest.version,
        statements=statements,
        all=score(rankings, relevant, depth),
        by_language=_by_language(claims, rankings, relevant, depth),
        milliseconds_a_claim=taken,
        results=[QueryResult(row.id, row.text, row.language, sorted(relevant[row.id]), rankings[row.id]) for row in claims],
        notes=_notes(labelled),
    )


def _notes(labelled: Labelled) -> list[str]:
    queries, statements = {row.id for row in labelled.queries}, {row.id for row in labelled.corpus}
    return list(unmatched_labels(labelled.relevant, queries, statements, "in the corpus"))


def _rank(retriever: Retriever, claims: Sequence[LabelledText], progress: Progress, depth: int) -> dict[str, list[str]]:
    rankings: dict[str, list[str]] = {}
    for start in range(0, len(claims), AT_ONCE):
        some = claims[start : start + AT_ONCE]
        found = retriever.retrieve([Query(row.text, row.language, pool=max(POOL, depth)) for row in some]).candidates
        for row, candidates in zip(some, found, strict=True):
            rankings[row.id] = [candidate.statement_id for candidate in candidates[:depth]]
        progress("asking", start + len(some), len(claims))
    return rankings


def _by_language(
    claims: Sequence[LabelledText], rankings: Mapping[str, list[str]], relevant: Mapping[str, set[str]], depth: int
) -> dict[str, Scores]:
    languages = {row.id: row.language for row in claims}
    return {
        language: score({id_: rankings[id_] for id_, other in languages.items() if other == language}, relevant, depth)
        for language in sorted(set(languages.values()))
    }
