"""Permalinks: answers that a person asks to keep, read, compared, shown as a card and taken back."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency, Provide
from litestar.enums import MediaType
from litestar.params import PathParameter
from litestar.response import Template
from litestar.status_codes import HTTP_200_OK
from markupsafe import Markup

from index.kinds import RelationKind, Scope
from index.store.store import StatementStore
from service.access.clocks import Clocks
from service.access.door import Caller
from service.access.guards import needs
from service.api.addresses import base_address
from service.api.keeping import AnswerKeeper, Made, told
from service.api.problems import decode
from service.api.routes.answers import keep, keep_text
from service.api.wire.answers import Answer, Match
from service.api.wire.kept import Compared, Comparison, KeptAnswerView, KeptText, NewAnswer, NewTextAnswer
from service.check.texts.documents import TextFormat
from service.languages.spoken import gettext, language
from service.pages.checking import UNCACHED, answered, documented
from service.pages.form import read_fields
from service.pages.labels import label, sentence_language
from service.pages.marking import on_record_words
from service.pages.passing_on import Read
from service.pages.retelling import retold
from service.scheduling.desk import Desk
from service.settings import Settings

AnswerId = Annotated[str, PathParameter(pattern="^[0-9a-f]{32}$")]
Fields = NamedDependency[dict[str, str]]
FIELDS = {"fields": Provide(read_fields)}
EMBEDDED = Markup('<a href="{0}"><img src="{0}/card.svg" width="600" height="315" alt="{1}"></a>')
EMBEDDABLE = {**UNCACHED, "cross-origin-resource-policy": "cross-origin", "content-security-policy": "default-src 'none'"}
"""Headers of a card: other sites may show it as a picture."""


@post("/answers", status_code=HTTP_200_OK, dependencies=FIELDS, guards=[needs(Scope.CHECK)])
async def make(
    request: Request[Any, Any, Any],
    fields: Fields,
    keeper: NamedDependency[AnswerKeeper],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    clocks: NamedDependency[Clocks],
) -> Template:
    """Keep the answer to a claim, and tell where."""
    wanted = decode(_fields_of(NewAnswer, fields) | {"keep_claim": "keep_claim" in fields}, NewAnswer)
    made = await keep(request, wanted, keeper, caller, desk, store, settings, clocks)
    return _made(made, base_address(request, settings))


@post("/answers/texts", status_code=HTTP_200_OK, dependencies=FIELDS, guards=[needs(Scope.CHECK)])
async def make_of_text(
    request: Request[Any, Any, Any],
    fields: Fields,
    keeper: NamedDependency[AnswerKeeper],
    caller: NamedDependency[Caller],
    desk: NamedDependency[Desk],
    settings: NamedDependency[Settings],
    clocks: NamedDependency[Clocks],
) -> Template:
    """Keep the answer to a document, and tell where."""
    made = await keep_text(
        request, decode(_fields_of(NewTextAnswer, fields), NewTextAnswer), keeper, caller, desk, settings, clocks
    )
    return _made(made, base_address(request, settings))


@get("/answers/{answer_id:str}", sync_to_thread=True, guards=[needs(Scope.READ)])
def show(
    request: Request[Any, Any, Any],
    answer_id: AnswerId,
    keeper: NamedDependency[AnswerKeeper],
    settings: NamedDependency[Settings],
    clocks: NamedDependency[Clocks],
) -> Template:
    """A kept answer."""
    return _page(answer_id, keeper.read(answer_id, clocks.now()), base_address(request, settings))


@post(
    "/answers/{answer_id:str}/compare",
    status_code=HTTP_200_OK,
    sync_to_thread=True,
    dependencies=FIELDS,
    guards=[needs(Scope.READ)],
)
def compare(
    request: Request[Any, Any, Any],
    answer_id: AnswerId,
    fields: Fields,
    keeper: NamedDependency[AnswerKeeper],
    settings: NamedDependency[Settings],
    clocks: NamedDependency[Clocks],
) -> Template:
    """The same, with whether it is the answer to a claim."""
    given = decode(_fields_of(Comparison, fields), Comparison).text
    compared = keeper.compare(answer_id, given, clocks.now(), settings.max_text_characters)
    return _page(answer_id, keeper.read(answer_id, clocks.now()), base_address(request, settings), given, compared)


@get("/answers/{answer_id:str}/card.svg", sync_to_thread=True, guards=[needs(Scope.READ)])
def show_card(
    request: Request[Any, Any, Any],
    answer_id: AnswerId,
    keeper: NamedDependency[AnswerKeeper],
    settings: NamedDependency[Settings],
    clocks: NamedDependency[Clocks],
) -> Template:
    """A kept answer as a picture, for other sites to show."""
    found, address = keeper.read(answer_id, clocks.now()).answer, base_address(request, settings)
    if isinstance(found, KeptText):
        context = documented(found.answer, _read(found), address)
    else:
        context = answered(found, telling_places(found), address, sentence_language(found.claim.language))
    return Template("card.svg", context=context, media_type="image/svg+xml", headers=EMBEDDABLE)


@post("/answers/{answer_id:str}/revoke", status_code=HTTP_200_OK, dependencies=FIELDS, guards=[needs(Scope.READ)])
async def revoke(
    answer_id: AnswerId,
    fields: Fields,
    keeper: NamedDependency[AnswerKeeper],
    clocks: NamedDependency[Clocks],
) -> Template:
    """Delete a kept answer, for who has its token."""
    await sync_to_thread(keeper.revoke, answer_id, fields.get("revocation_token", ""), clocks.now())
    return Template("revoked.html", headers=UNCACHED, media_type=MediaType.HTML)


def _fields_of(wanted: type[msgspec.Struct], fields: dict[str, str]) -> dict[str, Any]:
    """Those fields of a form that something has: the form below an answer asks it again, too."""
    return {name: value for name, value in fields.items() if name in wanted.__struct_fields__}


def telling_places(found: Answer) -> list[int]:
    """Places of the matches that a kept answer's verdict rests on: those that are not merely on the topic, the surest first."""
    judged = [(place, match) for place, match in enumerate(found.matches) if _tells(match)]
    judged.sort(key=lambda pair: -_sureness(pair[1]))
    return [place for place, _ in judged] or ([] if found.verdict.polarity_judged else [0][: len(found.matches)])


def _tells(match: Match) -> bool:
    return match.relation is not None and match.relation.kind is not RelationKind.RELATED


def _sureness(match: Match) -> float:
    return match.probability * match.relation.probability if match.relation else 0.0


def _made(made: Made, address: str) -> Template:
    """Where an answer is kept.

    Args:
        address: the service's own.
    """
    url = f"{address}/answers/{made.id}"
    embedded = str(EMBEDDED.format(url, gettext("An answer by Rebut")))
    context = {"made": made, "address": url, "expires": told(made.expires), "embedded": embedded}
    return Template("kept.html", context=context, headers=UNCACHED)


def _page(answer_id: str, view: KeptAnswerView, address: str, given: str = "", compared: Compared | None = None) -> Template:
    """A kept answer.

    Args:
        address: the service's own.
        given: what it was compared with.
    """
    shown = (
        _text_shown(view.answer, address, given, compared) if isinstance(view.answer, KeptText) else _shown(view.answer, address)
    )
    context = {"view": view, "id": answer_id, "given": given, "compared": compared, **shown}
    return Template("permalink.html", context=context, headers=UNCACHED)


def _shown(kept: Answer, address: str) -> dict[str, Any]:
    answer, said_in = retold(kept, sentence_language(kept.claim.language), language())
    verdict = label(answer.verdict, answer.matches)
    told = {"headline": verdict.words, "meaning": verdict.meaning, "by": answer.produced_by, "document": None}
    return told | answered(answer, telling_places(answer), address, said_in)


def _text_shown(kept: KeptText, address: str, given: str, compared: Compared | None) -> dict[str, Any]:
    """A document's answer in the words that were kept, or in what it was compared with."""
    answer, text = kept.answer, "" if kept.answer.format is TextFormat.HTML else kept.text or ""
    if compared and compared.answer:
        answer, text = compared.answer, given
    told = {"headline": on_record_words(answer), "meaning": kept.title, "by": answer.produced_by, "answer": None}
    return told | documented(answer, _read(kept, text), address)


def _read(kept: KeptText, text: str = "") -> Read:
    """A kept document, with as much of its text as there is to show."""
    return Read(text, kept.url or kept.title, kept.title)
