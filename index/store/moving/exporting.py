"""Exporting: all that a store holds and that cannot be made anew, as it stood at one moment."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa

from index.ledger.notes import Signer
from index.progress import Progress, no_progress
from index.store.database import Database
from index.store.moving.containers import ZIP, Container, Sum, write, writing
from index.store.moving.export_format import FORMAT, MANIFEST, SUMS, Manifest, sums_text, written
from index.store.moving.parts import AT_ONCE, Part, count, lines, parts
from index.store.moving.scratch import appearing
from index.store.opening import schemas
from index.store.sql_ledger import checkpoint_of
from index.store.tables import state
from index.store.writing import origin_of

DOING = "exporting"


def export(
    database: Database,
    path: Path,
    made_by: str,
    *,
    with_keys: bool = False,
    beside: Mapping[str, bytes] | None = None,
    progress: Progress = no_progress,
) -> Manifest:
    """Export a store while others read and write. The export is there whole, or not at all.

    Args:
        path: a file if its name ends in `.zip`, else a folder. It must not be there, or be an empty folder.
        made_by: name and version of the service.
        with_keys: whether the hashes of API keys go along.
        beside: what else does: name -> content.

    Raises:
        Taken: if there is something at `path`.
        StoreUnavailable: if the store cannot be read.
        OSError: if the export cannot be written.
    """
    with appearing(path) as scratch, database.connect() as connection, writing(scratch, zipped=path.suffix == ZIP) as container:
        files = {name: write(container, name, [content]) for name, content in sorted((beside or {}).items())}
        files |= _parts(connection, container, progress, with_keys=with_keys)
        manifest = described(connection, made_by, database.signer, files, with_keys=with_keys)
        content = written(manifest)
        sums = {name: one.sha256 for name, one in files.items()} | {MANIFEST: hashlib.sha256(content).hexdigest()}
        write(container, MANIFEST, [content])
        write(container, SUMS, [sums_text(sums)])
    return manifest


def _parts(connection: sa.Connection, container: Container, progress: Progress, *, with_keys: bool) -> dict[str, Sum]:
    every = parts(connection, keys=with_keys)
    total, done, files = sum(count(connection, part) for part in every), 0, dict[str, Sum]()
    for part in every:
        files[part.name] = write(container, part.name, _told(connection, part, progress, done, total))
        done += files[part.name].lines
    progress(DOING, total, total)
    return files


def _told(connection: sa.Connection, part: Part, progress: Progress, done: int, total: int) -> Iterator[bytes]:
    for number, line in enumerate(lines(connection, part), done):
        if number % AT_ONCE == 0:
            progress(DOING, number, total)
        yield line


def described(
    connection: sa.Connection, made_by: str, signer: Signer | None, files: dict[str, Sum], *, with_keys: bool
) -> Manifest:
    """The manifest of an export with these files."""
    stands = checkpoint_of(connection)
    return Manifest(
        format=FORMAT,
        made_by=made_by,
        schema=schemas()[-1],
        store_id=connection.execute(sa.select(state.c.store_id)).scalar_one(),
        checkpoint=stands[0] if stands else None,
        note=stands[1] if stands else None,
        public_key=signer.public(origin_of(connection)).told() if signer else None,
        with_keys=with_keys,
        files=files,
    )
