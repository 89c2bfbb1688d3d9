"""What stands in Milvus: collections that take each other's place, what is removed from them, and what is missing."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from index.errors import EntriesMissing, IndexInvalid, NotYetWritten
from index.search.milvus.connection import Connection
from index.search.milvus.entries import SPARED_S, SWEPT_S, Entries
from index.search.milvus.vectors import EXACT, GRAPH, MilvusVectorIndex, kind
from index.search.milvus.words import KIND, MilvusWordIndex
from tests.contracts.test_vector_index import DIMENSION, assert_as_brute_force, unit_vectors
from tests.contracts.test_word_index import assert_as_by_hand, written

numbers = itertools.count()


@pytest.fixture
def connection(milvus: str) -> Connection:
    return Connection(milvus)


def alias() -> str:
    return f"rebut_entries{next(numbers)}"


def collections(connection: Connection, entries: Entries) -> list[str]:
    return [name for name in connection.ask("list_collections") if name.startswith(f"{entries.alias}_")]


def test_more_vectors_get_another_index_in_a_collection_that_takes_the_place_of_the_one_before(connection: Connection) -> None:
    entries = Entries(connection, alias(), kind(DIMENSION))
    vectors = unit_vectors(300)
    index = MilvusVectorIndex.at(entries, exact_to=250)(DIMENSION)
    index.add(vectors[:200])
    index.tend(0)
    assert entries.layout() == EXACT
    before = index.copy()
    index.add(vectors[200:])
    index.tend(1)
    assert entries.layout() == GRAPH
    assert_as_brute_force(before, dict(enumerate(vectors[:200])), 10)
    assert_as_brute_force(index, dict(enumerate(vectors)), 10)
    assert len(collections(connection, entries)) == 2, "what still searches the old one can come to its end"
    index.tend(10 * SPARED_S)
    assert len(collections(connection, entries)) == 1


def test_impacts_are_made_anew_when_documents_have_become_longer(connection: Connection) -> None:
    entries = Entries(connection, alias(), KIND)
    index, documents = MilvusWordIndex.at(entries)(), written(1, 60)
    index.add(documents)
    long = [document * 3 for document in written(2, 40)]
    index.add(long)
    held = dict(enumerate(documents + long))
    before = entries.layout()
    assert_as_by_hand(index, held, written(3, 2)[1], k=7)
    index.tend(0)
    assert entries.layout() not in (before, None)
    assert_as_by_hand(index, held, written(3, 2)[1], k=7)


def test_the_best_documents_are_found_however_old_the_impacts_are(connection: Connection) -> None:
    index, dice = MilvusWordIndex.at(Entries(connection, alias(), KIND))(), random.Random(4)
    documents = [["rare", *dice.choices(["a", "b", "c"], k=dice.randrange(1, 90))] for _ in range(150)]
    index.add([["a"]])
    index.add(documents)
    assert_as_by_hand(index, dict(enumerate([["a"], *documents])), ["rare", "b"], k=5)


def test_what_nobody_needs_is_removed_after_a_while(connection: Connection) -> None:
    entries = Entries(connection, alias(), kind(DIMENSION))
    index = MilvusVectorIndex.at(entries)(DIMENSION)
    index.add(unit_vectors(1_300))
    index.remove(np.arange(1_290))
    entries.tidy(index.needed, 2 * SPARED_S)
    assert entries.count() == 1_300
    entries.tidy(index.needed, 2.5 * SPARED_S)
    assert entries.count() == 1_300, "a process that is behind may still show it"
    entries.tidy(index.needed, 3.1 * SPARED_S)
    assert entries.count() == 10
    assert len(index.vectors(np.arange(1_290, 1_300))) == 10


def test_few_that_nobody_needs_are_removed_within_a_day(connection: Connection) -> None:
    entries = Entries(connection, alias(), kind(DIMENSION))
    index = MilvusVectorIndex.at(entries)(DIMENSION)
    index.add(unit_vectors(20))
    for first, begun in ((0, 0.0), (5, 2 * SWEPT_S)):
        index.remove(np.arange(first, first + 5))
        entries.tidy(index.needed, begun)
        entries.tidy(index.needed, begun + 1.1 * SPARED_S)
        assert entries.count() == 15 - first
        index.tend(begun + 1.3 * SPARED_S)


def test_who_only_reads_waits_until_it_is_written(connection: Connection) -> None:
    name = alias()
    writer, reader = (
        MilvusVectorIndex.at(Entries(connection, name, kind(DIMENSION), writes))(DIMENSION) for writes in (True, False)
    )
    vectors = unit_vectors(20)
    with pytest.raises(NotYetWritten):
        reader.add(vectors[:10])
    writer.add(vectors[:10])
    reader.add(vectors[:10])
    with pytest.raises(NotYetWritten):
        reader.add(vectors[10:])
    assert_as_brute_force(reader, dict(enumerate(vectors[:10])), 5)


def test_what_was_missing_once_is_told_though_others_make_up_the_number(connection: Connection) -> None:
    entries = Entries(connection, alias(), kind(DIMENSION))
    index, vectors = MilvusVectorIndex.at(entries)(DIMENSION), unit_vectors(20)
    index.add(vectors)
    index.remove(np.arange(5))
    connection.ask("delete", entries.alias, ids=index.needed[:3].tolist())
    index.tend(0)
    with pytest.raises(EntriesMissing):
        index.vectors(np.arange(5, 20))
    with pytest.raises(IndexInvalid):
        index.tend(1)


def test_what_is_missing_is_told(connection: Connection) -> None:
    entries = Entries(connection, alias(), kind(DIMENSION))
    index, vectors = MilvusVectorIndex.at(entries)(DIMENSION), unit_vectors(20)
    index.add(vectors)
    connection.ask("delete", entries.alias, ids=index.needed[:3].tolist())
    with pytest.raises(EntriesMissing):
        index.vectors(np.arange(20))
    with pytest.raises(IndexInvalid, match="lacks"):
        index.tend(0)
    for name in collections(connection, entries):
        connection.ask("drop_alias", entries.alias)
        connection.ask("drop_collection", name)
    with pytest.raises(IndexInvalid, match="lacks"):
        index.tend(1)
