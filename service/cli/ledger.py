"""`rebut history`, `undo`, `erase` and `verify`: what was ever changed, taking it back, and whether all is as it was written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from service.cli.earlier_keys import EARLIER, earlier_keys, show_signers
from service.cli.show_ledger import print_line, show_erased, show_findings, show_history, show_undone
from service.settings import read_settings

if TYPE_CHECKING:
    from index.kinds import RecordKind
    from index.ledger.entries import By
    from index.store.ledger import Revision
    from index.store.store import StatementStore

KINDS = ("statement", "refutation", "review", "source")
AT_TERMINAL = "terminal"
"""Who works at this terminal: the system's name for them would stand in the ledger for good, where everybody can read it."""
WHY = click.option("--why", required=True, help="Why; it stands in the ledger for good.")


def told_by(why: str) -> By:
    """Who works at this terminal, and why. Raises `InvalidInput` if there is something wrong with the reason."""
    from service.editing.whys import by_whom

    return by_whom(AT_TERMINAL, why)


@click.command()
@click.argument("record_id", metavar="ID")
def history(record_id: str) -> None:
    """Show all that was ever changed of a record: when, by whom, why, and what."""
    from service.opening import open_base

    store = open_base(read_settings())
    for kind, revisions in _histories(store, record_id).items():
        show_history(kind.value, record_id, revisions)
    store.close()


def _histories(store: StatementStore, record_id: str) -> dict[RecordKind, list[Revision]]:
    """Kind -> the history of the record with this id."""
    from index.errors import UnknownRecord
    from index.kinds import RecordKind

    kinds = [kind for kind in map(RecordKind, KINDS) if store.ledger.head(kind, record_id)]
    if not kinds:
        raise UnknownRecord("record", record_id)
    return {kind: store.ledger.history(kind, record_id) for kind in kinds}


@click.command()
@click.argument("number", type=click.IntRange(min=1))
@WHY
def undo(number: int, why: str) -> None:
    """Undo an import or a change, whole: NUMBER is what it was told with, or any of its entries in the ledger.

    Each record gets a new revision, as the one before was. What was changed since stays, and is named. An undo can be undone.
    """
    from service.opening import open_base

    store = open_base(read_settings())
    undone = store.ledger.undo(number, told_by(why))
    store.close()
    show_undone(undone)
    if undone.kept:
        sys.exit(1)


@click.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("record_id", metavar="ID")
@click.option("--also", multiple=True, metavar="KIND:ID", help="Another record to be erased in the same act, such as statement:ID.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be erased, and what else says the same.")
@WHY
def erase(kind: str, record_id: str, also: tuple[str, ...], dry_run: bool, why: str) -> None:
    """Take what a record ever said out of the store for good; its hashes stay, so that the ledger can still be verified.

    What a merge moved of a statement into others is taken out of them, too, in all their revisions. Records that say the same by
    themselves are told, and stay unless you name them.

    The index on disk goes, too: it is made anew at the next start, or by `rebut build`. A running service finds the record no more.
    Copies elsewhere (backups, feeds) are not reached.
    """
    from index.kinds import RecordKind
    from service.editing import erasing
    from service.opening import open_base

    settings, others = read_settings(), [_id(one) for one in also]
    store = open_base(settings)
    if dry_run:
        show_erased(store.ledger.erasing(RecordKind(kind), record_id, others), dry_run=True)
    else:
        show_erased(erasing.erase(store, settings.index_dir, RecordKind(kind), record_id, told_by(why), others), dry_run=False)
    store.close()


def _id(told: str) -> tuple[RecordKind, str]:
    from index.kinds import RecordKind

    kind, _, record_id = told.partition(":")
    if kind not in KINDS or not record_id:
        raise click.BadParameter(f"{told!r} is not KIND:ID, such as statement:ID", param_hint="--also")
    return RecordKind(kind), record_id


@click.command()
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="A checkpoint that was kept elsewhere: the ledger must continue it.",
)
@click.option("--key", help="The public key that the checkpoints must be signed with, instead of the ledger's own: NAME+ID+KEY.")
@EARLIER
def verify(against: tuple[Path, ...], key: str | None, earlier: tuple[str, ...]) -> None:
    """Find what is not as it was written: in the ledger, its signed checkpoints, and every record. Fails if anything is.

    Who can write both the database and the key can write another ledger. So keep a checkpoint (`GET /v1/ledger/checkpoint`) and
    the public key elsewhere now and then, and verify against them.

    After the key was replaced, give the one before with `--earlier-key`. Which key signed what is told. What none of them signed
    fails, and so does what an earlier one signed after it was replaced.
    """
    from index.ledger.notes import PublicKey
    from service.opening import open_base

    before = earlier_keys(earlier)
    store = open_base(read_settings())
    wanted = PublicKey.read(key) if key else store.ledger.public_key
    found = list(store.ledger.verify(wanted, [path.read_text("utf-8") for path in against], before))
    stands, public, signed = store.ledger.checkpoint(), store.ledger.public_key, store.ledger.signed()
    store.close()
    show_findings(found, stands[0] if stands else None)
    show_signers(signed, wanted, before)
    if public:
        print_line(f"public key: {public.told()}")
    if found:
        sys.exit(1)
