"""What can be wrong with a change of a record, beside its content."""

from __future__ import annotations

from index.errors import Reason, RebutError
from index.rules import Broken, Record


class RecordRefused(RebutError):
    """A record breaks rules, or refers to what is not there; all of it is named.

    Attributes:
        broken: the rules that it breaks.
        model: the struct that it should be, which tells what is allowed; None where it was not looked at.
    """

    def __init__(self, broken: list[Broken], model: type[Record] | None = None) -> None:
        self.broken = broken
        self.model = model
        super().__init__("; ".join(one.told() for one in broken))


class Conflict(RebutError):
    """The change does not fit what is there: the id is taken, or others need the record."""

    def __init__(self, said: Reason) -> None:
        self.said = said
        super().__init__(str(said))


class Changed(RebutError):
    """Somebody else changed the record: `If-Match` names another revision."""

    def __init__(self, revision: int) -> None:
        super().__init__(f'If-Match: the record is at revision "{revision}" now; read it again')


class RevisionWanted(RebutError):
    """A change must name the revision that it is of, in `If-Match`."""

    def __init__(self) -> None:
        super().__init__("If-Match: send the record's ETag, so that nobody else's change is overwritten")


class KeyReused(RebutError):
    """An Idempotency-Key came before with another request."""

    def __init__(self) -> None:
        super().__init__("Idempotency-Key: came before with another request")


class Retired(RebutError):
    """The record was retired."""

    def __init__(self, kind: str, record_id: str, superseded_by: str | None) -> None:
        self.superseded_by = superseded_by
        stands = f"; {superseded_by!r} stands for it" if superseded_by else ""
        super().__init__(f"the {kind} {record_id!r} was retired{stands}")
