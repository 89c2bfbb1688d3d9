"""The OpenAPI document and its page."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from litestar import Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.openapi.spec import Components, Tag

from service import VERSION
from service.access.guards import anybody
from service.api.access import BEARER, DOCUMENTATION, SCHEME


def documentation() -> OpenAPIConfig:
    """What the OpenAPI document says beside its routes, and where it is read."""
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
        openapi_router=Router(DOCUMENTATION, route_handlers=[], include_in_schema=False, guards=[anybody]),
        components=Components(security_schemes={SCHEME: BEARER}),
        use_handler_docstrings=True,
        render_plugins=[page],
        tags=[
            Tag("claims", "Check claims against the known statements"),
            Tag("texts", "Check whole documents"),
            Tag("records", "Read what is known"),
            Tag("editing", "Change records; only for those who may"),
            Tag("ledger", "What was ever changed, by whom and why: to follow and to audit"),
            Tag("claimreview", "Publish refutations as schema.org ClaimReview"),
            Tag("google", "Search as with Google's Fact Check Tools API"),
            Tag("keys", "Manage API keys"),
            Tag("health", "Whether the service runs and can answer"),
        ],
    )


def swagger_files() -> Path:
    """Swagger UI's files, which the package swagger-ui-py carries; it is not imported (its own server is not needed)."""
    found = importlib.util.find_spec("swagger_ui")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("the package swagger-ui-py, which carries the documentation page, is not installed")
    return Path(found.origin).parent / "static"
