"""The one place where the parts are wired together: `assemble` makes them, `create_app` puts HTTP in front."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import TYPE_CHECKING

import msgspec
from litestar import Litestar, asgi
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.plugins.prometheus import PrometheusConfig
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from index.kinds import RecordKind, Scope
from index.models.cross_encoder import CrossEncoderModel, PairScorer
from index.models.encoders import Encoders, load_encoders
from index.progress import Progress, no_progress
from index.search.calibration import load_calibration
from index.search.home import Home, ProcessHome
from index.search.retriever import Retriever
from index.store.store import StatementStore
from index.text.language import detect_language
from service.access.clocks import Clocks
from service.access.door import Door
from service.access.guards import DOOR, anybody, caller_of, needs, refuse_unguarded
from service.access.keyring import Keyring
from service.access.limits import Limits
from service.access.people import people_of
from service.access.sign_ins import SignIns
from service.access.tally import Tally
from service.api import metrics
from service.api.access import DOCUMENTATION, cors_config, document_access, headers_of
from service.api.bodies import JsonRequest
from service.api.documentation import documentation, swagger_files
from service.api.keeping import AnswerKeeper
from service.api.logs import RequestLog
from service.api.methods import answering_head
from service.api.parameters import refuse_unusable
from service.api.parts import PartsAsked
from service.api.problems import NO_FILE, respond
from service.api.routes import (
    answers,
    checks,
    claimreview,
    conflicts,
    google,
    health,
    imports,
    keys,
    ledger,
    merging,
    records,
    selftest,
    texts,
)
from service.api.routes.editing import editing_routes
from service.api.uploads import UPLOADS, Uploads
from service.check.confidence import Confidence
from service.check.matcher import Matcher
from service.check.own_calibration import calibrated, in_force, made_for
from service.check.relation import Judge
from service.check.warming import warming
from service.editing.changes import Changes
from service.editing.expiry import expire, expiring
from service.integrations.links import Links
from service.integrations.mcp import Endpoint, create_server
from service.opening import open_store
from service.pages.guide import guide
from service.pages.rendering import template_config
from service.pages.routes import assets, pages, respond_to_unrouted
from service.scheduling.desk import Desk
from service.scheduling.scheduler import Scheduler
from service.settings import Settings

if TYPE_CHECKING:
    from service.api.traces import Traces

WORTH_PACKING = 1_000
"""Bytes of an answer from which on it is compressed for clients that take gzip: a smaller one fits in a packet."""
QUICK = 4
"""gzip's level: nearly as small as the default, in half of its time."""


class Parts(msgspec.Struct, frozen=True):
    """All that answers claims, with or without HTTP in front."""

    settings: Settings
    store: StatementStore
    encoders: Encoders
    retriever: Retriever
    matcher: Matcher


def assemble(
    settings: Settings,
    encoders: Encoders | None = None,
    progress: Progress = no_progress,
    relation_model: PairScorer | None = None,
    confidence: Confidence | None = None,
) -> Parts:
    """Make all parts, in their order; what is missing on disk is prepared or built.

    Args:
        encoders: instead of those that the settings name.
        relation_model: instead of the one that comes with the index package.
        confidence: instead of the packaged one; the base's own goes before it.

    Raises:
        RebutError: if a part cannot be made.
    """
    store = open_store(settings)
    expire(store)
    if encoders is None:
        encoders = load_encoders(settings.encoder, settings.english_encoder, settings.encoder_cache, progress, settings.threads)
    retriever = Retriever(store, encoders, settings.index_dir, progress, home=_home(settings, store, encoders))
    detect_language("The first detection loads its model: better now than within a request.")
    judge, own = _judging(settings, encoders, relation_model)
    matcher = Matcher(store, retriever, load_calibration(encoders.name), judge, own or confidence)
    return Parts(settings, store, encoders, retriever, matcher)


def _home(settings: Settings, store: StatementStore, encoders: Encoders) -> Home:
    """Where the indexes are kept."""
    if not settings.milvus_url:
        return ProcessHome()
    from index.search.milvus.connection import Connection
    from index.search.milvus.home import MilvusHome

    store_id = store.version().rpartition("-")[0]
    return MilvusHome(Connection(settings.milvus_url), store_id, encoders, settings.milvus_writes == "on")


def _judging(settings: Settings, encoders: Encoders, given: PairScorer | None) -> tuple[Judge | None, Confidence | None]:
    """What judges relations, and how sure answers are: by the base's own calibration, or None for the packaged one."""
    if settings.relation == "off":
        return None, None
    model = given or CrossEncoderModel(threads=settings.threads)
    own = in_force(settings.data_dir, made_for(model.fingerprint, encoders.fingerprint))
    return (Judge(calibrated(model, own)), own.confidence) if own else (Judge(model), None)


def desk_of(parts: Parts) -> Desk:
    """Where requests share these parts' matcher."""
    scheduler = Scheduler(parts.matcher, parts.settings.queue_claims, parts.settings.queue_batch_claims)
    return Desk(scheduler, parts.settings.deadline_seconds)


def parts_asked(parts: Parts) -> PartsAsked:
    """What tells whether these parts work."""
    judge = parts.matcher.judge
    return PartsAsked(
        {
            "store": lambda: f"{parts.store.counts().statements} statements",
            "index": lambda: f"{parts.retriever.live.in_force().manifest.rows} rows",
            "encoder": lambda: " + ".join(f"{one.encode(['ready']).shape[1]} dimensions" for one in parts.encoders.all()),
            "relation": lambda: judge.ready() if judge else "turned off",
        }
    )


def create_app(parts: Parts, clocks: Clocks = Clocks(), links: Links | None = None) -> Litestar:  # noqa: B008 - a tuple
    """The HTTP service over these parts; closes the store when it shuts down."""
    requests = PrometheusConfig(app_name="rebut", prefix="rebut", group_path=True)
    metrics.show_store(parts.retriever.live, parts.store.ledger)
    desk, asked = desk_of(parts), parts_asked(parts)
    assistants = Endpoint(create_server(desk, parts.store, parts.settings), parts.settings)
    keyring = Keyring(parts.store.keys, clocks.now)
    tally = Tally(parts.settings.data_dir / "limits")
    sign_ins = SignIns(people_of(parts.settings, parts.store.people, clocks.now), parts.settings, clocks, tally)
    door = Door(parts.settings, keyring, sign_ins.people, Limits(parts.settings, clocks.seconds, tally))
    traces = _traces(parts.settings)

    app = Litestar(
        route_handlers=_handlers(parts.settings, assistants),
        dependencies=_dependencies(parts, desk, asked, keyring, clocks)
        | {"sign_ins": provide(sign_ins), "links": provide(links or Links())},
        exception_handlers={
            Exception: respond,
            NotFoundException: respond_to_unrouted,
            MethodNotAllowedException: respond_to_unrouted,
        },
        before_request=refuse_unusable,
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=WORTH_PACKING, gzip_compress_level=QUICK, exclude=["/stream$", "^/mcp"]
        ),
        middleware=[RequestLog(), requests.middleware],
        request_class=JsonRequest,
        request_max_body_size=parts.settings.max_body_bytes,
        openapi_config=documentation(),
        template_config=template_config(has_guide=parts.settings.guide_folder is not None),
        lifespan=[
            *([traces.open] if traces else []),
            _during(parts.retriever.live.following),
            _during(keyring.noting),
            _during(warming),
            expiring(parts.store),
            desk.open,
            asked.open,
            assistants.lifespan,
        ],
        on_shutdown=[parts.store.close],
        logging_config=None,
        state=State({DOOR: door, UPLOADS: Uploads(parts.settings.max_text_characters)}),
        cors_config=cors_config(parts.settings),
        before_send=[headers_of(parts.settings)],
    )
    refuse_unguarded(app)
    document_access(app, parts.settings)
    if traces:
        app.asgi_handler = traces.around(app.asgi_handler)
    app.asgi_handler = answering_head(app.asgi_handler)
    return app


def _traces(settings: Settings) -> Traces | None:
    """What tells a collector of requests, if the settings name one: then only, its packages are loaded."""
    if not settings.traces_to:
        return None
    from service.api.traces import Traces

    return Traces(settings)


def _handlers(settings: Settings, assistants: Endpoint) -> list[ControllerRouterHandler]:
    """All routes. Each declares whom it is for."""
    return [
        checks.check,
        checks.check_batch,
        *(answers.keep_answer, answers.keep_text_answer, answers.read_answer, answers.compare_claim, answers.revoke_answer),
        texts.check_document,
        texts.check_document_stream,
        records.list_statements,
        records.read_statement,
        records.read_refutation,
        claimreview.read_claimreview,
        claimreview.read_feed,
        google.search_claims,
        records.list_sources,
        records.read_source,
        *(route for kind in RecordKind for route in editing_routes(kind)),
        *(imports.import_records, merging.merge_statement),
        conflicts.list_conflicts,
        conflicts.decide,
        *(ledger.follow, ledger.read_checkpoint, ledger.read_key, ledger.prove),
        selftest.try_statement,
        *(keys.list_keys, keys.make_key, keys.rotate_key, keys.revoke_key),
        health.live,
        health.ready,
        asgi("/mcp", copy_scope=True, guards=[needs(Scope.CHECK, Scope.READ)])(assistants.answer),
        metrics.tell,
        pages(),
        assets(),
        guide(settings.guide_folder),
        create_static_files_router(
            f"{DOCUMENTATION}/assets",
            [swagger_files()],
            include_in_schema=False,
            name="assets",
            exception_handlers=NO_FILE,
            guards=[anybody],
        ),
    ]


def provide(part: object) -> Provide:
    """A part as a dependency."""
    return Provide(lambda: part, sync_to_thread=False)


def _dependencies(parts: Parts, desk: Desk, asked: PartsAsked, keyring: Keyring, clocks: Clocks) -> dict[str, Provide]:
    """What routes may ask for, by name."""
    return {
        "settings": provide(parts.settings),
        "store": provide(parts.store),
        "retriever": provide(parts.retriever),
        "matcher": provide(parts.matcher),
        "desk": provide(desk),
        "asked": provide(asked),
        "keyring": provide(keyring),
        "changes": provide(Changes(parts.store.ledger, two_people=parts.settings.two_people == "on")),
        "keeper": provide(AnswerKeeper(parts.store.kept_answers, parts.settings)),
        "clocks": provide(clocks),
        "caller": Provide(caller_of, sync_to_thread=False),
    }


def _during(block: Callable[[], AbstractContextManager[None]]) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """What is to be done while the service runs: the index follows the store, the use of keys is noted, languages are loaded."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        with block():
            yield

    return lifespan
