"""What a store tells of itself, of a load, and in lists."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec

from index.errors import Reason
from index.kinds import Stance, State
from index.ledger.notes import Checkpoint
from index.records import Dossier, Passage, Review, Source, Statement


class Counts(msgspec.Struct, frozen=True):
    """How many records the store holds."""

    sources: int
    statements: int
    refutations: int
    reviews: int


class Kept(msgspec.Struct, frozen=True):
    """A record that stays as a person left it, though a file now says something else.

    Attributes:
        state: None if it is not here, since what it refers to was retired.
        said: what the file would change, field by field, a line each; or why it is left out.
    """

    record_id: str
    state: State | None
    said: list[Reason]

    @property
    def differences(self) -> list[str]:
        """What the file would change, in English."""
        return [str(one) for one in self.said]


class Origin(msgspec.Struct, frozen=True):
    """Where a file came from, and so whose reviews it may change.

    Attributes:
        site: the host that it was fetched from, without "www."; None if it was not.
        here: whether whoever runs the base has it as a file: then a table of one publisher can be the desk's own.
        vouched: whether somebody who may says that it tells the truth about who said what: it may change all.
        own: whether somebody who may says that its publishers are the desk itself.
    """

    site: str | None = None
    here: bool = True
    vouched: bool = False
    own: bool = False


HERE = Origin()


class FirstRows(NamedTuple):
    """What tells which table a file is.

    Attributes:
        own: the source that it would be by its name.
        texts: of rows that have ids: their own id -> their text.
        reviews: of rows that have none.
        alike: ids of the tables whose names say that they are the same one.
    """

    own: Source
    texts: dict[str, str]
    reviews: list[Review] = []  # noqa: RUF012
    alike: list[str] = []  # noqa: RUF012


class LoadReport(msgspec.Struct, frozen=True):
    """Ids of the records that a load added, changed, and left as they were.

    Attributes:
        kept: those that stay though the file says something else, because somebody changed them.
        conflicts: those that stay because the file is not their publisher's: an editor takes what it says, or leaves it.
        act: the number by which the load can be undone; None if it changed nothing.
    """

    added: list[str]
    changed: list[str]
    unchanged: list[str]
    kept: list[Kept] = []
    conflicts: list[Kept] = []
    act: int | None = None


class Listed(NamedTuple):
    """A statement; when it came into the store, and when it or what stands against it last changed (UTC)."""

    statement: Statement
    added: dt.datetime
    changed: dt.datetime


class Listing(NamedTuple):
    """A page of the statements that fit a filter, and how many fit it on all pages."""

    total: int
    statements: list[Listed]


class FilterValues(NamedTuple):
    """What filters can find, by name: claimants' names, roles and sides, and places, case-folded; topics as they are.

    Attributes:
        issuers: names, roles and sides of those who refuted or reviewed something, one after the other, as they are sought.
    """

    claimants: list[str]
    places: list[str]
    topics: list[str]
    issuers: list[str]


class Owner(NamedTuple):
    """What a record's id already stands for: its kind (`statement` or `refutation`) and its source's id."""

    kind: str
    source_id: str


class Told(NamedTuple):
    """Statement id -> all that is on record about it; and how the ledger stood, None before its first entry."""

    dossiers: dict[str, Dossier]
    checkpoint: Checkpoint | None


class Searchable(NamedTuple):
    """What is searched of the store's records, or of those that changed since a version, as it stood at one moment.

    Attributes:
        version: the store's at that moment.
        passages: every searchable text of these records: statements' by id, then refutations' by id; a record's own text first.
        answers: refutation id -> (statement id -> stance), by id; denials first.
        gone: ids of the statements, and of the refutations, that are no longer to be found. Some may never have been.
    """

    version: str
    passages: list[Passage]
    answers: dict[str, dict[str, Stance]]
    gone: tuple[list[str], list[str]] = ([], [])
