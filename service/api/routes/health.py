"""Whether the service runs and can answer."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from index.search.retriever import Retriever
from service.access.guards import anybody
from service.api.parts import PartsAsked
from service.api.wire.states import IndexState, Liveness, Readiness
from service.build import service_name

NOT_READY = {503: ResponseSpec(Readiness, description="A part does not work", generate_examples=False)}


@get("/health/live", sync_to_thread=False, summary="Is it running?", tags=["health"], guards=[anybody])
def live() -> Liveness:
    """The process runs."""
    return Liveness(True, service_name())


@get("/health/ready", summary="Can it answer?", tags=["health"], guards=[anybody], responses=NOT_READY)
async def ready(asked: NamedDependency[PartsAsked], retriever: NamedDependency[Retriever]) -> Response[Readiness]:
    """Whether store, index, encoder and relation model work: each is asked. 503 tells which one does not."""
    parts = await asked.say()
    works = all(part.ok for part in parts.values())
    status = HTTP_200_OK if works else HTTP_503_SERVICE_UNAVAILABLE
    return Response(Readiness(works, service_name(), parts, _index_state(retriever)), status_code=status)


def _index_state(retriever: Retriever) -> IndexState:
    freshness = retriever.live.freshness
    return IndexState(retriever.manifest.version, freshness.store_version, round(freshness.seconds, 3), freshness.failure)
