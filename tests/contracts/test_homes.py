"""Whoever keeps the indexes: the same statements are found, in the same order, with the same figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import NotYetWritten
from index.models.encoders import Encoders
from index.search.milvus.collections import Layout
from index.search.milvus.entries import Entry
from index.search.retriever import Retriever
from index.store.sql import SqlStore
from tests.contracts.test_live_index import ChanceEncoder, Writer, assert_the_same
from tests.milvus import home_on


def test_milvus_answers_as_the_process_through_edits_and_so_does_who_only_reads_it(milvus: str, tmp_path: Path) -> None:
    store, writer = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite"), Writer(5)
    encoders, store_id = Encoders(ChanceEncoder(), ChanceEncoder("english", "e" * 16)), store.version().rpartition("-")[0]
    store.load([writer.document(60)])
    here = Retriever(store, encoders, tmp_path / "here")
    there = Retriever(store, encoders, tmp_path / "there", home=home_on(milvus, encoders, store_id=store_id))
    reader = Retriever(store, encoders, tmp_path / "reader", home=home_on(milvus, encoders, store_id=store_id, writes=False))
    for edited in (0, 1, 8):
        if edited:
            store.load([writer.document(edited)])
            with pytest.raises(NotYetWritten):
                reader.live.refresh()
            before = reader.live.current.store_version
            assert before != store.version(), "the reader goes on with what was written before"
        for one in (here, there, reader):
            one.live.refresh()
        assert here.manifest == there.manifest == reader.manifest
        queries = writer.queries()
        expected = here.retrieve(queries).candidates
        for other in (there, reader):
            for one, same in zip(other.retrieve(queries).candidates, expected, strict=True):
                assert_the_same(one, same)
    store.close()


def test_from_disk_milvus_answers_as_before(milvus: str, tmp_path: Path) -> None:
    store, writer, encoders = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite"), Writer(7), Encoders(ChanceEncoder())
    store.load([writer.document(20)])
    store_id, queries = store.version().rpartition("-")[0], writer.queries()
    before = Retriever(store, encoders, tmp_path / "index", home=home_on(milvus, encoders, store_id=store_id))
    again = Retriever(store, encoders, tmp_path / "index", home=home_on(milvus, encoders, store_id=store_id, writes=False))
    assert before.live.current.settled
    for one, same in zip(*(some.retrieve(queries).candidates for some in (again, before)), strict=True):
        assert_the_same(one, same)
    store.close()


def test_an_index_from_disk_whose_entries_went_meanwhile_is_made_anew(milvus: str, tmp_path: Path) -> None:
    store, writer, encoders = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite"), Writer(9), Encoders(ChanceEncoder())
    store.load([writer.document(12)])
    store_id = store.version().rpartition("-")[0]
    home = home_on(milvus, encoders, store_id=store_id)
    Retriever(store, encoders, tmp_path / "index", home=home)
    store.load([writer.document(3)])
    home.words.entries.rebuild(Layout("SPARSE_INVERTED_INDEX", 1), _without_words, 0)
    again = Retriever(store, encoders, tmp_path / "index", home=home_on(milvus, encoders, store_id=store_id))
    assert again.live.freshness.failure is None
    here, queries = Retriever(store, encoders, tmp_path / "here"), writer.queries()
    for one, same in zip(*(some.retrieve(queries).candidates for some in (again, here)), strict=True):
        assert_the_same(one, same)
    store.close()


def _without_words(entry: Entry) -> Entry:
    """Another entry in the place of each."""
    return {"key": entry["key"] // 2, "impacts": {1: 0.5}, "norm": 1.0}
