"""A record's revisions with what each changed, and the way back to one of them."""

from __future__ import annotations

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template
from litestar.status_codes import HTTP_200_OK

from index.errors import InvalidInput, Reason
from index.kinds import RecordKind, Scope, State
from index.store.recorded import Standing
from index.store.store import StatementStore
from service.access.guards import needs
from service.api.threads import in_thread
from service.editing.changes import Changes, Standings
from service.pages.desk.editing import SENDING, Page, attempt, sent_again, terms_of
from service.pages.desk.form import Form, form_of, kind_named
from service.pages.signing import Asking, Sent
from service.settings import Settings


@get("/desk/{plural:str}/{record_id:str}/history", guards=[needs(Scope.EDIT)])
@in_thread
def show_history(
    store: NamedDependency[StatementStore], settings: NamedDependency[Settings], plural: FromPath[str], record_id: FromPath[str]
) -> Template:
    """All revisions, the last one first."""
    return _shown(store, _form(store, settings, kind_named(plural), record_id))


@post("/desk/{plural:str}/{record_id:str}/history", guards=[needs(Scope.EDIT)], **SENDING)
@in_thread
def restore(
    request: Asking,
    store: NamedDependency[StatementStore],
    changes: NamedDependency[Changes],
    settings: NamedDependency[Settings],
    plural: FromPath[str],
    record_id: FromPath[str],
    sent: NamedDependency[Sent],
) -> Page:
    """Let a record say again what it said in an earlier revision: a new revision, which stands as the record does now."""
    form = sent_again(_form(store, settings, kind_named(plural), record_id), sent.typed)

    def change() -> Standing:
        number = sent.fields.get("restored", "")
        history = store.ledger.history(form.kind, record_id)
        found = next((one.record for one in history if str(one.entry.revision) == number), None)
        if found is None:
            raise InvalidInput("restored", Reason("%(number)s is no revision that can be restored", {"number": repr(number)}))
        fields = msgspec.to_builtins(found)
        return changes.replace(form.kind, record_id, fields, _standings(form), terms_of(request, form))

    return attempt(store, form, change, lambda form: _shown(store, form))


def _standings(form: Form) -> Standings:
    """Where a record stands after that: as now, or in review where another person publishes what is written."""
    shut = form.state is State.PUBLISHED and State.PUBLISHED.value not in form.states
    return Standings(state=State.IN_REVIEW) if shut else Standings()


def _form(store: StatementStore, settings: Settings, kind: RecordKind, record_id: str) -> Form:
    standing, two_people = store.ledger.standing(kind, record_id), settings.two_people == "on"
    if standing.record is None:  # erased: what is left of it can be seen
        return Form(kind=kind, record_id=record_id, state=standing.entry.state)
    return form_of(standing, two_people=two_people)


def _shown(store: StatementStore, form: Form) -> Template:
    history = store.ledger.history(form.kind, str(form.record_id))
    context = {"form": form, "history": history[::-1]}
    return Template("desk/history.html", context=context, status_code=form.problem.status if form.problem else HTTP_200_OK)
