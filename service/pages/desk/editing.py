"""Records added, changed, retired and erased on pages: the same changes as over HTTP, told in forms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from index.errors import InvalidInput, Reason
from index.kinds import RecordKind, Scope, State
from index.ledger.entries import By, about
from index.store.ledger import Erased
from index.store.recorded import Standing
from index.store.store import StatementStore
from service.access.errors import FormRefused
from service.access.guards import needs
from service.api.problems import InvalidBody, decode
from service.api.routes.editing import PLURALS
from service.api.threads import in_thread
from service.api.wire.editing import NewRecord, RecordPatch
from service.editing.changes import Changes, Terms, etag, merged
from service.editing.erasing import erase
from service.editing.errors import Changed, Conflict, KeyReused, RecordRefused
from service.editing.whys import by_whom
from service.pages.desk.believing import believed
from service.pages.desk.fields import Typed, patch_of
from service.pages.desk.form import CHOICES, MOST_SOURCES, Form, form_of, kind_named
from service.pages.desk.sources import with_sources
from service.pages.signing import SENT, TOKEN, Asking, Sent
from service.settings import Settings

CORRECTABLE = (FormRefused, InvalidBody, InvalidInput, RecordRefused, Conflict, Changed, KeyReused)
"""What is told in the form that was sent."""
EDITING: dict[str, Any] = {"guards": [needs(Scope.EDIT)]}
SENDING: dict[str, Any] = {"status_code": HTTP_200_OK, "dependencies": SENT}
Of = Annotated[str, QueryParameter(max_length=200)]
Page = Template | Redirect


@get("/desk/new/{plural:str}", **EDITING)
@in_thread
def show_new(
    store: NamedDependency[StatementStore], settings: NamedDependency[Settings], plural: FromPath[str], statement: Of = ""
) -> Template:
    """The form for a new record; a refutation or review is of a statement."""
    kind = kind_named(plural)
    typed = {"statement_id": statement, f"answers.{statement}": ""} if statement else {}
    return _shown(store, _new(store, settings, kind, typed))


@post("/desk/new/{plural:str}", **EDITING, **SENDING)
@in_thread
def add(
    request: Asking,
    store: NamedDependency[StatementStore],
    changes: NamedDependency[Changes],
    settings: NamedDependency[Settings],
    plural: FromPath[str],
    sent: NamedDependency[Sent],
) -> Page:
    """Add it."""
    form = _new(store, settings, kind_named(plural), sent.typed)

    def change() -> Standing:
        patch, sources = with_sources(patch_of(form.kind, sent.fields), store)
        own = {"id": sent.fields["id"].strip()} if sent.fields.get("id", "").strip() else {}
        wanted = decode(_asked(sent.fields) | {"record": merged({}, patch) | own}, NewRecord)
        return changes.create(form.kind, wanted.record, wanted.standings(), terms_of(request, form), sources)

    return attempt(store, form, change)


@get("/desk/{plural:str}/{record_id:str}", **EDITING)
@in_thread
def show(
    store: NamedDependency[StatementStore], settings: NamedDependency[Settings], plural: FromPath[str], record_id: FromPath[str]
) -> Template:
    """The form of a record, whatever its state."""
    return _shown(store, _form(store, settings, plural, record_id))


@post("/desk/{plural:str}/{record_id:str}", **EDITING, **SENDING)
@in_thread
def change(
    request: Asking,
    store: NamedDependency[StatementStore],
    changes: NamedDependency[Changes],
    settings: NamedDependency[Settings],
    plural: FromPath[str],
    record_id: FromPath[str],
    sent: NamedDependency[Sent],
) -> Page:
    """Change it."""
    form = sent_again(_form(store, settings, plural, record_id), sent.typed)

    def amend() -> Standing:
        patch, sources = with_sources(patch_of(form.kind, sent.fields), store)
        wanted = decode(_asked(sent.fields) | {"record": patch, "expires": sent.fields.get("expires") or None}, RecordPatch)
        return changes.amend(form.kind, record_id, wanted.record, wanted.standings(), terms_of(request, form), sources)

    return attempt(store, form, amend)


@get("/desk/{plural:str}/{record_id:str}/retire", **EDITING)
@in_thread
def show_retire(
    store: NamedDependency[StatementStore], settings: NamedDependency[Settings], plural: FromPath[str], record_id: FromPath[str]
) -> Template:
    """The form to take a record out of all answers."""
    return _shown(store, _form(store, settings, plural, record_id), "desk/retire.html")


@post("/desk/{plural:str}/{record_id:str}/retire", **EDITING, **SENDING)
@in_thread
def retire(
    request: Asking,
    store: NamedDependency[StatementStore],
    changes: NamedDependency[Changes],
    settings: NamedDependency[Settings],
    plural: FromPath[str],
    record_id: FromPath[str],
    sent: NamedDependency[Sent],
) -> Page:
    """Take it out of all answers; nothing of it is lost."""
    form = sent_again(_form(store, settings, plural, record_id), sent.typed)

    def change() -> Standing:
        by = sent.fields.get("superseded_by", "").strip() or None
        decode(_asked(sent.fields) | {"superseded_by": by}, RecordPatch)
        return changes.retire(form.kind, record_id, by, terms_of(request, form))

    return attempt(store, form, change, lambda form: _shown(store, form, "desk/retire.html"))


@get("/desk/{plural:str}/{record_id:str}/erase", guards=[needs(Scope.ADMIN)])
@in_thread
def show_erase(
    store: NamedDependency[StatementStore], settings: NamedDependency[Settings], plural: FromPath[str], record_id: FromPath[str]
) -> Template:
    """The form to erase a record."""
    return _shown_erasing(store, _form(store, settings, plural, record_id))


@post("/desk/{plural:str}/{record_id:str}/erase", guards=[needs(Scope.ADMIN)], **SENDING)
@in_thread
def erase_record(
    request: Asking,
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    plural: FromPath[str],
    record_id: FromPath[str],
    sent: NamedDependency[Sent],
) -> Page:
    """Take what a record ever said out of the store for good."""
    form = sent_again(_form(store, settings, plural, record_id), sent.typed)
    try:
        wanted = decode({"why": sent.fields.get("why", "")}, RecordPatch)
        if "sure" not in sent.fields:
            raise InvalidInput("sure", Reason("has to be ticked: what is erased cannot be brought back"))
        by, also = by_whom(request.auth.name, wanted.why), list(_also(sent.fields))
        erase(store, settings.index_dir, form.kind, record_id, by, also)
    except CORRECTABLE as error:
        return _shown_erasing(store, form.refused(error))
    return Redirect("/desk?saved=erased", status_code=HTTP_303_SEE_OTHER)


def _also(fields: Typed) -> Iterator[tuple[RecordKind, str]]:
    """What else is to be erased, as the form has it: `also.statements.ID`."""
    for name in fields:
        if name.startswith("also."):
            plural, _, record_id = name.removeprefix("also.").partition(".")
            yield kind_named(plural), record_id


def _shown_erasing(store: StatementStore, form: Form) -> Template:
    """The form, with what else would be erased, and what else says the same."""
    try:
        erasing = store.ledger.erasing(form.kind, str(form.record_id))
    except InvalidInput:  # others need it: that is told once it is sent
        erasing = Erased([], [], [], [])
    return _shown(store, form, "desk/erase.html", erasing=erasing, plurals=PLURALS)


def attempt(
    store: StatementStore,
    form: Form,
    change: Callable[[], Standing],
    show: Callable[[Form], Template] | None = None,
    to: str = "",
) -> Page:
    """Make a change, and show the record, or what is at `to`; or show the form with what is wrong."""
    try:
        standing = change()
    except CORRECTABLE as error:
        now = store.ledger.standing(form.kind, form.record_id) if isinstance(error, Changed) and form.record_id else None
        refused = form.refused(error, now)
        return show(refused) if show else _shown(store, refused)
    return Redirect(to or place_of(store, standing), status_code=HTTP_303_SEE_OTHER)


def terms_of(request: Asking, form: Form) -> Terms:
    """On what terms a form changes something: of the revision that it was shown with, and once, however often it is sent."""
    same = json.dumps([request.url.path, {name: text for name, text in form.typed.items() if name != TOKEN}])
    caller = request.auth
    by, reviewer = By(caller.name, form.value("why").strip()), caller.may(Scope.REVIEW)
    may_tier = caller.may(Scope.ADMIN)
    return Terms(by=by, if_match=etag(form.revision), may_tier=may_tier, key=form.key, request=same.encode(), reviewer=reviewer)


def place_of(store: StatementStore, standing: Standing) -> str:
    """The page on which a record is seen after a change: for all to see, or the desk's own."""
    kind, record = standing.entry.kind, standing.record
    if standing.entry.state is State.PUBLISHED and record is not None:
        if kind is RecordKind.SOURCE:
            return f"/sources/{record.id}?saved=1"
        for id_ in [record.id] if kind is RecordKind.STATEMENT else about(record):
            head = store.ledger.head(RecordKind.STATEMENT, id_)
            if head and head.state is State.PUBLISHED:
                return f"/statements/{id_}?saved=1"
    return f"/desk/{PLURALS[kind]}/{standing.entry.record_id}?saved=1"


def _asked(fields: Typed) -> dict[str, Any]:
    """What a form says of the change itself. That a reason is missing is told with whatever else is wrong, by `Changes`."""
    state = {"state": fields["state"]} if "state" in fields else {}
    return {"why": fields.get("why", "").strip() or "-"} | state


def _new(store: StatementStore, settings: Settings, kind: RecordKind, typed: Typed) -> Form:
    form = Form(kind=kind, typed=typed, two_people=settings.two_people == "on", sources=_sources(store))
    return sent_again(form, typed)


def _form(store: StatementStore, settings: Settings, plural: str, record_id: str) -> Form:
    standing = store.ledger.standing(kind_named(plural), record_id)
    return form_of(standing, two_people=settings.two_people == "on", sources=_sources(store))


def sent_again(form: Form, typed: Typed) -> Form:
    """A form with what somebody typed into it, of the revision that it was shown with."""
    told = typed.get("revision", "")
    revision = int(told) if re.fullmatch(r"[0-9]{1,18}", told) else form.revision
    return msgspec.structs.replace(form, typed=typed, key=typed.get("key", "")[:200] or form.key, revision=revision)


def _sources(store: StatementStore) -> list[Any]:
    return store.all_sources()[:MOST_SOURCES]


def _shown(store: StatementStore, form: Form, template: str = "desk/form.html", **more: Any) -> Template:
    """The page of a form, with the statements that it is about."""
    ids = [*form.answered(), form.value("statement_id")]
    texts = {id_: found.statement for id_, found in store.dossiers(filter(None, ids)).items()}
    context = {"form": form, "choices": CHOICES, "statements": texts, "believed": believed(store, form.kind, form.record_id)}
    return Template(template, context=context | more, status_code=form.problem.status if form.problem else HTTP_200_OK)
