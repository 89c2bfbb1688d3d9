"""The report of an imported file: in the reader's language on the page, in English over HTTP."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from lxml import html

from index.errors import Reason
from index.kinds import Scope
from index.ledger.differences import CHANGED
from index.readers import reasons
from index.store.upsert import NOT_PUBLISHED
from service.access.keyring import Keyring
from service.languages import ENGLISH, LANGUAGES
from service.languages.spoken import gettext, speaking
from service.pages.complaints import in_words, is_known
from service.settings import Settings
from tests.conftest import ROOT
from tests.fakes import SEEDS
from tests.service.pages.test_desk_upload import choose, once_more
from tests.service.pages.test_pages import said
from tests.service.pages.test_signing import Desk, as_anna, desk_of, page_of

OTHERS = [language for language in LANGUAGES if language != ENGLISH]
MARKS = "\u2066\u2067\u2068\u2069"
"""What stands around values in a text of the other direction."""
TABLE = """claim,verdict,review_url,Wetter <b>,date,review_date,id
One, two,False,https://facts.example/1,,,,1
,False,https://facts.example/2,,,,2
Three.,False,nowhere,,,,3
Four.,Nope <i>%(x)s,https://facts.example/4,,3/5/2024,next week,4
Five.,False,,,soon,,5
Six.,False,,,31.02.2024,,6
Seven.,False,,,,,4
Eight.,False,,,,,8
Nine.,False,,,,,9
Ten.,,,,1.1.1850,,10
Eleven.\ufffd,,,,,,11
Twelve.,,,,,,
"""
"""What a desk's table may have that is not read."""
SKIPPED = {
    "line 2": "has 8 cells, the head line 7: is a text with ',' not in quotation marks?",
    "line 3": "text: empty text",
    "line 4": "review_url: not an http or https address",
    "line 8": "id: stands in a line before it",
    "line 12": "text: holds '\ufffd': its characters were lost in another encoding",
    "line 13": "id: empty text",
}
NOTES = [
    "kept apart, not counted: reviews of publishers that nobody named: facts.example (1)",
    "columns read: 'verdict' as rating",
    "columns not read: 'Wetter <b>'",
    "review without an address: it cites this file; a column `review_url` gives it one with the next load (4 times, first in "
    "line 6)",
    "date: day and month could be exchanged, only the year is kept (line 5)",
    "left out: review_date: 'next week' is not YYYY, YYYY-MM or YYYY-MM-DD (line 5)",
    "rating 'Nope %(x)s': not known, read as unclear (line 5)",
    "left out: date: 'soon' is not YYYY, YYYY-MM or YYYY-MM-DD (line 6)",
    "left out: date '31.02.2024': day is out of range for month (line 7)",
    "left out: date '1.1.1850': the year 1850 is before 1900 or after 2100 (line 11)",
]
IN_GERMAN = {
    "Zeile 2": "hat 8 Zellen, die Kopfzeile 7: Steht ein Text mit ',' nicht in Anführungszeichen?",
    "Zeile 3": "der Text der Behauptung fehlt",
    "Zeile 4": "„Wo es veröffentlicht ist“: keine http- oder https-Adresse",
    "Zeile 8": "die Kennung steht schon in einer Zeile davor",
    "Zeile 12": "„Text“ enthält „\ufffd“: Zeichen gingen in einer anderen Kodierung verloren",
    "Zeile 13": "die Kennung fehlt",
}
NOTES_IN_GERMAN = [
    "getrennt aufbewahrt und nicht gezählt: Faktenchecks von Herausgebern, die niemand genannt hat: facts.example (1)",
    "gelesene Spalten: 'verdict' als „Was herausgefunden wurde“",
    "nicht gelesene Spalten: 'Wetter <b>'",
    "Faktencheck ohne Adresse: Er nennt diese Datei als Quelle; eine Spalte `review_url` gibt ihm beim nächsten Laden eine (4-mal, "
    "zuerst: Zeile 6)",
    "„Datum“: Tag und Monat könnten vertauscht sein, nur das Jahr bleibt (Zeile 5)",
    "weggelassen: review_date: 'next week' ist weder JJJJ noch JJJJ-MM noch JJJJ-MM-TT (Zeile 5)",
    "die unbekannte Bewertung 'Nope %(x)s' gilt als „unklar“ (Zeile 5)",
    "weggelassen: date: 'soon' ist weder JJJJ noch JJJJ-MM noch JJJJ-MM-TT (Zeile 6)",
    "weggelassen: date '31.02.2024': das Datum nennt einen Tag, den es in dem Monat nicht gibt (Zeile 7)",
    "weggelassen: date '1.1.1850': das Jahr 1850 liegt vor 1900 oder nach 2100 (Zeile 11)",
]
REVIEW = "claim,rating,review_url\nCows fly.,{},https://snopes.com/cows\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    (folder / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
    settings = Settings(data_dir=folder / "data", seeds=str(folder), sign_ins_per_minute=1_000)
    yield from desk_of(msgspec.structs.replace(settings, unknown_publishers="apart"))


@pytest.fixture
def desk(served: Desk) -> Iterator[Desk]:
    """Anna is signed in."""
    yield from as_anna(served)
    served.client.cookies.delete("language")


def tried(desk: Desk, language: str, content: str | bytes, name: str = "claims.csv") -> html.HtmlElement:
    """The page that tells what would become of a file."""
    desk.client.cookies.set("language", language)
    return page_of(choose(desk, content, name))


def skipped(page: html.HtmlElement) -> dict[str, str]:
    """Place -> why."""
    cells = said(page, "[aria-labelledby=skipped] tbody tr > *")
    return dict(zip(cells[::2], cells[1::2], strict=True))


def kinds() -> list[str]:
    """All that a line can be."""
    found = [value for name, value in vars(reasons).items() if name.isupper()] + [CHANGED, NOT_PUBLISHED]
    several = [one.values() if isinstance(one, dict) else one if isinstance(one, tuple) else (one,) for one in found]
    return [one.text for some in several for one in some]


def test_each_line_is_told_in_german(desk: Desk) -> None:
    page = tried(desk, "de", TABLE)
    assert skipped(page) == {f"claims.csv: {place}": why for place, why in IN_GERMAN.items()}
    assert said(page, "[aria-labelledby=notes] li") == NOTES_IN_GERMAN
    assert not page.cssselect("main b, main i")
    assert not page.cssselect("main [lang=en]")


def test_the_api_tells_the_same_in_english(desk: Desk) -> None:
    secret = Keyring(desk.parts.store.keys).new("k", {Scope.EDIT}, None, "test").secret
    headers = {"authorization": f"Bearer {secret}", "accept-language": "de"}
    query = {"name": "claims.csv", "why": "x", "dry_run": "true"}
    told = desk.client.post("/v1/imports", params=query, content=TABLE.encode(), headers=headers).json()
    assert {one["place"]: one["reason"] for one in told["skipped"]} == {f"claims.csv: {at}": why for at, why in SKIPPED.items()}
    assert told["notes"] == NOTES
    assert told["changes"][1] | {"record_id": ""} == {
        "place": "claims.csv: line 6",
        "record_id": "",
        "text": "Five.",
        "differences": [],
    }
    page = tried(desk, ENGLISH, TABLE)
    assert skipped(page) == {f"claims.csv: {at}": why for at, why in SKIPPED.items()}
    assert said(page, "[aria-labelledby=notes] li") == NOTES


@pytest.mark.parametrize("language", OTHERS)
def test_no_line_of_a_table_is_english_in_any_language(desk: Desk, language: str) -> None:
    page = tried(desk, language, TABLE)
    told = [*skipped(page).values(), *said(page, "[aria-labelledby=notes] li")]
    assert not {*SKIPPED.values(), *NOTES} & {line.translate(dict.fromkeys(map(ord, MARKS))) for line in told}
    assert any("Nope %(x)s" in line for line in told)


def test_a_table_without_a_claim_and_one_in_no_encoding(desk: Desk) -> None:
    page = tried(desk, "de", "was,Wetter\nFish fly.,rain\n", "heard.csv")
    (why,) = skipped(page).values()
    assert why.startswith("von keiner Spalte ist bekannt, dass darin die Behauptung steht. Spalten: 'was', 'Wetter'. Geben Sie an,")
    (why,) = skipped(tried(desk, "de", b"text\ncaf\xe9 \xff\xfe\n")).values()
    assert why.startswith("ist nicht lesbar: Zeile 2 ist kein UTF-8, und")


def test_a_feed(desk: Desk) -> None:
    node = {"@type": "ClaimReview", "claimReviewed": "Ants swim.", "url": "https://snopes.com/ants", "reviewRating": "False"}
    feed = json.dumps([{"a": 1}, node | {"url": "x"}, node, node | {"reviewRating": "True"}])[:-1]
    assert skipped(tried(desk, "de", feed, "feed.json")) == {
        "feed.json: Element 1": "enthält kein ClaimReview",
        "feed.json: Element 2": "die Adresse des Faktenchecks fehlt",
        "feed.json: Element 4": "Bewertung „richtig“, davor steht derselbe Faktencheck mit „falsch“",
        "feed.json: der Rest": "ab hier kein gültiges JSON: Incomplete JSON content",
    }


def test_what_waits_is_told_field_by_field(desk: Desk) -> None:
    page_of(once_more(desk, tried(desk, "de", REVIEW.format("False")), do="import"))
    page = tried(desk, "de", REVIEW.format("True"))
    (line,) = said(page, "[aria-labelledby=conflicts] li span")
    assert line.startswith('Was herausgefunden wurde: {"rated":"false","original":"False"} → {"rated":"true"')
    assert said(tried(desk, "ar", REVIEW.format("True")), "[aria-labelledby=conflicts] li span")[0].count("←") == 1


def test_values_of_a_file_stay_as_they_are(desk: Desk) -> None:
    line = "id,claim,url\n1,{},{}\n"
    page_of(once_more(desk, tried(desk, "de", line.format("1984", "")), do="import"))
    page = tried(desk, "de", line.format("nothing", "https://a.example/1"))
    assert said(page, "[aria-labelledby=changes] li > span:first-child")[-1] == "nothing"
    assert "Text: 1984 → nothing" in said(page, "[aria-labelledby=changes] li span")


def test_a_review_is_told_with_its_verdict(desk: Desk) -> None:
    page = tried(desk, "de", REVIEW.format("Pants on fire").replace("cows", "pigs"))
    assert "snopes.com: Pants on fire (falsch)" in said(page, "[aria-labelledby=changes] li > span:first-child")


def test_what_is_known_in_english_alone_is_marked_as_english(desk: Desk) -> None:
    page = tried(desk, "ar", SEEDS.replace('kind = "denial"', 'kind = "denail"'), "paper-2.toml")
    (cell,) = page.cssselect("[aria-labelledby=skipped] td")
    assert (cell.get("lang"), cell.get("dir"), "denail" in cell.text_content()) == ("en", "ltr", True)


@pytest.mark.parametrize("language", OTHERS)
def test_every_kind_is_told_in_every_language_with_its_values(language: str) -> None:
    for text in kinds():
        names = re.findall(r"%\((\w+)\)s", text)
        values = {name: f"<{name}>" for name in names}
        with speaking(language):
            told = in_words(Reason(text, values))
            assert is_known(Reason(text, values)), text
            assert gettext(text) != text or not re.search(r"[a-z]", re.sub(r"%\(\w+\)s", "", text)), text
        assert all(value in told for value in values.values()), told


@pytest.mark.parametrize("path", sorted((ROOT / "index" / "readers").glob("*.py")), ids=lambda path: path.name)
def test_readers_say_nothing_that_translators_do_not_see(path: Path) -> None:
    """Only what stands in a `Reason` as it is gets into the catalogues; what others say comes in as it is."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    said = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Reason"]
    assert not [ast.unparse(one) for one in said if isinstance(one, ast.JoinedStr | ast.BinOp)]
    raised = [
        call for call in calls if isinstance(call.func, ast.Name) and call.func.id in ("Unusable", "Undecodable", "BrokenOff")
    ]
    assert all(ast.unparse(call.args[0]).startswith(("reasons.", "row.problem", "said")) for call in raised)
