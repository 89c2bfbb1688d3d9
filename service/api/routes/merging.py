"""Merging statements that mean the same."""

from __future__ import annotations

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK

from index.kinds import Scope
from index.store.store import StatementStore
from service.access.door import Caller
from service.access.guards import needs
from service.api.access import refuse_alone
from service.api.problems import documented
from service.api.threads import in_thread
from service.api.wire.imports import Merged, MergeInto
from service.editing.merging import merge
from service.editing.whys import by_whom
from service.settings import Settings


@post(
    "/v1/statements/{record_id:str}/merge",
    status_code=HTTP_200_OK,
    summary="Merge a statement into another",
    tags=["editing"],
    guards=[needs(Scope.EDIT)],
    responses=documented(400, 401, 403, 404, 409, 413, 415, 503),
)
@in_thread
def merge_statement(
    store: NamedDependency[StatementStore],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    record_id: FromPath[str],
    data: JSONBody[MergeInto],
) -> Merged:
    """Let another statement stand for this one, too. It gets its words and what is on record about it; this one's id stays, and
    leads there. All of it is one act, which is undone whole.

    Where another person publishes what one wrote, it takes the scope `admin`.
    """
    return merge_into(store, settings, caller, record_id, data)


def merge_into(store: StatementStore, settings: Settings, caller: Caller, record_id: str, wanted: MergeInto) -> Merged:
    """Merge two statements, over HTTP or on a page.

    Raises:
        ScopeMissing, PersonMayNot: see `refuse_alone`.
        InvalidInput: if there is something wrong with the reason.
        RebutError: as `merge`.
    """
    refuse_alone(settings, caller)
    return Merged(record_id, wanted.into, merge(store.ledger, record_id, wanted.into, by_whom(caller.name, wanted.why)))
