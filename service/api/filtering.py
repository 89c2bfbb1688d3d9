"""What a client is told whose filter is passed by no statement: which part of it nothing passes, and what may be meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from typing import Annotated

import msgspec
from anyio.to_thread import run_sync
from litestar.di import Provide
from litestar.params import QueryParameter

from index.errors import InvalidInput
from index.kinds import StatementKind
from index.store.store import StatementFilter, StatementStore
from service.api.wire.answers import NOTHING_PASSES, Answer
from service.api.wire.records import StatementPage
from service.api.wire.requests import OF_CLAIMANT, OF_ISSUER, OF_PLACE, OF_TOPIC
from service.check import answers

MOST_SHOWN = 10
"""Topics that are listed at most."""
ALIKE = 0.7
"""From which likeness on (difflib's ratio) a name may be meant: "Zhitomir" for "zhytomyr" has 0.75, "SCO" for "moscow" 0.67."""


def read_filters(
    claimant: Annotated[str | None, QueryParameter(max_length=200, description=OF_CLAIMANT)] = None,
    place: Annotated[str | None, QueryParameter(max_length=200, description=OF_PLACE)] = None,
    topic: Annotated[str | None, QueryParameter(max_length=200, description=OF_TOPIC)] = None,
    issuer: Annotated[str | None, QueryParameter(max_length=200, description=OF_ISSUER)] = None,
    date: Annotated[str | None, QueryParameter(max_length=50, description="EDTF date or interval to overlap with")] = None,
    source: Annotated[str | None, QueryParameter(max_length=200, description="A source's id")] = None,
    kind: Annotated[StatementKind | None, QueryParameter(description="What sort of statement")] = None,
    updated_since: Annotated[
        str | None,
        QueryParameter(
            max_length=50,
            description="Added or changed, or what stands against it was, on this day or at this time (UTC) or later",
            schema_extra={"examples": ["2026-11-01", "2026-11-01T12:30:00Z"]},
        ),
    ] = None,
) -> StatementFilter:
    """Which statements an address asks for: what it has in common wherever statements are listed."""
    since = read_moment(updated_since)
    return StatementFilter(claimant, place, topic, issuer, date, source, kind, since)


FILTERS = {"filters": Provide(read_filters, sync_to_thread=False)}


def read_moment(written: str | None, field: str = "updated_since") -> dt.datetime | None:
    """A day, or a time, as UTC without a zone; a time without a zone is UTC.

    Raises:
        InvalidInput: if it is neither.
    """
    if written is None:
        return None
    for spelling in (written.strip(), written.strip().replace(" ", "+")):  # an unescaped + of an address arrives as a space
        with suppress(ValueError, OverflowError):
            moment = dt.datetime.fromisoformat(spelling)
            return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment
    raise InvalidInput(field, f"{written!r} is neither a day (2026-11-01) nor a time (2026-11-01T12:30:00Z)")


def statements_page(store: StatementStore, filters: StatementFilter, cursor: str | None, limit: int) -> StatementPage:
    """A page of statements; one that is empty because of its filter says so."""
    found = store.listing(filters, cursor, limit + 1)
    empty = not found.total and filters != StatementFilter()
    return StatementPage.of(found, limit, filter_note(store, filters) if empty else None)


async def view_of(store: StatementStore, answer: answers.Answer) -> Answer:
    """The view of an answer; where nothing passes the claim's filter, it says what may be meant."""
    if not answer.filtered_out:
        return Answer.of(answer)
    return Answer.of(answer, await run_sync(filter_note, store, answer.claim.only))


def filter_note(store: StatementStore, filters: StatementFilter) -> str:
    """Why no statement passes a filter."""
    given = msgspec.structs.asdict(filters)
    parts = {name: StatementFilter(**{name: value}) for name, value in given.items() if value is not None}
    fitting = store.matching(parts.values())
    alone = {name: str(given[name]) for name, part in parts.items() if not fitting[part]}
    if not alone:
        return f"{NOTHING_PASSES}: each of {', '.join(parts)} is passed by some, all together by none"
    values = store.filter_values()
    names = (values.claimants, values.places, values.topics, values.issuers)
    known: dict[str, Sequence[str]] = dict(zip(("claimant", "place", "topic", "issuer"), names, strict=True))
    told = [f"{name} {value!r} is passed by none{_meant(value, known.get(name, ()), name)}" for name, value in alone.items()]
    return f"{NOTHING_PASSES}: {'; '.join(told)}"


def _meant(value: str, known: Sequence[str], name: str) -> str:
    words = {word: whole for whole in known for word in (*whole.split(), whole)}
    close = list(dict.fromkeys(words[one] for one in get_close_matches(value.casefold(), words, 3, ALIKE)))
    if close:
        return f" (did you mean {' or '.join(map(repr, close))}?)"
    if name == "topic" and known:
        more = ", …" if len(known) > MOST_SHOWN else ""
        return f" (the topics are {', '.join(known[:MOST_SHOWN])}{more})"
    return ""
