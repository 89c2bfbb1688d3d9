"""The one place where the parts are wired together: `assemble` makes them, `create_app` puts HTTP in front."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import msgspec
from litestar import Litestar, asgi
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.openapi.spec import Tag
from litestar.plugins.prometheus import PrometheusConfig, PrometheusController
from litestar.static_files import create_static_files_router

from index.models.cross_encoder import CrossEncoderModel, PairScorer
from index.models.encoders import Encoders, load_encoders
from index.progress import Progress, no_progress
from index.readers.seeds import read_seeds
from index.search.calibration import load_calibration
from index.search.live import LiveIndex
from index.search.retriever import Retriever
from index.store.sql import SqlStore
from index.store.store import LoadReport, StatementStore
from index.text.language import detect_language
from service import VERSION
from service.api.logs import RequestLog
from service.api.metrics import show_index
from service.api.parts import PartsAsked
from service.api.problems import NO_FILE, JsonRequest, respond
from service.api.routes import checks, claimreview, google, health, records, selftest, texts
from service.api.uploads import Uploads
from service.check.confidence import Confidence
from service.check.matcher import Matcher
from service.check.own_calibration import calibrated, in_force, made_for
from service.check.relation import Judge
from service.integrations.mcp import Endpoint, create_server
from service.pages.rendering import template_config
from service.pages.routes import assets, pages
from service.scheduling.desk import Desk
from service.scheduling.scheduler import Scheduler
from service.settings import Settings


class Parts(msgspec.Struct, frozen=True):
    """All that answers claims, with or without HTTP in front."""

    settings: Settings
    store: StatementStore
    encoders: Encoders
    retriever: Retriever
    matcher: Matcher


def open_store(settings: Settings) -> tuple[StatementStore, LoadReport]:
    """Open the store and load the seed files that the settings name.

    Raises:
        StoreUnavailable: if the database cannot be opened.
        InvalidRecord: if a seed file breaks a rule; then nothing is loaded.
    """
    store = SqlStore(settings.store_url)
    return store, store.load(read_seeds(settings.seed_files(), store.owners()))


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
    store, _ = open_store(settings)
    if encoders is None:
        encoders = load_encoders(settings.encoder, settings.english_encoder, settings.encoder_cache, progress, settings.threads)
    retriever = Retriever(store, encoders, settings.data_dir / "index", progress)
    detect_language("The first detection loads its model: better now than within a request.")
    judge, own = _judging(settings, encoders, relation_model)
    matcher = Matcher(store, retriever, load_calibration(encoders.name), judge, own or confidence)
    return Parts(settings, store, encoders, retriever, matcher)


def _judging(settings: Settings, encoders: Encoders, given: PairScorer | None) -> tuple[Judge | None, Confidence | None]:
    """What judges relations, and how sure answers are: by the base's own calibration, or None for the packaged one."""
    if settings.relation == "off":
        return None, None
    model = given or CrossEncoderModel(threads=settings.threads)
    own = in_force(settings.data_dir, made_for(model.fingerprint, encoders.fingerprint))
    return (Judge(calibrated(model, own)), own.confidence) if own else (Judge(model), None)


def desk_of(parts: Parts) -> Desk:
    """Where requests share these parts' matcher."""
    settings = parts.settings
    scheduler = Scheduler(parts.matcher, settings.queue_claims, settings.queue_batch_claims)
    return Desk(scheduler, settings.deadline_seconds)


def parts_asked(parts: Parts) -> PartsAsked:
    """What tells whether these parts work."""
    judge = parts.matcher.judge
    return PartsAsked(
        {
            "store": lambda: f"{parts.store.counts().statements} statements",
            "index": lambda: f"{parts.retriever.manifest.rows} rows",
            "encoder": lambda: " + ".join(f"{one.encode(['ready']).shape[1]} dimensions" for one in parts.encoders.all()),
            "relation": lambda: judge.ready() if judge else "turned off",
        }
    )


def create_app(parts: Parts) -> Litestar:
    """The HTTP service over these parts; closes the store when it shuts down."""
    metrics = PrometheusConfig(app_name="rebut", prefix="rebut", group_path=True)
    show_index(parts.retriever.live)
    desk, asked = desk_of(parts), parts_asked(parts)
    assistants = Endpoint(create_server(desk, parts.store, parts.settings), parts.settings)

    def provide(part: object) -> Provide:
        return Provide(lambda: part, sync_to_thread=False)

    return Litestar(
        route_handlers=[
            checks.check,
            checks.check_batch,
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
            selftest.try_statement,
            health.live,
            health.ready,
            asgi("/mcp", copy_scope=True)(assistants.answer),
            PrometheusController,
            pages(),
            assets(),
            create_static_files_router(
                "/docs/assets", [_swagger_files()], include_in_schema=False, name="assets", exception_handlers=NO_FILE
            ),
        ],
        dependencies={
            "settings": provide(parts.settings),
            "store": provide(parts.store),
            "retriever": provide(parts.retriever),
            "matcher": provide(parts.matcher),
            "desk": provide(desk),
            "asked": provide(asked),
        },
        exception_handlers={Exception: respond},
        middleware=[RequestLog(), metrics.middleware],
        request_class=JsonRequest,
        state=State({"uploads": Uploads(parts.settings.max_text_characters)}),
        request_max_body_size=parts.settings.max_body_bytes,
        openapi_config=_openapi(),
        template_config=template_config(),
        lifespan=[_following(parts.retriever.live), desk.open, asked.open, assistants.lifespan],
        on_shutdown=[parts.store.close],
        logging_config=None,
    )


def _following(live: LiveIndex) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    """While the service runs, the index follows the store."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        with live.following():
            yield

    return lifespan


def _openapi() -> OpenAPIConfig:
    page = SwaggerRenderPlugin(
        js_url="/docs/assets/swagger-ui-bundle.js",
        css_url="/docs/assets/swagger-ui.css",
        standalone_preset_js_url="/docs/assets/swagger-ui-standalone-preset.js",
        path="/",
        favicon="<link rel='icon' href='/docs/assets/favicon-32x32.png'>",
    )
    return OpenAPIConfig(
        title="Rebut",
        version=VERSION,
        description="Claim verification: the closest known statements, their sources and their official refutations.",
        path="/docs",
        use_handler_docstrings=True,
        render_plugins=[page],
        tags=[
            Tag("claims", "Check claims against the known statements"),
            Tag("texts", "Check whole documents"),
            Tag("records", "Read what is known"),
            Tag("claimreview", "Publish refutations as schema.org ClaimReview"),
            Tag("google", "Search as with Google's Fact Check Tools API"),
            Tag("health", "Whether the service runs and can answer"),
        ],
    )


def _swagger_files() -> Path:
    """Swagger UI's files, which the package swagger-ui-py carries; it is not imported (its own server is not needed)."""
    found = importlib.util.find_spec("swagger_ui")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("the package swagger-ui-py, which carries the documentation page, is not installed")
    return Path(found.origin).parent / "static"
