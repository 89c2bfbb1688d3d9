"""No page holds English text that is not marked for translation: by the templates, and by what an Arabic reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from jinja2 import nodes
from litestar import Litestar
from litestar.testing import TestClient
from lxml import etree, html

from service.pages.rendering import FOLDER, template_config
from tests.service.pages.test_pages import DENIAL, DOCUMENT, REPEATED

Client = TestClient[Litestar]
ENVIRONMENT = template_config(has_guide=True).engine_instance.engine
TEMPLATES = sorted(str(path.relative_to(FOLDER / "templates")) for path in (FOLDER / "templates").rglob("*") if path.is_file())
MARKING = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
SHOWN = ("aria-label", "title", "alt", "placeholder")
"""Attributes that people read or hear."""
WORDS = re.compile(r"[A-Za-z]{2,}")
NAMES = {"Rebut", "JSON", "API", "ClaimReview", "SVG", "PNG", "Markdown", "Ctrl", "Enter", "URL", "PDF", "DOCX", "HTML"}
"""What is called so in every language."""
FOREIGN = "[lang], bdi, code, kbd, textarea, template, input, .languages, [dir=auto], .made, time, title, svg, .verdict .quiet"
"""What has its own language, or none."""


def words(text: str) -> list[str]:
    return [word for word in WORDS.findall(text) if word not in NAMES]


def written(name: str) -> str:
    """What a template holds beside its expressions; each of these leaves a mark, so that tags stay whole."""
    source = (FOLDER / "templates" / name).read_text("utf-8")
    return "".join(
        text if kind == "data" else "0" for _, kind, text in ENVIRONMENT.lex(source) if kind in ("data", "variable_begin")
    )


def visible(root: etree._Element, without: set[etree._Element] = frozenset()) -> Iterator[str]:
    """All texts that people read or hear, but for those within some elements."""
    if root in without or not isinstance(root.tag, str) or root.tag in ("script", "style", "id"):
        return
    yield from (root.get(name, "") for name in SHOWN)
    yield root.text or ""
    for child in root:
        yield from visible(child, without)
        yield child.tail or ""


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_holds_no_text_that_is_not_marked(name: str) -> None:
    root = html.fragment_fromstring(re.sub(r"<\?xml.*?\?>|<!doctype.*?>", "", written(name)), create_parent="div")
    assert [found for text in visible(root) if (found := words(text))] == []


def phrases(node: nodes.Node) -> Iterator[str]:
    """The texts in an expression that may be shown: those that no function takes as its message, and that are no one word."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKING:
        yield from (text for one in node.kwargs for text in phrases(one.value))
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and re.search(r"[A-Za-z] [A-Za-z]|^[A-Z][a-z]", node.value):
        yield node.value
    for child in node.iter_child_nodes():
        yield from phrases(child)


@pytest.mark.parametrize("name", TEMPLATES)
def test_expressions_of_a_template_hold_none_either(name: str) -> None:
    parsed = ENVIRONMENT.parse((FOLDER / "templates" / name).read_text("utf-8"))
    assert list(phrases(parsed)) == []


def test_scripts_hold_no_phrases() -> None:
    for script in FOLDER.glob("static/*.js"):
        if ".min." not in script.name:
            code = re.sub(r"//.*", "", script.read_text("utf-8"))
            assert re.findall(r'"[A-Z][a-z]+(?: \w+)*"', code.replace('"Enter"', "")) == []


def foreign(page: html.HtmlElement) -> list[str]:
    """Latin words on an Arabic page that stand in no element with a language of its own."""
    own = set(page.cssselect(FOREIGN)) - {page}
    return [word for text in visible(page, own) for word in words(text)]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/statements",
        "/statements?q=troops&kind=accusation",
        "/statements?page=9",
        "/statements?kind=x",
        "/statements/north-masses-troops",
        "/claimants/South",
        "/topics/arms",
        "/sources/paper-1",
        "/coverage",
        "/nowhere",
    ],
)
def test_an_arabic_reader_sees_arabic(reading_client: Client, path: str) -> None:
    response = reading_client.get(path, headers={"accept-language": "ar", "accept": "text/html"})
    assert foreign(html.document_fromstring(response.text)) == []


@pytest.mark.parametrize(
    "text", [REPEATED, DENIAL, DOCUMENT, "Bananas and apples at the river", "", "a" * 5_001, "https://a.example/b"]
)
def test_an_arabic_reader_is_answered_in_arabic(reading_client: Client, text: str) -> None:
    response = reading_client.post("/", data={"text": text}, headers={"accept-language": "ar"})
    assert foreign(html.document_fromstring(response.text)) == []
