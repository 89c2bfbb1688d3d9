"""Everything that can go wrong on purpose, as one tree. An exception that only one module raises is defined there.

RebutError
├── NoDate                  a text is no date as records have it
├── InvalidRecord           a seed file or record breaks a rule (names file, record and field)
├── UnknownRecord           no statement, refutation or source has that id
├── InvalidInput            a value that the caller gave cannot be used
├── StoreUnavailable        the database cannot be opened, read or written
├── EncoderUnavailable      the encoder's package or folder is missing, or cannot be loaded
│   └── EncoderFilesInvalid its files are not what they should be (sha256, format)
├── EncodingFailed          the encoder cannot be run, or gave no usable vectors
├── LedgerKeyInvalid        the key that signs the ledger is missing, damaged, or open to others
├── RelationModelInvalid    the relation model's files are missing or not what they should be
├── JudgingFailed           the relation model cannot be run, or gave no usable probabilities
├── IndexInvalid            an index on disk is missing, truncated, or made of something else
├── IndexUnavailable        an index that is kept elsewhere cannot be reached, or is not there yet
│   ├── EntriesMissing      what an index needs of it is not there any more
│   └── NotYetWritten       the process that writes it has not come so far
├── ExportInvalid           an export is damaged, or of a version that this one does not know
├── StoreFilled             index.store.moving.restoring: the store to restore to is not empty
├── NoBackup                index.store.moving.backing_up: this sort of database is not backed up here
├── BackupUnsound           index.store.moving.backing_up: what was copied is not as it was written
├── Taken                   index.store.moving.scratch: what is to be written is there already
├── TiersInvalid            index.tiers: a list of whom to believe cannot be read
├── Unusable                index.readers.claimreview: a review has no claim or no address
├── BrokenOff               index.readers.feeds: the rest of a feed cannot be read
├── Stopped                 index.search.live: the index is no longer to be kept up to date
├── Ambiguous               index.readers.dates: a date could be two
├── Undecodable             index.readers.decoding: it is not certain in which encoding bytes are
├── RecordRefused           service.editing.errors: a change's record breaks rules (names each field)
├── Conflict                service.editing.errors: a change does not fit what is there
├── Changed                 service.editing.errors: somebody else changed the record
├── RevisionWanted          service.editing.errors: a change does not name the revision that it is of
├── KeyReused               service.editing.errors: an Idempotency-Key came before with another request
├── Retired                 service.editing.errors: the record was retired
├── KeyMissing              service.access.errors: a request needs a key and has none
├── KeyRefused              service.access.errors: a request's key is of no use
├── ScopeMissing            service.access.errors: a request's key may not do this
├── NotSignedIn             service.access.errors: a page is for those who are signed in
├── PersonMayNot            service.access.errors: who is signed in may not do this
├── SignInRefused           service.access.errors: a name or a password is wrong
├── FormRefused             service.access.errors: a form was not sent from a page of the session
├── KeyInAddress            service.access.errors: a key stands in a request's address
├── KeySpent                service.access.errors: a key cannot be replaced any more
├── UnknownHost             service.access.errors: a request is for a host that is not ours
├── LimitReached            service.access.errors: a key or an address asks for too much
├── QueueFull               service.scheduling.errors: too many claims wait already
├── DeadlinePassed          service.scheduling.errors: a request has no answer in time
├── HungUp                  service.scheduling.errors: the client went away
├── ShuttingDown            service.scheduling.errors: the service ends
├── CannotListen            service.cli.listening: the address or the port cannot be listened on
├── ServiceFailed           service.cli.remote: the service that was named does not answer
├── Refused                 service.server: a request goes beyond a bound
├── InvalidBody             service.api.problems: a request's body is not what it should be
├── NotKept                 service.api.keeping: no answer is kept any more
├── UnsupportedMediaType    service.api.problems: a request's body is not declared to be JSON
└── SettingsInvalid         service.settings: a setting has no usable value
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence

import msgspec


class Reason(msgspec.Struct, frozen=True):
    """Why something cannot be used: told in English as it is, and in other languages by whoever knows the text there.

    Attributes:
        text: in English, with `%(name)s` where a value stands.
        values: what stands there. An `int` is a count, an enum's member is told by its words, several in a tuple get commas between
            them, and a text is told as it is; what somebody typed is written as Python does, so that nothing in it stays unseen.
            What is called `field` is a record's field, by its name in the API.
    """

    text: str
    values: Mapping[str, object] = {}

    def of(self, **values: object) -> Reason:
        """The same with these values."""
        return Reason(self.text, values)

    def __str__(self) -> str:
        """In English."""
        return self.text % {name: _in_english(value) for name, value in self.values.items()} if self.values else self.text


def _in_english(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_in_english, value))
    return str(value.value if isinstance(value, enum.Enum) else value)


class RebutError(Exception):
    """The root: catch this to catch every error that this project raises on purpose."""


class NoDate(RebutError, ValueError):
    """A text is no date as records have it."""

    def __init__(self, said: Reason) -> None:
        self.said = said
        super().__init__(str(said))


class InvalidRecord(RebutError):
    """A record breaks a rule.

    Attributes:
        problems: one `Problem` line for each broken rule: file, record, field and what is wrong.
        said: the same; those that are known in English alone are a text without values.
    """

    def __init__(self, problems: Sequence[str | Reason]) -> None:
        self.problems = [str(problem) for problem in problems]
        self.said = [problem if isinstance(problem, Reason) else Reason(problem) for problem in problems]
        super().__init__("\n".join(self.problems))


class UnknownRecord(RebutError):
    """No record has that id."""

    def __init__(self, kind: str, record_id: str) -> None:
        self.kind = kind
        self.record_id = record_id
        super().__init__(f"no {kind} has the id {record_id!r}")


class InvalidInput(RebutError):
    """A value that the caller gave cannot be used; `field` names it.

    Attributes:
        said: why, if that can be told in other languages.
    """

    def __init__(self, field: str, reason: str | Reason) -> None:
        self.field = field
        self.reason = str(reason)
        self.said = reason if isinstance(reason, Reason) else None
        super().__init__(f"{field}: {reason}")


class StoreUnavailable(RebutError):
    """The database cannot be opened, read or written."""


class EncoderUnavailable(RebutError):
    """The encoder's package or folder is missing, or cannot be loaded."""


class EncoderFilesInvalid(EncoderUnavailable):
    """The encoder's files are not what they should be."""


class EncodingFailed(RebutError):
    """The encoder cannot be run, or gave no usable vectors (wrong shape, or not finite)."""


class RelationModelInvalid(RebutError):
    """The relation model's files are missing or not what they should be."""


class JudgingFailed(RebutError):
    """The relation model cannot be run, or gave no usable probabilities (not finite)."""


class IndexInvalid(RebutError):
    """An index on disk is missing, truncated, or made of something else than expected."""


class IndexUnavailable(RebutError):
    """An index that is kept elsewhere cannot be reached, or is not there yet.

    Attributes:
        retry_after: seconds after which it is worth to ask again.
    """

    retry_after = 2


class EntriesMissing(IndexUnavailable):
    """What an index needs of what is kept elsewhere is not there any more: the index has to be made anew."""


class NotYetWritten(IndexUnavailable):
    """The process that writes the index has not come so far."""


class LedgerKeyInvalid(RebutError):
    """The key that signs the ledger is missing, damaged, or open to others."""


class ExportInvalid(RebutError):
    """An export is damaged, or of a version that this one does not know.

    Attributes:
        problems: a line for each thing that is wrong: file, and what.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
