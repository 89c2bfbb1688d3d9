"""Permalinks: answers that a person asks to keep, read, compared, shown as a card and taken back."""

from __future__ import annotations

from typing import Annotated, Any

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
from service.api.keeping import AnswerKeeper, told
from service.api.problems import decode
from service.api.routes.answers import keep
from service.api.wire.answers import Answer, Match
from service.api.wire.kept import Comparison, KeptAnswerView, NewAnswer
from service.languages.spoken import gettext, language
from service.pages.checking import UNCACHED, answered
from service.pages.form import read_fields
from service.pages.labels import sentence_language
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
    wanted = decode({**fields, "keep_claim": "keep_claim" in fields}, NewAnswer)
    made = await keep(request, wanted, keeper, caller, desk, store, settings, clocks)
    address = f"{base_address(request, settings)}/answers/{made.id}"
    embedded = EMBEDDED.format(address, gettext("An answer by Rebut"))
    context = {"made": made, "address": address, "expires": told(made.expires), "embedded": str(embedded)}
    return Template("kept.html", context=context, headers=UNCACHED)


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
    claim = decode(fields, Comparison).text
    same = keeper.is_about(answer_id, claim, clocks.now())
    return _page(answer_id, keeper.read(answer_id, clocks.now()), base_address(request, settings), claim, same=same)


@get("/answers/{answer_id:str}/card.svg", sync_to_thread=True, guards=[needs(Scope.READ)])
def show_card(
    request: Request[Any, Any, Any],
    answer_id: AnswerId,
    keeper: NamedDependency[AnswerKeeper],
    settings: NamedDependency[Settings],
    clocks: NamedDependency[Clocks],
) -> Template:
    """A kept answer as a picture, for other sites to show."""
    found = keeper.read(answer_id, clocks.now()).answer
    context = answered(found, telling_places(found), base_address(request, settings), sentence_language(found.claim.language))
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


def telling_places(found: Answer) -> list[int]:
    """Places of the matches that a kept answer's verdict rests on: those that are not merely on the topic, the surest first."""
    judged = [(place, match) for place, match in enumerate(found.matches) if _tells(match)]
    judged.sort(key=lambda pair: -_sureness(pair[1]))
    return [place for place, _ in judged] or ([] if found.verdict.polarity_judged else [0][: len(found.matches)])


def _tells(match: Match) -> bool:
    return match.relation is not None and match.relation.kind is not RelationKind.RELATED


def _sureness(match: Match) -> float:
    return match.probability * match.relation.probability if match.relation else 0.0


def _page(answer_id: str, view: KeptAnswerView, address: str, compared: str = "", *, same: bool | None = None) -> Template:
    answer, said_in = retold(view.answer, sentence_language(view.answer.claim.language), language())
    context = answered(answer, telling_places(answer), address, said_in)
    context |= {"view": view, "id": answer_id, "compared": compared, "same": same}
    return Template("permalink.html", context=context, headers=UNCACHED)
