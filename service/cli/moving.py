"""`rebut export`, `restore` and `backup`: moving a base, and keeping it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from index.errors import ExportInvalid
from service.cli.beside import files_beside, put_beside, refuse_other_key, refuse_unknown
from service.cli.earlier_keys import EARLIER, earlier_keys
from service.cli.show import progress_bars, show_problems
from service.cli.show_moving import show_backup, show_export, show_restored, show_unsound
from service.settings import Settings, read_settings

if TYPE_CHECKING:
    from index.ledger.notes import PublicKey
    from index.progress import Progress
    from index.store.database import Database
    from index.store.moving.restoring import Export

NEW = click.Path(path_type=Path)
THERE = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("path", type=NEW, metavar="FILE|FOLDER")
@click.option(
    "--with-keys",
    is_flag=True,
    help="Put in the hashes of API keys and passwords, and the ledger's PRIVATE key: whoever has it can sign a forged ledger.",
)
def export(path: Path, with_keys: bool) -> None:
    """Write all that the store holds into a FILE (its name ends in `.zip`) or a FOLDER, which must not be there yet.

    Records, drafts, all that was ever changed, the ledger with its signatures, conflicts, and your own calibrations: JSON lines in
    an order that stays, with a manifest and checksums, so that `diff` compares two exports. What was erased is not in it. It can be
    made while the service runs, and read back with `rebut restore`, into SQLite or PostgreSQL.

    Without `--with-keys` it holds no secret. Then keep `ledger.key`, in the data folder, apart: a restored store signs with it.
    Vectors and the index are not in it: they are made anew.
    """
    from index.store.moving.exporting import export as write
    from service.build import service_name

    settings = read_settings()
    with _database(settings) as database, progress_bars() as progress:
        beside = files_beside(settings, with_keys=with_keys)
        manifest = write(database, path, service_name(), with_keys=with_keys, beside=beside, progress=progress)
    show_export(manifest, path)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """The store's database."""
    from index.ledger.notes import key_in
    from index.store.database import Database

    database = Database(settings.store_url, key_in(settings.ledger_key))
    try:
        yield database
    finally:
        database.close()


@click.command()
@click.argument("path", type=THERE, metavar="FILE|FOLDER")
@click.option("--dry-run", is_flag=True, help="Only verify the export; no store is touched.")
@click.option("--key", help="The public key that must have signed it (NAME+ID+KEY), if you kept it: else the export's own counts.")
@EARLIER
@click.option(
    "--lost-key", is_flag=True, help="The key that signed the ledger is lost: do not look at signatures, sign with a new one."
)
def restore(path: Path, dry_run: bool, key: str | None, earlier: tuple[str, ...], lost_key: bool) -> None:
    """Fill an empty store with an export.

    The checksums of all files, the chain and the signatures of the ledger, every record and all counts are verified before anything
    counts; each problem is named. If it fails, or is interrupted, the store stays empty. Then answers and the ledger's checkpoint
    are those of the store that was exported.

    The store goes on signing with the same key: put `ledger.key` into the data folder first, unless the export holds it.
    """
    from index.store.moving.restoring import opened

    if (key or earlier) and lost_key:
        raise click.UsageError("give either keys or --lost-key")
    settings, before = read_settings(), earlier_keys(earlier)
    try:
        with progress_bars() as progress:
            progress("verifying the checksums", 0, 1)
            with opened(path) as found:
                refuse_unknown(found.manifest.beside)
                signed_by = None if lost_key else _signed_by(found, key)
                if dry_run:
                    _try(found, signed_by, before, progress)
                else:
                    _fill(settings, found, signed_by, before, progress)
    except ExportInvalid as error:
        show_problems(error.problems, "The export cannot be used, and nothing was restored.")
        sys.exit(1)
    show_restored(found.manifest, dry_run=dry_run)


def _signed_by(found: Export, key: str | None) -> PublicKey | None:
    from index.ledger.notes import PublicKey

    told = key or found.manifest.public_key
    return PublicKey.read(told) if told else None


def _try(found: Export, signed_by: PublicKey | None, earlier: Sequence[PublicKey], progress: Progress) -> None:
    """Restore it to a store that is thrown away."""
    from index.store.moving.restoring import empty_store, restore

    with tempfile.TemporaryDirectory() as scratch, empty_store(f"sqlite:///{scratch}/rebut.sqlite") as database:
        restore(database, found, signed_by, progress, earlier)


def _fill(settings: Settings, found: Export, signed_by: PublicKey | None, earlier: Sequence[PublicKey], progress: Progress) -> None:
    """Restore it to the store that the settings name. What lies beside comes first: nothing is missing once the store counts."""
    from index.store.moving.restoring import empty_store, restore

    beside = {name: found.read(name) for name in sorted(found.manifest.beside)}
    with empty_store(settings.store_url) as database, put_beside(settings, beside):
        if signed_by:
            refuse_other_key(settings, signed_by)
        restore(database, found, signed_by, progress, earlier)


@click.command()
@click.argument("path", type=NEW, metavar="FILE")
@EARLIER
@click.option("--lost-key", is_flag=True, help="The key that signed the ledger is lost: do not look at signatures.")
def backup(path: Path, earlier: tuple[str, ...], lost_key: bool) -> None:
    """Copy the store's SQLite database into a FILE, which must not be there yet, while the service runs and writes.

    It is a copy of one moment, with API keys' hashes, vectors and all, and is verified as `rebut verify` does before it gets its
    name. To use it, put it in the place of `rebut.sqlite`, with no service running. The ledger's private key and your own
    calibrations are files beside it: copy them, too. PostgreSQL is backed up with `pg_dump`; `rebut export` works with both.
    """
    from index.ledger.notes import key_in
    from index.store.moving.backing_up import BackupUnsound, back_up

    settings, before = read_settings(), earlier_keys(earlier)
    try:
        with progress_bars() as progress:
            signer = key_in(settings.ledger_key)
            size = back_up(settings.store_url, signer, path, check_signatures=not lost_key, earlier=before, progress=progress)
    except BackupUnsound as error:
        show_unsound(error.findings)
        sys.exit(1)
    show_backup(path, size)
