"""What is being worked on, and what waits for another person: drafts, the review queue, and the decision."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Template
from litestar.status_codes import HTTP_200_OK

from index.errors import InvalidInput
from index.kinds import RecordKind, Scope, State
from index.ledger.differences import FieldChange, differences
from index.ledger.entries import Entry
from index.store.ledger import Revision
from index.store.recorded import Standing
from index.store.store import StatementStore
from service.access.guards import needs
from service.api.routes.editing import PLURALS
from service.api.threads import in_thread
from service.editing.changes import Changes, Standings
from service.editing.second_person import authors
from service.pages.desk.editing import SENDING, Page, attempt, sent_again, terms_of
from service.pages.desk.form import Form, form_of, kind_named
from service.pages.signing import Asking, Sent
from service.settings import Settings

SHOWN = 100
Saved = Annotated[str, QueryParameter(max_length=20)]
"""Records on one list."""


class Waiting(NamedTuple):
    """A record that is not published.

    Attributes:
        name: what of it people know it by.
    """

    entry: Entry
    plural: str
    name: str
    language: str


@get("/desk", guards=[needs(Scope.EDIT)])
@in_thread
def show_desk(store: NamedDependency[StatementStore], settings: NamedDependency[Settings], saved: Saved = "") -> Template:
    """Where editing begins."""
    lists = {
        state.value: [waiting(one) for one in store.ledger.unpublished(state, SHOWN)] for state in (State.IN_REVIEW, State.DRAFT)
    }
    context: dict[str, Any] = {"lists": lists, "kinds": PLURALS, "two_people": settings.two_people == "on", "saved": saved}
    context["conflicts"] = store.conflicts.count()
    return Template("desk/desk.html", context=context)


@get("/desk/queue", guards=[needs(Scope.REVIEW)])
@in_thread
def show_queue(store: NamedDependency[StatementStore], saved: Saved = "") -> Template:
    """What waits for another person."""
    found = [waiting(one) for one in store.ledger.unpublished(State.IN_REVIEW, SHOWN)]
    return Template("desk/queue.html", context={"waiting": found, "saved": saved, "conflicts": store.conflicts.count()})


@get("/desk/queue/{plural:str}/{record_id:str}", guards=[needs(Scope.REVIEW)])
@in_thread
def show_decision(
    request: Asking,
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    plural: FromPath[str],
    record_id: FromPath[str],
) -> Template:
    """What is to be decided about: the record, and what of it is new."""
    kind = kind_named(plural)
    form = form_of(store.ledger.standing(kind, record_id), two_people=settings.two_people == "on")
    return _shown(request, store, form)


@post("/desk/queue/{plural:str}/{record_id:str}", guards=[needs(Scope.REVIEW)], **SENDING)
@in_thread
def decide(
    request: Asking,
    store: NamedDependency[StatementStore],
    changes: NamedDependency[Changes],
    settings: NamedDependency[Settings],
    plural: FromPath[str],
    record_id: FromPath[str],
    sent: NamedDependency[Sent],
) -> Page:
    """Publish it, or send it back."""
    kind = kind_named(plural)
    form = sent_again(form_of(store.ledger.standing(kind, record_id), two_people=settings.two_people == "on"), sent.typed)

    def change() -> Standing:
        state = sent.fields.get("state", "")
        if state not in (State.PUBLISHED.value, State.DRAFT.value):
            raise InvalidInput("state", "must be 'published' or 'draft'")
        return changes.amend(kind, record_id, {}, Standings(state=State(state)), terms_of(request, form))

    return attempt(store, form, change, lambda form: _shown(request, store, form), "/desk/queue?saved=decided")


def _shown(request: Asking, store: StatementStore, form: Form) -> Template:
    history = store.ledger.history(form.kind, str(form.record_id))
    context: dict[str, Any] = {
        "form": form,
        "last": history[-1],
        "before": _published(history),
        "changes": since_published(history),
        "own": request.auth.name in authors([one.entry for one in history]),
    }
    return Template("desk/decision.html", context=context, status_code=form.problem.status if form.problem else HTTP_200_OK)


def since_published(history: list[Revision]) -> list[FieldChange]:
    """In what a record differs from what was last published of it."""
    before = _published(history)
    return differences(before.record if before else None, history[-1].record)


def _published(history: list[Revision]) -> Revision | None:
    return next((one for one in reversed(history) if one.entry.state is State.PUBLISHED and one.record is not None), None)


def waiting(standing: Standing) -> Waiting:
    """A record as lists show it."""
    record: Any = standing.record
    kind = standing.entry.kind
    by_title = kind in (RecordKind.SOURCE, RecordKind.REVIEW)
    name = (record.title if by_title else record.text) if record is not None else ""
    return Waiting(standing.entry, PLURALS[kind], name or standing.entry.record_id, record.language if record is not None else "")
