"""A live index answers as one that is made anew: after whatever was added, changed and taken away, in whatever steps."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest

from index.kinds import RecordKind, RefutationKind, State, StatementKind
from index.ledger.entries import By
from index.models.encoders import Encoders
from index.models.runtime import FloatArray
from index.progress import Progress, no_progress
from index.records import Citation, Document, Party, Refutation, Source, Statement
from index.search.fusion import Candidate
from index.search.retriever import Query, Retriever
from index.store.sql import SqlStore
from index.store.writing import Put
from tests.fakes import WordEncoder

WORDS = [
    f"{sound}{ending}" for sound in ("gr", "st", "pl", "m", "т", "вод", "k", "br") for ending in ("an", "om", "ило", "eta", "ub")
]
LANGUAGES = ["en", "en", "ru", "be"]
QUERIES = [Query("gran stom meta", "en"), Query("водило томило", "ru"), Query("brub kan", "be")]


class ChanceEncoder(WordEncoder):
    """A direction by chance for each text, with a part that its words share: no two texts are as near to a third."""

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        vectors = super().encode(texts, progress)
        for row, text in enumerate(texts):
            dice = np.random.default_rng(zlib.crc32(f"{self.name} {text}".encode()))
            vectors[row] += dice.normal(scale=0.05, size=self.dimension)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


class Writer:
    """Changes a store by chance; a text may come twice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.statements: dict[str, Statement] = {}
        self.refutations: dict[str, Refutation] = {}

    def text(self) -> str:
        if self.statements and self.dice.random() < 0.1:
            return self.dice.choice(list(self.statements.values())).text
        return " ".join(self.dice.choices(WORDS, k=self.dice.randint(1, 9)))

    def wordings(self) -> dict[str, list[str]]:
        return {language: [self.text()] for language in self.dice.sample(LANGUAGES[1:], self.dice.randint(0, 2))}

    def statement(self, id_: str) -> Statement:
        own = {"refutation_on_record": True, "wordings": self.wordings(), "language": self.dice.choice(LANGUAGES)}
        citations = [Citation("paper", "All", 1)]
        return Statement(id=id_, kind=StatementKind.CLAIM, text=self.text(), claimant=Party("A"), citations=citations, **own)

    def refutation(self, id_: str) -> Refutation:
        answered = self.dice.sample(sorted(self.statements), self.dice.randint(1, 3))
        own = {
            "denies": answered[:1],
            "counters": answered[1:],
            "wordings": self.wordings(),
            "language": self.dice.choice(LANGUAGES),
        }
        citations = [Citation("paper", "All", 2)]
        return Refutation(id=id_, kind=RefutationKind.DENIAL, text=self.text(), issuer=Party("B"), citations=citations, **own)

    def document(self, count: int) -> Document:
        """So many statements and a third as many refutations, of which some are new."""
        stated = {id_: self.statement(id_) for id_ in self.ids("s", len(self.statements), count)}
        self.statements |= stated
        refuting = {id_: self.refutation(id_) for id_ in self.ids("r", len(self.refutations), count // 3)}
        self.refutations |= refuting
        return Document(Source("paper", "A paper", "P", "p.example", "en"), list(stated.values()), list(refuting.values()))

    def retire(self, store: SqlStore) -> None:
        """Retire or bring back a few records."""
        for known in (self.statements, self.refutations):
            for state in (State.RETIRED, State.PUBLISHED):
                put(store, state, *self.dice.sample(sorted(known), 2))

    def ids(self, kind: str, known: int, count: int) -> list[str]:
        return [f"{kind}-{self.dice.randrange(known + count)}" for _ in range(count)]

    def queries(self) -> list[Query]:
        some = [Query(self.text(), self.dice.choice(LANGUAGES)) for _ in range(12)]
        allowed = frozenset(self.dice.sample(sorted(self.statements), len(self.statements) // 3))
        return [*some, *(msgspec.structs.replace(one, allowed=allowed) for one in some), Query("unheard of", "en")]


def put(store: SqlStore, state: State, *record_ids: str) -> None:
    """Take records away, or bring them back."""
    with store.ledger.acting(By("me", "a test")) as act:
        for kind, letter in ((RecordKind.STATEMENT, "s"), (RecordKind.REFUTATION, "r")):
            act.put(kind, [Put(record_id=id_, state=state) for id_ in record_ids if id_.startswith(letter)])


def assert_as_made_anew(live: Retriever, fresh: Retriever, queries: Sequence[Query]) -> None:
    """The one that followed the store answers as the one that was made of it now."""
    assert live.manifest == fresh.manifest
    found, expected = live.retrieve(queries), fresh.retrieve(queries)
    for one, other in zip(found.candidates, expected.candidates, strict=True):
        assert_the_same(one, other)


def assert_the_same(one: list[Candidate], other: list[Candidate]) -> None:
    assert [(a.statement_id, a.passage, a.in_english) for a in one] == [(b.statement_id, b.passage, b.in_english) for b in other]
    for a, b in zip(one, other, strict=True):
        figures = [*msgspec.structs.astuple(a.features), a.bm25, a.fused, a.behind_best]
        assert figures == pytest.approx([*msgspec.structs.astuple(b.features), b.bm25, b.fused, b.behind_best], abs=1e-6)


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("seed", range(2))
def test_a_live_index_answers_as_one_made_anew(tmp_path: Path, seed: int, second: bool) -> None:
    store, writer = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite"), Writer(seed)
    encoders = Encoders(ChanceEncoder(), ChanceEncoder("english", "e" * 16) if second else None)
    store.load([writer.document(300)])
    live = Retriever(store, encoders, tmp_path / "live")
    settled = []
    for step in range(6):
        store.load([writer.document(writer.dice.choice([1, 5, 20]))])
        if step % 2:
            live.live.refresh()
        writer.retire(store)
        live.live.refresh()
        settled.append(live.live.current.settled)
        fresh = Retriever(store, encoders, tmp_path / str(step))
        assert fresh.live.current.settled
        queries = writer.queries()
        assert_as_made_anew(live, fresh, queries)
        written = tmp_path / f"{step} written"
        written.mkdir()
        live.live.current.in_order().write(written)
        assert_as_made_anew(Retriever(store, encoders, written), fresh, queries)
    assert {*settled} == {True, False}, "both the small parts and the large ones were asked"
    store.close()


def test_an_index_from_disk_is_brought_up_to_date(tmp_path: Path) -> None:
    store, writer, encoders = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite"), Writer(7), Encoders(ChanceEncoder())
    store.load([writer.document(600)])
    writer.retire(store)
    Retriever(store, encoders, tmp_path / "index")
    store.load([writer.document(5)])
    writer.retire(store)
    again = Retriever(store, encoders, tmp_path / "index")
    assert not again.live.current.settled
    assert_as_made_anew(again, Retriever(store, encoders, tmp_path / "fresh"), QUERIES)
    store.close()


@pytest.mark.parametrize("second", [False, True])
def test_what_is_taken_away_leaves_every_index_and_comes_back(tmp_path: Path, second: bool) -> None:
    store, writer = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite"), Writer(5)
    encoders = Encoders(ChanceEncoder(), ChanceEncoder("english", "e" * 16) if second else None)
    own = writer.document(300)
    twins = [msgspec.structs.replace(writer.statement(id_), text="Gran stom eta.", language="en") for id_ in ("s-a", "s-b", "s-c")]
    denial = msgspec.structs.replace(writer.refutation("r-a"), text="Kuboom.", language="en", denies=["s-a"], counters=["s-b"])
    store.load([Document(own.source, [*own.statements, *twins], [*own.refutations, denial])])
    live = Retriever(store, encoders, tmp_path / "live")
    everything = [record.id for record in (*own.statements, *twins, *own.refutations, denial)]
    queries = [*writer.queries(), Query("gran stom eta", "en"), Query("kuboom", "en")]

    def after(state: State, *record_ids: str) -> tuple[list[str], set[str]]:
        """The twins' leaders, in the order of these, and what the denial leads to, after records went or came back."""
        put(store, state, *record_ids)
        live.live.refresh()
        assert_as_made_anew(live, Retriever(store, encoders, tmp_path / f"{state.value} {record_ids[0]}"), queries)
        denied = {one.statement_id for one in live.retrieve(queries).candidates[-1] if one.passage.record_id == "r-a"}
        return [live.live.current.catalogue.leader(twin.id) for twin in twins], denied

    assert after(State.RETIRED, "s-a") == (["s-a", "s-b", "s-b"], {"s-b"})
    assert after(State.RETIRED, "r-a") == (["s-a", "s-b", "s-b"], set())
    assert after(State.PUBLISHED, "s-a", "r-a") == (["s-a", "s-a", "s-a"], {"s-a", "s-b"})
    assert after(State.RETIRED, "s-b", "s-a") == (["s-a", "s-b", "s-c"], set()), "a refutation goes with what it answers"
    assert after(State.RETIRED, *everything) == (["s-a", "s-b", "s-c"], set())
    assert live.manifest.rows == 0
    assert after(State.PUBLISHED, *everything) == (["s-a", "s-a", "s-a"], {"s-a", "s-b"})
    assert live.manifest.rows > 300
    store.close()
