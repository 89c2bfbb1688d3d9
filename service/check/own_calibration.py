"""How sure answers are, fitted anew on an operator's own labelled claims: kept with the base, in force from the next start on.

`rebut calibrate` makes it (`service/evaluation/refit`). Each calibration is a file of its own in the data directory;
the newest counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
import structlog

from index.models.cross_encoder import Combination, PairScorer, combination_problem
from index.models.files import sha256_of
from index.models.runtime import FloatArray
from index.search import calibration
from service.check.confidence import Confidence

log = structlog.get_logger(__name__)

FOLDER = "calibrations"
"""In the data directory."""


class MadeFor(msgspec.Struct, frozen=True):
    """What a calibration was fitted on top of; with anything else it would be wrong.

    Attributes:
        relation_model, encoder: their fingerprints.
        retrieval: sha256 of the models that tell what a candidate is worth.
    """

    relation_model: str
    encoder: str
    retrieval: str


class OwnCalibration(msgspec.Struct, frozen=True, kw_only=True):
    """A file of `FOLDER`.

    Attributes:
        format: goes up whenever older versions of the service can no longer use it.
        made: date and time, ISO 8601.
        claims: on how many it was fitted.
        combination, confidence: what is used instead of the packaged ones.
    """

    format: Literal[1] = 1
    made: str
    claims: int
    made_for: MadeFor
    combination: Combination
    confidence: Confidence

    @property
    def id(self) -> str:
        """8 hex digits that change whenever an answer may."""
        return hashlib.sha256(msgspec.json.encode((self.combination, self.confidence))).hexdigest()[:8]


class Stored(msgspec.Struct, frozen=True):
    """The newest calibration of a base.

    Attributes:
        calibration: None if the file cannot be used at all.
        ignored: why it is not used; empty if it is.
    """

    path: Path
    calibration: OwnCalibration | None
    ignored: str

    def told(self) -> dict[str, object]:
        """What it is, for programs."""
        own = self.calibration
        known = {"id": own.id, "made": own.made, "claims": own.claims} if own else {}
        return {"file": str(self.path), "ignored": self.ignored or None} | known


class Reweighed:
    """A relation model whose probabilities and cues are weighed by another combination than its own."""

    def __init__(self, model: PairScorer, combination: Combination, note: str = "") -> None:
        """Take the parts.

        Args:
            note: what the fingerprint says besides.
        """
        self.model = model
        self.fingerprint = model.fingerprint + note
        self.combination = combination

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """See `PairScorer.probabilities`."""
        return self.model.probabilities(pairs)


def calibrated(model: PairScorer, own: OwnCalibration) -> PairScorer:
    """The relation model, used as an operator's own calibration says; its fingerprint tells so."""
    return Reweighed(model, own.combination, f" calibrated {own.id}")


def packaged(model: PairScorer) -> PairScorer:
    """The relation model as it comes with the package."""
    return model.model if isinstance(model, Reweighed) else model


def made_for(relation_model: str, encoder: str) -> MadeFor:
    """What a calibration must be made for to be used with these, named by their fingerprints."""
    return MadeFor(relation_model, encoder, sha256_of(calibration.MODELS)[:16])


def in_force(data_dir: Path, wanted: MadeFor) -> OwnCalibration | None:
    """The newest calibration of a base, if it can be used; if there is one that cannot, a warning in the log says why."""
    found = look_up(data_dir, wanted)
    if found and found.ignored:
        log.warning("the base's own calibration is ignored", file=str(found.path), reason=found.ignored)
    return found.calibration if found and not found.ignored else None


def look_up(data_dir: Path, wanted: MadeFor | None = None) -> Stored | None:
    """The newest calibration of a base, and whether it is used.

    Args:
        wanted: what it must be made for; None if that is not known.
    """
    files = files_of(data_dir)
    if not files:
        return None
    try:
        found = msgspec.json.decode(files[-1].read_bytes(), type=OwnCalibration)
    except (OSError, msgspec.MsgspecError) as error:
        return Stored(files[-1], None, f"it cannot be read: {error}")
    problem = combination_problem(found.combination)
    return Stored(files[-1], None if problem else found, problem or _unlike(found.made_for, wanted or found.made_for))


def _unlike(given: MadeFor, wanted: MadeFor) -> str:
    names = [name.replace("_", " ") for name in MadeFor.__struct_fields__ if getattr(given, name) != getattr(wanted, name)]
    return f"it was made with another {' and another '.join(names)}; run `rebut calibrate` again" if names else ""


def keep(data_dir: Path, own: OwnCalibration) -> Path:
    """Store a calibration; the ones before it stay, for `undo`. It is there whole or not at all."""
    files = files_of(data_dir)
    path = data_dir / FOLDER / f"{int(files[-1].stem) + 1 if files else 1:04}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(msgspec.json.format(msgspec.json.encode(own)) + b"\n")
    unfinished.replace(path)
    return path


def undo(data_dir: Path) -> bool:
    """Remove the newest calibration, so that the one before it counts again; False if there is none."""
    files = files_of(data_dir)
    if files:
        files[-1].unlink()
    return bool(files)


def files_of(data_dir: Path) -> list[Path]:
    """The stored calibrations, the newest last."""
    found = (path for path in (data_dir / FOLDER).glob("*.json") if path.stem.isdecimal())
    return sorted(found, key=lambda path: int(path.stem))
