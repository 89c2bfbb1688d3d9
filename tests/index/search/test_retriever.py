from __future__ import annotations

import random
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index.kinds import PassageKind
from index.models.encoders import Encoders
from index.models.runtime import FloatArray
from index.progress import Progress, no_progress
from index.search.candidates import POOL, encode, nearest
from index.search.folders import current
from index.search.fusion import REFUTATION_HANDICAP, SUPPORT, SUPPORTING_PASSAGES, Candidate, load_fusion
from index.search.passages import id_order
from index.search.retriever import Query, Retriever
from index.store.sql import SqlStore
from index.store.store import StatementStore
from index.text.cleaning import LONG, clean
from index.text.words import analyse
from tests.fakes import SEEDS, WordEncoder
from tests.index.store.test_store import load
from tests.service.check.test_matcher import connections


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
    snapshot, encoder, fusion = retriever.live.current, WordEncoder(), load_fusion()
    catalogue = snapshot.catalogue
    vectors = encoder.encode([clean(passage.text) for passage in catalogue.passages]).astype(np.float64)
    query = encoder.encode([clean(text)])[0].astype(np.float64)
    bm25, full = snapshot.words.scores(analyse(clean(text), "en"), catalogue.document_places)
    ngrams = snapshot.ngrams.cosines(clean(text), np.arange(len(catalogue.passages)))
    weights = fusion.english if second else fusion.other
    scores: dict[tuple[str, str], list[float]] = {}
    for row, passage in enumerate(catalogue.passages):
        cosine = vectors[row] @ query
        score = weights.cosine * cosine
        score += weights.overlap * bm25[row] / full + weights.ngrams * ngrams[row]
        if second:
            intercept, slope = fusion.expected_english
            score += weights.english * (cosine if passage.language == "en" else intercept + slope * cosine)
        score -= REFUTATION_HANDICAP if passage.kind is PassageKind.REFUTATION else 0
        for statement_id in catalogue.statements_at([row]):
            scores.setdefault((statement_id, passage.record_id), []).append(float(score))
    best: dict[str, float] = {}
    for (statement_id, _), found in scores.items():
        three = sorted(found, reverse=True)[:SUPPORTING_PASSAGES]
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


def test_claims_asked_together_find_what_each_finds_alone(store: StatementStore, tmp_path: Path) -> None:
    load(store)
    retriever = Retriever(store, Encoders(WordEncoder(), WordEncoder("english", "e" * 16)), tmp_path / "index")
    only = frozenset({"north-masses-troops", "wheat-harvest-record"})
    queries = [
        Query("South masses tanks at the river", "en"),
        Query("Север стягивает войска", "ru"),
        Query("South masses tanks at the river", "en", only),
        Query("the wheat harvest", "en", pool=1),
        Query("the wheat harvest " + "filler " * 3 * LONG, "en"),
        Query("the wheat harvest", "en", only),
        Query("nothing of all this", "en", frozenset()),
    ]
    together = retriever.retrieve(queries).candidates
    alone = [retriever.retrieve([query]).candidates[0] for query in queries]
    assert [[one.statement_id for one in found] for found in together] == [[one.statement_id for one in found] for found in alone]
    for found, expected in zip(together, alone, strict=True):
        assert [one.fused for one in found] == pytest.approx([one.fused for one in expected], abs=1e-6)
    assert [len(found) for found in together][2:] == [2, 1, 3, 2, 0]
    assert retriever.retrieve([]).candidates == []


def test_a_claim_buried_in_a_long_text_is_found(retriever: Retriever) -> None:
    filler = "filler " * 6 * LONG
    for text in (filler + " the wheat harvest was the best in ten years " + filler, "the best harvest of wheat " + filler):
        assert find(retriever, text)[0].statement_id == "wheat-harvest-record"


STATEMENT = """
[[statement]]
id = "{}"
kind = "context"
text = "{}"
claimant = {{ name = "Publisher" }}
refutation_on_record = false
citations = [{{ section = "Economy", paragraph = 1 }}]
"""


def seeds_with(*statements: tuple[str, str], seeds: str = SEEDS) -> str:
    """Seeds with more statements: their ids and texts."""
    return seeds.replace("[[refutation]]", "\n".join(STATEMENT.format(*one) for one in statements) + "\n[[refutation]]", 1)


def test_of_statements_that_say_the_same_the_lowest_id_leads_whichever_came_first(store: StatementStore, tmp_path: Path) -> None:
    text = "The wheat harvest was the “best” in ten years!"
    load(store)
    load(store, seeds_with(("claim-10", text), ("zebra", text)))
    load(store, seeds_with(("claim-10", text), ("zebra", text), ("claim-9", text)))
    found = find(Retriever(store, Encoders(WordEncoder()), tmp_path / "index"), text)
    assert [candidate.statement_id for candidate in found[:4]] == ["claim-9", "claim-10", "wheat-harvest-record", "zebra"]
    assert all(candidate.behind_best >= 0 for candidate in found)


def test_ids_are_ordered_by_the_numbers_in_them() -> None:
    ids = ["10", "9", "a", "a-10", "a-9", "a-09", "a-9-b", "", "b²", "b"]
    assert sorted(ids, key=id_order) == ["", "9", "10", "a", "a-09", "a-9", "a-9-b", "a-10", "b", "b²"]


def test_the_order_of_loading_leaves_no_trace(tmp_path: Path) -> None:
    others = [(f"other-{number}", f"Report {number} counts soldiers at the river.") for number in range(12)]
    told, versions = [], []
    for seed in range(3):
        store = SqlStore(f"sqlite:///{tmp_path}/{seed}.sqlite")
        some = random.Random(seed).sample(others, 12)
        for stop in (0, 5, 12) if seed else (12,):
            load(store, seeds_with(*some[:stop]))
        retriever = Retriever(store, Encoders(NoisyEncoder(seed)), tmp_path / str(seed))
        versions.append(retriever.manifest.version)
        told.append([(one.statement_id, round(one.fused, 4)) for one in find(retriever, "soldiers at the river")])
        store.close()
    assert told[0] == told[1] == told[2]
    assert versions[0] == versions[1] == versions[2]


class NoisyEncoder(WordEncoder):
    """Another machine's: its vectors differ in their last bits, by the seed."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.dice = np.random.default_rng(seed)

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        vectors = super().encode(texts, progress)
        return np.asarray(vectors * (1 + self.dice.uniform(-2e-7, 2e-7, vectors.shape)), np.float32)


def test_the_version_follows_what_the_index_is_made_of(store: StatementStore, tmp_path: Path) -> None:
    def version(encoder: WordEncoder) -> str:
        return Retriever(store, Encoders(encoder), tmp_path / "index").manifest.version

    load(store)
    first = version(WordEncoder())
    assert version(WordEncoder(fingerprint="f" * 16)) != first
    assert version(WordEncoder("rebut-e5-small"[:5])) == first, "a name is no content"
    load(store, SEEDS.replace("forty tanks", "fifty tanks"))
    changed = version(WordEncoder())
    load(store, SEEDS.replace("forty tanks", "fifty tanks").replace("counters", "denies"))
    assert len({first, changed, version(WordEncoder())}) == 3
    load(store)
    assert version(WordEncoder()) == first


class BlindEncoder(WordEncoder):
    """Knows only how high one of a text's numbers is, the first or another: the higher, the nearer to all high ones."""

    def __init__(self, which: int = 0) -> None:
        super().__init__(f"number {which}", f"{which:016}")
        self.which = which

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        numbers = [[*map(int, re.findall("[0-9]+", text)), 0, 0][self.which] for text in texts]
        angles = 1 / (1 + np.array(numbers))
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        vectors[:, 0], vectors[:, 1] = np.cos(angles), np.sin(angles)
        return vectors


def test_each_search_looks_only_at_what_is_allowed(store: StatementStore, tmp_path: Path) -> None:
    """More than any pool holds are nearer by each search and not allowed; more are allowed and nearer by vectors."""
    near = [(f"near-{number}", f"zebra zebra {number + 1000}") for number in range(POOL + 10)]
    nearer = [(f"allowed-{number}", f"giraffe {number + 100}") for number in range(POOL + 10)]
    load(store, seeds_with(*near, *nearer, ("target", "one zebra among very many other words that make its score a low one")))
    allowed = frozenset(["target", *(id_ for id_, _ in nearer)])
    encoders = Encoders(BlindEncoder())
    index = Retriever(store, encoders, tmp_path / "index").live.current
    parts = encode(index, encoders, [("zebra 5000", "en")])[0]
    found = nearest(index, parts, index.catalogue.allowed(allowed))[0]
    assert found <= allowed
    assert "target" in found, "by its word, which only what is not allowed has oftener"
    assert len(found) == POOL + 1
    assert "target" not in nearest(index, parts, index.catalogue.allowed(None))[0]


def test_the_english_search_finds_what_the_other_does_not(store: StatementStore, tmp_path: Path) -> None:
    near = [(f"near-{number}", f"giraffe {number + 100} {number + 1000}") for number in range(POOL + 10)]
    nearer = [(f"allowed-{number}", f"giraffe {number + 100} 1") for number in range(POOL + 10)]
    load(store, seeds_with(*near, *nearer, ("target", "giraffe 3 500")))
    encoders = Encoders(BlindEncoder(), BlindEncoder(1))
    index = Retriever(store, encoders, tmp_path / "index").live.current
    parts = encode(index, encoders, [("zebra 9000 9000", "en")])[0]
    allowed = frozenset(["target", *(id_ for id_, _ in nearer)])
    assert "target" in nearest(index, parts, index.catalogue.allowed(allowed))[0]
    assert "target" not in nearest(index, parts, index.catalogue.allowed(None))[0]


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


def test_a_refutation_leads_only_to_what_is_allowed_of_all_that_it_answers(store: StatementStore, tmp_path: Path) -> None:
    both = SEEDS.replace('counters = ["north-masses-troops"]', 'counters = ["north-masses-troops", "south-buys-tanks"]')
    load(store, both.replace('["arms"]\nrefutation_on_record = false', '["arms"]\nrefutation_on_record = true'))
    retriever = Retriever(store, Encoders(WordEncoder()), tmp_path / "index")
    for allowed in ("north-masses-troops", "south-buys-tanks"):
        found = find(retriever, "Observers counted no additional vehicles.", allowed=frozenset({allowed}))
        assert [candidate.statement_id for candidate in found] == [allowed]


@pytest.mark.parametrize("second", [False, True])
def test_a_query_is_answered_alone_as_among_others_in_any_order(store: StatementStore, tmp_path: Path, second: bool) -> None:
    load(store, seeds_with(*((f"other-{number}", f"Report {number} counts {number} soldiers.") for number in range(30))))
    encoders = Encoders(WordEncoder("rebut-e5-small"), WordEncoder("english", "e" * 16) if second else None)
    retriever = Retriever(store, encoders, tmp_path / "index")
    texts = ["wheat", "tanks", "troops at the river", "Север", "!", "Report 7", "soldiers " * 2 * LONG, "river troops " * LONG]
    queries = [Query(text, "ru" if number % 3 == 0 else "en") for number, text in enumerate(texts * 3)]
    queries[5] = Query("Report 7", "en", frozenset({"other-7", "other-8"}))
    alone = [retriever.retrieve([query]).candidates[0] for query in queries]
    for seed in range(3):
        order = random.Random(seed).sample(range(len(queries)), len(queries))
        together = retriever.retrieve([queries[place] for place in order]).candidates
        assert together == [alone[place] for place in order]


def test_no_query_asks_the_store_or_changes_the_index(store: StatementStore, retriever: Retriever) -> None:
    before = find(retriever, "fifty aeroplanes")
    load(store, SEEDS.replace("forty tanks", "fifty aeroplanes"))
    store.close()
    with connections() as taken:
        assert find(retriever, "fifty aeroplanes") == before
    assert not taken


def test_an_unchanged_index_is_loaded_not_built(store: StatementStore, tmp_path: Path, retriever: Retriever) -> None:
    encoder = WordEncoder()
    again = Retriever(store, Encoders(encoder), tmp_path / "index")
    assert encoder.encoded == []
    assert again.manifest == retriever.manifest
    assert find(again, "tanks") == find(retriever, "tanks")


@pytest.mark.parametrize(
    "name",
    ["manifest.json", "vectors/vectors.faiss", "passages/json.npy", "answers.json", "words/word_rows.npy", "ngrams/counts.npy"],
)
@pytest.mark.parametrize("damage", ["truncate", "remove"])
def test_a_damaged_index_is_rebuilt_without_encoding(
    store: StatementStore, tmp_path: Path, retriever: Retriever, name: str, damage: str
) -> None:
    before = find(retriever, "tanks")
    home = current(tmp_path / "index")
    assert home is not None
    path = home / name
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


def test_new_records_are_found_and_only_they_are_encoded(store: StatementStore, tmp_path: Path) -> None:
    load(store)
    encoder = WordEncoder()
    retriever = Retriever(store, Encoders(encoder), tmp_path / "index")
    version = retriever.manifest.version
    encoder.encoded.clear()
    load(store, SEEDS.replace("South bought forty tanks in March 2023.", "South sold nine aeroplanes."))
    retriever.live.refresh()
    assert find(retriever, "South sold nine aeroplanes")[0].statement_id == "south-buys-tanks"
    assert encoder.encoded == ["South sold nine aeroplanes.", "South sold nine aeroplanes"]
    assert retriever.manifest.version != version


def test_an_empty_store_answers_with_nothing(store: StatementStore, tmp_path: Path) -> None:
    retriever = Retriever(store, Encoders(WordEncoder()), tmp_path / "index")
    assert find(retriever, "anything") == []
    load(store)
    retriever.live.refresh()
    assert find(retriever, "tanks")
