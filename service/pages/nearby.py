"""A statement beside the others on record that come nearest to it, each compared word by word as a claim is."""

from __future__ import annotations

from typing import Any

from litestar import Request, get
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from index.kinds import Scope
from index.store.store import StatementStore
from service.access.door import Caller
from service.access.guards import needs
from service.api.routes.checks import leave_for_log
from service.api.wire.answers import Match
from service.api.wire.records import StatementView
from service.check.answers import Claim
from service.scheduling.desk import Desk

NEAREST = 4
"""Statements that are compared, itself among them."""


@get("/statements/{statement_id:str}/compare", guards=[needs(Scope.CHECK)])
async def show_nearest(
    request: Request[Any, Any, Any],
    store: NamedDependency[StatementStore],
    desk: NamedDependency[Desk],
    caller: NamedDependency[Caller],
    statement_id: FromPath[str],
) -> Template:
    """The statement asked as a claim, whatever the probability of what it comes near to."""
    statement = (await sync_to_thread(store.dossier, statement_id)).statement
    caller.meter.count_claims(1)
    asked = Claim(text=statement.text, language=statement.language, limit=NEAREST, min_probability=0.0, split=False)
    outcome = await desk.match([asked], request.receive)
    leave_for_log(request, outcome)
    matches = [Match.of(match) for match in outcome.answers[0].matches if match.dossier.statement.id != statement_id]
    return Template("nearby.html", context={"statement": StatementView.of(statement), "matches": matches})
