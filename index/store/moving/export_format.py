"""What an export is: its files, the manifest that describes them, and their checksums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from index.errors import ExportInvalid
from index.kinds import RecordKind
from index.ledger.notes import Checkpoint
from index.store.moving.containers import Container, Sum, lines_of, summed

FORMAT = 2
"""Goes up whenever an older version of the service could no longer restore what a newer one exports; older ones are still read."""
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
"""The sums of all files but this, as `sha256sum --check` reads them."""


LEDGER, CONTENTS, CHECKPOINTS, CONFLICTS, SEEDS, KEYS, PEOPLE = (
    f"{name}.ndjson" for name in ("ledger", "contents", "checkpoints", "conflicts", "seeds", "api_keys", "people")
)
PEOPLE_SINCE = "0010"
"""The revision of the tables from which on there are people."""
CONFLICTS_SINCE = 2
"""The format from which on conflicts go along."""


def records_file(kind: RecordKind) -> str:
    """The file with the records of one kind that are answered now."""
    return f"{kind.value}s.ndjson"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an export holds, and what made it.

    Attributes:
        format: see `FORMAT`.
        made_by: name and version of the service.
        schema: the revision of the store's tables.
        store_id: the store's own.
        checkpoint: how the ledger stands; None before its first entry.
        note: that signed; None if nobody signs.
        public_key: what checkpoints are signed with, as `PublicKey.told` has it; None if nobody signs.
        with_keys: whether the hashes of API keys and passwords, and the ledger's private key are in it.
        files: name -> sum, of all but the manifest itself and `SUMS`.
    """

    format: int
    made_by: str
    schema: str
    store_id: str
    checkpoint: Checkpoint | None
    note: str | None
    public_key: str | None
    with_keys: bool
    files: dict[str, Sum]

    @property
    def store_files(self) -> set[str]:
        """Names of the files that every such export has."""
        secret = [KEYS, *([PEOPLE] if self.schema >= PEOPLE_SINCE else [])] if self.with_keys else []
        conflicts = [CONFLICTS] if self.format >= CONFLICTS_SINCE else []
        return {LEDGER, CONTENTS, CHECKPOINTS, SEEDS, *map(records_file, RecordKind), *conflicts, *secret}

    @property
    def beside(self) -> set[str]:
        """Names of the files that are not the store's own."""
        return self.files.keys() - self.store_files


class Versions(msgspec.Struct, frozen=True):
    """What of a manifest any version can read."""

    format: int
    made_by: str
    schema: str


def written(manifest: Manifest) -> bytes:
    """A manifest as it is written."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=2) + b"\n"


def sums_text(sums: Mapping[str, str]) -> bytes:
    """`SUMS` as it is written. Name -> sha256."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode()


def read_manifest(container: Container, schemas: Sequence[str]) -> Manifest:
    """The manifest of an export that this version can restore.

    Args:
        schemas: those that this version knows.

    Raises:
        ExportInvalid: if there is none, or it is of a version that this one does not know.
    """
    if MANIFEST not in container.names():
        raise ExportInvalid([f"{MANIFEST}: is missing: this is no export"])
    text = b"".join(lines_of(container, MANIFEST))
    try:
        versions = msgspec.json.decode(text, type=Versions)
        if newer := list(_newer(versions, schemas)):
            raise ExportInvalid(newer)
        return msgspec.json.decode(text, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ExportInvalid([f"{MANIFEST}: cannot be read: {error}"]) from error


def _newer(versions: Versions, schemas: Sequence[str]) -> Iterator[str]:
    install = f"restore it with the version that made it, {versions.made_by}, or a newer one"
    if not 1 <= versions.format <= FORMAT:
        yield f"{MANIFEST}: format: is {versions.format}, and this version reads those up to {FORMAT} only: {install}"
    if versions.schema not in schemas:
        known = max(schemas)
        yield f"{MANIFEST}: schema: is {versions.schema}, and this version knows those up to {known} only: {install}"


def damaged(container: Container, manifest: Manifest) -> Iterator[str]:
    """What is wrong with an export's files: each that is missing, too many, or not what its sum says."""
    names = container.names()
    wanted = {MANIFEST, SUMS, *manifest.files, *manifest.store_files}
    yield from (f"{name}: stands there twice" for name in sorted({name for name in names if names.count(name) > 1}))
    yield from (f"{name}: is missing" for name in sorted(wanted - {*names}))
    yield from (f"{name}: is not in the manifest" for name in sorted({*names} - wanted))
    for name in sorted({*names} & {*manifest.files}):
        yield from _unlike(container, name, manifest.files[name])
    if SUMS in names and MANIFEST in names:
        yield from _wrong_sums(container, manifest)


def _unlike(container: Container, name: str, wanted: Sum) -> Iterator[str]:
    try:
        found = summed(lines_of(container, name))
    except ExportInvalid as error:
        yield from error.problems
        return
    for field in Sum.__struct_fields__:
        if getattr(found, field) != getattr(wanted, field):
            yield f"{name}: {field}: is {getattr(found, field)}, and the manifest says {getattr(wanted, field)}"


def _wrong_sums(container: Container, manifest: Manifest) -> Iterator[str]:
    sums = {name: one.sha256 for name, one in manifest.files.items()} | {MANIFEST: summed(lines_of(container, MANIFEST)).sha256}
    if b"".join(lines_of(container, SUMS)) != sums_text(sums):
        yield f"{SUMS}: does not fit the manifest: one of the two was changed"
