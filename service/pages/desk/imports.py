"""The imports, each as a whole, and the way to undo one."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter
from litestar.response import Template
from litestar.status_codes import HTTP_200_OK

from index.errors import InvalidInput, UnknownRecord
from index.kinds import Action, Scope
from index.store.overview import ActSummary
from index.store.store import StatementStore
from service.access.errors import FormRefused
from service.access.guards import needs
from service.api.problems import InvalidBody, decode
from service.api.routes.editing import PLURALS
from service.api.routes.ledger import LAST
from service.api.threads import in_thread
from service.api.wire.editing import RecordPatch
from service.editing.whys import by_whom
from service.pages.desk.editing import SENDING
from service.pages.problems import told_of
from service.pages.signing import Asking, Sent

PAGE_SIZE = 25
SHOWN = 100
"""Records of an import that are shown."""
Number = Annotated[int, PathParameter(ge=1, le=LAST)]


class Acts(NamedTuple):
    """A sort of act that is undone as a whole.

    Attributes:
        path: below which each has a page.
    """

    action: Action
    name: str
    path: str


IMPORTS = Acts(Action.IMPORT, "import", "/desk/imports")
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
    return shown(store, IMPORTS, number)


@post("/desk/imports/{number:int}", guards=[needs(Scope.EDIT)], **SENDING)
@in_thread
def undo_import(request: Asking, store: NamedDependency[StatementStore], number: Number, sent: NamedDependency[Sent]) -> Template:
    """Undo it whole. A second click finds nothing left to be undone."""
    return undone(request, store, IMPORTS, number, sent)


def shown(store: StatementStore, acts: Acts, number: int, more: dict[str, Any] | None = None) -> Template:
    """An act, with its records and the way to undo it.

    Raises:
        UnknownRecord: if there is no such act.
    """
    context = {
        "path": acts.path,
        "act": _summary(store, acts, number),
        "entries": store.ledger.entries_of(number, SHOWN),
        "plurals": PLURALS,
        "why": "",
        "into": "",
        "looked_at": None,
        "problem": None,
    } | (more or {})
    problem = context["problem"]
    return Template("desk/import.html", context=context, status_code=problem.status if problem else HTTP_200_OK)


def undone(request: Asking, store: StatementStore, acts: Acts, number: int, sent: Sent) -> Template:
    """Undo an act whole, and tell what became of it. Raises as `shown`."""
    try:
        wanted = decode({"why": sent.fields.get("why", "")}, RecordPatch)
        _summary(store, acts, number)
        found = store.ledger.undo(number, by_whom(request.auth.name, wanted.why), may_tier=request.auth.may(Scope.ADMIN))
    except (FormRefused, InvalidBody, InvalidInput) as error:
        return shown(store, acts, number, {"why": sent.typed.get("why", ""), "problem": told_of(error)})
    kept = list(found.kept.items())[:SHOWN]
    return Template("desk/undone.html", context={"path": acts.path, "undone": found, "plurals": PLURALS, "kept": kept})


def _summary(store: StatementStore, acts: Acts, number: int) -> ActSummary:
    found = store.ledger.acts(acts.action, number + 1, 1)
    if not found or found[0].first.act != number:
        raise UnknownRecord(acts.name, str(number))
    return found[0]
