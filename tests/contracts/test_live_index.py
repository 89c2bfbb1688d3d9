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
        kinds = ((RecordKind.STATEMENT, self.statements), (RecordKind.REFUTATION, self.refutations))
        with store.ledger.acting(By("me", "chance")) as act:
            for kind, known in kinds:
                ids = self.dice.sample(sorted(known), 4)
                act.put(kind, [Put(record_id=id_, state=self.dice.choice([State.RETIRED, State.PUBLISHED])) for id_ in ids])

    def ids(self, kind: str, known: int, count: int) -> list[str]:
        return [f"{kind}-{self.dice.randrange(known + count)}" for _ in range(count)]

    def queries(self) -> list[Query]:
        some = [Query(self.text(), self.dice.choice(LANGUAGES)) for _ in range(12)]
        allowed = frozenset(self.dice.sample(sorted(self.statements), len(self.statements) // 3))
        return [*some, *(msgspec.structs.replace(one, allowed=allowed) for one in some), Query("unheard of", "en")]


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
        assert live.manifest == fresh.manifest
        queries = writer.queries()
        found, expected = live.retrieve(queries), fresh.retrieve(queries)
        for one, other in zip(found.candidates, expected.candidates, strict=True):
            assert_the_same(one, other)
    assert {*settled} == {True, False}, "both the small parts and the large ones were asked"
    store.close()


def test_an_index_from_disk_is_brought_up_to_date(tmp_path: Path) -> None:
    store, writer, encoders = SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite"), Writer(7), Encoders(ChanceEncoder())
    store.load([writer.document(300)])
    Retriever(store, encoders, tmp_path / "index")
    store.load([writer.document(5)])
    again, fresh = Retriever(store, encoders, tmp_path / "index"), Retriever(store, encoders, tmp_path / "fresh")
    assert not again.live.current.settled
    assert again.manifest == fresh.manifest
    for one, other in zip(*(some.retrieve(QUERIES).candidates for some in (again, fresh)), strict=True):
        assert_the_same(one, other)
    store.close()
