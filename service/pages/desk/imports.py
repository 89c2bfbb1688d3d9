"""The imports, each as a whole, and the way to undo one."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter
from litestar.response import Template
from litestar.status_codes import HTTP_200_OK

from index.errors import UnknownRecord
from index.kinds import Action, Scope
from index.ledger.entries import By
from index.store.store import StatementStore
from service.access.errors import FormRefused
from service.access.guards import needs
from service.api.problems import InvalidBody, decode, problem_of
from service.api.routes.editing import PLURALS
from service.api.routes.ledger import LAST
from service.api.threads import in_thread
from service.api.wire.editing import RecordPatch
from service.pages.desk.editing import SENDING
from service.pages.signing import Asking, Sent

PAGE_SIZE = 25
SHOWN = 100
"""Records of an import that are shown."""
Number = Annotated[int, PathParameter(ge=1, le=LAST)]
Before = Annotated[int | None, QueryParameter(ge=1, le=LAST)]


@get("/desk/imports", guards=[needs(Scope.EDIT)])
@in_thread
def show_imports(store: NamedDependency[StatementStore], before: Before = None) -> Template:
    """All imports, the last one first."""
    found = store.ledger.acts(Action.IMPORT, before, PAGE_SIZE + 1)
    context = {"acts": found[:PAGE_SIZE], "next": found[PAGE_SIZE - 1].first.act if len(found) > PAGE_SIZE else None}
    return Template("desk/imports.html", context=context)


@get("/desk/imports/{number:int}", guards=[needs(Scope.EDIT)])
@in_thread
def show_import(store: NamedDependency[StatementStore], number: Number) -> Template:
    """One import: what it brought, and whether it can be undone."""
    return _shown(store, number)


@post("/desk/imports/{number:int}", guards=[needs(Scope.EDIT)], **SENDING)
@in_thread
def undo_import(request: Asking, store: NamedDependency[StatementStore], number: Number, sent: NamedDependency[Sent]) -> Template:
    """Undo it whole. A second click finds nothing left to be undone."""
    try:
        wanted = decode({"why": sent.fields.get("why", "")}, RecordPatch)
        _summary(store, number)
        by, may_tier = By(request.auth.name, wanted.why), request.auth.may(Scope.ADMIN)
        undone = store.ledger.undo(number, by, may_tier=may_tier)
    except (FormRefused, InvalidBody) as error:
        return _shown(store, number, sent, error)
    context = {"number": number, "undone": undone, "plurals": PLURALS, "kept": list(undone.kept.items())[:SHOWN]}
    return Template("desk/undone.html", context=context)


def _shown(store: StatementStore, number: int, sent: Sent | None = None, error: Exception | None = None) -> Template:
    problem = problem_of(error) if error else None
    context = {
        "act": _summary(store, number),
        "entries": store.ledger.entries_of(number, SHOWN),
        "plurals": PLURALS,
        "why": sent.typed.get("why", "") if sent else "",
        "problem": problem,
    }
    return Template("desk/import.html", context=context, status_code=problem.status if problem else HTTP_200_OK)


def _summary(store: StatementStore, number: int) -> object:
    found = store.ledger.acts(Action.IMPORT, number + 1, 1)
    if not found or found[0].first.act != number:
        raise UnknownRecord("import", str(number))
    return found[0]
