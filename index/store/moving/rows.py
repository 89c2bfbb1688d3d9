"""Lines of an export that are rows of a table and no struct otherwise."""

from __future__ import annotations

import msgspec

from index.kinds import RecordKind
from index.ledger.entries import MODELS
from index.store.conflicts import conflict_id


class CheckpointRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the table `checkpoints`."""

    size: int
    root: str
    subtrees: str
    note: str | None


class SeedRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the table `seed_files`."""

    name: str
    sha256: str


class ConflictRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the table `conflicts`; its record as JSON, not as a text that holds JSON."""

    id: str
    kind: RecordKind
    record_id: str
    record: msgspec.Raw
    who: str
    why: str
    time: str
    taken: bool | None
    decided_by: str | None
    decided: str | None

    def row(self) -> dict[str, object]:
        """As the table has it.

        Raises:
            ValueError: if its id, or its record's, is another one than it says.
        """
        said = bytes(self.record)
        if (self.id, self.record_id) != (conflict_id(self.kind, said), msgspec.json.decode(said, type=MODELS[self.kind]).id):
            raise ValueError(f"the conflict {self.id!r} is not of what it holds")
        return msgspec.structs.asdict(self) | {"kind": self.kind.value, "record": said.decode()}
