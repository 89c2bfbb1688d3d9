"""A file that is imported on a page: first it is told what would become of it, then one button does it, and another undoes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Template
from litestar.status_codes import HTTP_200_OK

from index.errors import InvalidInput
from index.kinds import Scope
from index.readers.columns import Field
from index.readers.reports import FileReport
from index.store.store import StatementStore
from service.access.errors import FormRefused, PersonMayNot
from service.access.guards import needs
from service.api.importing import SentFile, import_sent
from service.api.problems import InvalidBody, decode
from service.api.wire.editing import Why
from service.languages.spoken import N_
from service.pages.desk.editing import EDITING
from service.pages.desk.files import SENT_FILE, SentWithFile, largest
from service.pages.problems import told_of
from service.pages.signing import Asking
from service.settings import Settings

SHOWN = 100
"""Lines that are shown of what was skipped, and of what stays."""
MOST_COLUMNS = 200
HOLDS = {
    Field.NONE: N_("It is not to be read"),
    Field.CLAIM: N_("What is claimed"),
    Field.ID: N_("Id"),
    Field.TITLE: N_("Another way to say it"),
    Field.WORDINGS: N_("How people say it"),
    Field.CLAIMANT: N_("Who says it"),
    Field.DATE: N_("When it was said, or happened"),
    Field.LANGUAGE: N_("Language"),
    Field.TOPIC: N_("Topics"),
    Field.PLACE: N_("Places"),
    Field.URL: N_("Where it was made"),
    Field.RATING: N_("What they found"),
    Field.REVIEW_URL: N_("Where it is published"),
    Field.REVIEWER: N_("Who reviewed it"),
    Field.REVIEW_TITLE: N_("Title of the review"),
    Field.REVIEW_DATE: N_("When it was published"),
    Field.EXPLANATION: N_("Why it is rated so"),
    Field.RATING_VALUE: N_("Figure"),
    Field.RATING_WORST: N_("The worst there is"),
    Field.RATING_BEST: N_("The best there is"),
}
"""What a column may hold, as the forms call it."""


class Terms(msgspec.Struct, frozen=True):
    """What has to be right in the form."""

    why: Why


class Told(msgspec.Struct, frozen=True):
    """What a page tells of a file.

    Attributes:
        done: whether it was imported; else it was only tried.
        again: whether it was only tried because it was to be read otherwise than when it was tried before.
    """

    report: FileReport
    done: bool
    again: bool


@get("/desk/upload", sync_to_thread=False, **EDITING)
def show_upload(settings: NamedDependency[Settings]) -> Template:
    """The form to choose a file."""
    return _shown(settings, None, None)


@post("/desk/upload", status_code=HTTP_200_OK, dependencies=SENT_FILE, guards=[needs(Scope.EDIT)])
async def upload(
    request: Asking,
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    sent: NamedDependency[SentWithFile],
) -> Template:
    """Try a file, or import it as it was tried."""
    try:
        file, wanted = _file(sent), sent.fields.get("do") == "import"
        done = wanted and sent.fields.get("tried") == read_as(sent)
        report = await import_sent(store, settings, request.auth, file, dry_run=not done)
    except (FormRefused, InvalidBody, InvalidInput, PersonMayNot) as error:
        return _shown(settings, sent, None, error)
    return _shown(settings, sent, Told(report, done, wanted and not done))


def _file(sent: SentWithFile) -> SentFile:
    fields = sent.fields
    terms = decode({"why": fields.get("why", "").strip()}, Terms)
    return SentFile(
        name=sent.name,
        content=sent.content(),
        why=terms.why,
        mapped=mapped(fields),
        encoding=fields.get("encoding", "").strip() or None,
        vouch="vouch" in fields,
        own="own" in fields,
    )


def mapped(typed: dict[str, str]) -> dict[str, str]:
    """What columns hold, as somebody chose it: column's name -> field."""
    places = [place for place in range(MOST_COLUMNS) if typed.get(f"holds.{place}") and f"column.{place}" in typed]
    return {typed[f"column.{place}"]: typed[f"holds.{place}"] for place in places}


def read_as(sent: SentWithFile) -> str:
    """How a file was read, so that it is not imported otherwise than it was tried."""
    typed = sent.typed
    options = [typed.get("encoding", "").strip(), "vouch" in typed, "own" in typed]
    return json.dumps([sent.name, len(sent.packed), sorted(mapped(typed).items()), *options])


def _shown(settings: Settings, sent: SentWithFile | None, told: Told | None, error: Exception | None = None) -> Template:
    problem = told_of(error) if error else None
    chosen = mapped(sent.typed) if sent else {}
    unread = told.report.unread if told else list(_columns(sent))
    context: dict[str, Any] = {
        "sent": sent,
        "typed": sent.typed if sent else {},
        "told": told,
        "columns": _both(chosen, unread),
        "chosen": chosen,
        "holds": [(field.value, name) for field, name in HOLDS.items()],
        "tried": read_as(sent) if sent and told else "",
        "most": SHOWN,
        "largest": largest(settings.max_body_bytes),
        "problem": problem,
        "errors": {one.field: one for one in problem.complaints} if problem else {},
    }
    return Template("desk/upload.html", context=context, status_code=problem.status if problem else HTTP_200_OK)


def _columns(sent: SentWithFile | None) -> Sequence[str]:
    """The columns that the form asked about."""
    typed = sent.typed if sent else {}
    return [typed[name] for place in range(MOST_COLUMNS) if (name := f"column.{place}") in typed]


def _both(chosen: dict[str, str], unread: Sequence[str]) -> list[str]:
    """The columns to ask about: those of which somebody said what they hold, and those that are not read."""
    return list(dict.fromkeys([*chosen, *unread]))[:MOST_COLUMNS]
