"""What files say of somebody else's reviews: it waits here, field by field, until an editor takes it or leaves it."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from index.errors import InvalidInput, UnknownRecord
from index.kinds import Scope
from index.records import Review
from index.store.conflicts import ID_DIGITS, Conflict
from index.store.recorded import Standing
from index.store.store import StatementStore
from service.access.errors import FormRefused, PersonMayNot
from service.access.guards import needs
from service.api.problems import InvalidBody, decode
from service.api.routes.conflicts import ConflictId, take_or_leave
from service.api.threads import in_thread
from service.api.wire.conflicts import Decision
from service.pages.desk.editing import EDITING, SENDING, Page
from service.pages.desk.queue import Saved, Waiting, waiting
from service.pages.problems import told_of
from service.pages.signing import Asking, Sent
from service.settings import Settings

PAGE_SIZE = 25
After = Annotated[str | None, QueryParameter(max_length=200)]


class Disputed(NamedTuple):
    """A conflict beside the record that it is about.

    Attributes:
        record: as lists show it.
        whose: who publishes the record.
        statement_id: the statement whose page shows it.
        name: what people know it by: what the statement says.
        language: of the name; empty if that is not known.
    """

    conflict: Conflict
    record: Waiting
    whose: str
    statement_id: str
    name: str
    language: str


@get("/desk/conflicts", **EDITING)
@in_thread
def show_conflicts(store: NamedDependency[StatementStore], after: After = None, saved: Saved = "") -> Template:
    """Those that wait, the oldest first."""
    return _shown(store, after, saved)


@post("/desk/conflicts/{conflict_id:str}", guards=[needs(Scope.EDIT)], **SENDING)
@in_thread
def decide_conflict(
    request: Asking,
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    conflict_id: ConflictId,
    sent: NamedDependency[Sent],
) -> Page:
    """Take what the file says, or leave it for good."""
    try:
        choice = {"yes": True, "no": False}.get(sent.fields.get("take", ""))
        decision = decode({"take": choice, "why": sent.fields.get("why", "")}, Decision)
        take_or_leave(store, settings, request.auth, conflict_id, decision)
    except (FormRefused, InvalidBody, InvalidInput, PersonMayNot, UnknownRecord) as error:
        return _shown(store, sent.typed.get("after"), "", error, {"id": conflict_id, "why": sent.typed.get("why", "")})
    shown = {"saved": "taken" if decision.take else "left", "after": sent.typed.get("after", "")[:ID_DIGITS]}
    return Redirect("/desk/conflicts", status_code=HTTP_303_SEE_OTHER, query_params=shown)


def _shown(
    store: StatementStore, after: str | None, saved: str, error: Exception | None = None, typed: dict[str, str] | None = None
) -> Template:
    found = store.conflicts.waiting(after, PAGE_SIZE + 1)
    problem = told_of(error) if error else None
    context = {
        "disputed": [_disputed(store, one) for one in found[:PAGE_SIZE]],
        "count": store.conflicts.count(),
        "next": found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else None,
        "after": after or "",
        "saved": saved,
        "problem": problem,
        "typed": typed or {"id": "", "why": ""},
    }
    return Template("desk/conflicts.html", context=context, status_code=problem.status if problem else HTTP_200_OK)


def _disputed(store: StatementStore, conflict: Conflict) -> Disputed:
    standing = store.ledger.standing(conflict.kind, conflict.record_id)
    id_, record = _statement_of(standing), waiting(standing)
    said = store.dossiers([id_]).get(id_)
    name, language = (said.statement.text, said.statement.language) if said else (record.name, record.language)
    return Disputed(conflict, record, _whose(store, standing), id_, name, language)


def _whose(store: StatementStore, standing: Standing) -> str:
    """Who publishes a record: the reviewer, or the source of the statement."""
    record = standing.record
    if isinstance(record, Review):
        return record.reviewer.name
    cited = [one.source_id for one in getattr(record, "citations", [])[:1]]
    return next((source.publisher for source in store.sources_by_id(cited).values()), "")


def _statement_of(standing: Standing) -> str:
    return standing.record.statement_id if isinstance(standing.record, Review) else standing.entry.record_id
