"""What any store must do with what files say of somebody else's records."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from index.errors import InvalidInput
from index.kinds import RecordKind, State
from index.ledger.entries import By
from index.records import Batch, Citation, Source, Statement
from index.store.sql import SqlStore
from index.store.writing import Put
from service.editing.merging import merge
from tests.contracts.test_store import statement

ME = By("me", "because")
FACTS = Source("publisher-facts-example", "Facts", "Facts", "facts.example", "und")
MORE = Source("publisher-more-example", "More", "More", "more.example", "und")


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    store = SqlStore(store_url)
    yield store
    assert list(store.ledger.verify()) == []
    store.close()


def theirs(id_: str, text: str = "Bees bark.", *further: Source) -> Statement:
    """A statement that came with a review by `FACTS`."""
    cited = [Citation(source.id, url=f"https://{source.site}/{id_}") for source in (FACTS, *further)]
    return msgspec.structs.replace(statement(id_, text), citations=cited)


def said(store: SqlStore, *statements: Statement) -> list[str]:
    """Load statements; gives the ids of those of which this becomes a conflict."""
    return [one.record_id for one in store.load_batches([Batch([FACTS, MORE], list(statements), [])]).conflicts]


def stand(store: SqlStore, source: Source, state: State) -> None:
    with store.ledger.acting(ME) as act:
        act.put(RecordKind.SOURCE, [Put(record_id=source.id, state=state)])


def test_what_cites_a_source_that_was_retired_meanwhile_is_not_taken(store: SqlStore) -> None:
    said(store, theirs("a"))
    assert said(store, theirs("a", "Bees bark loudly.", MORE)) == ["a"]
    (waits,) = store.conflicts.waiting(None, 10)
    stand(store, MORE, State.RETIRED)
    with pytest.raises(InvalidInput, match="its source 'publisher-more-example' is not published"):
        store.conflicts.decide(waits.id, take=True, by=ME)
    assert store.dossier("a").statement.text == "Bees bark."
    assert store.conflicts.count() == 1
    stand(store, MORE, State.PUBLISHED)
    store.conflicts.decide(waits.id, take=True, by=ME)
    assert store.dossier("a").sources.keys() == {FACTS.id, MORE.id}


def test_what_is_taken_stands_where_the_record_stood(store: SqlStore) -> None:
    said(store, theirs("a"), theirs("b", "Bees buzz."))
    assert merge(store.ledger, "a", "b", ME)
    assert said(store, theirs("a", "Bees bark loudly.")) == ["a"]
    (waits,) = store.conflicts.waiting(None, 10)
    store.conflicts.decide(waits.id, take=True, by=ME)
    entry, record = store.ledger.standing(RecordKind.STATEMENT, "a")
    assert (entry.state, entry.superseded_by, record) == (State.RETIRED, "b", theirs("a", "Bees bark loudly."))


def test_a_page_goes_on_after_one_that_was_decided_meanwhile(store: SqlStore) -> None:
    said(store, *(theirs(id_) for id_ in "abc"))
    said(store, *(theirs(id_, "Bees sing.") for id_ in "abc"))
    first, second, third = store.conflicts.waiting(None, 10)
    store.conflicts.decide(second.id, take=False, by=ME)
    assert [one.id for one in store.conflicts.waiting(second.id, 10)] == [third.id]
    assert [one.id for one in store.conflicts.waiting(None, 10)] == [first.id, third.id]
