"""Files of statements and reviews that are sent to the service, by a program or from a page: who may do what with them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from litestar.concurrency import sync_to_thread

from index.errors import InvalidInput, Reason
from index.kinds import Scope
from index.ledger.entries import By
from index.readers.decoding import Undecodable, encoding_named
from index.readers.loading import ReadAs
from index.readers.reports import FileReport
from index.records import Statement
from index.store.reports import Origin
from index.store.store import StatementStore
from service.access.door import Caller
from service.api.access import refuse_alone, refuse_without
from service.check.alike import MOST, Alike, alike
from service.check.matcher import Matcher
from service.editing.importing import file_name, import_file
from service.editing.whys import by_whom
from service.scheduling.desk import Desk, Receive
from service.settings import Settings


class SentFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file, and how it is to be taken.

    Attributes:
        name: its ending tells what it is.
        mapped: column's name -> the field that it holds.
        encoding: where it cannot be told from the file.
        vouch: whether it may change reviews of others, as if it came from these.
        own: whether its reviews are the desk's own.
    """

    name: str
    content: bytes
    why: str
    mapped: dict[str, str] = {}
    encoding: str | None = None
    vouch: bool = False
    own: bool = False


async def import_sent(store: StatementStore, settings: Settings, caller: Caller, sent: SentFile, *, dry_run: bool) -> FileReport:
    """Load a file as `import_file` does, in a thread.

    Raises:
        ScopeMissing, PersonMayNot: if who sends it may not say whose reviews these are; see `refuse_alone`, too.
        InvalidInput: if its name or reason is none, or its encoding is not known.
        StoreUnavailable: if the store cannot be written.
    """
    may = caller.may(Scope.ADMIN)
    if sent.own:
        refuse_without(caller, Scope.ADMIN)
    if not dry_run:
        refuse_alone(settings, caller)
    name = file_name(sent.name)
    said = by_whom(caller.name, sent.why)
    by = By(said.who, f"import of {name}: {said.why}")
    origin = Origin(here=False, vouched=sent.vouch, own=sent.own)
    read_as = ReadAs(sent.mapped, _known(sent.encoding))
    return await sync_to_thread(lambda: import_file(store, name, sent.content, read_as, by, origin, may_tier=may, dry_run=dry_run))


async def same_as(
    statements: Sequence[Statement], caller: Caller, desk: Desk, matcher: Matcher, receive: Receive | None = None
) -> list[Alike]:
    """The statements on record that mean the same as some of these, at most `MOST` of them. Each counts as a claim.

    Raises:
        LimitReached: if that is more than the caller may ask for.
        RebutError: as `Desk.run`.
    """
    some = statements[:MOST]
    caller.meter.count_claims(len(some))
    return await desk.run(len(some), lambda matching: alike(matching, matcher.judge, some), receive) if some else []


def _known(encoding: str | None) -> str | None:
    try:
        return encoding_named(encoding) if encoding else None
    except Undecodable as error:
        raise InvalidInput("encoding", Reason("is not known")) from error
