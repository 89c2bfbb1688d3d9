from __future__ import annotations

import datetime as dt
from pathlib import Path

import alembic.command
import alembic.config
import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from index.errors import InvalidInput, StoreUnavailable, UnknownRecord
from index.readers.seeds import read_seeds
from index.records import Stance, StatementKind
from index.store.store import Counts, ReviewFilter, StatementFilter, StatementStore
from index.store.tables import metadata
from index.store.upsert import LoadReport
from tests.conftest import ROOT
from tests.fakes import SEEDS

EVERYTHING = ["paper-1", "north-masses-troops", "south-buys-tanks", "wheat-harvest-record"]
EVERYTHING += ["north-only-exercises", "observers-saw-nothing"]


def load(store: StatementStore, text: str = SEEDS, folder: Path | None = None) -> LoadReport:
    """Load a seed file's text."""
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        path = Path(folder or scratch) / "seeds.toml"
        path.write_text(text, encoding="utf-8")
        return store.load(read_seeds([path], store.owners()))


def test_loading_twice_changes_nothing(store: StatementStore) -> None:
    assert load(store).added == EVERYTHING
    version = store.version()
    assert load(store) == LoadReport([], [], EVERYTHING)
    assert store.version() == version


def test_a_changed_record_is_updated_whole(store: StatementStore) -> None:
    load(store)
    version = store.version()
    changed = SEEDS.replace("best in ten years", "best in eleven years").replace('topics = ["arms"]', 'topics = ["tanks"]')
    changed = changed.replace('counters = ["north-masses-troops"]', 'denies = ["north-masses-troops"]')
    assert sorted(load(store, changed).changed) == ["observers-saw-nothing", "south-buys-tanks", "wheat-harvest-record"]
    assert store.version() != version
    assert "eleven" in store.statement("wheat-harvest-record").text
    assert store.statement_ids(StatementFilter(topic="tanks")) == {"south-buys-tanks"}
    assert store.statement_ids(StatementFilter(topic="arms")) == set()
    assert set(store.answered_by()["observers-saw-nothing"].values()) == {Stance.DENIES}


def test_what_is_loaded_survives_reopening(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/deep/folder/rebut.sqlite"
    store = StatementStore(url)
    load(store)
    version = store.version()
    store.close()
    again = StatementStore(url)
    assert again.version() == version
    assert again.counts().statements == 3
    again.close()


def test_sqlite_runs_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    store = StatementStore(f"sqlite:///{tmp_path}/rebut.sqlite")
    with store._connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


def test_migrations_make_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    store = StatementStore(f"sqlite:///{tmp_path}/rebut.sqlite")
    with store._connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
    store.close()


def test_a_store_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/rebut.sqlite"
    store = StatementStore(url)
    load(store)
    with store._connect(write=True) as connection:
        config = alembic.config.Config()
        config.set_main_option("script_location", str(ROOT / "index" / "migrations"))
        config.attributes["connection"] = connection
        alembic.command.downgrade(config, "0001")
    store.close()
    again = StatementStore(url)
    assert again.counts() == Counts(1, 3, 2, 0)
    assert again.statement_ids(StatementFilter(topic="troops")) == {"north-masses-troops"}
    assert again.reviewed(ReviewFilter(language="en", since=dt.date(2024, 7, 2))) == ["north-masses-troops"]
    assert again.reviewed(ReviewFilter(since=dt.date(2024, 7, 3))) == []
    (refuted,) = again.refuted_after("", 10)
    assert refuted.added == refuted.changed <= dt.datetime.now(dt.UTC).replace(tzinfo=None)
    assert load(again) == LoadReport([], [], EVERYTHING)
    again.close()


def test_a_failed_load_leaves_nothing_behind(store: StatementStore, tmp_path: Path) -> None:
    path = tmp_path / "seeds.toml"
    path.write_text(SEEDS, encoding="utf-8")
    documents = read_seeds([path])
    dangling = documents[0].refutations[0]
    broken = type(dangling)(**{**{f: getattr(dangling, f) for f in dangling.__struct_fields__}, "denies": ["nowhere"]})
    documents[0].refutations[0] = broken
    version = store.version()
    with pytest.raises(StoreUnavailable):
        store.load(documents)
    assert store.counts().statements == 0
    assert store.version() == version


def test_unknown_ids(store: StatementStore) -> None:
    load(store)
    with pytest.raises(UnknownRecord, match="no statement has the id 'x'"):
        store.statement("x")
    with pytest.raises(UnknownRecord, match="no refutation has the id 'x'"):
        store.refutation("x")
    with pytest.raises(UnknownRecord, match="no source has the id 'x'"):
        store.source("x")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (StatementFilter(claimant="south"), {"north-masses-troops"}),
        (StatementFilter(claimant="PUBLISHER"), {"south-buys-tanks", "wheat-harvest-record"}),
        (StatementFilter(claimant="%"), set()),
        (StatementFilter(place="city"), {"south-buys-tanks"}),
        (StatementFilter(topic="border"), {"north-masses-troops"}),
        (StatementFilter(date="2024-06-30"), {"north-masses-troops"}),
        (StatementFilter(date="2023/2024"), {"north-masses-troops", "south-buys-tanks"}),
        (StatementFilter(date="2022"), set()),
        (StatementFilter(kind=StatementKind.CONTEXT), {"wheat-harvest-record"}),
        (StatementFilter(source="paper-1", place="river"), {"north-masses-troops"}),
        (StatementFilter(source="other"), set()),
    ],
)
def test_filters(store: StatementStore, filters: StatementFilter, found: set[str]) -> None:
    load(store)
    assert store.statement_ids(filters) == found
    assert {statement.id for statement in store.statements_page(filters, None, 10)} == found


def test_a_bad_date_filter_names_its_field(store: StatementStore) -> None:
    with pytest.raises(InvalidInput) as raised:
        store.statement_ids(StatementFilter(date="soon"))
    assert raised.value.field == "date"


def test_pages(store: StatementStore) -> None:
    load(store)
    first = store.statements_page(StatementFilter(), None, 2)
    assert [statement.id for statement in first] == ["north-masses-troops", "south-buys-tanks"]
    assert [statement.id for statement in store.statements_page(StatementFilter(), first[-1].id, 2)] == ["wheat-harvest-record"]


def test_refutations_come_with_denials_first(store: StatementStore) -> None:
    load(store)
    found = store.refutations_of(["north-masses-troops", "south-buys-tanks", "nowhere"])
    assert {id_: [refutation.id for refutation in items] for id_, items in found.items()} == {
        "north-masses-troops": ["north-only-exercises", "observers-saw-nothing"]
    }


def test_vectors_are_kept_by_encoder_and_text(store: StatementStore) -> None:
    vector = np.arange(4, dtype=np.float32)
    store.keep_vectors("a" * 16, {"one": vector, "два": vector + 1})
    store.keep_vectors("a" * 16, {"one": vector})
    found = store.vectors_of("a" * 16, ["one", "два", "three"])
    assert found.keys() == {"one", "два"}
    np.testing.assert_array_equal(found["два"], vector + 1)
    assert store.vectors_of("b" * 16, ["one"]) == {}


def test_many_ids_at_once(store: StatementStore) -> None:
    load(store)
    ids = [f"nothing-{number}" for number in range(2500)] + ["south-buys-tanks"]
    assert store.statements_by_id(ids).keys() == {"south-buys-tanks"}
    assert len(store.sources_by_id([*ids, "paper-1"])) == 1
    texts = {f"text {number}": np.zeros(2, np.float32) for number in range(2500)}
    store.keep_vectors("c" * 16, texts)
    assert len(store.vectors_of("c" * 16, list(texts))) == 2500


def test_a_database_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreUnavailable, match="cannot open the store"):
        StatementStore(f"sqlite:///{tmp_path}/file/rebut.sqlite")
    (tmp_path / "rebut.sqlite").write_bytes(b"this is no database, not even a small one" * 100)
    with pytest.raises(StoreUnavailable, match="cannot open the store"):
        StatementStore(f"sqlite:///{tmp_path}/rebut.sqlite")
    with pytest.raises(StoreUnavailable, match="cannot open the store"):
        StatementStore("nonsense")


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/rebut.sqlite"
    store = StatementStore(url)
    with store._connect(write=True) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    with pytest.raises(StoreUnavailable, match="cannot open the store"):
        StatementStore(url)


def test_sql_that_only_one_database_understands_stands_in_one_place() -> None:
    source = Path(__file__).parents[2] / "index" / "store.py"
    text = source.read_text(encoding="utf-8")
    assert text.count("PRAGMA") == text[text.index("def _configure_sqlite") : text.index("def _migrate")].count("PRAGMA")
