"""How the index keeps up with the store, whatever fails. That it then answers as it should: tests/contracts/test_live_index.py."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from index.errors import EncodingFailed
from index.kinds import RecordKind
from index.ledger.entries import By
from index.models.encoders import Encoders
from index.models.runtime import FloatArray
from index.progress import Progress, no_progress
from index.search.folders import current, read_manifest, writing
from index.search.live import LiveIndex
from index.store.sql import SqlStore
from index.store.store import StatementStore
from index.text.cleaning import clean
from service.editing.erasing import erase
from tests.fakes import SEEDS, WordEncoder
from tests.index.store.test_store import load

AEROPLANES = SEEDS.replace("South bought forty tanks in March 2023.", "South sold nine aeroplanes.")
BOATS = SEEDS.replace("South bought forty tanks in March 2023.", "South sold nine boats.")


def until(reached: Callable[[], bool]) -> None:
    """Let other threads work until it is reached."""
    end, tick = time.monotonic() + 60, threading.Event()
    while not reached():
        assert time.monotonic() < end, "never reached"
        tick.wait(0.01)


def texts(live: LiveIndex) -> set[str]:
    """What is searched."""
    return {passage.text for passage in live.current.catalogue.records()[0]}


class Switched(WordEncoder):
    """Fails while it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.broken = False
        self.tries = 0

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        if self.broken:
            self.tries += 1
            raise EncodingFailed("the fake is broken")
        return super().encode(texts, progress)


class Held(WordEncoder):
    """Encodes only when it is let; `asked` tells that it was to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let = threading.Event(), threading.Event()
        self.let.set()

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        self.asked.set()
        assert self.let.wait(60)
        return super().encode(texts, progress)


@pytest.fixture
def live(store: StatementStore, tmp_path: Path) -> LiveIndex:
    load(store)
    return LiveIndex(store, Encoders(WordEncoder()), tmp_path / "index")


def following() -> set[threading.Thread]:
    """The threads that follow a store, of any index in this process."""
    return {thread for thread in threading.enumerate() if thread.name == "index"}


def test_it_follows_the_store_whoever_changes_it(store: SqlStore, live: LiveIndex, tmp_path: Path) -> None:
    other, followers = SqlStore(f"sqlite:///{tmp_path}/data/rebut.sqlite"), following()
    with live.following():
        assert following() > followers
        for writer, changed, text in ((store, AEROPLANES, "nine aeroplanes"), (other, BOATS, "nine boats")):
            load(writer, changed)
            until(lambda: live.current.store_version == store.version())
            assert f"South sold {text}." in texts(live)
        until(lambda: live.freshness.seconds < 1)
    assert following() == followers
    load(store)
    assert live.current.store_version != store.version()
    other.close()


def test_while_a_change_is_encoded_the_index_before_is_in_force(store: StatementStore, tmp_path: Path) -> None:
    load(store)
    encoder = Held()
    live = LiveIndex(store, Encoders(encoder), tmp_path / "index")
    before = live.current
    with live.following():
        encoder.let.clear()
        encoder.asked.clear()
        load(store, AEROPLANES)
        assert encoder.asked.wait(60)
        assert live.current is before
        assert live.freshness.store_version != store.version()
        encoder.let.set()
        until(lambda: live.current is not before)
    assert "South sold nine aeroplanes." in texts(live)
    assert before.catalogue.passages != live.current.catalogue.passages, "the one before is as it was"


def test_what_cannot_be_built_is_told_once_and_tried_again(store: StatementStore, tmp_path: Path) -> None:
    load(store)
    encoder = Switched()
    live = LiveIndex(store, Encoders(encoder), tmp_path / "index")
    before, encoder.broken = live.current, True
    with capture_logs() as logs, live.following():
        load(store, AEROPLANES)
        until(lambda: encoder.tries == 1)
        load(store, BOATS)  # wakes it before its pause is over
        until(lambda: encoder.tries >= 2 and live.freshness.failure is not None)
        assert live.current is before
        assert live.freshness.failure == "the fake is broken"
        assert live.freshness.seconds > 0
        encoder.broken = False
        load(store, AEROPLANES)
        until(lambda: live.freshness.failure is None)
    assert live.current.store_version == store.version()
    assert [entry["event"] for entry in logs] == ["the index cannot be kept up to date", "the index is up to date again"]


def test_an_index_of_changes_that_a_backup_does_not_have_is_made_anew(tmp_path: Path) -> None:
    """The store is gone back to a backup, and changed otherwise until its version is past that of the index."""
    url, folder = f"sqlite:///{tmp_path}/rebut.sqlite", tmp_path / "index"

    def changed(text: str) -> SqlStore:
        store = SqlStore(url)
        load(store, text)
        return store

    changed(SEEDS).close()
    backup = (tmp_path / "rebut.sqlite").read_bytes()
    store = changed(AEROPLANES)
    lost = texts(LiveIndex(store, Encoders(WordEncoder()), folder))
    store.close()
    (tmp_path / "rebut.sqlite").write_bytes(backup)
    changed(BOATS).close()
    store = changed(BOATS.replace("wheat-harvest-record", "wheat-harvest-poor"))
    found = texts(LiveIndex(store, Encoders(WordEncoder()), folder))
    assert found == texts(LiveIndex(store, Encoders(WordEncoder()), tmp_path / "another"))
    assert found == texts(LiveIndex(store, Encoders(WordEncoder()), folder))
    assert "South sold nine boats." in found - lost
    store.close()


def test_a_store_that_cannot_be_read_leaves_the_index_as_it_is(store: SqlStore, live: LiveIndex) -> None:
    before = live.current
    with store._connect(write=True) as connection:
        connection.exec_driver_sql("ALTER TABLE state RENAME TO away")
    with live.following():
        until(lambda: live.freshness.failure is not None)
        assert "no such table: state" in str(live.freshness.failure)
        assert live.current is before


def test_an_index_that_cannot_be_written_serves_from_memory(store: StatementStore, tmp_path: Path) -> None:
    load(store)
    (tmp_path / "data" / "index").write_text("a file where a folder should be")
    live = LiveIndex(store, Encoders(WordEncoder()), tmp_path / "data" / "index")
    assert "South bought forty tanks in March 2023." in texts(live)
    assert live.freshness.failure is not None
    load(store, AEROPLANES)
    live.refresh()
    assert "South sold nine aeroplanes." in texts(live)
    with pytest.raises(OSError, match="exists"):
        live.write()
    (tmp_path / "data" / "index").unlink()
    with live.following():
        until(lambda: live.freshness.failure is None)
    assert read_manifest(tmp_path / "data" / "index")


def test_what_was_erased_meanwhile_is_not_written_to_disk(live: LiveIndex, store: SqlStore) -> None:
    """Another process writes, or the disk is full, so an index waits for being written; then a statement is erased."""
    folder = live._folder
    load(store, many(100))
    live.refresh()
    with writing(folder, wait=True):
        live.write()
    erase(store, folder, RecordKind.STATEMENT, "south-buys-tanks", By("me", "asked for"))
    live.refresh()
    live.write()
    assert b"forty tanks" not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert "South bought forty tanks in March 2023." not in texts(live)
    assert "South bought forty tanks in March 2023." not in texts(LiveIndex(store, Encoders(WordEncoder()), folder))


class Meanwhile(WordEncoder):
    """Does something once, while it encodes."""

    def __init__(self, do: Callable[[], object]) -> None:
        super().__init__()
        self.do: Callable[[], object] | None = do

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        do, self.do = self.do, None
        if do:
            do()
        return super().encode(texts, progress)


def test_vectors_of_what_is_erased_while_it_is_encoded_are_not_kept(store: SqlStore, tmp_path: Path) -> None:
    load(store)
    said, elsewhere = store.statement("south-buys-tanks").text, tmp_path / "elsewhere"
    encoder = Meanwhile(lambda: erase(store, elsewhere, RecordKind.STATEMENT, "south-buys-tanks", By("me", "asked for")))
    live = LiveIndex(store, Encoders(encoder), tmp_path / "index")
    assert store.vectors_of(encoder.fingerprint, [clean(said)]) == {}
    assert said not in texts(live)


def many(count: int) -> str:
    """The seeds with so many more wordings."""
    return SEEDS.replace('ru = ["', "ru = [" + "".join(f'"Войско номер {number}", ' for number in range(count)) + '"')


def test_small_changes_stay_in_memory_and_many_are_put_in_order_and_written(live: LiveIndex, store: StatementStore) -> None:
    encoder = WordEncoder()
    folder = live._folder
    first = current(folder)
    load(store, many(100))
    live.refresh()
    live.write()
    assert live.current.settled
    second = current(folder)
    assert first != second
    load(store, many(100).replace("forty tanks", "nine boats"))
    live.refresh()
    live.write()
    assert not live.current.settled
    assert current(folder) == second
    again = LiveIndex(store, Encoders(encoder), folder)
    assert again.current.manifest == live.current.manifest
    assert encoder.encoded == [], "all vectors are in the store"
    assert current(folder) == second


def test_of_two_on_one_folder_one_writes_and_the_other_reads(live: LiveIndex, store: StatementStore) -> None:
    folder, encoder = live._folder, WordEncoder()
    other = LiveIndex(store, Encoders(encoder), folder)
    assert encoder.encoded == []
    load(store, many(100))
    live.refresh()
    other.refresh()
    with writing(folder, wait=False):
        live.write()
        assert read_manifest(folder) != live.current.manifest, "somebody else is writing"
    live.write()
    written = current(folder)
    other.write()
    assert current(folder) == written
    assert live.current.manifest == other.current.manifest


def test_a_store_that_was_put_back_is_read_anew(store: SqlStore, live: LiveIndex, tmp_path: Path) -> None:
    data = tmp_path / "data"
    store.close()
    shutil.copytree(data, tmp_path / "copy")
    load(store, AEROPLANES)
    live.refresh()
    store.close()
    shutil.rmtree(data)
    shutil.copytree(tmp_path / "copy", data)
    live.refresh()
    assert "South bought forty tanks in March 2023." in texts(live)
    assert live.current.store_version == store.version()
