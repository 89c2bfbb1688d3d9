from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.retriever import REFUTATION_HANDICAP, Candidate, Query, Retriever, lexical_weight
from index.statements import FormKind
from index.store import StatementStore
from tests.fakes import SEEDS, WordEncoder
from tests.index.test_store import load


@pytest.fixture
def retriever(store: StatementStore, tmp_path: Path) -> Retriever:
    load(store)
    return Retriever(store, WordEncoder(), tmp_path / "index")


def find(retriever: Retriever, text: str, language: str = "en", allowed: frozenset[str] | None = None) -> list[Candidate]:
    return retriever.retrieve([Query(text, language, allowed)]).candidates[0]


def test_the_best_form_of_each_statement_counts(retriever: Retriever) -> None:
    found = find(retriever, "northern soldiers gather by the river")
    assert found[0].statement_id == "north-masses-troops"
    assert found[0].form.kind is FormKind.WORDING
    assert found[0].cosine == pytest.approx(1.0, abs=1e-6)
    assert len({candidate.statement_id for candidate in found}) == len(found) == 3
    assert [candidate.fused for candidate in found] == sorted((c.fused for c in found), reverse=True)


def test_fused_is_cosine_and_overlap_weighted_by_language(retriever: Retriever) -> None:
    for language in ("en", "ru", "sw"):
        for candidate in find(retriever, "the wheat harvest", language):
            if candidate.form.kind is not FormKind.REFUTATION:
                expected = candidate.cosine + lexical_weight(language) * candidate.overlap
                assert candidate.fused == pytest.approx(expected, abs=1e-6)
    assert lexical_weight("en") != lexical_weight("sw")


def test_a_refutations_text_leads_to_the_statement_it_answers(retriever: Retriever) -> None:
    found = find(retriever, "Observers counted no additional vehicles.")
    assert found[0].statement_id == "north-masses-troops"
    assert found[0].form.kind is FormKind.REFUTATION
    assert found[0].form.record_id == "observers-saw-nothing"
    expected = found[0].cosine + lexical_weight("en") * found[0].overlap - REFUTATION_HANDICAP
    assert found[0].fused == pytest.approx(expected, abs=1e-6)


def test_only_allowed_statements_are_found(retriever: Retriever) -> None:
    found = find(retriever, "North masses troops", allowed=frozenset({"south-buys-tanks"}))
    assert [candidate.statement_id for candidate in found] == ["south-buys-tanks"]
    assert find(retriever, "North masses troops", allowed=frozenset()) == []


def test_many_queries_give_what_each_gives_alone(retriever: Retriever) -> None:
    texts = ["wheat", "tanks", "troops at the river", "Север", "!"]
    together = retriever.retrieve([Query(text, "en") for text in texts]).candidates
    assert together == [find(retriever, text) for text in texts]


def test_an_unchanged_index_is_loaded_not_built(store: StatementStore, tmp_path: Path, retriever: Retriever) -> None:
    encoder = WordEncoder()
    again = Retriever(store, encoder, tmp_path / "index")
    assert encoder.encoded == []
    assert again.manifest == retriever.manifest
    assert find(again, "tanks") == find(retriever, "tanks")


@pytest.mark.parametrize("name", ["manifest.json", "vectors.faiss", "forms.json", "answers.json", "lexical/vocab.index.json"])
@pytest.mark.parametrize("damage", ["truncate", "remove"])
def test_a_damaged_index_is_rebuilt_without_encoding(
    store: StatementStore, tmp_path: Path, retriever: Retriever, name: str, damage: str
) -> None:
    before = find(retriever, "tanks")
    path = tmp_path / "index" / name
    path.write_bytes(path.read_bytes()[:20])
    if damage == "remove":
        path.unlink()
    encoder = WordEncoder()
    again = Retriever(store, encoder, tmp_path / "index")
    assert encoder.encoded == []  # the vectors are kept in the store
    assert find(again, "tanks") == before


def test_another_encoder_means_another_index(store: StatementStore, tmp_path: Path, retriever: Retriever) -> None:
    other = WordEncoder(fingerprint="f" * 16)
    again = Retriever(store, other, tmp_path / "index")
    assert again.manifest.encoder_fingerprint == "f" * 16
    assert other.encoded


def test_new_records_are_found_at_once_and_only_they_are_encoded(store: StatementStore, tmp_path: Path) -> None:
    load(store)
    encoder = WordEncoder()
    retriever = Retriever(store, encoder, tmp_path / "index")
    version = retriever.manifest.version
    encoder.encoded.clear()
    load(store, SEEDS.replace("South bought forty tanks in March 2023.", "South sold nine aeroplanes."))
    assert find(retriever, "South sold nine aeroplanes")[0].statement_id == "south-buys-tanks"
    assert encoder.encoded == ["South sold nine aeroplanes.", "South sold nine aeroplanes"]
    assert retriever.manifest.version != version


def test_an_empty_store_answers_with_nothing(store: StatementStore, tmp_path: Path) -> None:
    retriever = Retriever(store, WordEncoder(), tmp_path / "index")
    assert find(retriever, "anything") == []
    load(store)
    assert find(retriever, "tanks")


def test_candidates_are_those_of_brute_force(retriever: Retriever) -> None:
    snapshot, encoder = retriever.snapshot(), WordEncoder()
    text = "South masses tanks at the river"
    vector = encoder.encode([text])[0]
    bm25, full = snapshot.lexical.scores(text, "en")
    best: dict[str, float] = {}
    for row, form in enumerate(snapshot.forms):
        cosine = float(encoder.encode([form.text])[0] @ vector)
        fused = cosine + lexical_weight("en") * float(bm25[row]) / full
        fused -= REFUTATION_HANDICAP if form.kind is FormKind.REFUTATION else 0
        for statement_id in snapshot.led_to[row]:
            best[statement_id] = max(best.get(statement_id, -np.inf), fused)
    found = {candidate.statement_id: candidate.fused for candidate in find(retriever, text)}
    assert found == pytest.approx(best, abs=1e-5)
