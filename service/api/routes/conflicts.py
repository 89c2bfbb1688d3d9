"""What files say of somebody else's reviews, to be taken or left."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from litestar.status_codes import HTTP_200_OK

from index.kinds import Scope
from index.store.conflicts import Conflict
from index.store.store import StatementStore
from service.access.door import Caller
from service.access.guards import needs
from service.api.access import refuse_alone
from service.api.problems import documented
from service.api.threads import in_thread
from service.api.wire.conflicts import ConflictPage, ConflictView, Decision
from service.editing.whys import by_whom
from service.settings import Settings

ConflictId = Annotated[str, PathParameter(pattern="^[0-9a-f]{16}$", description="A conflict's id")]


@get(
    "/v1/conflicts",
    summary="List what waits for a decision",
    tags=["editing"],
    guards=[needs(Scope.EDIT)],
    responses=documented(400, 401, 403, 503),
)
@in_thread
def list_conflicts(
    store: NamedDependency[StatementStore],
    cursor: Annotated[str | None, QueryParameter(max_length=200, description="The previous page's `next_cursor`")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200, description="Conflicts on a page")] = 50,
) -> ConflictPage:
    """What files say of records that they may not change, field by field, the oldest first. Nothing changes before it is taken."""
    return ConflictPage.of(store.conflicts.waiting(cursor, limit + 1), limit)


@post(
    "/v1/conflicts/{conflict_id:str}",
    status_code=HTTP_200_OK,
    summary="Take what a file says, or leave it",
    tags=["editing"],
    guards=[needs(Scope.EDIT)],
    responses=documented(400, 401, 403, 404, 413, 415, 503),
)
@in_thread
def decide(
    store: NamedDependency[StatementStore],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    conflict_id: ConflictId,
    data: JSONBody[Decision],
) -> ConflictView:
    """Decide once. What is taken is a new revision of the record; what is left is not asked again.

    Where another person publishes what one wrote, taking it takes the scope `admin`.
    """
    return ConflictView.of(take_or_leave(store, settings, caller, conflict_id, data))


def take_or_leave(store: StatementStore, settings: Settings, caller: Caller, conflict_id: str, decision: Decision) -> Conflict:
    """Decide about a conflict, over HTTP or on a page.

    Raises:
        ScopeMissing, PersonMayNot: see `refuse_alone`.
        InvalidInput: if there is something wrong with the reason.
        RebutError: as `Conflicts.decide`.
    """
    if decision.take:
        refuse_alone(settings, caller)
    return store.conflicts.decide(conflict_id, take=decision.take, by=by_whom(caller.name, decision.why))
