"""What any store's erasing must do where merges moved words, or others say the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from index.errors import Reason, StoreUnavailable, UnknownRecord
from index.kinds import Rated, RecordKind, State
from index.ledger.entries import By
from index.ledger.notes import key_in
from index.records import Citation, Statement
from index.store.kept_answers import KeptAnswer
from index.store.ledger import Holder
from index.store.sql import SqlStore
from index.store.tables import contents, metadata
from index.store.writing import Put
from service.editing.merging import merge
from tests.contracts.test_store import feed, paper, refutation, review, statement

STATEMENT, REVIEW = RecordKind.STATEMENT, RecordKind.REVIEW
ME = By("me", "because")
SECRET = ("Zebediah", "Hinterhof", "old-mill-lane")
"""Words of what is to be erased, each in another part of it."""


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    """`a` says what is to be erased, `b` and `c` mean the same in other words."""
    store = SqlStore(store_url, key_in(tmp_path / "key"))
    cited = [Citation("paper", "Introduction", 1), Citation("paper", "Zebediah", 7, quotation="It barks, Zebediah said.")]
    a = statement("a", "Bees bark at Zebediah.", wordings={"de": ["Im Hinterhof bellen sie."]}, places=["Hive", "Zebediah Hill"])
    a = msgspec.structs.replace(a, citations=cited, appearances=["https://old-mill-lane.example/1"], topics=["bees", "zebediah"])
    b = statement("b", "Bees make noise.", wordings={"en": ["Bees buzz."]}, places=["Hive"], topics=["bees"])
    store.load([paper(a, b, statement("c", "Noise is made by bees."), refutation("no", denies=["a"]))])
    store.load_batches([feed(review("r", "a"), review("s", "b", Rated.TRUE))])
    yield store
    assert list(store.ledger.verify()) == []
    store.close()


def united(store: SqlStore, merged: str, into: str) -> int:
    act = merge(store.ledger, merged, into, ME)
    assert act
    return act


def edited(store: SqlStore, id_: str, **fields: object) -> None:
    with store.ledger.acting(ME) as act:
        act.put(STATEMENT, [Put(record_id=id_, record=msgspec.structs.replace(store.statement(id_), **fields))])


def told_anywhere(store: SqlStore) -> set[str]:
    """Which of the secret words any row of any table has."""
    with store._connect() as connection:
        rows = [str(tuple(row)).casefold() for table in metadata.sorted_tables for row in connection.execute(sa.select(table))]
    return {word for word in SECRET if any(word.casefold() in row for row in rows)}


def test_what_a_merge_moved_is_taken_out_and_all_else_stays(store: SqlStore) -> None:
    before = store.statement("b")
    united(store, "a", "b")
    edited(store, "b", topics=[*store.statement("b").topics, "noise"])
    assert told_anywhere(store) == {*SECRET}
    erased = store.ledger.erase(STATEMENT, "a", ME)
    assert (erased.records, erased.cleaned, erased.holders) == ([(STATEMENT, "a")], ["b"], [])
    assert erased.texts == ["Bees bark at Zebediah.", "Im Hinterhof bellen sie."]
    assert told_anywhere(store) == set()
    assert store.statement("b") == msgspec.structs.replace(before, topics=["bees", "noise"], refutation_on_record=False)
    dossier = store.dossier("b")
    assert {one.id for one in (*dossier.refutations, *dossier.reviews)} == {"no", "r", "s"}
    history = store.ledger.history(STATEMENT, "b")
    assert [one.record is None for one in history] == [False, True, True, False]
    assert [bool(one.entry.content) for one in history] == [True] * 4, "the hashes stay"
    assert history[-1].entry.erases == sorted(str(one.entry.content) for one in history[1:3])
    assert history[-1].entry.act == store.ledger.history(STATEMENT, "a")[-1].entry.act


def test_a_content_that_comes_back_is_found(store: SqlStore) -> None:
    united(store, "a", "b")
    hash_ = store.ledger.history(STATEMENT, "b")[-1].entry.content
    with store._connect() as connection:
        row = connection.execute(sa.select(contents).where(contents.c.sha256 == hash_)).one()._asdict()
    store.ledger.erase(STATEMENT, "a", ME)
    with store._connect(write=True) as connection:
        connection.execute(sa.insert(contents).values(row))
    assert [(one.place, one.what) for one in store.ledger.verify()] == [(f"content {hash_}", "should be erased")]
    with store._connect(write=True) as connection:
        connection.execute(sa.delete(contents).where(contents.c.sha256 == hash_))


def test_undoing_the_merge_brings_nothing_back(store: SqlStore) -> None:
    act = united(store, "a", "b")
    store.ledger.erase(STATEMENT, "a", ME)
    gone = store.ledger.history(STATEMENT, "a")[-1].entry.act
    for _ in range(2):
        undone = store.ledger.undo(act, ME)
        assert undone.kept[STATEMENT, "a"] == undone.kept[STATEMENT, "b"] == Reason("it was changed since")
        erased = Reason("the statement %(id)s was erased", {"id": "'a'"})
        assert undone.kept[REVIEW, "r"] == undone.kept[RecordKind.REFUTATION, "no"] == erased
        assert undone.undone == []
    assert {str(why) for why in store.ledger.undo(gone, ME).kept.values()} == {"its content was erased"}
    edited(store, "b", text="Bees are loud.")
    assert store.ledger.undo(store.ledger.history(STATEMENT, "b")[-1].entry.sequence, ME).kept == {}
    assert store.statement("b").text == "Bees make noise."
    assert told_anywhere(store) == set()
    assert [one.id for one in store.dossier("b").refutations] == ["no", "r"]


def test_a_merge_that_was_undone_left_words_in_the_history(store: SqlStore) -> None:
    undone = store.ledger.undo(united(store, "a", "b"), ME)
    before = store.statement("b")
    assert undone.act
    assert store.ledger.erase(STATEMENT, "a", ME).cleaned == ["b"]
    assert told_anywhere(store) == set()
    assert store.statement("b") == before
    store.ledger.undo(undone.act, ME)
    assert store.statement("b") == before
    assert told_anywhere(store) == set()


def test_it_follows_from_merge_to_merge(store: SqlStore) -> None:
    united(store, "a", "b")
    second = united(store, "b", "c")
    assert "Bees buzz." in store.statement("c").wordings["en"]
    assert sorted(store.ledger.erase(STATEMENT, "a", ME).cleaned) == ["b", "c"]
    assert told_anywhere(store) == set()
    assert store.statement("c").wordings == {"en": ["Bees make noise.", "Bees buzz."]}
    assert store.ledger.undo(second, ME).kept.keys() >= {(STATEMENT, "b"), (STATEMENT, "c")}
    assert told_anywhere(store) == set()


def test_an_erased_statement_stays_so_whatever_was_merged_into_it(store: SqlStore) -> None:
    united(store, "b", "a")
    erased = store.ledger.erase(STATEMENT, "a", ME)
    assert (erased.cleaned, erased.holders) == ([], [Holder(STATEMENT, "b", State.RETIRED)])
    assert erased.texts[-2:] == ["Bees make noise.", "Bees buzz."]
    assert told_anywhere(store) == set()
    assert store.ledger.history(STATEMENT, "b")[0].record is not None, "a record of its own"


def test_who_says_the_same_alone_is_told_and_goes_in_the_same_act(store: SqlStore) -> None:
    store.load([paper(statement("d", "Bees bark at Zebediah."), refutation("e", "Bees bark at Zebediah.", counters=["c"]))])
    edited(store, "d", text="Bees hum.")
    edited(store, "c", text="BEES BARK AT ZEBEDIAH. Not.")
    title = msgspec.structs.replace(review("t", "c"), title="Bees bark at Zebediah.")
    store.load_batches([feed(title)])
    others = [(RecordKind.REFUTATION, "e"), (REVIEW, "t"), (STATEMENT, "d")]
    version = store.version()
    told = store.ledger.erasing(STATEMENT, "a")
    assert [(one.kind, one.record_id) for one in told.holders] == others
    assert {one.state for one in told.holders} == {State.PUBLISHED}
    assert store.ledger.erasing(STATEMENT, "a", others).holders == []
    assert store.version() == version, "telling changes nothing"
    erased = store.ledger.erase(STATEMENT, "a", ME, others)
    assert (erased.records, erased.holders) == ([(STATEMENT, "a"), *others], [])
    assert {store.ledger.history(kind, id_)[-1].entry.act for kind, id_ in erased.records} == {int(version.split("-")[-1]) + 1}
    assert {store.ledger.head(kind, id_).state for kind, id_ in erased.records} == {State.ERASED}  # type: ignore[union-attr]
    with pytest.raises(UnknownRecord):
        store.ledger.erase(STATEMENT, "c", ME, [(STATEMENT, "nothing")])
    assert store.statement("c"), "all or nothing"


def test_a_statement_whose_own_text_it_became_is_told_and_stays(store: SqlStore) -> None:
    united(store, "a", "b")
    edited(store, "b", text="Bees bark at Zebediah.", wordings={})
    told = store.ledger.erase(STATEMENT, "a", ME)
    assert (told.cleaned, told.holders) == (["b"], [Holder(STATEMENT, "b", State.PUBLISHED)])
    assert (store.statement("b").text, store.statement("b").appearances) == ("Bees bark at Zebediah.", [])
    again = store.ledger.erase(STATEMENT, "b", ME)
    assert (again.cleaned, again.holders) == ([], [])
    assert told_anywhere(store) == set()


def test_what_an_older_version_erased_is_erased_once_more(store: SqlStore) -> None:
    """It left the words in the statement that they were merged into."""
    united(store, "a", "b")
    hashes = [one.entry.content for one in store.ledger.history(STATEMENT, "a")]
    with store.ledger.acting(ME) as act:
        act.put(STATEMENT, [Put(record_id="a", state=State.ERASED)])
        act.connection.execute(sa.delete(contents).where(contents.c.sha256.in_(hashes)))
    assert list(store.ledger.verify()) == []
    assert told_anywhere(store) == {*SECRET}
    erased = store.ledger.erase(STATEMENT, "a", ME)
    assert (erased.cleaned, sorted(erased.texts)) == (["b"], ["Bees bark at Zebediah.", "Im Hinterhof bellen sie."])
    assert told_anywhere(store) == set()


def test_an_import_knows_the_cleaned_statement_again(store: SqlStore) -> None:
    imported = store.statement("b")
    united(store, "a", "b")
    store.ledger.erase(STATEMENT, "a", ME)
    report = store.load([paper(imported)])
    assert (report.unchanged, report.changed, report.kept) == (["paper", "b"], [], [])
    assert [(one.record_id, one.state) for one in store.load([paper(statement("a"))]).kept] == [("a", State.ERASED)]


def test_answers_that_were_kept_and_requests_go_along(store: SqlStore) -> None:
    united(store, "a", "b")
    day = store.dossier("b").added
    for number, id_ in enumerate("bc"):
        told = msgspec.json.encode({"statement": {"id": id_}}).decode()
        kept = KeptAnswer(f"{number}" * 64, "0" * 64, "0" * 64, day, day.replace(year=day.year + 1), told)
        assert store.kept_answers.add(kept, 9, store.ledger.totals().entries)
    with store.ledger.acting(ME) as act:
        entry = act.put(STATEMENT, [Put(record_id="b", record=msgspec.structs.replace(store.statement("b"), topics=["x"]))])[0]
        act.remember("key", "0" * 64, entry.sequence)
    store.ledger.erase(STATEMENT, "a", ME)
    assert store.kept_answers.find("0" * 64, day) is None
    assert store.kept_answers.find("1" * 64, day) is not None
    with store.ledger.acting(ME) as act:
        assert act.answered("key") is None


def test_an_answer_that_was_made_before_is_not_kept_after(store: SqlStore) -> None:
    day, made = store.dossier("a").added, store.ledger.totals().entries
    kept = KeptAnswer("0" * 64, "0" * 64, "0" * 64, day, day.replace(year=day.year + 1), "Zebediah")
    edited(store, "b", text="Bees are loud.")
    assert store.kept_answers.add(kept, 9, made)
    store.kept_answers.forget(kept.sha256)
    store.ledger.erase(STATEMENT, "a", ME)
    with pytest.raises(StoreUnavailable, match="ask again"):
        store.kept_answers.add(kept, 9, made)
    assert store.kept_answers.find(kept.sha256, day) is None
    assert store.kept_answers.add(kept, 9, store.ledger.totals().entries)


def test_whether_anything_was_erased_since_a_version_is_told(store: SqlStore) -> None:
    before = store.version()
    edited(store, "b", text='Bees say "action":"erase".')
    assert not store.erased_since(before)
    store.ledger.erase(STATEMENT, "a", ME)
    assert store.erased_since(before)
    assert not store.erased_since(store.version())
    assert store.erased_since("another-1")


def test_who_was_never_merged_is_left_alone(store: SqlStore) -> None:
    with store.ledger.acting(ME) as act:
        act.put(STATEMENT, [Put(record_id="a", state=State.RETIRED, superseded_by="b")])
    same = store.statement("b")
    assert isinstance(same, Statement)
    assert store.ledger.erase(STATEMENT, "a", ME).cleaned == []
    assert (store.statement("b"), len(store.ledger.history(STATEMENT, "b"))) == (same, 1)
