"""What any store's ledger must do: nothing is lost, nothing is changed unseen, a person's work wins over a file."""

from __future__ import annotations

import base64
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import sqlalchemy as sa

from index.errors import InvalidInput, Reason, StoreUnavailable, UnknownRecord
from index.kinds import Action, Rated, RecordKind, State
from index.ledger.entries import NOTHING_BEFORE, By, canonical, hash_of
from index.ledger.merkle import proves
from index.ledger.notes import PublicKey, key_in
from index.records import Refutation, Review, Source, Statement
from index.store.sql import SqlStore
from index.store.tables import requests
from index.store.writing import Act, Put
from tests.contracts.test_store import PAPER, everything, feed, paper, refutation, review, statement
from tests.faults.tampering import WATCHED, findings, other, unfound, unfound_on_postgresql, write_base
from tests.postgres import Postgres

STATEMENT, REFUTATION, REVIEW, SOURCE = RecordKind.STATEMENT, RecordKind.REFUTATION, RecordKind.REVIEW, RecordKind.SOURCE
ME = By("me", "because")


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    store = SqlStore(store_url, key_in(tmp_path / "key"))
    yield store
    assert list(store.ledger.verify()) == []
    store.close()


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """`a` is denied and reviewed, `b` is countered beside it, `c` stands alone."""
    denial, both = refutation("no", denies=["a"]), refutation("both", counters=["a", "b"])
    store.load([paper(statement("a", topics=["bees"]), statement("b"), statement("c"), denial, both)])
    store.load_batches([feed(review("r", "a"), review("s", "b", Rated.TRUE))])
    return store


def edit(store: SqlStore, record: Statement | Refutation | Review | Source, **fields: object) -> int:
    """Let somebody write a record; gives its sequence."""
    kind = {Statement: STATEMENT, Refutation: REFUTATION, Review: REVIEW, Source: SOURCE}[type(record)]
    with store.ledger.acting(ME) as act:
        return act.put(kind, [Put(record_id=record.id, record=record, **fields)])[0].sequence


def retire(store: SqlStore, kind: RecordKind, record_id: str) -> int:
    with store.ledger.acting(ME) as act:
        return act.put(kind, [Put(record_id=record_id, state=State.RETIRED)])[0].sequence


def shown(store: SqlStore) -> set[str]:
    """Ids of all that is answered."""
    found = everything(store)
    reviews = {one.id for dossier in store.dossiers("abc").values() for one in dossier.reviews}
    return {one.record_id for one in found.passages} | reviews


def test_a_request_is_known_for_a_day(filled: SqlStore) -> None:
    sequence = edit(filled, statement("a", "Bees sing."))

    def asked(sha256: str) -> tuple[str, int] | None:
        with filled.ledger.acting(ME) as act:
            before = act.answered("key")
            if before is None:
                act.remember("key", sha256, sequence)
            return before

    assert asked("1" * 64) is None
    assert asked("2" * 64) == ("1" * 64, sequence)
    with filled._connect(write=True) as connection:
        connection.execute(sa.update(requests).values(time="2020-01-01T00:00:00.000000Z"))
    assert asked("3" * 64) is None
    assert asked("3" * 64) == ("3" * 64, sequence)


def test_what_was_changed_is_told_from_where_it_begins(filled: SqlStore) -> None:
    def change(before: str, after: str) -> None:
        with filled._connect(write=True) as connection:
            told = {"before": before, "after": after}
            connection.execute(sa.text("UPDATE statements SET record = replace(record, :before, :after) WHERE id = 'c'"), told)

    edit(filled, statement("c", f"{'Bees hum. ' * 100}They bark. {'Bees hum. ' * 100}"))
    change("bark", "purr")
    (told,) = (one.what for one in filled.ledger.verify() if one.what.startswith("record: "))
    change("purr", "bark")
    assert "They purr." in told
    assert "They bark." in told
    assert len(told) < 500


def test_a_record_of_another_id_than_its_entry_s_is_found(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/forged.sqlite", key_in(tmp_path / "key"))
    store.load([paper(statement("c"))])
    with store.ledger.acting(ME) as act:
        act.put(STATEMENT, [Put(record_id="a", record=statement("b"))])
    assert any("is of 'b', and its entry is of 'a'" in one.what for one in store.ledger.verify())
    store.close()


def test_wordings_in_any_order_of_languages_stand_as_they_were_written(store: SqlStore) -> None:
    """The fixture verifies."""
    unordered = {"uk": ("Бджоли гудуть.",), "de": ("Bienen summen.",), "en": ("Bees hum.",)}
    store.load([paper(statement("a", wordings=unordered))])
    edit(store, statement("b", wordings=unordered))


class TestOverview:
    def test_acts_are_told_as_wholes_the_last_one_first(self, filled: SqlStore) -> None:
        imports = filled.ledger.acts(Action.IMPORT, None, 10)
        assert [(act.first.act, act.entries, act.standing) for act in imports] == [(7, 5, 5), (1, 6, 6)] or len(imports) == 2
        edit(filled, statement("a", 'Cats say "action":"import" of dogs.'))
        with filled.ledger.acting(By("me", '"action":"import"')) as act:
            act.put(STATEMENT, [Put(record_id="b", state=State.RETIRED)])
        again = filled.ledger.acts(Action.IMPORT, None, 10)
        assert [act.first for act in again] == [act.first for act in imports]
        assert again[1].standing == imports[1].standing - 2
        assert sum(act.entries for act in again) == again[0].first.act + again[0].entries - 1
        assert [act.first.who for act in filled.ledger.acts(Action.EDIT, None, 1)] == ["me"]
        assert filled.ledger.acts(Action.IMPORT, imports[0].first.act, 10) == again[1:]
        assert filled.ledger.acts(Action.IMPORT, None, 1) == again[:1]
        assert filled.ledger.acts(Action.ERASE, None, 10) == []

    def test_an_act_has_its_entries(self, filled: SqlStore) -> None:
        (last, first) = filled.ledger.acts(Action.IMPORT, None, 10)
        entries = filled.ledger.entries_of(first.first.act, 100)
        assert [entry.sequence for entry in entries] == list(range(1, first.entries + 1))
        assert filled.ledger.entries_of(last.first.act, 1) == [last.first]
        assert filled.ledger.entries_of(10_000, 10) == []

    def test_what_is_not_published_is_told_by_its_state(self, filled: SqlStore) -> None:
        edit(filled, statement("d", "Mice bark."), state=State.DRAFT)
        edit(filled, review("t", "a"), state=State.IN_REVIEW)
        edit(filled, statement("e", "Ants bark."), state=State.IN_REVIEW)
        waiting = filled.ledger.unpublished(State.IN_REVIEW, 10)
        assert [(one.entry.record_id, one.record and one.record.id) for one in waiting] == [("e", "e"), ("t", "t")]
        assert [one.entry.record_id for one in filled.ledger.unpublished(State.IN_REVIEW, 1)] == ["e"]
        assert [one.entry.record_id for one in filled.ledger.unpublished(State.DRAFT, 10)] == ["d"]
        edit(filled, statement("d", "Mice bark."))
        assert filled.ledger.unpublished(State.DRAFT, 10) == []


class TestEntries:
    def test_each_holds_the_hash_of_the_one_before(self, filled: SqlStore) -> None:
        edit(filled, statement("a", "Cats bark."))
        entries = filled.ledger.entries(0, 100)
        assert [entry.sequence for entry, _ in entries] == list(range(1, len(entries) + 1))
        before = NOTHING_BEFORE
        for entry, hash_ in entries:
            assert entry.previous == before
            assert hash_ == hash_of(canonical(entry))
            before = hash_
        assert [entry.time for entry, _ in entries] == sorted(entry.time for entry, _ in entries)
        assert filled.ledger.entries(3, 2) == entries[3:5]

    def test_an_import_is_one_act_and_tells_who_and_why(self, store: SqlStore) -> None:
        report = store.load([paper(statement("a"), statement("b"))], by=By("Olena", "import of bees.toml"))
        entries = [entry for entry, _ in store.ledger.entries(0, 100)]
        assert {(entry.act, entry.who, entry.why, entry.action) for entry in entries} == {
            (report.act, "Olena", "import of bees.toml", Action.IMPORT)
        }
        assert store.load([paper(statement("a"), statement("b"))]).act is None
        assert store.version().endswith("-3")

    def test_a_failed_act_leaves_nothing_behind(self, filled: SqlStore) -> None:
        before = filled.ledger.checkpoint()

        def fail(act: Act) -> None:
            act.put(STATEMENT, [Put(record_id="a", record=statement("a", "Cats bark."))])
            raise InvalidInput("x", "y")

        with pytest.raises(InvalidInput), filled.ledger.acting(ME) as act:
            fail(act)
        with pytest.raises(StoreUnavailable, match="no statement has the id 'nowhere'"):
            edit(filled, refutation("new", denies=["nowhere"]))
        assert filled.ledger.checkpoint() == before
        assert filled.statement("a").text == "Bees bark."

    def test_checkpoints_are_signed_and_lead_to_every_entry(self, filled: SqlStore) -> None:
        stands = filled.ledger.checkpoint()
        key = filled.ledger.public_key
        assert stands is not None
        assert key is not None
        assert key.signed("\n".join(str(stands[1]).split("\n")[:3]) + "\n", str(stands[1]))
        for sequence in range(1, stands[0].sequence + 1):
            proof = filled.ledger.proof(sequence)
            entry_hash, root = bytes.fromhex(proof.recorded.hash), base64.b64decode(stands[0].hash)
            assert proves(proof.hashes, sequence - 1, proof.checkpoint.sequence, entry_hash, root)
        with pytest.raises(UnknownRecord):
            filled.ledger.proof(99)

    def test_history_tells_what_changed_field_by_field(self, filled: SqlStore) -> None:
        edit(filled, statement("a", "Cats bark.", topics=["cats"]))
        first, second = filled.ledger.history(STATEMENT, "a")
        assert first.record == statement("a", topics=["bees"])
        assert [(one.field, one.before, one.after) for one in second.changes] == [
            ("text", "Bees bark.", "Cats bark."),
            ("topics", ["bees"], ["cats"]),
        ]
        assert (second.entry.revision, second.entry.fields, second.entry.who) == (2, ["text", "topics"], "me")
        with pytest.raises(UnknownRecord):
            filled.ledger.history(STATEMENT, "nothing")

    def test_the_answer_tells_how_the_ledger_stood(self, filled: SqlStore) -> None:
        stands = filled.ledger.checkpoint()
        assert stands is not None
        assert filled.told(["a", "nothing"]) == ({"a": filled.dossier("a")}, stands[0])


class TestStates:
    def test_only_what_is_published_is_answered(self, filled: SqlStore) -> None:
        edit(filled, statement("d", "Dogs bark."), state=State.DRAFT)
        assert "d" not in shown(filled)
        with pytest.raises(UnknownRecord):
            filled.statement("d")
        with filled.ledger.acting(ME) as act:
            act.put(STATEMENT, [Put(record_id="d", state=State.PUBLISHED)])
        assert filled.statement("d").text == "Dogs bark."

    def test_what_is_retired_vanishes_with_what_depends_on_it_and_comes_back_whole(self, filled: SqlStore) -> None:
        before, dossier, since = shown(filled), filled.dossier("a"), filled.version()
        retire(filled, STATEMENT, "a")
        assert before - shown(filled) == {"a", "no", "r"}
        found = filled.searchable(since)
        assert found is not None
        assert found.gone == (["a"], ["no"])
        assert found.answers == {"both": {"b": found.answers["both"]["b"]}}
        assert list(filled.ledger.verify()) == []
        with filled.ledger.acting(ME) as act:
            act.put(STATEMENT, [Put(record_id="a", state=State.PUBLISHED)])
        again = filled.dossier("a")
        assert shown(filled) == before
        assert msgspec.structs.replace(again, changed=dossier.changed) == dossier

    def test_a_review_that_is_retired_no_longer_refutes(self, filled: SqlStore) -> None:
        assert [one.id for one in filled.dossier("a").refutations] == ["no", "r", "both"]
        retire(filled, REVIEW, "r")
        assert [one.id for one in filled.dossier("a").refutations] == ["no", "both"]
        retire(filled, REFUTATION, "no")
        assert [one.id for one in filled.dossier("a").refutations] == ["both"]

    def test_what_expires_is_retired_after_its_last_day(self, filled: SqlStore) -> None:
        edit(filled, statement("a", "Bees bark till May."), expires="2026-05-03")
        assert filled.ledger.retire_expired("2026-05-03") == 0
        assert "a" in shown(filled)
        assert filled.ledger.retire_expired("2026-05-04") == 1
        assert "a" not in shown(filled)
        assert filled.ledger.history(STATEMENT, "a")[-1].entry.action is Action.EXPIRE
        assert filled.ledger.retire_expired("2026-05-04") == 0


class TestImports:
    def test_a_persons_change_wins_over_a_later_import_and_the_difference_is_told(self, store: SqlStore) -> None:
        store.load([paper(statement("a"), statement("b"))])
        edit(store, statement("a", "Bees hum."))
        assert store.load([paper(statement("a"), statement("b"))]).unchanged == ["paper", "a", "b"]
        report = store.load([paper(statement("a", "Bees sing."), statement("b", "Cats bark."))])
        assert (report.changed, [one.record_id for one in report.kept]) == (["b"], ["a"])
        assert report.kept[0].differences == ["text: Bees hum. → Bees sing."]
        assert store.statement("a").text == "Bees hum."
        assert store.load([paper(statement("a", "Bees hum."))]).unchanged == ["paper", "a"]

    def test_what_was_retired_stays_so(self, filled: SqlStore) -> None:
        retire(filled, REVIEW, "r")
        report = filled.load_batches([feed(review("r", "a"), review("s", "b", Rated.MIXED))])
        assert (report.unchanged, report.changed) == (["r"], ["s"])
        report = filled.load_batches([feed(review("r", "a", Rated.MIXED))])
        assert [one.state for one in report.kept] == [State.RETIRED]
        assert "r" not in shown(filled)

    def test_a_statement_whose_text_the_publisher_corrects_keeps_its_id(self, store: SqlStore) -> None:
        def brought(text: str, statement_id: str, review_id: str) -> list[str]:
            of = msgspec.structs.replace(review(review_id, statement_id), citation=review("page", "x").citation, title="Bees")
            report = store.load_batches([feed(of, statements=(statement(statement_id, text, source="site"),))])
            return sorted([*report.added, *report.changed])

        assert brought("Bees barc.", "claim-1", "review-1") == ["claim-1", "review-1", "site"]
        assert brought("Bees bark.", "claim-2", "review-2") == ["claim-1"]
        assert brought("Bees bark.", "claim-2", "review-2") == []
        assert store.counts().statements == store.counts().reviews == 1
        assert store.statement("claim-1").text == "Bees bark."
        denial = refutation("no", denies=["claim-1"])
        edit(store, msgspec.structs.replace(denial, citations=[review("page", "x").citation]))
        assert brought("Cats purr.", "claim-3", "review-3") == ["claim-3", "review-1"], "others rely on what the first one says"
        assert store.statement("claim-1").text == "Bees bark."
        assert [one.id for one in store.dossier("claim-3").reviews] == ["review-1"]

    def test_several_reviews_on_one_page_are_not_taken_for_each_other(self, store: SqlStore) -> None:
        page = review("page", "x").citation

        def of(number: int) -> tuple[Statement, Review]:
            own = msgspec.structs.replace(review(f"review-{number}", f"claim-{number}"), citation=page)
            return statement(f"claim-{number}", f"Claim {number}.", source="site"), own

        def load(*numbers: int) -> list[str]:
            pairs = [of(number) for number in numbers]
            report = store.load_batches([feed(*(one for _, one in pairs), statements=tuple(one for one, _ in pairs))])
            return [id_ for id_ in report.added if id_ != "site"]

        assert load(1, 2) == ["claim-1", "claim-2", "review-1", "review-2"]
        assert load(1, 2, 3) == ["claim-3", "review-3"]
        assert load(1, 2, 4) == [], "the third was corrected: all others stand there as they were"
        assert store.statement("claim-3").text == "Claim 4."
        assert load(5, 6) == ["claim-5", "claim-6", "review-5", "review-6"], "which is which cannot be told"

    def test_what_others_say_of_a_claim_does_not_wait_with_the_review_that_brought_it(self, store: SqlStore) -> None:
        page = review("page", "x").citation

        def of(statement_id: str, review_id: str) -> tuple[Statement, Review]:
            own = msgspec.structs.replace(review(review_id, statement_id), citation=page)
            return statement(statement_id, statement_id, source="site"), own

        first, own = of("claim-1", "review-1")
        store.load_batches([feed(own, statements=(first,))])
        second, waits = of("claim-2", "review-2")
        store.load_batches([feed(waits, statements=(second,)), feed(review("review-9", "claim-2"))])
        assert [one.id for one in store.dossier("claim-2").reviews] == ["review-1", "review-9"]
        assert store.dossier("claim-1").reviews == []


class TestUndo:
    def test_an_import_is_undone_whole_and_the_undo_can_be(self, filled: SqlStore) -> None:
        before = shown(filled)
        report = filled.load([paper(statement("a", "Cats bark."), statement("d"), refutation("new", denies=["d"]))])
        after = shown(filled)
        assert report.act is not None
        undone = filled.ledger.undo(report.act + 1, ME)
        assert (len(undone.undone), undone.kept) == (3, {})
        assert shown(filled) == before
        assert filled.statement("a").text == "Bees bark."
        assert undone.act is not None
        filled.ledger.undo(undone.act, ME)
        assert shown(filled) == after
        assert filled.statement("a").text == "Cats bark."

    def test_what_was_changed_since_is_kept_and_told(self, filled: SqlStore) -> None:
        report = filled.load([paper(statement("a", "Cats bark."), statement("b", "Cats purr."))])
        edit(filled, statement("a", "Cats bark loudly."))
        assert report.act is not None
        undone = filled.ledger.undo(report.act, ME)
        assert undone.undone == [(STATEMENT, "b")]
        assert undone.kept == {(STATEMENT, "a"): Reason("it was changed since")}
        assert filled.statement("a").text == "Cats bark loudly."
        with pytest.raises(UnknownRecord):
            filled.ledger.undo(99, ME)

    def test_a_source_that_others_cite_is_kept(self, store: SqlStore) -> None:
        act = store.load([paper(statement("a"))]).act
        edit(store, statement("b"))
        assert act is not None
        assert store.ledger.undo(act, ME).kept == {(SOURCE, "paper"): Reason("the statement %(id)s cites it", {"id": "'b'"})}

    def test_with_its_source_everything_goes_and_comes_back(self, store: SqlStore) -> None:
        brought = store.load_batches([feed(review("r", "a"), statements=(statement("a", source="site"),))])
        assert brought.act is not None
        gone = store.ledger.undo(brought.act, ME)
        assert (len(gone.undone), gone.kept, store.counts().sources) == (3, {}, 0)
        assert gone.act is not None
        assert store.ledger.undo(gone.act, ME).kept == {}
        assert [one.id for one in store.dossier("a").refutations] == ["r"]

    def test_nothing_returns_without_its_source(self, store: SqlStore) -> None:
        store.load([paper(statement("a"))])
        gone = retire(store, STATEMENT, "a")
        retire(store, SOURCE, "paper")
        assert store.ledger.undo(gone, ME).kept == {
            (STATEMENT, "a"): Reason("its source %(id)s is not published", {"id": "'paper'"})
        }
        report = store.load([paper(statement("b"))])
        assert [(one.record_id, one.state) for one in report.kept] == [("b", None)]
        brought = store.load_batches([feed(review("r", "b"), statements=(statement("b"),))])
        assert [one.record_id for one in brought.kept] == ["b", "r"]

    def test_an_import_that_was_undone_can_be_made_again(self, store: SqlStore) -> None:
        wrong = store.load([paper(statement("a", "Wrong column."), statement("b"))])
        assert wrong.act is not None
        store.ledger.undo(wrong.act, ME)
        assert store.counts().statements == store.counts().sources == 0
        assert store.load([paper(statement("a", "Right column."), statement("b"))]).added == ["paper", "a", "b"]
        assert store.statement("a").text == "Right column."


class TestErasing:
    def test_content_goes_and_hashes_stay(self, filled: SqlStore) -> None:
        edit(filled, statement("a", "Bees bark at Zebediah."))
        assert sorted(filled.ledger.erase(STATEMENT, "a", ME).texts) == ["Bees bark at Zebediah.", "Bees bark."]
        assert {"a", "no", "r"}.isdisjoint(shown(filled))
        history = filled.ledger.history(STATEMENT, "a")
        assert [one.record for one in history] == [None, None, None]
        assert [bool(one.entry.content) for one in history] == [True, True, False]
        assert list(filled.ledger.verify()) == []

    def test_what_is_erased_is_in_the_file_no_more(self, tmp_path: Path) -> None:
        store = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite")
        store.load([paper(statement("a", "Bees bark at Zebediah."))])
        store.ledger.erase(STATEMENT, "a", ME)
        store.close()
        connection = sqlite3.connect(tmp_path / "rebut.sqlite")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        assert b"Zebediah" not in (tmp_path / "rebut.sqlite").read_bytes()

    def test_no_import_brings_it_back(self, filled: SqlStore) -> None:
        filled.ledger.erase(STATEMENT, "a", ME)
        report = filled.load([paper(statement("a"), statement("b"))])
        assert [(one.record_id, one.state) for one in report.kept] == [("a", State.ERASED)]
        assert "a" not in shown(filled)
        with pytest.raises(InvalidInput, match="cites it"):
            filled.ledger.erase(SOURCE, "paper", ME)
        with pytest.raises(UnknownRecord):
            filled.ledger.erase(STATEMENT, "nothing", ME)


class TestPast:
    def test_a_statement_is_read_as_it_was(self, filled: SqlStore) -> None:
        before, sequence = filled.dossier("a"), int(filled.version().rpartition("-")[2])
        edit(filled, statement("a", "Cats bark."))
        edit(filled, refutation("no", "They really do not.", denies=["b"]))
        retire(filled, REVIEW, "r")
        edit(filled, msgspec.structs.replace(PAPER, title="A paper, corrected"))
        assert filled.ledger.dossier_as_of("a", str(sequence)) == before
        now = int(filled.version().rpartition("-")[2])
        assert filled.ledger.dossier_as_of("a", str(now)) == filled.dossier("a")
        day = filled.ledger.entries(0, 1)[0].entry.time[:10]
        assert filled.ledger.dossier_as_of("a", "9999-12-31") == filled.dossier("a")
        assert filled.ledger.dossier_as_of("a", day) is not None
        time = filled.ledger.entries(sequence - 1, 1)[0].entry.time
        assert filled.ledger.dossier_as_of("a", time) == before
        assert filled.ledger.dossier_as_of("a", time.replace("Z", "+00:00")) == before
        for moment in ("0", "1", "2020-01-01", "2020-01-01T00:00:00Z"):
            with pytest.raises(UnknownRecord):
                filled.ledger.dossier_as_of("a", moment)
        for wrong in ("yesterday", "2020-13-01", "2020-01-01T00:00:00", "", "-1"):
            with pytest.raises(InvalidInput):
                filled.ledger.dossier_as_of("a", wrong)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_base(tmp_path)


class TestTampering:
    def test_every_field_of_every_row_is_watched(self, base: Path, tmp_path: Path) -> None:
        """Each value is changed a little; each row is taken away."""
        untouched = base.read_bytes()
        copy = tmp_path / "copy.sqlite"
        tried = 0
        dice = random.Random(3)
        with sqlite3.connect(base) as original:
            cells = [
                (table, column[1], row)
                for table in WATCHED
                for column in original.execute(f"PRAGMA table_info({table})").fetchall()
                for (row,) in original.execute(f"SELECT rowid FROM {table}").fetchall()
            ]
        for table, column, row in dice.sample(cells, 60):
            copy.write_bytes(untouched)
            with sqlite3.connect(copy) as connection:
                (value,) = connection.execute(f"SELECT {column} FROM {table} WHERE rowid = ?", [row]).fetchone()
                try:
                    connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", [other(value, dice), row])
                except sqlite3.IntegrityError:  # another row has it
                    continue
            connection.close()
            tried += 1
            assert findings(copy), f"{table}.{column}: {value!r}"
        assert tried > 50

    def test_so_is_every_field_on_postgresql(self, postgres: Postgres, tmp_path: Path) -> None:
        url = postgres.store()
        assert unfound_on_postgresql(url, tmp_path, 25, random.Random(4)) == []
        postgres.take_back(url)

    def test_rows_that_are_taken_away_are_missed(self, base: Path, tmp_path: Path) -> None:
        untouched, copy = base.read_bytes(), tmp_path / "copy.sqlite"
        for table in WATCHED:
            for which in ("min", "max"):
                copy.write_bytes(untouched)
                with sqlite3.connect(copy) as connection:
                    connection.execute(f"DELETE FROM {table} WHERE rowid = (SELECT {which}(rowid) FROM {table})")
                connection.close()
                assert findings(copy), (table, which)

    def test_random_bytes_of_records_and_ledger_are_found(self, base: Path) -> None:
        assert findings(base) == []
        assert unfound(base, 40, random.Random(5)) == []

    def test_whoever_signs_with_another_key_is_found(self, base: Path, tmp_path: Path) -> None:
        other_key = key_in(tmp_path / "other").public("rebut/x")
        assert any("not signed with the ledger's key" in one for one in findings(base, key=PublicKey("x", other_key.raw)))

    def test_a_ledger_that_was_cut_off_does_not_continue_a_checkpoint_that_was_kept(self, base: Path, tmp_path: Path) -> None:
        store = SqlStore(f"sqlite:///{base}", key_in(tmp_path / "key"))
        before = base.read_bytes()
        edit(store, statement("bees-bark", "Cats purr."))
        stands = store.ledger.checkpoint()
        assert stands is not None
        note = str(stands[1])
        assert list(store.ledger.verify(against=[note])) == []
        store.close()
        old = tmp_path / "old.sqlite"
        old.write_bytes(before)
        assert findings(old) == []
        assert any("entries were taken away or exchanged" in one for one in findings(old, against=[note]))
        assert findings(base, against=["nonsense"])


def test_a_store_without_a_key_is_not_signed_and_says_so(store_url: str, tmp_path: Path) -> None:
    store = SqlStore(store_url)
    store.load([paper(statement("a"))])
    stands = store.ledger.checkpoint()
    assert stands is not None
    assert (stands[1], store.ledger.public_key, list(store.ledger.verify())) == (None, None, [])
    store.close()
    signed = SqlStore(store_url, key_in(tmp_path / "key"))
    assert [one.what for one in signed.ledger.verify()] == ["is not signed"]
    signed.close()


def test_the_ledgers_time_does_not_go_back_with_the_clock(store: SqlStore) -> None:
    store.load([paper(statement("a"))])
    later = "2999-01-01T00:00:00.000000Z"
    with store._connect(write=True) as connection:
        connection.execute(sa.text("UPDATE ledger SET time = :later"), {"later": later})
    edit(store, statement("a", "Cats bark."))
    assert store.ledger.entries(2, 1)[0].entry.time == later
    with store._connect(write=True) as connection:
        for entry, _ in store.ledger.entries(0, 2):
            connection.execute(sa.text("UPDATE ledger SET time = :t WHERE sequence = :s"), {"t": entry.time, "s": entry.sequence})
