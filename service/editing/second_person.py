"""Two people, where the operator wants it: what one of them wrote another one publishes."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import Reason
from index.kinds import RecordKind, State
from index.ledger.entries import Entry, Head
from index.rules import Broken
from index.store.api_keys import succession
from index.store.writing import Act, Put
from service.access import tokens


def unseen(act: Act, kind: RecordKind, head: Head | None, put: Put, *, changed: bool, reviewer: bool) -> Iterator[Broken]:
    """Why a record may not be published by who makes this act. Sources, which others need published, are one person's.

    Args:
        changed: whether it says something else than before.
        reviewer: whether who makes the act may decide about what others wrote.
    """
    stays = head is not None and head.state is State.PUBLISHED and not changed
    if kind is RecordKind.SOURCE or put.state is not State.PUBLISHED or stays:
        return
    if changed or head is None:
        yield Broken("state", Reason("another person publishes what you write: send it to review ('in-review')"))
    elif not reviewer:
        yield Broken("state", Reason("to publish what others wrote takes the scope 'review'"))
    elif not _names(act).isdisjoint(authors(act.history(kind, head.record_id))):
        yield Broken("state", Reason("you wrote some of it: another person publishes it"))


def _names(act: Act) -> set[str]:
    """All names of who makes an act: a key, and the one that was made instead of it, are one person's."""
    key_id = tokens.id_named(act.by.who)
    return {tokens.name_of(one) for one in succession(act.connection, key_id)} if key_id else {act.by.who}


def authors(history: list[Entry]) -> set[str]:
    """Who wrote what a record says since it was last published."""
    last = max((place for place, entry in enumerate(history) if entry.state is State.PUBLISHED), default=-1)
    return {entry.who for entry in history[last + 1 :] if entry.fields}
