"""Pages as publishers write them: broken JSON-LD, microdata, other encodings, addresses that are relative."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import extruct
import pytest

from index.readers.claimreview import read_review, resolved, reviews_in
from index.readers.feeds import read_page
from index.readers.lenient_json import read_lenient
from index.readers.microdata import Page

GOOD = {"@type": "ClaimReview", "claimReviewed": 'He said "no".', "url": "https://f.example/1", "tags": [1, {"a": None}]}


@pytest.mark.parametrize(
    "script",
    [
        json.dumps(GOOD),
        json.dumps(GOOD)[:-1] + ",}",
        json.dumps(GOOD).replace('", "url"', '"\n"url"'),
        json.dumps(GOOD).replace('\\"no\\"', '"no"'),
        json.dumps(GOOD).replace("[1, ", "[1,, "),
        json.dumps(GOOD).replace('"url"', '/* where */ "url"'),
        json.dumps(GOOD).replace('"', "&quot;").replace("\\&quot;", "\\&quot;"),
        f"<!-- {json.dumps(GOOD)}; -->",
        f"//<![CDATA[\n{json.dumps(GOOD)};\n//]]>",
        f"/*<![CDATA[*/{json.dumps(GOOD)}/*]]>*/",
    ],
)
def test_small_mistakes_in_json_are_mended(script: str) -> None:
    assert read_lenient(script) == GOOD


def test_several_values_and_wrong_escapes() -> None:
    assert read_lenient('{"a": 1} {"b": "it\\\'s \\u0041"}') == [{"a": 1}, {"b": "it\\'s A"}]


@pytest.mark.parametrize(
    "script", ["", "{broken", '{"a": 1', '{"a": "b', "var a = {};", '{"a" 1}', '{"a": nothing}', "[" * 5000, '{"a": [' * 60]
)
def test_what_is_cut_off_or_wrong_is_not_guessed_at(script: str) -> None:
    assert read_lenient(script) is None


MICRODATA = """<html><head><base href="https://f.example/checks/"></head><body>
<div itemscope itemtype="https://schema.org/ClaimReview" itemref="when">
  <link itemprop="url" href="bees"><h1 itemprop="claimReviewed headline">Bees <b>bark</b>.</h1>
  <div itemprop="itemReviewed" itemscope itemtype="http://schema.org/Claim">
    <span itemprop="author" itemscope itemtype="http://schema.org/Person"><span itemprop="name">A. Bee</span></span></div>
  <div itemprop="reviewRating" itemscope itemtype="http://schema.org/Rating">
    <meta itemprop="ratingValue" content="1"><meta itemprop="bestRating" content="5"><meta itemprop="worstRating" content="1">
    <span itemprop="alternateName">False</span></div>
</div>
<time id="when" itemprop="datePublished" datetime="2024-05-03">yesterday</time>
<div itemscope itemtype="https://schema.org/Person"><span itemprop="name">Nobody</span></div></body></html>"""


def plain(value: Any) -> Any:
    """An item of extruct, in the form of ours."""
    if isinstance(value, dict):
        found = {
            name: [plain(one) for one in held] if isinstance(held, list) else plain(held)
            for name, held in value["properties"].items()
        }
        return {"@type": value["type"].rpartition("/")[2], **found}
    return " ".join(value.split()).replace("https://f.example/checks/", "")


def test_microdata_is_read_as_extruct_reads_it() -> None:
    theirs = extruct.extract(MICRODATA, base_url="https://f.example/checks/", syntaxes=["microdata"])["microdata"]
    assert Page(MICRODATA).items() == [plain(item) for item in theirs]


def test_a_page_of_microdata_becomes_a_review(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(MICRODATA, encoding="utf-8")
    (element,) = read_page(tmp_path / "page.html")
    (node,) = reviews_in(element.value)
    _, statement, review = read_review(resolved(node, element.page))
    assert (statement.text, statement.claimant.name) == ("Bees bark.", "A. Bee")
    assert (review.citation.url, review.rating.original, review.rating.value) == ("https://f.example/checks/bees", "False", 1)
    assert review.when is not None
    assert review.when.edtf == "2024-05-03"


@pytest.mark.parametrize(
    ("head", "fetched_from", "url", "address"),
    [
        ('<link rel="canonical" href="https://f.example/a/b">', "", "/c", "https://f.example/c"),
        ('<meta property="og:url" content="https://f.example/a/b">', "", "c", "https://f.example/a/c"),
        ("", "https://f.example/a/", "./c", "https://f.example/a/c"),
        ('<base href="/z/">', "https://f.example/a/", "c", "https://f.example/z/c"),
        ("", "https://f.example/a/", "//g.example/c", "https://g.example/c"),
        ("", "https://f.example/a/", "www.f.example/c", "https://www.f.example/c"),
        ("", "https://f.example/a/", {"@id": "#review"}, "https://f.example/a/#review"),
        ("", "https://f.example/a/", "https://g.example/1", "https://g.example/1"),
    ],
)
def test_relative_addresses_are_completed(tmp_path: Path, head: str, fetched_from: str, url: object, address: str) -> None:
    script = json.dumps({"@type": "ClaimReview", "claimReviewed": "Bees bark.", "url": url})
    (tmp_path / "page.html").write_text(f'<html><head>{head}</head><script type="application/ld+json">{script}</script>', "utf-8")
    (element,) = read_page(tmp_path / "page.html", fetched_from)
    (node,) = reviews_in(element.value)
    assert read_review(resolved(node, element.page)).review.citation.url == address


def test_an_address_that_is_no_address_stays_none() -> None:
    node = {"claimReviewed": "Bees bark.", "url": "javascript:alert(1)"}
    assert resolved(node, "https://f.example/") == node


@pytest.mark.parametrize(
    ("encoding", "declared"), [("cp1251", "windows-1251"), ("utf-8", "windows-1251"), ("cp1251", ""), ("koi8-r", "koi8-r")]
)
def test_pages_in_other_encodings(tmp_path: Path, encoding: str, declared: str) -> None:
    claim = "Польские войска готовят вторжение в Беларусь"
    script = json.dumps({"@type": "ClaimReview", "claimReviewed": claim}, ensure_ascii=False)
    meta = f'<meta charset="{declared}">' if declared else ""
    (tmp_path / "page.html").write_bytes(f'<html>{meta}<script type="application/ld+json">{script}</script>'.encode(encoding))
    (element,) = read_page(tmp_path / "page.html")
    assert [node["claimReviewed"] for node in reviews_in(element.value)] == [claim]
