"""`rebut calibrate`: how sure answers are, refitted on an operator's own labelled claims."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from index.errors import InvalidRecord
from service.cli.show import out, progress_bars, show_error, show_problems
from service.cli.show_calibration import describe, show_refit
from service.settings import Settings, read_settings

if TYPE_CHECKING:
    from index.progress import Progress
    from service.app import Parts
    from service.check.own_calibration import OwnCalibration
    from service.evaluation.refit import LabelledClaim, Refit

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", required=False, type=FILE)
@click.option("--dry-run", is_flag=True, help="Only print what would change.")
@click.option("--undo", "undone", is_flag=True, help="Without a FILE: remove the last calibration; the one before it counts again.")
def calibrate(file: Path | None, dry_run: bool, undone: bool) -> None:
    """Refit how sure answers are on your own labelled claims about what is loaded.

    FILE has a claim on each line (JSON lines or CSV): `text`; `language`, or it is detected; `statement`, the id of the one that it
    is about, empty for none; `relation` to it: `repeats`, `denies`, `reverses`, `differs`, `related`, or empty if you do not know.
    From 30 claims on it is worth it; fewer than 20 are refused. Put in claims about nothing known, too.

    Few figures are fitted, shrunk towards the packaged ones, and only what is better in cross-validation is kept. The table tells
    the figures before and after. The result is stored in the data directory and used from the next start of the service on; answers
    tell so (`produced_by`). The claims themselves are not kept.
    """
    if (file is None) != undone or (undone and dry_run):
        raise click.UsageError("give either a FILE or --undo; --dry-run goes with a FILE")
    settings = read_settings()
    if file is None:
        remove(settings)
        return
    if settings.relation == "off":
        show_error("relations are not judged (REBUT_RELATION=off): there is nothing to calibrate")
        sys.exit(1)
    fit_and_keep(file, settings, dry_run)


def remove(settings: Settings) -> None:
    """`rebut calibrate --undo`."""
    from service.check.own_calibration import look_up, undo

    if not undo(settings.data_dir):
        show_error(f"there is no calibration in {settings.data_dir}")
        sys.exit(1)
    before = look_up(settings.data_dir)
    now = f"in its place: {describe(before)}" if before else "the packaged values count again"
    out.print(f"removed; {now}", highlight=False, soft_wrap=True)


def fit_and_keep(file: Path, settings: Settings, dry_run: bool) -> None:
    """Read the claims before the models are loaded; fit, tell, and store unless told not to."""
    from service.api.logs import configure_logging
    from service.app import assemble

    try:
        claims = read(file, settings)
    except InvalidRecord as error:
        show_problems(error.problems, "Nothing was calibrated.")
        sys.exit(1)
    configure_logging("pretty")
    with progress_bars() as progress:
        parts = assemble(settings, progress=progress)
        found, own = fitted(parts, claims, progress)
    parts.store.close()
    show_refit(found, len(claims))
    out.print(kept(settings, own, dry_run), highlight=False, soft_wrap=True)


def read(file: Path, settings: Settings) -> list[LabelledClaim]:
    """The labelled claims, whose statements must be loaded."""
    from index.store.store import StatementFilter
    from service.evaluation.refit import read_claims
    from service.opening import open_store

    store = open_store(settings)
    everything = StatementFilter()
    known = store.matching([everything])[everything]
    store.close()
    return read_claims(file, known)


def fitted(parts: Parts, claims: list[LabelledClaim], progress: Progress) -> tuple[Refit, OwnCalibration | None]:
    """What came out, and what is to be stored; None where the packaged values are as good."""
    from index.search.calibration import load_calibration
    from service.check.confidence import load_confidence
    from service.check.own_calibration import OwnCalibration, made_for, packaged
    from service.check.relation import Judge
    from service.evaluation.refit import Service, refit

    assert parts.matcher.judge is not None
    model = packaged(parts.matcher.judge.model)
    calibration = load_calibration(parts.encoders.name)
    found = refit(Service(parts.store, parts.retriever, calibration, Judge(model), load_confidence()), claims, progress)
    if not found.changes:
        return found, None
    return found, OwnCalibration(
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        claims=len(claims),
        made_for=made_for(model.fingerprint, parts.encoders.fingerprint),
        combination=found.fit.values.combination,
        confidence=found.fit.values.confidence,
    )


def kept(settings: Settings, own: OwnCalibration | None, dry_run: bool) -> str:
    """Store what came out, unless told not to; what was done, in words."""
    from service.check.own_calibration import keep, look_up

    if own is None:
        before = look_up(settings.data_dir)
        stays = f"; still stored: {describe(before)}" if before else ""
        return f"Nothing is stored: the claims do not surely tell better values than the packaged ones{stays}."
    if dry_run:
        return "Nothing is stored: --dry-run."
    path = keep(settings.data_dir, own)
    return f"Stored in {path} ({own.id}); used from the next start of the service on. `rebut calibrate --undo` removes it."
