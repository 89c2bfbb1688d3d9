from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.errors import RelationModelInvalid
from index.kinds import RelationKind
from index.models.cross_encoder import CLASSES, DESCRIPTION, FILES, FOLDER, CrossEncoderModel, _verify
from index.models.files import sha256_of
from index.models.pinned import RELATION_SHA256
from service.evaluation.labelled import MEANINGS, Label, meanings
from tests.contracts.encoding import eager_threads
from training.relation.pin import MODULE, pin

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the packaged model that may be damaged."""
    return Path(shutil.copytree(FOLDER, tmp_path / "model"))


@pytest.mark.parametrize("damaged", [*FILES, DESCRIPTION])
@pytest.mark.parametrize("how", ["changed", "missing"])
def test_damaged_files_are_refused(folder: Path, damaged: str, how: str) -> None:
    if how == "changed":
        content = (folder / damaged).read_bytes()
        (folder / damaged).write_bytes(content[:-2] + b"xx")
    else:
        (folder / damaged).unlink()
    with pytest.raises(RelationModelInvalid, match=f"{folder}.*; install Rebut again"):
        CrossEncoderModel(folder)


def edit(folder: Path, change: Callable[[Any], object]) -> None:
    """Edit a description by hand."""
    described = json.loads((folder / DESCRIPTION).read_text())
    change(described)
    (folder / DESCRIPTION).write_text(json.dumps(described))


def test_the_packaged_description_is_the_one_that_is_pinned() -> None:
    assert sha256_of(FOLDER / DESCRIPTION) == RELATION_SHA256, "run `python -m training.relation.pin`, and commit what it writes"
    assert _verify(FOLDER, RELATION_SHA256).name


def test_an_edited_description_is_refused(folder: Path) -> None:
    edit(folder, lambda described: described["combination"]["bias"].reverse())
    assert _verify(folder).name  # as good a description as any
    with pytest.raises(RelationModelInvalid, match=r"model\.json is not the one that this version came with; install Rebut again"):
        _verify(folder, RELATION_SHA256)


def test_pinning_changes_nothing_but_the_sum(folder: Path, tmp_path: Path) -> None:
    edit(folder, lambda described: described.update(name="another"))
    module = Path(shutil.copyfile(MODULE, tmp_path / "pinned.py"))
    sha256 = pin(folder, module)
    assert _verify(folder, sha256).name == "another"
    assert module.read_text() == MODULE.read_text().replace(RELATION_SHA256, sha256)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda described: described.update(most_tokens=-1), "most_tokens"),
        (lambda described: described.update(most_tokens=2), "most_tokens"),
        (lambda described: described.update(name=""), "name"),
        (lambda described: described.update(classes=["repeats", "denies", "reverses", "related", "unrelated"]), "differs"),
        (lambda described: described["combination"]["kinds"].pop("denies"), "all kinds and all cues"),
        (lambda described: described["combination"]["cues"].popitem(), "all kinds and all cues"),
        (lambda described: described["combination"]["cues"].update(weather=[0.0] * 5), "weather"),
        (lambda described: described["combination"]["bias"].pop(), "5 finite numbers"),
        (lambda described: described["combination"]["kinds"]["denies"].append(0.0), "5 finite numbers"),
        (lambda described: described["combination"]["kinds"]["denies"].clear(), "5 finite numbers"),
        (lambda described: described["combination"]["bias"].insert(0, float("nan")), "cannot be read"),
    ],
)
def test_a_description_that_cannot_be_used_is_refused(folder: Path, change: Callable[[Any], object], told: str) -> None:
    edit(folder, change)
    with pytest.raises(RelationModelInvalid, match=f"{told}.*; install Rebut again"):
        CrossEncoderModel(folder)


def test_every_label_means_something_and_a_set_without_neutral_calls_any_change_a_contradiction() -> None:
    assert set(MEANINGS) == set(Label)
    three = meanings([Label.ENTAILMENT, Label.CONTRADICTION, Label.NEUTRAL])
    assert three[Label.CONTRADICTION] == {RelationKind.DENIES}
    assert frozenset().union(*three.values()) == set(RelationKind)
    two = meanings([Label.ENTAILMENT, Label.CONTRADICTION])
    assert two[Label.CONTRADICTION] == set(RelationKind) - {RelationKind.REPEATS}
