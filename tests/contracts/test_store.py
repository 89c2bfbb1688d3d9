"""What any `StatementStore` must do, whichever database it is in."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import msgspec
import numpy as np
import pytest
import sqlalchemy as sa

from index.errors import InvalidInput, StoreUnavailable, UnknownRecord
from index.kinds import PassageKind, Rated, RefutationKind, Stance, StatementKind
from index.records import Batch, Citation, Document, Party, Rating, Refutation, Review, Source, Statement, When
from index.store.kept_dossiers import KEPT
from index.store.reports import Counts, LoadReport, Owner, Searchable
from index.store.spool import IN_MEMORY
from index.store.sql import SqlStore
from index.store.store import ReviewFilter, StatementFilter, StatementStore

Open = Callable[[], StatementStore]


@pytest.fixture
def opened(store_url: str) -> Iterator[Open]:
    """Opens the store, each time as another process would."""
    every: list[StatementStore] = []

    def once() -> StatementStore:
        every.append(SqlStore(store_url))
        return every[-1]

    yield once
    for store in every:
        store.close()


@pytest.fixture
def store(opened: Open) -> StatementStore:
    return opened()


PAPER = Source("paper", "A paper", "Publisher", "example.org", "en")
SITE = Source("site", "Facts", "Facts", "www.Facts.example", "und")


def statement(id_: str, text: str = "Bees bark.", source: str = "paper", **fields: object) -> Statement:
    given = {"kind": StatementKind.CLAIM, "claimant": Party("Somebody"), "refutation_on_record": False} | fields
    return Statement(id=id_, text=text, language="en", citations=[Citation(source, "Introduction", 1)], **given)


def everything(store: StatementStore) -> Searchable:
    """All that is searched."""
    found = store.searchable()
    assert found is not None
    return found


def refutation(id_: str, text: str = "They do not.", **fields: object) -> Refutation:
    given = {"kind": RefutationKind.DENIAL, "issuer": Party("Bees"), "language": "en"} | fields
    return Refutation(id=id_, text=text, citations=[Citation("paper", "Introduction", 2)], **given)


def review(id_: str, of: str, rated: Rated = Rated.FALSE, day: str | None = None, language: str = "en") -> Review:
    when = When(day, day) if day else None
    return Review(id_, of, Citation("site", url=f"https://facts.example/{id_}"), Party("Facts"), language, Rating(rated), id_, when)


def paper(*records: Statement | Refutation, source: Source = PAPER) -> Document:
    stated = [record for record in records if isinstance(record, Statement)]
    return Document(source, stated, [record for record in records if isinstance(record, Refutation)])


def feed(*reviews: Review, statements: tuple[Statement, ...] = (), source: Source = SITE) -> Batch:
    return Batch([source], list(statements), list(reviews))


def done(report: LoadReport) -> LoadReport:
    """What a load did, without the number of its act."""
    return msgspec.structs.replace(report, act=None)


def ids(store: StatementStore, **fields: object) -> frozenset[str]:
    asked = StatementFilter(**fields)
    found = store.matching([asked])[asked]
    assert {one.id for one in store.statements_page(asked, None, 100)} == found
    return found


@contextmanager
def transactions() -> Iterator[list[sa.Connection]]:
    """Those that begin within the block."""
    begun: list[sa.Connection] = []

    def on_begin(connection: sa.Connection) -> None:
        begun.append(connection)

    sa.event.listen(sa.Engine, "begin", on_begin)
    try:
        yield begun
    finally:
        sa.event.remove(sa.Engine, "begin", on_begin)


def test_it_is_a_store(store: StatementStore) -> None:
    assert isinstance(store, StatementStore)
    methods = {name for name in vars(StatementStore) if not name.startswith("_")}
    assert methods - vars(type(store)).keys() == set()


class TestLoading:
    def test_what_is_new_is_added_what_is_the_same_is_left_what_is_different_is_changed(self, store: StatementStore) -> None:
        first = paper(statement("a", topics=["old"]), statement("b"), refutation("no", denies=["a"]))
        assert done(store.load([first])) == LoadReport(["paper", "a", "b", "no"], [], [])
        assert store.load([first]) == LoadReport([], [], ["paper", "a", "b", "no"])
        second = paper(statement("a", "Cats bark.", topics=["new"]), statement("c"), refutation("no", counters=["b"]))
        assert done(store.load([second])) == LoadReport(["c"], ["a", "no"], ["paper"])
        assert store.counts() == Counts(1, 3, 1, 0)
        assert store.statement("a").text == "Cats bark."
        assert (ids(store, topic="old"), ids(store, topic="new"), store.topics()) == (frozenset(), {"a"}, ["new"])
        assert everything(store).answers == {"no": {"b": Stance.COUNTERS}}
        assert [store.dossier(id_).refutations for id_ in "ab"] == [[], [store.refutation("no")]]

    def test_columns_follow_a_changed_record(self, store: StatementStore) -> None:
        store.load([paper(statement("a", claimant=Party("North"), places=["River"], when=When("2023", "")))])
        changed = statement("a", claimant=Party("South"), places=["City"], when=When("2024", ""), kind=StatementKind.EVENT)
        store.load([paper(changed)])
        assert ids(store, claimant="north") == ids(store, place="river") == ids(store, date="2023") == frozenset()
        assert ids(store, claimant="south", place="city", date="2024", kind=StatementKind.EVENT) == {"a"}

    def test_the_version_changes_with_records_and_with_nothing_else(self, store: StatementStore, opened: Open) -> None:
        versions = [store.version()]
        for document in (paper(statement("a")), paper(statement("a", "Cats bark.")), paper(refutation("no", denies=["a"]))):
            store.load([document])
            versions.append(store.version())
            store.load([document])
            assert store.version() == versions[-1]
        store.load_batches([feed(review("r", "a"))])
        versions.append(store.version())
        store.load_batches([feed(review("r", "a"))])
        store.keep_vectors("e" * 16, {"text": np.zeros(2, np.float32)})
        assert store.version() == opened().version() == versions[-1]
        assert len(set(versions)) == 5

    def test_a_load_that_fails_leaves_nothing_behind(self, store: StatementStore) -> None:
        before = store.version()
        with pytest.raises(StoreUnavailable):
            store.load([paper(statement("a")), paper(refutation("no", denies=["nowhere"]))])
        with pytest.raises(StoreUnavailable):
            store.load_batches([feed(statements=(statement("b", source="site"),)), feed(review("r", "nowhere"))])
        assert (store.counts(), store.version()) == (Counts(0, 0, 0, 0), before)

    @pytest.mark.parametrize("dry_run", [False, True])
    def test_others_write_while_what_is_loaded_is_still_read(self, store: StatementStore, opened: Open, dry_run: bool) -> None:
        other = opened()

        def read_slowly() -> Iterator[Batch]:
            for number in range(3):
                yield feed(statements=(statement(f"slow-{number}", source="site"),))
                other.load([paper(statement(f"meanwhile-{number}"))])

        report = store.load_batches(read_slowly(), dry_run=dry_run)
        assert report.added == ["site", "slow-0", "slow-1", "slow-2"]
        assert store.counts().statements == (3 if dry_run else 6)
        assert list(store.ledger.verify()) == []

    def test_what_waits_to_be_loaded_may_be_more_than_memory_has_room_for(self, store: StatementStore) -> None:
        """It goes to the disk, and comes back as it was."""
        long = {"en": ["Бджоли — " * 550 for _ in range(200)]}
        batches = [feed(statements=(statement(f"s-{number}", source="site", wordings=long),)) for number in range(4)]
        assert len(msgspec.msgpack.encode(batches)) > IN_MEMORY
        told: list[tuple[int, int]] = []
        report = store.load_batches(iter(batches), progress=lambda _doing, done, total: told.append((done, total)))
        assert report.added == ["site", "s-0", "s-1", "s-2", "s-3"]
        assert store.statement("s-3") == batches[3].statements[0]
        assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]

    def test_a_dry_run_tells_what_a_load_would_do_and_leaves_nothing_behind(self, store: StatementStore) -> None:
        store.load([paper(statement("a"))])
        before = store.version()
        changed = paper(statement("a", "Cats bark."), statement("b"))
        assert store.load([changed], dry_run=True) == LoadReport(["b"], ["a"], ["paper"])
        assert store.load_batches([feed(review("r", "a"))], dry_run=True) == LoadReport(["site", "r"], [], [])
        assert (store.counts(), store.version(), store.statement("a").text) == (Counts(1, 1, 0, 0), before, statement("a").text)
        assert done(store.load([changed])) == LoadReport(["b"], ["a"], ["paper"])

    def test_a_feed_leaves_sources_and_other_sources_statements_as_they_are(self, store: StatementStore) -> None:
        store.load([paper(statement("a"))])
        renamed = msgspec.structs.replace(PAPER, title="Another name")
        theirs = statement("a", "Rewritten.", source="site")
        report = store.load_batches([feed(review("r", "a"), statements=(theirs,)), feed(source=renamed)])
        assert done(report) == LoadReport(["site", "r"], [], [])
        assert (store.statement("a").text, store.source("paper")) == ("Bees bark.", PAPER)
        own = statement("b", source="site")
        store.load_batches([feed(statements=(own,))])
        assert store.load_batches([feed(statements=(msgspec.structs.replace(own, text="Corrected."),))]).changed == ["b"]

    def test_it_survives_reopening(self, store: StatementStore, opened: Open) -> None:
        store.load([paper(statement("a"))])
        again = opened()
        assert (again.version(), again.statement("a"), again.counts()) == (store.version(), store.statement("a"), store.counts())

    def test_owners(self, store: StatementStore) -> None:
        store.load([paper(statement("a"), refutation("no", denies=["a"]))])
        assert store.owners() == {"a": Owner("statement", "paper"), "no": Owner("refutation", "paper")}


class TestFilters:
    @pytest.mark.parametrize(
        ("date", "fits"),
        [
            ("2024-06-09", False),
            ("2024-06-10", True),
            ("2024-06-20", True),
            ("2024-06-21", False),
            ("../2024-06-09", False),
            ("../2024-06-10", True),
            ("2024-06-20/..", True),
            ("2024-06-21/..", False),
            ("2024-06-12/2024-06-13", True),
            ("2024", True),
            ("2024-05", False),
            ("2024-07", False),
        ],
    )
    def test_dates_overlap_at_their_very_bounds(self, store: StatementStore, date: str, fits: bool) -> None:
        store.load([paper(statement("dated", when=When("2024-06-10/2024-06-20", "")), statement("undated"))])
        assert ids(store, date=date) == ({"dated"} if fits else set())

    @pytest.mark.parametrize(("edtf", "fits"), [("2024-06/..", True), ("../2024-06", False), ("2025-12-31", True), ("2026", False)])
    def test_open_periods(self, store: StatementStore, edtf: str, fits: bool) -> None:
        store.load([paper(statement("a", when=When(edtf, "")))])
        assert ids(store, date="2025") == ({"a"} if fits else set())

    @pytest.mark.parametrize("date", ["soon", "2024-13", "2024-02/2024-01"])
    def test_a_date_that_is_none_names_its_field(self, store: StatementStore, date: str) -> None:
        for ask in (lambda f: store.matching([f]), lambda f: store.statements_page(f, None, 1)):
            with pytest.raises(InvalidInput) as raised:
                ask(StatementFilter(date=date))
            assert raised.value.field == "date"

    @pytest.mark.parametrize(
        ("claimant", "found"),
        [
            ("SCO", {"sco"}),
            ("sco", {"sco"}),
            ("cow", set()),
            ("mosc", {"moscow"}),
            ("MOSCOW", {"moscow"}),
            ("organisation shang", {"sco"}),
            ("facts 100%", {"percent"}),
            ("acts", set()),
            ("%", set()),
            ("_", set()),
            ("%acts", set()),
            ("under_", {"underline"}),
            ("the_line", set()),
            ("STRASSE", {"cases"}),
            ("straße", {"cases"}),
            ("elysee", {"cases"}),
            ("Élysée west", {"cases"}),
            ("minister", {"cases"}),
            ("WEST", {"cases"}),
            ("путін", {"uk"}),
            ("київ путин", set()),
            ("КИЇВ", {"kyiv"}),
            ("слов'ян", {"slovyansk"}),
            ("словʼянськ", {"slovyansk"}),
            ("фёдоров", {"ru"}),
            ("федоров", {"ru"}),
            ("оров", set()),
            ("كرملين", {"ar"}),
            ("الكرم", {"ar"}),
            ("رملين", set()),
            ("nobody", set()),
            ("", {"sco", "moscow", "percent", "underline", "cases", "uk", "kyiv", "slovyansk", "ru", "ar"}),
        ],
    )
    def test_a_claimant_is_sought_by_words_or_how_they_begin(self, store: StatementStore, claimant: str, found: set[str]) -> None:
        names = {"sco": "SCO (Shanghai Cooperation Organisation)", "moscow": "Moscow", "percent": "100% Facts"}
        names |= {"underline": "the_underline", "uk": "Володимир Путін", "kyiv": "Київ", "slovyansk": "Слов’янськ"}
        names |= {"ru": "Михаил Фёдоров", "ar": "الكرملين"}
        everyone = [statement(id_, claimant=Party(name)) for id_, name in names.items()]
        everyone.append(statement("cases", claimant=Party("Straße des ÉLYSÉE", "Minister", "west")))
        store.load([paper(*everyone)])
        assert ids(store, claimant=claimant) == found
        assert store.listing(StatementFilter(claimant=claimant), None, 2).total == len(found)

    def test_all_words_have_to_be_in_one_place_or_topic(self, store: StatementStore) -> None:
        both = statement("a", places=["New York", "Old Kyiv"], topics=["arms trade", "border talks"])
        store.load([paper(both)])
        assert (ids(store, place="york new"), ids(store, place="new kyiv")) == ({"a"}, set())
        assert (ids(store, topic="trade"), ids(store, topic="Border t"), ids(store, topic="arms talks")) == ({"a"}, {"a"}, set())

    def test_pages_of_what_is_sought_follow_each_other_and_count_it(self, store: StatementStore) -> None:
        claimants = {f"s-{number}": Party("Moscow" if number % 3 else "SCO", "Minsk") for number in range(9)}
        store.load([paper(*(statement(id_, claimant=party) for id_, party in claimants.items()))])
        wanted, seen = StatementFilter(claimant="sco"), list[str]()
        while (page := store.listing(wanted, seen[-1] if seen else None, 2)).statements:
            seen += [one.statement.id for one in page.statements]
            assert page.total == 3
        assert seen == ["s-0", "s-3", "s-6"]

    def test_places_topics_sources_and_kinds(self, store: StatementStore) -> None:
        other = Source("other", "Other", "Other", "other.example", "en")
        store.load([paper(statement("a", places=["River", "Old City"], topics=["arms", "border"]))])
        event = statement("b", source="other", kind=StatementKind.EVENT, places=["100%"], topics=["border guards"])
        store.load([paper(event, source=other)])
        assert (ids(store, place="city"), ids(store, place="RIV"), ids(store, place="100")) == ({"a"}, {"a"}, {"b"})
        assert (ids(store, topic="ARMS"), ids(store, topic="Border"), ids(store, topic="rder")) == ({"a"}, {"a", "b"}, set())
        assert (ids(store, source="other"), ids(store, source="oth")) == ({"b"}, set())
        assert (ids(store, kind=StatementKind.EVENT), ids(store, kind=StatementKind.CONTEXT)) == ({"b"}, set())
        assert ids(store, place="river", topic="arms", source="paper") == {"a"}
        assert ids(store, place="river", source="other") == frozenset()
        assert ids(store) == {"a", "b"}

    def test_many_filters_take_one_transaction_and_none_take_none(self, store: StatementStore) -> None:
        store.load([paper(statement("a", topics=["arms"]), statement("b", topics=["wheat"]))])
        asked = [StatementFilter(topic=topic) for topic in ("arms", "wheat", "none")]
        with transactions() as begun:
            fitting = store.matching(asked)
            assert store.matching([]) == {}
        assert len(begun) == 1
        assert [fitting[one] for one in asked] == [{"a"}, {"b"}, set()]


class TestDossiers:
    @pytest.fixture
    def filled(self, store: StatementStore) -> StatementStore:
        """`a` has all that there is, `b` a review that does not refute, `c` nothing, `d` an answer that counters it."""
        stated = [statement(id_, f"Statement {id_}.") for id_ in "abcd"]
        answers = [
            refutation("y-denies", denies=["a"]),
            refutation("z-counters", denies=["a"], counters=["d"]),
            refutation("a-counters", counters=["a"]),
        ]
        store.load([paper(*stated, *answers)])
        rated = [review("r-old", "a", Rated.FALSE, "2023"), review("r-undated", "a", Rated.MOSTLY_FALSE)]
        rated += [review("r-new", "a", Rated.FALSE, "2024"), review("r-true", "a", Rated.TRUE, "2023-06")]
        store.load_batches([feed(*rated, review("r-b", "b", Rated.MISLEADING))])
        return store

    def test_refutations_come_denials_first_then_reviews_then_what_counters(self, filled: StatementStore) -> None:
        dossier = filled.dossier("a")
        order = ["y-denies", "z-counters", "r-new", "r-old", "r-undated", "a-counters"]
        assert [one.id for one in dossier.refutations] == order
        assert [one.id for one in dossier.reviews] == ["r-new", "r-true", "r-old", "r-undated"]
        assert dossier.statement == filled.statement("a")
        assert dossier.sources == {"paper": PAPER, "site": SITE}

    def test_only_what_is_rated_false_refutes(self, filled: StatementStore) -> None:
        dossier = filled.dossier("b")
        assert (dossier.refutations, [one.id for one in dossier.reviews]) == ([], ["r-b"])
        assert filled.dossier("c").sources == {"paper": PAPER}
        assert [one.statement.id for one in filled.refuted_after("", 10)] == ["a", "d"]

    def test_all_is_read_in_one_transaction(self, filled: StatementStore) -> None:
        reads = [
            lambda: filled.dossiers("abcd"),
            lambda: filled.dossier("a"),
            lambda: filled.refuted_after("", 10),
            lambda: filled.reviewed(ReviewFilter(site="facts.example")),
            filled.searchable,
            lambda: filled.refutation("y-denies"),
        ]
        for read in reads:
            with transactions() as begun:
                read()
            assert len(begun) == 1

    def test_unknown_ids_are_left_out_and_a_single_one_is_told(self, filled: StatementStore) -> None:
        assert filled.dossiers(["nothing", "c", "c"]).keys() == {"c"}
        assert filled.dossiers([]) == {}
        for read in (filled.dossier, filled.statement):
            with pytest.raises(UnknownRecord, match="no statement has the id 'nothing'"):
                read("nothing")
        with pytest.raises(UnknownRecord, match="no refutation has the id 'r-true'"):
            filled.refutation("r-true")
        with pytest.raises(UnknownRecord, match="no source has the id 'a'"):
            filled.source("a")

    def test_refuted_statements_come_a_page_at_a_time_as_dossiers(self, filled: StatementStore) -> None:
        (first,) = filled.refuted_after("", 1)
        (second,) = filled.refuted_after("a", 1)
        assert first == filled.dossier("a")
        assert second == filled.dossier("d")
        assert filled.refuted_after("d", 1) == []
        assert [one.statement.id for one in filled.refuted_after("", 9, StatementFilter(kind=StatementKind.CLAIM))] == [
            one for one in ("a", "d") if filled.statement(one).kind is StatementKind.CLAIM
        ]
        assert filled.refuted_after("", 9, StatementFilter(issuer="nobody")) == []

    def test_changed_follows_what_stands_against_a_statement(self, filled: StatementStore) -> None:
        before = filled.dossiers("abcd")
        assert all(one.added <= one.changed <= dt.datetime.now(dt.UTC).replace(tzinfo=None) for one in before.values())
        filled.load_batches([feed(review("r-c", "c"), review("r-b", "b", Rated.TRUE))])
        filled.load([paper(refutation("a-counters", "Changed.", counters=["a"]))])
        after = filled.dossiers("abcd")
        assert [after[id_].changed > before[id_].changed for id_ in "abcd"] == [True, True, True, False]
        assert [after[id_].added == before[id_].added for id_ in "abcd"] == [True] * 4

    def test_what_is_told_is_what_is_on_record_now(self, filled: StatementStore, opened: Open) -> None:
        assert filled.told("abcd").dossiers == filled.dossiers("abcd")
        assert filled.told(["a", "nothing"]).dossiers == filled.dossiers("a")
        opened().load_batches([feed(review("r-c", "c"))])
        changed = filled.told("abcd")
        assert [one.id for one in changed.dossiers["c"].reviews] == ["r-c"]
        assert (changed.dossiers, changed.checkpoint) == (filled.dossiers("abcd"), opened().told([]).checkpoint)

    def test_more_is_told_than_is_kept(self, store: StatementStore) -> None:
        many = [f"s-{number:04}" for number in range(KEPT + 10)]
        store.load([paper(*(statement(id_) for id_ in many))])
        assert store.told(many).dossiers.keys() == set(many)
        assert store.told([*many[:20], "nothing"]).dossiers == store.dossiers(many[:20])

    def test_more_ids_than_one_query_can_name(self, store: StatementStore) -> None:
        many = [f"s-{number:04}" for number in range(1200)]
        denials = [refutation(f"no-{id_}", denies=[id_]) for id_ in many]
        store.load([paper(*(statement(id_) for id_ in many), *denials)])
        store.load_batches([feed(*(review(f"r-{id_}", id_, Rated.TRUE) for id_ in many))])
        found = store.dossiers([*many, *(f"nothing-{number}" for number in range(1200))])
        assert sorted(found) == many
        assert {(len(one.refutations), len(one.reviews)) for one in found.values()} == {(1, 1)}
        assert len(store.sources_by_id([*many, "paper"])) == 1

    def test_sources(self, filled: StatementStore) -> None:
        assert filled.all_sources() == [PAPER, SITE]
        assert filled.sources_by_id(["site", "nothing"]) == {"site": SITE}
        assert filled.source("paper") == PAPER


class TestReviewed:
    @pytest.fixture
    def filled(self, store: StatementStore) -> StatementStore:
        old, new = statement("old", when=When("2020-01-01", "")), statement("new", when=When("2024-06-01", ""))
        official = refutation("no", denies=["old"], when=When("2022-02-02", ""), language="de")
        store.load([paper(old, new, statement("undated"), statement("quiet"), official)])
        rated = [review("r1", "new", day="2023-03-03"), review("r2", "undated", Rated.TRUE, language="fr")]
        store.load_batches([feed(*rated)])
        return store

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            (ReviewFilter(), ["new", "old", "undated"]),
            (ReviewFilter(site="facts.example"), ["new", "undated"]),
            (ReviewFilter(site="example.org"), ["old"]),
            (ReviewFilter(site="nowhere.example"), []),
            (ReviewFilter(site="fact"), ["new", "undated"]),
            (ReviewFilter(site="acts"), []),
            (ReviewFilter(site="example"), ["old"]),
            (ReviewFilter(site="example.or"), []),
            (ReviewFilter(site="%"), []),
            (ReviewFilter(language="de"), ["old"]),
            (ReviewFilter(language="fr", site="example.org"), []),
            (ReviewFilter(since=dt.date(2022, 2, 2)), ["new", "old"]),
            (ReviewFilter(since=dt.date(2022, 2, 3)), ["new"]),
            (ReviewFilter(since=dt.date(2024, 6, 1)), ["new"]),
            (ReviewFilter(since=dt.date(2024, 6, 2)), []),
        ],
    )
    def test_what_fits_comes_the_most_recently_reviewed_first(
        self, filled: StatementStore, asked: ReviewFilter, found: list[str]
    ) -> None:
        assert filled.reviewed(asked) == found
        assert filled.reviewed(asked, 1, 1) == found[1:2]

    def test_a_statement_comes_once(self, filled: StatementStore) -> None:
        filled.load_batches([feed(review("r3", "new", day="2021"), review("r4", "old", day="2025"))])
        assert filled.reviewed(ReviewFilter()) == ["old", "new", "undated"]


class TestOrder:
    TEXTS = (statement("b", wordings={"en": ["Bees bark loudly"], "de": ["Bienen bellen"]}), statement("a"), statement("c"))
    ANSWERS = (refutation("z-no", denies=["c", "a"], counters=["b"]), refutation("a-no", counters=["b"]))

    def test_passages_come_by_id_a_records_own_text_first(self, store: StatementStore) -> None:
        store.load([paper(*self.TEXTS, *self.ANSWERS)])
        told = [(one.record_id, one.kind, one.text) for one in everything(store).passages]
        assert told == [
            ("a", PassageKind.TEXT, "Bees bark."),
            ("b", PassageKind.TEXT, "Bees bark."),
            ("b", PassageKind.WORDING, "Bienen bellen"),
            ("b", PassageKind.WORDING, "Bees bark loudly"),
            ("c", PassageKind.TEXT, "Bees bark."),
            ("a-no", PassageKind.REFUTATION, "They do not."),
            ("z-no", PassageKind.REFUTATION, "They do not."),
        ]

    def test_the_history_of_loads_changes_neither_passages_nor_answers(self, new_store: Callable[[], str]) -> None:
        one, two = SqlStore(new_store()), SqlStore(new_store())
        one.load([paper(*self.TEXTS, *self.ANSWERS)])
        two.load([paper(self.TEXTS[2], self.TEXTS[1])])
        two.load([paper(msgspec.structs.replace(self.TEXTS[0], wordings={}))])
        two.load([paper(*reversed(self.ANSWERS))])
        two.load([paper(self.TEXTS[0])])
        assert everything(one).passages == everything(two).passages
        assert msgspec.json.encode(everything(one).answers) == msgspec.json.encode(everything(two).answers)
        one.close()
        two.close()

    def test_answers_come_by_id_denials_first(self, store: StatementStore) -> None:
        store.load([paper(*self.TEXTS, *self.ANSWERS)])
        answered = [(id_, list(stances.items())) for id_, stances in everything(store).answers.items()]
        denied = [("a", Stance.DENIES), ("c", Stance.DENIES), ("b", Stance.COUNTERS)]
        assert answered == [("a-no", [("b", Stance.COUNTERS)]), ("z-no", denied)]

    def test_pages_follow_each_other(self, store: StatementStore) -> None:
        store.load([paper(*(statement(f"s-{number}", topics=["even"] if number % 2 == 0 else []) for number in range(7)))])
        seen: list[str] = []
        while page := store.statements_page(StatementFilter(), seen[-1] if seen else None, 3):
            seen += [one.id for one in page]
        assert seen == [f"s-{number}" for number in range(7)]
        assert [one.id for one in store.statements_page(StatementFilter(topic="even"), "s-0", 2)] == ["s-2", "s-4"]

    def test_ids_are_ordered_by_their_characters_not_as_people_order_words(self, store: StatementStore) -> None:
        in_order = ["a-c", "a-ä", "ab", "az", "b", "z-1", "ä"]
        store.load([paper(*(statement(id_) for id_ in reversed(in_order)), refutation("no", denies=in_order))])
        assert [one.id for one in store.statements_page(StatementFilter(), None, 10)] == in_order
        assert [one.id for one in store.statements_page(StatementFilter(), "a-ä", 2)] == ["ab", "az"]
        assert [one.statement.id for one in store.refuted_after("az", 2)] == ["b", "z-1"]
        assert store.reviewed(ReviewFilter(language="en")) == in_order

    def test_what_has_a_nul_in_it_is_not_there(self, store: StatementStore) -> None:
        store.load([paper(statement("a", topics=["a"]))])
        assert ids(store, claimant="\x00") == ids(store, place="a\x00") == ids(store, topic="b\x00") == frozenset()
        assert store.statements_page(StatementFilter(), "\x00", 5)[0].id == "a"
        with pytest.raises(UnknownRecord):
            store.dossier("a\x00")


class TestChanges:
    @staticmethod
    def changed(store: StatementStore, since: str) -> list[str]:
        """The records of which there is something new to search."""
        found = store.searchable(since)
        assert found is not None
        assert found.version == store.version()
        return list(dict.fromkeys([*(one.record_id for one in found.passages), *found.answers]))

    def test_what_changed_since_a_version_comes_whole(self, store: StatementStore, opened: Open) -> None:
        empty = store.version()
        store.load([paper(statement("a", wordings={"en": ["Bees do bark."]}), statement("b"), refutation("no", denies=["a"]))])
        first = store.version()
        store.load([paper(statement("a", "Cats bark.", wordings={"en": ["Bees do bark."]}), statement("b"))])
        second = store.version()
        store.load([paper(refutation("no", denies=["a"], counters=["b"]), statement("c"))])
        other = opened()
        assert self.changed(other, empty) == ["a", "b", "c", "no"]
        assert self.changed(other, first) == ["a", "c", "no"]
        assert self.changed(other, second) == ["c", "no"]
        assert self.changed(other, store.version()) == []
        found = other.searchable(first)
        assert found is not None
        assert [one.text for one in found.passages] == ["Cats bark.", "Bees do bark.", "Bees bark.", "They do not."]
        assert found.answers == {"no": {"a": Stance.DENIES, "b": Stance.COUNTERS}}

    def test_reviews_and_what_stays_the_same_are_nothing_new_to_search(self, store: StatementStore) -> None:
        store.load([paper(statement("a"), statement("b"))])
        before = store.version()
        store.load_batches([feed(review("r", "a"))])
        store.load([paper(statement("a"), statement("b"))])
        assert self.changed(store, before) == []

    @pytest.mark.parametrize("version", ["", "nonsense", "-1", "0123456789abcdef0123456789abcdef-0"])
    def test_of_a_version_that_it_never_had_it_knows_nothing(self, store: StatementStore, version: str) -> None:
        store.load([paper(statement("a"))])
        assert store.searchable(version) is None
        store_id, revision = store.version().split("-")
        assert store.searchable(f"{store_id}-{int(revision) + 1}") is None
        assert store.searchable(f"{store_id}-") is None

    def test_a_load_is_announced_to_who_wants_to_know(self, store: StatementStore, opened: Open, store_url: str) -> None:
        mine, anothers, tells = threading.Event(), threading.Event(), store_url.startswith("postgresql")
        with store.announcing(mine), opened().announcing(anothers):
            store.load([paper(statement("a"))])
            assert mine.is_set()
            assert anothers.wait(10 if tells else 0) is tells
        mine.clear()
        store.load([paper(statement("a", "Cats bark."))])
        assert not mine.is_set()


class TestVectors:
    def test_they_are_kept_by_encoder_and_text(self, store: StatementStore, opened: Open) -> None:
        vector = np.array([0.1, -2.5, 3e-30], np.float32)
        store.keep_vectors("a" * 16, {"one": vector, "два": vector + 1})
        store.keep_vectors("a" * 16, {"one": vector * 2, "three": vector})
        found = opened().vectors_of("a" * 16, ["one", "два", "three", "four"])
        assert found.keys() == {"one", "два", "three"}
        np.testing.assert_array_equal(found["one"], vector)
        np.testing.assert_array_equal(found["два"], vector + 1)
        assert found["one"].dtype == np.float32
        assert store.vectors_of("b" * 16, ["one"]) == {}

    def test_many_at_once(self, store: StatementStore) -> None:
        texts = {f"text {number}": np.full(2, number, np.float32) for number in range(2500)}
        store.keep_vectors("c" * 16, texts)
        found = store.vectors_of("c" * 16, list(texts))
        assert len(found) == 2500
        assert all(found[text][0] == vector[0] for text, vector in texts.items())
        store.keep_vectors("c" * 16, {})

    def test_several_keep_the_same_at_a_time(self, opened: Open) -> None:
        stores = [opened() for _ in range(3)]
        texts = {f"text {number}": np.full(2, number, np.float32) for number in range(600)}

        def keep(store: StatementStore) -> None:
            for start in range(0, 600, 50):
                store.keep_vectors("d" * 16, dict(list(texts.items())[start:]))

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(keep, stores))
        assert stores[0].vectors_of("d" * 16, list(texts)).keys() == texts.keys()


class TestTogether:
    @staticmethod
    def numbered(number: int) -> Document:
        """A statement and its denial, both of which tell the number."""
        return paper(statement("a", f"Number {number}."), refutation("no", f"Number {number}.", denies=["a"]))

    def test_a_dossier_is_of_one_moment_even_if_a_load_ends_while_it_is_read(self, store: StatementStore, opened: Open) -> None:
        store.load([self.numbered(1)])
        other = opened()
        loads = iter([lambda: other.load([self.numbered(2)])])

        def after_first_read(connection: sa.Connection, _cursor: object, query: str, *_rest: object) -> None:
            if query.startswith("SELECT statements.id"):
                next(loads, lambda: None)()

        sa.event.listen(sa.Engine, "after_cursor_execute", after_first_read)
        try:
            dossier = store.dossier("a")
        finally:
            sa.event.remove(sa.Engine, "after_cursor_execute", after_first_read)
        assert next(loads, None) is None
        assert [dossier.statement.text, dossier.refutations[0].text] == ["Number 1.", "Number 1."]
        assert store.dossier("a").refutations[0].text == "Number 2."

    def test_readers_see_whole_loads_while_a_writer_writes(self, store: StatementStore, opened: Open) -> None:
        store.load([self.numbered(0)])
        writer, done = opened(), threading.Event()

        def read() -> list[tuple[str, str]]:
            seen = []
            while not done.is_set():
                dossier = store.dossier("a")
                seen.append((dossier.statement.text, dossier.refutations[0].text))
            return seen

        with ThreadPoolExecutor(3) as threads:
            readers = [threads.submit(read) for _ in range(3)]
            try:
                for number in range(1, 60):
                    writer.load([self.numbered(number)])
            finally:
                done.set()
        seen = [pair for reader in readers for pair in reader.result()]
        assert seen
        assert all(stated == answered for stated, answered in seen)
        assert store.statement("a").text == "Number 59."

    def test_writers_wait_for_each_other(self, opened: Open) -> None:
        stores = [opened() for _ in range(3)]

        def write(place: int) -> None:
            for number in range(20):
                stores[place].load([paper(statement("shared", f"By {place}: {number}."), statement(f"w{place}-{number}"))])

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(write, range(3)))
        assert stores[0].counts().statements == 61
        assert stores[0].version().endswith("-121"), "a source, and two changes in each of 60 loads"
        assert list(stores[0].ledger.verify()) == []
