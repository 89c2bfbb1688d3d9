"""Statements that mean the same, side by side, and one button that lets one of them stand for both."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from index.errors import InvalidInput, Reason, UnknownRecord
from index.kinds import Action, RecordKind, Scope
from index.records import Dossier, Statement
from index.store.browsing import Order, Wanted
from index.store.store import StatementStore
from service.access.errors import FormRefused, PersonMayNot
from service.access.guards import needs
from service.api.importing import same_as
from service.api.problems import InvalidBody, decode
from service.api.routes.ledger import LAST
from service.api.routes.merging import merge_into
from service.api.threads import in_thread
from service.api.wire.imports import MergeInto
from service.check.alike import Alike
from service.check.matcher import Matcher
from service.editing.errors import Conflict, RecordRefused
from service.pages.desk.editing import EDITING, SENDING, Page
from service.pages.desk.form import kind_named
from service.pages.desk.imports import Acts, Number, shown, undone
from service.pages.problems import told_of
from service.pages.signing import Asking, Sent
from service.scheduling.desk import Desk
from service.settings import Settings

MERGES = Acts(Action.EDIT, "merge", "/desk/merges")
LOOKED_AT = 25
"""Statements that one page looks at: each costs as much as an answer."""
MOST_ENTRIES = 10_000
"""Entries of an import among which new statements are looked for."""
Act = Annotated[int | None, QueryParameter(ge=1, le=LAST)]
From = Annotated[int, QueryParameter(name="from", ge=0, le=10_000_000)]
Into = Annotated[str, QueryParameter(max_length=2_000)]


class Pair(NamedTuple):
    """Two statements that may mean the same.

    Attributes:
        one: the newer one, or the one that is looked at.
        probability: that it is about the other, 0..1; None if a person named the two.
    """

    one: Dossier
    other: Dossier
    probability: float | None


@get("/desk/alike", **EDITING)
async def show_alike(
    request: Asking,
    store: NamedDependency[StatementStore],
    desk: NamedDependency[Desk],
    matcher: NamedDependency[Matcher],
    act: Act = None,
    start: From = 0,
) -> Template:
    """What seems to mean the same among all statements, the last changed first, or among those that an import brought."""
    total, statements = await sync_to_thread(_looked_at, store, act, start)
    found = await same_as(statements, request.auth, desk, matcher, request.receive)
    context = {
        "pairs": await sync_to_thread(_pairs, store, found),
        "act": act,
        "first": start + 1,
        "last": min(start + LOOKED_AT, total),
        "total": total,
        "earlier": max(start - LOOKED_AT, 0),
        "judged": matcher.judge is not None,
    }
    return Template("desk/alike.html", context=context)


@get("/desk/{plural:str}/{record_id:str}/merge", **EDITING)
async def show_merge(
    request: Asking,
    store: NamedDependency[StatementStore],
    desk: NamedDependency[Desk],
    matcher: NamedDependency[Matcher],
    plural: FromPath[str],
    record_id: FromPath[str],
    into: Into = "",
) -> Template:
    """A statement beside the one that somebody named; else beside those that seem to mean the same."""
    one = await sync_to_thread(_statement, store, plural, record_id)
    if into:
        return await sync_to_thread(_named, store, one, into)
    found = await same_as([one.statement], request.auth, desk, matcher, request.receive)
    return _page(one, await sync_to_thread(_pairs, store, found))


@post("/desk/{plural:str}/{record_id:str}/merge", guards=[needs(Scope.EDIT)], **SENDING)
@in_thread
def merge(
    request: Asking,
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    plural: FromPath[str],
    record_id: FromPath[str],
    sent: NamedDependency[Sent],
) -> Page:
    """Let another statement stand for this one, too."""
    _refuse_others(plural, record_id)
    try:
        fields = sent.fields
        wanted = decode({"into": fields.get("into", ""), "why": fields.get("why", "").strip()}, MergeInto)
        number = merge_into(store, settings, request.auth, record_id, wanted).act
    except (FormRefused, InvalidBody, InvalidInput, Conflict, PersonMayNot, RecordRefused, UnknownRecord) as error:
        if earlier := _merged_before(store, record_id, sent.typed.get("into", "")):
            return earlier
        return _named(store, _statement(store, plural, record_id), sent.typed.get("into", ""), error, sent)
    return _to_merge(number, fields.get("act", ""))


@get("/desk/merges/{number:int}", **EDITING)
@in_thread
def show_merged(store: NamedDependency[StatementStore], number: Number, act: Act = None) -> Template:
    """What became of two statements, and the way to undo it."""
    return shown(store, MERGES, number, {"into": _stands_for_both(store, number), "looked_at": act})


@post("/desk/merges/{number:int}", guards=[needs(Scope.EDIT)], **SENDING)
@in_thread
def undo_merge(request: Asking, store: NamedDependency[StatementStore], number: Number, sent: NamedDependency[Sent]) -> Template:
    """Undo it whole."""
    _stands_for_both(store, number)
    return undone(request, store, MERGES, number, sent)


def _stands_for_both(store: StatementStore, number: int) -> str:
    """The statement that a merge kept.

    Raises:
        UnknownRecord: if the act is none.
    """
    entries = store.ledger.entries_of(number, MOST_ENTRIES)
    kept = (one.superseded_by for one in entries if one.kind is RecordKind.STATEMENT and one.superseded_by)
    if (into := next(kept, None)) is None:
        raise UnknownRecord(MERGES.name, str(number))
    return into


def _to_merge(number: int | None, act: str = "") -> Redirect:
    query = {"act": act} if act.isdecimal() and act.isascii() and len(act) < 19 else {}
    return Redirect(f"{MERGES.path}/{number}", status_code=HTTP_303_SEE_OTHER, query_params=query)


def _merged_before(store: StatementStore, record_id: str, into: str) -> Redirect | None:
    """Where a second click leads: to what the first one did."""
    head = store.ledger.head(RecordKind.STATEMENT, record_id)
    if head is None or not into or head.superseded_by != into:
        return None
    return _to_merge(store.ledger.standing(RecordKind.STATEMENT, record_id).entry.act)


def _looked_at(store: StatementStore, act: int | None, start: int) -> tuple[int, list[Statement]]:
    """How many statements there are to look at, and those of a page."""
    if act is None:
        found = store.browsing.page(Wanted(), Order.CHANGED, start, LOOKED_AT)
        return found.total, [one.statement for one in found.statements]
    new = [one for one in store.ledger.entries_of(act, MOST_ENTRIES) if one.revision == 1]
    ids = [one.record_id for one in new if one.kind is RecordKind.STATEMENT]
    return len(ids), [one.statement for one in store.dossiers(ids[start : start + LOOKED_AT]).values()]


def _pairs(store: StatementStore, found: list[Alike]) -> list[Pair]:
    """The pairs with all that is on record about them."""
    known = store.dossiers({id_ for one in found for id_ in (one.statement_id, one.other_id)})
    both = [one for one in found if {one.statement_id, one.other_id} <= known.keys()]
    return [Pair(known[one.statement_id], known[one.other_id], one.probability) for one in both]


def _statement(store: StatementStore, plural: str, record_id: str) -> Dossier:
    _refuse_others(plural, record_id)
    return store.dossier(record_id)


def _refuse_others(plural: str, record_id: str) -> None:
    if kind_named(plural) is not RecordKind.STATEMENT:
        raise UnknownRecord("statement", record_id)


def named_id(told: str) -> str:
    """A statement's id, as somebody gives it: itself, or the address of its page."""
    path = urlsplit(told.strip()).path if "/" in told else told.strip()
    return unquote(path.rstrip("/").rpartition("/")[2])


def _named(store: StatementStore, one: Dossier, into: str, error: Exception | None = None, sent: Sent | None = None) -> Template:
    """A statement beside the one that somebody named."""
    other = store.dossiers([named_id(into)]).get(named_id(into))
    if other is None or other.statement.id == one.statement.id:
        reason = Reason("is the statement itself") if other else Reason("no statement that is published has this id")
        error, other = error or InvalidInput("into", reason), None
    return _page(one, [Pair(one, other, None)] if other else [], {"into": into, "error": error, "sent": sent})


def _page(one: Dossier, pairs: list[Pair], more: dict[str, Any] | None = None) -> Template:
    told = more or {}
    error, sent = told.get("error"), told.get("sent")
    problem = told_of(error) if error else None
    context = {
        "one": one.statement,
        "pairs": pairs,
        "into": told.get("into", ""),
        "why": sent.typed.get("why", "") if sent else "",
        "problem": problem,
        "errors": {one.field: one for one in problem.complaints} if problem else {},
    }
    return Template("desk/merge.html", context=context, status_code=problem.status if problem else HTTP_200_OK)
