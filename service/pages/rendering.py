"""The template engine, and what every page carries."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from markupsafe import Markup

from service.languages import NAMES, spoken
from service.pages import aligning, dates, labels, marking, signing
from service.pages.card import in_xml
from service.pages.choosing import VARY, here_again
from service.pages.complaints import in_words, is_known
from service.pages.life import WIDTH
from service.pages.problems import wrong

FOLDER = Path(__file__).parent
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    **VARY,
}
"""Headers of every page: only this host's files, no inline script or style, and no referrer to the sites of sources."""

MARKING = (
    marking.claim_pieces,
    marking.statement_pieces,
    marking.document_pieces,
    marking.on_record,
    marking.on_record_words,
)
"""What templates have by the same name."""


def template_config(*, has_guide: bool) -> TemplateConfig[JinjaTemplateEngine]:
    """Templates that escape everything and refuse names that do not exist.

    Args:
        has_guide: whether there is a guide to lead to.
    """
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension brings it
        spoken.gettext, spoken.ngettext, newstyle=True, pgettext=spoken.pgettext, npgettext=spoken.npgettext
    )
    environment.globals.update(
        language=spoken.language,
        direction=spoken.direction,
        comma=spoken.comma,
        semicolon=spoken.semicolon,
        languages=NAMES,
        here_again=here_again,
        right_to_left=spoken.RIGHT_TO_LEFT,
        across=_across,
        sentence_language=labels.sentence_language,
        label=labels.label,
        caveat=labels.caveat,
        kind_name=labels.kind_name,
        reason=labels.reason,
        wrong=wrong,
        language_name=labels.language_name,
        columns=aligning.columns,
        exchange=aligning.exchange,
        **{told.__name__: told for told in MARKING},
        session_of=signing.session_of,
        may=signing.may,
        has_guide=has_guide,
    )
    environment.filters.update(
        in_words=in_words,
        in_xml=in_xml,
        words=labels.words,
        capitalized=labels.capitalized,
        name=labels.name,
        heading=labels.heading,
        scope_name=labels.scope_name,
        segment=_segment,
        named_page=_named_page,
        isolated=_isolated,
        number=dates.number,
        size=dates.size,
        day=dates.day,
        spoken=dates.spoken,
    )
    environment.tests["known"] = is_known
    environment.tests["web_address"] = labels.is_web_address
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment))


def _segment(text: str) -> str:
    """A text as one segment of a path, or one value of a query."""
    return quote(text, safe="")


def _named_page(name: str, plural: str) -> str:
    """The page of a claimant or topic.

    Servers decode "%2F" before they look for a path, and browsers resolve "." and "..", so such names stand in the query.
    """
    return f"/{plural}?name={_segment(name)}" if "/" in name or name in (".", "..") else f"/{plural}/{_segment(name)}"


def _isolated(text: str) -> Markup:
    """A name or an address within a sentence that may be written in the other direction."""
    return Markup("<bdi>{}</bdi>").format(text)


def _across(x: float, width: float = 0) -> float:
    """A place in a picture of 720 points, mirrored where one reads from right to left; what stands there may have a width."""
    return WIDTH - x - width if spoken.direction() == "rtl" else x
