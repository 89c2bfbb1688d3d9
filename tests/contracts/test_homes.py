"""Whoever keeps the indexes: the same statements are found, in the same order, with the same figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import NotYetWritten
from index.models.encoders import Encoders
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
