"""How far the service can be trusted on a stored statement."""

from __future__ import annotations

from typing import Any

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK

from index.kinds import Scope
from index.store.store import StatementStore
from service.access.door import Caller
from service.access.guards import needs
from service.api.problems import documented
from service.check.matcher import Matching
from service.evaluation.selftest import SelfTest, names_in, selftest
from service.scheduling.desk import Desk

ABOUT_PROBES = 20


@post(
    "/v1/statements/{statement_id:str}/selftest",
    status_code=HTTP_200_OK,
    summary="Test a statement",
    tags=["records"],
    guards=[needs(Scope.CHECK)],
    responses=documented(404, 429, 503, 504),
)
async def try_statement(
    request: Request[Any, Any, Any],
    caller: NamedDependency[Caller],
    store: NamedDependency[StatementStore],
    desk: NamedDependency[Desk],
    statement_id: FromPath[str],
) -> SelfTest:
    """Change a stored statement in known ways and tell whether it is still found and rightly judged. Nothing is stored."""

    def tried(matching: Matching) -> SelfTest:
        statements = [store.statement(statement_id)]
        return selftest(matching, statements, names_in(store, statements))[0]

    caller.meter.count_claims(ABOUT_PROBES)
    return await desk.run(ABOUT_PROBES, tried, request.receive)
