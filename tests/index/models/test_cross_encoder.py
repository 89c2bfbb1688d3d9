from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.errors import RelationModelInvalid
from index.kinds import RelationKind
from index.models.cross_encoder import CLASSES, DESCRIPTION, FILES, FOLDER, CrossEncoderModel
from service.evaluation.labelled import MEANINGS, Label, meanings
from tests.contracts.encoding import eager_threads

TROOPS = "Ukraine is massing troops near the border with Belarus"
PAIRS = [
    (
        "Ukraine masses its troops near Belarus around Zhitomir",
        "Minsk says that Ukrainian forces have been moving up to the border with Belarus, above all in Ukraine's Zhytomyr region, "
        "since late June 2024.",
        RelationKind.REPEATS,
    ),
    ("Ukraine is not massing troops near the border with Belarus", TROOPS, RelationKind.DENIES),
    ("Неправда, что Украина стягивает войска к границе с Беларусью", TROOPS, RelationKind.DENIES),
    ("Belarus is massing troops near the border with Ukraine", TROOPS, RelationKind.REVERSES),
    ("The bakery on our street opens at six", TROOPS, RelationKind.RELATED),
]


@pytest.fixture(scope="module")
def model() -> CrossEncoderModel:
    return CrossEncoderModel(threads=1)


@pytest.mark.parametrize(("claim", "statement", "kind"), PAIRS)
def test_the_model_tells_the_kinds_apart(model: CrossEncoderModel, claim: str, statement: str, kind: RelationKind) -> None:
    (row,) = model.probabilities([(claim, statement)])
    assert CLASSES[int(row.argmax())] is kind


def test_no_pairs_and_any_text(model: CrossEncoderModel) -> None:
    assert model.probabilities([]).shape == (0, len(CLASSES))
    hostile = [("", ""), ("a" * 5000, "b" * 5000), ("🏴‍☠️" * 500, "\u202e\ufeff"), ("\ud7ff\U0010ffff", "١٢٣")]
    assert np.isfinite(model.probabilities(hostile)).all()


def test_what_is_kept_of_a_statement_is_bounded_and_changes_nothing() -> None:
    model = CrossEncoderModel(threads=1, statements_kept=8)
    pairs = [("Wheat is dear", f"Statement {number} is about wheat") for number in range(20)]
    first = model.probabilities(pairs)
    assert len(model._kept) == 8
    np.testing.assert_allclose(model.probabilities(pairs[::-1])[::-1], first, atol=1e-5)  # some from those kept, some anew
    assert len(model._kept) == 8
    np.testing.assert_allclose(model.probabilities(pairs[-2:]), first[-2:], atol=1e-5)


def test_many_threads_share_what_is_kept() -> None:
    model = CrossEncoderModel(threads=1, statements_kept=2)
    texts = [f"Statement {number}" for number in range(12)]
    states = model._states(texts)

    def remember(start: int) -> bool:
        model._states = lambda some: {text: states[text] for text in some}  # type: ignore[method-assign]
        for turn in range(2000):
            some = [texts[(start + turn + step) % len(texts)] for step in range(4)]
            assert model._states_of_statements(some).keys() == set(some)
        return True

    with eager_threads(), ThreadPoolExecutor(8) as pool:
        assert all(pool.map(remember, range(8)))
    assert len(model._kept) == 2


@pytest.mark.parametrize("damaged", [*FILES, DESCRIPTION])
@pytest.mark.parametrize("how", ["changed", "missing"])
def test_damaged_files_are_refused(tmp_path: Path, damaged: str, how: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(FOLDER, folder)
    if how == "changed":
        content = (folder / damaged).read_bytes()
        (folder / damaged).write_bytes(content[:-2] + b"xx")
    else:
        (folder / damaged).unlink()
    with pytest.raises(RelationModelInvalid, match=str(folder)):
        CrossEncoderModel(folder)


def test_every_label_means_something_and_a_set_without_neutral_calls_any_change_a_contradiction() -> None:
    assert set(MEANINGS) == set(Label)
    three = meanings([Label.ENTAILMENT, Label.CONTRADICTION, Label.NEUTRAL])
    assert three[Label.CONTRADICTION] == {RelationKind.DENIES}
    assert frozenset().union(*three.values()) == set(RelationKind)
    two = meanings([Label.ENTAILMENT, Label.CONTRADICTION])
    assert two[Label.CONTRADICTION] == set(RelationKind) - {RelationKind.REPEATS}
