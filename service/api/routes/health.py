"""Whether the service runs and can answer."""

from __future__ import annotations

from collections.abc import Callable

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from index.errors import RebutError
from index.models.encoders import Encoders
from index.search.retriever import Retriever
from index.store.store import StatementStore
from service.api.wire.states import IndexState, Liveness, Part, Readiness
from service.check.matcher import Matcher

NOT_READY = {503: ResponseSpec(Readiness, description="A part does not work", generate_examples=False)}


@get("/health/live", sync_to_thread=False, summary="Is it running?", tags=["health"])
def live() -> Liveness:
    """The process runs."""
    return Liveness(True)


@get("/health/ready", sync_to_thread=True, summary="Can it answer?", tags=["health"], responses=NOT_READY)
def ready(
    store: NamedDependency[StatementStore],
    retriever: NamedDependency[Retriever],
    encoders: NamedDependency[Encoders],
    matcher: NamedDependency[Matcher],
) -> Response[Readiness]:
    """Whether store, index, encoder and relation model work: each is asked. 503 tells which one does not."""
    parts = {
        "store": _ask(lambda: f"{store.counts().statements} statements"),
        "index": _ask(lambda: f"{retriever.manifest.rows} rows"),
        "encoder": _ask(lambda: " + ".join(f"{encoder.encode(['ready']).shape[1]} dimensions" for encoder in encoders.all())),
        "relation": _ask(lambda: matcher.judge.ready() if matcher.judge else "turned off"),
    }
    works = all(part.ok for part in parts.values())
    status = HTTP_200_OK if works else HTTP_503_SERVICE_UNAVAILABLE
    return Response(Readiness(works, parts, _index_state(retriever)), status_code=status)


def _index_state(retriever: Retriever) -> IndexState:
    freshness = retriever.live.freshness
    return IndexState(retriever.manifest.version, freshness.store_version, round(freshness.seconds, 3), freshness.failure)


def _ask(question: Callable[[], str]) -> Part:
    try:
        return Part(True, question())
    except RebutError as error:
        return Part(False, str(error))
