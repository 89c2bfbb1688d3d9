"""`rebut calibrate` and what `rebut info` tells of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from index.models.cross_encoder import fingerprint_of
from index.models.encoders import Encoders
from index.progress import no_progress
from service.app import Parts, assemble
from service.check.answers import Claim
from service.check.own_calibration import OwnCalibration, keep, look_up
from service.cli.calibrate import fitted, kept
from service.cli.show_calibration import describe, show_refit
from service.evaluation.refit import LabelledClaim
from service.settings import Settings
from tests.fakes import CONFIDENCE, WordEncoder
from tests.service.check.test_own_calibration import own
from tests.service.cli.test_main import rebut
from tests.service.evaluation.labelled_base import Mistaken, claims, document

pytestmark = pytest.mark.slow

CLAIMS = claims(8)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Parts]:
    """A service whose relation model has a known fault, over a base made of words."""
    parts = started(Settings(data_dir=tmp_path, seeds="", relation="on"))
    parts.store.load([document(20)])
    parts.retriever.live.refresh()
    yield parts
    parts.store.close()


def started(settings: Settings) -> Parts:
    return assemble(settings, Encoders(WordEncoder("all-MiniLM-L6-v2")), relation_model=Mistaken(), confidence=CONFIDENCE)


def right(parts: Parts) -> int:
    """How many of the claims about statements are judged as labelled."""
    about = [claim for claim in CLAIMS if claim.statement]
    answers = parts.matcher.match([Claim(text=claim.text, language=claim.language) for claim in about]).answers
    told = [{match.candidate.statement_id: match.relation for match in answer.matches} for answer in answers]
    found = [relations.get(claim.statement or "") for claim, relations in zip(about, told, strict=True)]
    return sum(bool(relation) and relation.kind is claim.relation for claim, relation in zip(about, found, strict=True) if relation)


def calibrated(parts: Parts, some: list[LabelledClaim] = CLAIMS) -> OwnCalibration:
    found, stored = fitted(parts, some, no_progress)
    assert found.changes
    assert stored is not None
    return stored


def test_what_is_stored_puts_the_service_right_from_its_next_start_on(made: Parts) -> None:
    stored = calibrated(made)
    assert "Stored in" in kept(made.settings, stored, dry_run=False)
    again = started(made.settings)
    assert right(made) < right(again) == 24
    assert again.matcher.judge is not None
    assert again.matcher.judge.model.fingerprint == f"words 0123456789abcdef calibrated {stored.id}"
    again.store.close()


def test_a_calibrated_service_is_calibrated_from_the_packaged_values(made: Parts) -> None:
    stored = calibrated(made)
    kept(made.settings, stored, dry_run=False)
    again = started(made.settings)
    assert calibrated(again).id == stored.id
    again.store.close()


def test_a_dry_run_stores_nothing(made: Parts) -> None:
    assert "--dry-run" in kept(made.settings, calibrated(made), dry_run=True)
    assert look_up(made.settings.data_dir) is None


def test_nothing_better_stores_nothing_and_says_what_still_counts(made: Parts) -> None:
    assert kept(made.settings, None, dry_run=False).endswith("than the packaged ones.")
    keep(made.settings.data_dir, own(claims=33))
    assert "still stored: " in kept(made.settings, None, dry_run=False)
    assert "on 33 claims" in kept(made.settings, None, dry_run=False)


def test_the_table_tells_figures_and_what_was_fitted(made: Parts, capsys: pytest.CaptureFixture[str]) -> None:
    found, _ = fitted(made, CLAIMS, no_progress)
    show_refit(found, len(CLAIMS))
    told = capsys.readouterr().out
    assert re.search(r"relation right +66\.7% +100\.0%", told)
    assert re.search(r"answered from +0\.\d{3} +as it was", told)
    assert re.search(r"relation: scale \d\.\d\d, bias of repeats [+-]", told)
    for row in ("refuted repeats told", "wrongly told", "unrelated answered", "log loss: relation", "refutations apply from"):
        assert row in told
    assert "tells little" not in told
    show_refit(found, 29)
    assert "fewer than 30 claims, this tells little" in capsys.readouterr().out


def test_progress_is_told_for_many_claims(made: Parts) -> None:
    told: list[tuple[str, int, int]] = []
    fitted(made, claims(26), lambda *step: told.append(step))
    assert [step for step in told if step[0] == "asking"] == [("asking", 100, 104), ("asking", 104, 104)]


# --- the command


def written(tmp_path: Path, *lines: dict[str, str]) -> str:
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return str(path)


def test_a_file_that_cannot_be_used_is_refused_at_once(tmp_path: Path) -> None:
    few = rebut(tmp_path, "calibrate", written(tmp_path, *({"text": f"Claim {n}"} for n in range(19))))
    assert few.returncode == 1
    assert "Nothing was calibrated" in few.stderr
    assert "19 claims are too few: 20 are needed" in few.stderr
    wrong = [{"text": "A", "statement": "gone"}, {"text": "B", "statement": "lost", "relation": "agrees"}]
    told = rebut(tmp_path, "calibrate", written(tmp_path, *wrong))
    assert told.returncode == 1
    for said in ("line 1: statement: no statement has the id 'gone'", "line 2: statement", "line 2: relation: 'agrees' is none of"):
        assert said in told.stderr


def test_wrong_usage_and_relations_turned_off_are_explained(tmp_path: Path) -> None:
    file = written(tmp_path, {"text": "A"})
    for arguments in ([], [file, "--undo"], ["--undo", "--dry-run"]):
        told = rebut(tmp_path, "calibrate", *arguments)
        assert (told.returncode, "give either a FILE or --undo" in told.stderr) == (2, True)
    off = rebut(tmp_path, "calibrate", file, REBUT_RELATION="off")
    assert (off.returncode, "REBUT_RELATION=off" in off.stderr) == (1, True)


def test_info_shows_it_and_undo_takes_it_back(tmp_path: Path) -> None:
    assert re.search(r"calibration +the packaged one", rebut(tmp_path, "info").stdout)
    first, second = own(claims=33), own(claims=44)
    for one in (first, second):
        keep(tmp_path, one)
    assert f"{second.id} of {second.made}, on 44 claims" in rebut(tmp_path, "info").stdout
    known = json.loads(rebut(tmp_path, "info", "--json").stdout)["calibration"]
    assert known == {"id": second.id, "made": second.made, "claims": 44, "ignored": None, "file": str(look_up(tmp_path).path)}  # type: ignore[union-attr]
    assert "in its place" in rebut(tmp_path, "calibrate", "--undo").stdout
    assert "the packaged values count again" in rebut(tmp_path, "calibrate", "--undo").stdout
    none = rebut(tmp_path, "calibrate", "--undo")
    assert (none.returncode, "there is no calibration" in none.stderr) == (1, True)


def test_one_that_is_ignored_says_why(tmp_path: Path) -> None:
    keep(tmp_path, own())
    fitting = msgspec.structs.replace(own().made_for, relation_model=fingerprint_of())
    found = look_up(tmp_path, fitting)
    assert found is not None
    assert "ignored: it was made with another relation model" in describe(found)
