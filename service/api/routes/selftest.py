"""How far the service can be trusted on a stored statement."""

from __future__ import annotations

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK

from index.store.store import StatementStore
from service.api.problems import documented
from service.check.matcher import Matcher
from service.evaluation.selftest import SelfTest, names_in, selftest


@post(
    "/v1/statements/{statement_id:str}/selftest",
    status_code=HTTP_200_OK,
    sync_to_thread=True,
    summary="Test a statement",
    tags=["records"],
    responses=documented(404, 503),
)
def try_statement(
    store: NamedDependency[StatementStore], matcher: NamedDependency[Matcher], statement_id: FromPath[str]
) -> SelfTest:
    """Change a stored statement in known ways and tell whether it is still found and rightly judged. Nothing is stored."""
    statements = [store.statement(statement_id)]
    return selftest(matcher, statements, names_in(store, statements))[0]
