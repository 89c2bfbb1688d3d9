"""The template engine, and what every page carries."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig

from service.pages import aligning, labels, marking, signing

FOLDER = Path(__file__).parent
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""Headers of every page: only this host's files, no inline script or style, and no referrer to the sites of sources."""


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    """Templates that escape everything and refuse names that do not exist."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        sentence_language=labels.sentence_language,
        label=labels.label,
        kind_names={kind.value: name for kind, name in labels.KINDS.items()},
        language_name=labels.language_name,
        columns=aligning.columns,
        exchange=aligning.exchange,
        claim_pieces=marking.claim_pieces,
        statement_pieces=marking.statement_pieces,
        document_pieces=marking.document_pieces,
        on_record=marking.on_record,
        session_of=signing.session_of,
        may=signing.may,
    )
    environment.filters.update(words=labels.words, segment=_segment)
    environment.tests["web_address"] = labels.is_web_address
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment))


def _segment(text: str) -> str:
    """A text as one segment of a path, or one value of a query."""
    return quote(text, safe="")
