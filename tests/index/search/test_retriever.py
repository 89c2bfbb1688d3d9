from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.models.encoders import Encoders
from index.records import PassageKind
from index.search.fusion import REFUTATION_HANDICAP, SUPPORT, SUPPORTING_FORMS, Candidate, load_fusion
from index.search.retriever import Query, Retriever
from index.store.store import StatementStore
from index.text.cleaning import LONG, clean
from tests.fakes import SEEDS, WordEncoder
from tests.index.store.test_store import load


@pytest.fixture
def retriever(store: StatementStore, tmp_path: Path) -> Retriever:
    load(store)
    return Retriever(store, Encoders(WordEncoder()), tmp_path / "index")


def find(retriever: Retriever, text: str, language: str = "en", allowed: frozenset[str] | None = None) -> list[Candidate]:
    return retriever.retrieve([Query(text, language, allowed)]).candidates[0]


def test_the_best_form_of_each_statement_counts(retriever: Retriever) -> None:
    found = find(retriever, "northern soldiers gather by the river")
    assert found[0].statement_id == "north-masses-troops"
    assert found[0].passage.kind is PassageKind.WORDING
    assert found[0].cosine == pytest.approx(1.0, abs=1e-6)
    assert len({candidate.statement_id for candidate in found}) == len(found) == 3
    assert [candidate.fused for candidate in found] == sorted((c.fused for c in found), reverse=True)


def by_hand(retriever: Retriever, text: str, second: bool) -> dict[str, float]:
    """Every statement's score, from the definition, without an index of vectors."""
    snapshot, encoder, fusion = retriever.snapshot(), WordEncoder(), load_fusion()
    vectors = encoder.encode([clean(passage.text) for passage in snapshot.passages]).astype(np.float64)
    query = encoder.encode([clean(text)])[0].astype(np.float64)
    bm25, full = snapshot.lexical.scores(text, "en")
    ngrams = snapshot.ngrams.cosines(snapshot.ngrams.ngrams([text])[0], np.arange(len(snapshot.passages)))
    weights = fusion.english if second else fusion.other
    scores: dict[tuple[str, str], list[float]] = {}
    for row, passage in enumerate(snapshot.passages):
        cosine = vectors[row] @ query
        score = (weights.cosine + weights.projected) * cosine  # this encoder has no projection
        score += weights.overlap * bm25[snapshot.lexical_places[row]] / full + weights.ngrams * ngrams[row]
        if second:
            intercept, slope = fusion.expected_english
            score += weights.english * (cosine if passage.language == "en" else intercept + slope * cosine)
        score -= REFUTATION_HANDICAP if passage.kind is PassageKind.REFUTATION else 0
        for statement_id in snapshot.led_to[row]:
            scores.setdefault((statement_id, passage.record_id), []).append(float(score))
    best: dict[str, float] = {}
    for (statement_id, _), found in scores.items():
        three = sorted(found, reverse=True)[:SUPPORTING_FORMS]
        best[statement_id] = max(best.get(statement_id, -9.0), (1 - SUPPORT) * three[0] + SUPPORT * sum(three) / len(three))
    return best


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("text", ["South masses tanks at the river", "Observers counted vehicles", "the wheat harvest"])
def test_scores_are_those_of_the_definition(store: StatementStore, tmp_path: Path, text: str, second: bool) -> None:
    load(store)
    encoders = Encoders(WordEncoder(), WordEncoder("english", "e" * 16) if second else None)
    retriever = Retriever(store, encoders, tmp_path / "index")
    found = {candidate.statement_id: candidate.fused for candidate in find(retriever, text)}
    assert found == pytest.approx(by_hand(retriever, text, second), abs=1e-4)


def test_only_english_texts_go_to_the_english_encoder(store: StatementStore, tmp_path: Path) -> None:
    load(store)
    english = WordEncoder("english", "e" * 16)
    retriever = Retriever(store, Encoders(WordEncoder(), english), tmp_path / "index")
    assert "Север стягивает войска к реке" not in english.encoded
    english.encoded.clear()
    retriever.retrieve([Query("Север стягивает войска", "ru"), Query("the wheat harvest", "en")])
    assert english.encoded == ["the wheat harvest"]
    assert retriever.manifest.encoder == "words + english"


def test_a_claim_buried_in_a_long_text_is_found(retriever: Retriever) -> None:
    filler = "filler " * 6 * LONG
    for text in (filler + " the wheat harvest was the best in ten years " + filler, "the best harvest of wheat " + filler):
        assert find(retriever, text)[0].statement_id == "wheat-harvest-record"


def test_of_statements_that_say_the_same_the_first_recorded_leads(store: StatementStore, tmp_path: Path) -> None:
    again = """
[[statement]]
id = "a-late-copy"
kind = "context"
text = "The wheat harvest was the "best" in ten years!"
claimant = { name = "Publisher" }
refutation_on_record = false
citations = [{ section = "Economy", paragraph = 1 }]
""".replace('"best"', "“best”")
    load(store)
    load(store, SEEDS.replace("[[refutation]]", again + "\n[[refutation]]", 1))
    retriever = Retriever(store, Encoders(WordEncoder()), tmp_path / "index")
    found = find(retriever, "The wheat harvest was the “best” in ten years!")
    assert [candidate.statement_id for candidate in found[:2]] == ["wheat-harvest-record", "a-late-copy"]
    assert found[1].behind >= 0


def test_a_refutations_text_leads_to_the_statement_it_answers(retriever: Retriever) -> None:
    found = find(retriever, "Observers counted no additional vehicles.")
    assert found[0].statement_id == "north-masses-troops"
    assert found[0].passage.kind is PassageKind.REFUTATION
    assert found[0].passage.record_id == "observers-saw-nothing"
    assert found[0].cosine == pytest.approx(1, abs=1e-6)


def test_what_a_refutation_denies_comes_before_what_it_counters(store: StatementStore, tmp_path: Path) -> None:
    both = SEEDS.replace(
        'counters = ["north-masses-troops"]', 'denies = ["wheat-harvest-record"]\ncounters = ["north-masses-troops"]'
    )
    parts = both.split("[[statement]]")
    wheat = next(part for part in parts if "wheat" in part and "refutation_on_record = false" in part)
    load(store, both.replace(wheat, wheat.replace("on_record = false", "on_record = true")))
    found = find(Retriever(store, Encoders(WordEncoder()), tmp_path / "index"), "Observers counted no additional vehicles.")
    assert [candidate.statement_id for candidate in found[:2]] == ["wheat-harvest-record", "north-masses-troops"]


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
    again = Retriever(store, Encoders(encoder), tmp_path / "index")
    assert encoder.encoded == []
    assert again.manifest == retriever.manifest
    assert find(again, "tanks") == find(retriever, "tanks")


@pytest.mark.parametrize(
    "name", ["manifest.json", "vectors.faiss", "passages.json", "answers.json", "lexical/vocab.index.json", "ngrams.npz"]
)
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
    again = Retriever(store, Encoders(encoder), tmp_path / "index")
    assert encoder.encoded == []  # the vectors are kept in the store
    assert find(again, "tanks") == before


def test_another_encoder_means_another_index(store: StatementStore, tmp_path: Path, retriever: Retriever) -> None:
    other = WordEncoder(fingerprint="f" * 16)
    again = Retriever(store, Encoders(other), tmp_path / "index")
    assert again.manifest.encoder_fingerprint == "f" * 16
    assert other.encoded


def test_new_records_are_found_at_once_and_only_they_are_encoded(store: StatementStore, tmp_path: Path) -> None:
    load(store)
    encoder = WordEncoder()
    retriever = Retriever(store, Encoders(encoder), tmp_path / "index")
    version = retriever.manifest.version
    encoder.encoded.clear()
    load(store, SEEDS.replace("South bought forty tanks in March 2023.", "South sold nine aeroplanes."))
    assert find(retriever, "South sold nine aeroplanes")[0].statement_id == "south-buys-tanks"
    assert encoder.encoded == ["South sold nine aeroplanes.", "South sold nine aeroplanes"]
    assert retriever.manifest.version != version


def test_an_empty_store_answers_with_nothing(store: StatementStore, tmp_path: Path) -> None:
    retriever = Retriever(store, Encoders(WordEncoder()), tmp_path / "index")
    assert find(retriever, "anything") == []
    load(store)
    assert find(retriever, "tanks")
