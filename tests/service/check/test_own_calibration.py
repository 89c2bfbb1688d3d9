"""An operator's own calibration: stored with the base, used by the service, ignored where it was made for other models."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from index.kinds import RelationKind
from index.models.cross_encoder import CLASSES, Combination
from index.models.encoders import Encoders
from index.search.calibration import Model
from service.app import Parts, assemble
from service.check.answers import Answer, Claim
from service.check.confidence import RETRIEVAL, Confidence
from service.check.own_calibration import FOLDER, MadeFor, OwnCalibration, in_force, keep, look_up, made_for, undo
from service.settings import Settings
from tests.conftest import fake_parts
from tests.fakes import WordEncoder, WordRelations

SAYS = "The North masses troops at the river"
DENYING = [5.0 * (kind is RelationKind.DENIES) for kind in CLASSES]


def own(confidence: Confidence | None = None, claims: int = 42, fitting: MadeFor | None = None) -> OwnCalibration:
    """Made for the fakes; it takes all for denials."""
    model = WordRelations()
    return OwnCalibration(
        made="2024-10-01T12:00:00+00:00",
        claims=claims,
        made_for=fitting or made_for(model.fingerprint, WordEncoder("all-MiniLM-L6-v2").fingerprint),
        combination=msgspec.structs.replace(model.combination, bias=DENYING),
        confidence=confidence or Confidence(Model(0.0, {RETRIEVAL: 1.0}), Model(0.0, {}), 0.05, 0.2, 0.2, 0.1, 0.9),
    )


def answered(settings: Settings) -> Answer:
    """By the service as it starts."""
    parts = fake_parts(settings)
    answer = parts.matcher.match([Claim(text=SAYS)]).answers[0]
    parts.store.close()
    return answer


def relation(answer: Answer) -> RelationKind | None:
    found = answer.matches[0].relation
    return found.kind if found else None


def test_the_service_uses_it_and_its_answers_tell(settings: Settings) -> None:
    packaged = answered(settings)
    stored = own()
    keep(settings.data_dir, stored)
    now = answered(settings)
    assert relation(packaged) is RelationKind.REPEATS
    assert relation(now) is RelationKind.DENIES
    assert packaged.produced_by.relation_model is not None
    assert now.produced_by == msgspec.structs.replace(
        packaged.produced_by, relation_model=f"{packaged.produced_by.relation_model} calibrated {stored.id}"
    )
    assert answered(settings) == now


def test_thresholds_are_its_own(settings: Settings) -> None:
    keep(settings.data_dir, own())
    parts = fake_parts(settings)
    assert parts.matcher.thresholds == (0.2, 0.1)
    assert parts.matcher.judge is not None
    assert "calibrated" in parts.matcher.judge.ready()
    parts.store.close()


def test_without_relations_it_changes_nothing(settings: Settings) -> None:
    without = msgspec.structs.replace(settings, relation="off")
    before = answered(without)
    keep(settings.data_dir, own())
    assert answered(without) == before


def test_the_id_changes_with_the_values_alone() -> None:
    stored = own()
    assert stored.id == own(claims=50).id
    later = own(msgspec.structs.replace(stored.confidence, threshold=0.21))
    assert later.id != stored.id


def test_what_is_read_is_what_was_stored(tmp_path: Path) -> None:
    stored = own()
    path = keep(tmp_path, stored)
    found = look_up(tmp_path)
    assert found is not None
    assert (found.path, found.calibration, found.ignored) == (path, stored, "")
    assert found.told()["id"] == stored.id
    assert [one.name for one in path.parent.iterdir()] == ["0001.json"]


@pytest.mark.parametrize("changed", [{"relation_model": "other 1"}, {"encoder": "other"}, {"retrieval": "other"}])
def test_one_made_for_another_model_is_ignored_with_a_warning(settings: Settings, changed: dict[str, str]) -> None:
    packaged = answered(settings)
    keep(settings.data_dir, own(fitting=msgspec.structs.replace(own().made_for, **changed)))
    with capture_logs() as logged:
        assert answered(settings) == packaged
    (warning,) = [line for line in logged if line["log_level"] == "warning" and "calibration" in line["event"]]
    assert next(iter(changed)).replace("_", " ") in warning["reason"]


@pytest.mark.parametrize(
    "content",
    [
        b"nonsense",
        b"{}",
        msgspec.json.encode(own()).replace(b'"format":1', b'"format":2'),
        msgspec.json.encode(msgspec.structs.replace(own(), combination=Combination([0.0], {}, {}))),
    ],
)
def test_one_that_cannot_be_read_is_ignored_with_a_warning(tmp_path: Path, content: bytes) -> None:
    wanted = own().made_for
    keep(tmp_path, own()).write_bytes(content)
    with capture_logs() as logged:
        assert in_force(tmp_path, wanted) is None
    assert [line["log_level"] for line in logged] == ["warning"]


def test_undo_brings_the_previous_one_back(tmp_path: Path) -> None:
    wanted = own().made_for
    for claims in (30, 40):
        keep(tmp_path, own(claims=claims))
    assert [in_force_claims(tmp_path, wanted), undo(tmp_path), in_force_claims(tmp_path, wanted)] == [40, True, 30]
    assert [undo(tmp_path), in_force(tmp_path, wanted), undo(tmp_path)] == [True, None, False]


def in_force_claims(folder: Path, wanted: MadeFor) -> int | None:
    found = in_force(folder, wanted)
    return found.claims if found else None


def test_many_are_told_apart_by_number_not_by_letters(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "9999.json").write_bytes(msgspec.json.encode(own(claims=30)))
    keep(tmp_path, own(claims=40))
    assert in_force_claims(tmp_path, own().made_for) == 40


def test_another_encoder_at_the_start_is_noticed(settings: Settings) -> None:
    keep(settings.data_dir, own())
    other = Encoders(WordEncoder("all-MiniLM-L6-v2", "ffffffffffffffff"))
    parts: Parts = assemble(settings, other, relation_model=WordRelations())
    assert parts.matcher.judge is not None
    assert "calibrated" not in parts.matcher.judge.ready()
    parts.store.close()
