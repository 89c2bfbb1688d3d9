"""Ten desks' files, each as its own program exports it: what a person reads in them, and what is read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.kinds import Rated
from index.readers.columns import Field, field_of
from index.readers.json_tables import objects_of
from index.readers.loading import load_file
from index.readers.ratings import meaning
from index.readers.reports import FileReport
from index.records import Rating
from index.store.sql import SqlStore
from index.store.store import StatementFilter

DESK = "https://desk.example/"


def table(*rows: Sequence[str], delimiter: str = ",") -> str:
    """Rows as text."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue()


GERMAN = table(
    ["Lfd. Nr.", "Behauptung", "Wer hat es gesagt?", "Datum", "Bewertung", "Begründung", "Link zum Faktencheck", "Schlagwörter"],
    ["1", 'Der Minister sagt: "Alles wird teurer; sofort."', "Maier, Hans", "03.05.2024", "Größtenteils falsch",
     "Nein.\nNur\nBrot.", f"{DESK}1", "Preise; Brot"],
    ["2", "Bienen bellen", "Müller", "4. Mai 2024", "Stimmt nicht", "", f"{DESK}2", "Tiere"],
    ["3", "Die Stadt verkauft das Bad", "", "Mai 2024", "Unbelegt", "", "", ""],
    delimiter=";",
)  # fmt: skip
POLISH = table(
    ["Lp.", "Treść wypowiedzi", "Autor wypowiedzi", "Data wypowiedzi", "Werdykt", "Uzasadnienie", "Link do analizy"],
    ["1", "Gęś zjadła źdźbło trawy w Łodzi", "Jan Żółw", "3 maja 2024 r.", "Fałsz", "Źródła mówią co innego.", f"{DESK}1"],
    ["2", "Pszczoły szczekają pod Łęczycą", "", "04.05.2024", "Częściowa prawda", "", f"{DESK}2"],
    delimiter=";",
)
SHEETS = (
    "Timestamp\tClaim (verbatim)\tWho said it?\tVerdict\tLink to fact check\tDate of claim\tPublished?\n"
    f"5/13/2024 10:02:11\tBees bark\tAnn Bee\tFalse\t{DESK}1\t5/13/2024\tTRUE\n"
    f"5/14/2024 9:00:00\tCats fly\t#N/A\tTRUE\t{DESK}2\t5/4/2024\tFALSE\n"
    "5/14/2024 9:30:00\tDogs sing\t\t#REF!\t\t\tFALSE\n"
)
AIRTABLE = table(
    ["Claim", "Verdict", "Claimants", "Date of claim", "Fact-check link", "Topics"],
    ["Bees bark", "False,Misleading", "Ann Bee", "5/13/2024", f"{DESK}1", "Animals,Noise"],
    ["Cats fly", '"Missing context",True', "Ann Bee", "5/14/2024", f"{DESK}2", ""],
    ["Dogs sing", "True,False", "", "", f"{DESK}3", ""],
)
AIRTABLE_JSON = json.dumps(
    {
        "records": [
            {"id": "rec1", "fields": {"Claim": "Bees bark", "Verdict": ["False", "Misleading"], "Fact-check link": f"{DESK}1"}},
            {"id": "rec2", "fields": {"Claim": "Cats fly", "Verdict": ["True", "False"], "Fact-check link": f"{DESK}2"}},
            {"id": "rec3", "fields": {"Claim": "Dogs sing", "Verdict": ["True"], "Fact-check link": f"{DESK}3"}},
        ]
    }
)
ARABIC = table(
    ["الادعاء", "القائل", "تاريخ الادعاء", "الحكم", "رابط التحقق", "الموضوع"],
    ["النحل ينبح في المدينة", "آن", "٢٠٢٤/٠٥/٠٣", "زائف", f"{DESK}1", "سياسة، اقتصاد"],
    ["القطط تطير فوق البحر", "بوب", "٤ أيار ٢٠٢٤", "غير صحيح", f"{DESK}2", "حيوانات"],
    ["الكلاب تغني في الليل", "", "٢٥ شوال ١٤٤٥", "صحيح جزئياً", f"{DESK}3", ""],
)
NOTION = table(
    ["Claim", "Claimant", "Date", "Tags", "Verdict", "Fact-check link"],
    ["Bees bark", "Ministry of Bees (https://www.notion.so/Ministry-of-Bees-1a2b3c)", "May 3, 2024", "Bees, Noise", "False",
     f"Our check ({DESK}1)"],
    ["Cats fly", "Ann Bee (../People/Ann%20Bee%201a2b.md), Bob (../People/Bob%203c4d.md)", "May 4, 2024 → May 6, 2024", "",
     "Misleading", f"{DESK}2"],
    ["Dogs sing", "", "May 5, 2024 10:00 AM (GMT+2)", "", "True", f"[Our check]({DESK}3)"],
)  # fmt: skip
NESTED = json.dumps(
    {
        "status": "ok",
        "data": {
            "total": 2,
            "items": [
                {"id": 7, "claim": {"text": "Bees bark", "claimant": "Ann Bee"}}
                | {"verdict": {"label": "False"}, "factcheck": {"url": f"{DESK}1"}},
                {"id": 8, "claim": {"text": "Cats fly", "claimant": "Bob"}}
                | {"verdict": {"label": "True"}, "factcheck": {"url": f"{DESK}2"}},
            ],
        },
    }
)
RATED = {"reviewRating": {"alternateName": "False"}, "@type": "ClaimReview"}
LINES = "\n".join(
    json.dumps(one)
    for one in [
        RATED | {"url": f"{DESK}1", "claimReviewed": ["Bees bark"]},
        RATED | {"url": f"{DESK}2", "claimReviewed": ["Cats fly", "Dogs sing"]},
        RATED
        | {"url": f"{DESK}3", "itemReviewed": [{"@type": "Claim", "name": "Mice roar"}, {"@type": "Claim", "name": "Fish talk"}]},
        [RATED | {"url": f"{DESK}4", "claimReviewed": "Cows sing"}, RATED | {"url": f"{DESK}5", "claimReviewed": "Pigs fly"}],
    ]
)


def post(number: int, title: str, content: str, *more: str) -> str:
    return (
        f"<item><title>{title}</title><link>{DESK}{number}</link><pubDate>Fri, 03 May 2024 10:00:00 +0000</pubDate>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded><wp:post_type>post</wp:post_type>{''.join(more)}</item>"
    )


def meta(key: str, value: str) -> str:
    return f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"


PUBLISHED = "<wp:status>publish</wp:status>"
BLOCK = "<!-- wp:html --><script type='application/ld+json'>" + json.dumps(
    {"@context": "https://schema.org", "@graph": [RATED | {"url": f"{DESK}1", "claimReviewed": "Bees bark"}]}
)
WORDPRESS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://c.example" xmlns:wp="http://wp.example">'
    "<channel><title>Desk</title><link>https://desk.example</link>"
    + post(1, "No, they hum", BLOCK + "</script><!-- /wp:html -->", PUBLISHED)
    + post(2, "A page without a claim", "We are a desk.", PUBLISHED)
    + post(3, "Not yet", BLOCK.replace("Bees bark", "Cats fly") + "</script>", "<wp:status>draft</wp:status>")
    + "</channel></rss>"
)
WORDPRESS_FIELDS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://c.example" xmlns:wp="http://wp.example"><channel>'
    + post(1, "No, they hum", "x", PUBLISHED, meta("fact_check_claim", "Bees bark"), meta("fact_check_rating", "False"),
           meta("_x", "field_1"))
    + post(2, "Cats?", "x", PUBLISHED, meta("fact_check_claim", "Cats fly"), meta("fact_check_rating", "Half true"))
    + "</channel></rss>"
)  # fmt: skip
SLANG = {
    "брехня!!!": "false", "повна маячня": "false", "лажа": "false", "дурня": "false", "фейк галімий": "false",
    "набрехали": "false", "чистий фейк": "false", "БРЕХЛО": "false", "туфта": "false", "гониво": "false", "дичина": "false",
    "ІПСО": "unclear", "зрада": "unclear", "хз": "unclear", "норм": "unclear", "нє, брешуть": "unclear",
    "перекрут": "misleading", "маніпуляшка": "misleading", "майже брехня": "mostly-false", "50/50": "mixed",
    "чиста правда": "true", "щира правда": "true", "таки правда": "true", "не брехня": "unclear", "брехня?": "unclear",
    "ні риба ні м'ясо": "unclear", "десь посередині": "unclear", "правда, але не вся": "unclear",
}  # fmt: skip
"""Words as people of a desk write them: what is not certain stays unclear, and the report names it."""
UKRAINIAN = table(
    ["Твердження", "Вердикт", "Посилання на перевірку"],
    *([f"Бджоли гавкають {number} разів", words, f"{DESK}{number}"] for number, words in enumerate(SLANG)),
)

Row = tuple[str, str | None, str | None, str | None, str | None]
"""A statement, its claimant (None: unknown), its date, what its review means, and where that is."""
READINGS: dict[str, tuple[bytes, list[Row]]] = {
    "german.csv": (
        ("\ufeff" + GERMAN).encode(),
        [
            ('Der Minister sagt: "Alles wird teurer; sofort."', "Maier, Hans", "2024-05-03", "mostly-false", f"{DESK}1"),
            ("Bienen bellen", "Müller", "2024-05-04", "false", f"{DESK}2"),
            ("Die Stadt verkauft das Bad", None, "2024-05", "unclear", None),
        ],
    ),
    "polish.csv": (
        POLISH.encode("cp1250"),
        [
            ("Gęś zjadła źdźbło trawy w Łodzi", "Jan Żółw", "2024-05-03", "false", f"{DESK}1"),
            ("Pszczoły szczekają pod Łęczycą", None, "2024-05-04", "mixed", f"{DESK}2"),
        ],
    ),
    "sheets.tsv": (
        SHEETS.encode(),
        [
            ("Bees bark", "Ann Bee", "2024-05-13", "false", f"{DESK}1"),
            ("Cats fly", None, "2024-05-04", "true", f"{DESK}2"),
            ("Dogs sing", None, None, None, None),
        ],
    ),
    "airtable.csv": (
        AIRTABLE.encode(),
        [
            ("Bees bark", "Ann Bee", "2024-05-13", "false", f"{DESK}1"),
            ("Cats fly", "Ann Bee", "2024-05-14", "unclear", f"{DESK}2"),
            ("Dogs sing", None, None, "unclear", f"{DESK}3"),
        ],
    ),
    "airtable.json": (
        AIRTABLE_JSON.encode(),
        [
            ("Bees bark", None, None, "false", f"{DESK}1"),
            ("Cats fly", None, None, "unclear", f"{DESK}2"),
            ("Dogs sing", None, None, "true", f"{DESK}3"),
        ],
    ),
    "arabic.csv": (
        ARABIC.encode(),
        [
            ("النحل ينبح في المدينة", "آن", "2024-05-03", "false", f"{DESK}1"),
            ("القطط تطير فوق البحر", "بوب", "2024-05-04", "false", f"{DESK}2"),
            ("الكلاب تغني في الليل", None, None, "mixed", f"{DESK}3"),
        ],
    ),
    "notion.csv": (
        NOTION.encode(),
        [
            ("Bees bark", "Ministry of Bees", "2024-05-03", "false", f"{DESK}1"),
            ("Cats fly", "Ann Bee, Bob", "2024-05-04/2024-05-06", "misleading", f"{DESK}2"),
            ("Dogs sing", None, "2024-05-05", "true", f"{DESK}3"),
        ],
    ),
    "nested.json": (
        NESTED.encode(),
        [
            ("Bees bark", "Ann Bee", None, "false", f"{DESK}1"),
            ("Cats fly", "Bob", None, "true", f"{DESK}2"),
        ],
    ),
    "reviews.jsonl": (
        LINES.encode(),
        [
            ("Bees bark", None, None, "false", f"{DESK}1"),
            ("Cows sing", None, None, "false", f"{DESK}4"),
            ("Pigs fly", None, None, "false", f"{DESK}5"),
        ],
    ),
    "wordpress.xml": (WORDPRESS.encode(), [("Bees bark", None, None, "false", f"{DESK}1")]),
    "wordpress fields.xml": (
        WORDPRESS_FIELDS.encode(),
        [("Bees bark", None, None, "false", f"{DESK}1"), ("Cats fly", None, None, "mixed", f"{DESK}2")],
    ),
    "slang.csv": (
        UKRAINIAN.encode(),
        [(f"Бджоли гавкають {number} разів", None, None, meant, f"{DESK}{number}") for number, meant in enumerate(SLANG.values())],
    ),
}


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    return SqlStore(f"sqlite:///{tmp_path}/rebut.sqlite")


def load(store: SqlStore, folder: Path, name: str) -> FileReport:
    """Load a desk's file."""
    (folder / name).write_bytes(READINGS[name][0])
    return load_file(store, folder / name, name)


def read(store: SqlStore) -> list[Row]:
    """What was read."""
    ids = [one.id for one in store.statements_page(StatementFilter(), None, 500)]
    found = list[Row]()
    for dossier in store.dossiers(ids).values():
        one = dossier.statement
        review = next(iter([*dossier.reviews, *dossier.apart.reviews]), None)
        rated, url = (review.rating.rated.value, review.citation.url) if review else (None, None)
        claimant = None if one.claimant.name == "unknown" else one.claimant.name
        found.append((one.text, claimant, one.when.edtf if one.when else None, rated, url))
    return sorted(found, key=lambda row: row[0])


@pytest.mark.parametrize("name", READINGS)
def test_it_is_read_as_a_person_reads_it(store: SqlStore, tmp_path: Path, name: str) -> None:
    load(store, tmp_path, name)
    assert read(store) == sorted(READINGS[name][1], key=lambda row: row[0])


def test_topics_are_parted_in_every_script(store: SqlStore, tmp_path: Path) -> None:
    load(store, tmp_path, "arabic.csv")
    assert {"سياسة", "اقتصاد", "حيوانات"} == set(store.topics())


def one_row(store: SqlStore, folder: Path, **fields: object) -> FileReport:
    """Load a row of JSON."""
    (folder / "a.json").write_text(json.dumps([fields]), encoding="utf-8")
    return load_file(store, folder / "a.json", "a.json")


def test_of_several_none_is_lost(store: SqlStore, tmp_path: Path) -> None:
    one_row(
        store, tmp_path, claim="Bees bark", verdict="False", claimant=["Ann", "Bob"], reviewer=["Eve", "Zoe"], why=["No.", "Hum."]
    )
    (dossier,) = store.dossiers([one.id for one in store.statements_page(StatementFilter(), None, 9)]).values()
    (review,) = dossier.reviews
    assert (dossier.statement.claimant.name, review.reviewer.name, review.explanation) == ("Ann, Bob", "Eve, Zoe", "No.\nHum.")


def test_a_row_with_several_claims_is_told(store: SqlStore, tmp_path: Path) -> None:
    report = one_row(store, tmp_path, claim=["Bees bark", "Cats fly"], verdict="False")
    assert [one.reason for one in report.skipped] == ["claimReviewed: holds 2 claims, and one rating cannot be all theirs"]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Claim (in English)", Field.CLAIM),
        ("Verdict [final]", Field.RATING),
        ("fact_check_claim", Field.CLAIM),
        ("FC: claimant", Field.CLAIMANT),
        ("Date (of the check)", None),
        ("Link (Telegram)", None),
        ("Text (of our article)", None),
        ("fact-check text", None),
        ("Facts", Field.EXPLANATION),
    ],
)
def test_a_name_with_a_note_is_known_where_the_note_changes_nothing(name: str, field: Field | None) -> None:
    assert field_of(name) is field


@pytest.mark.parametrize(
    ("several", "meant"),
    [("False, Misleading", Rated.FALSE), ("False, Misleading, True", Rated.UNCLEAR), ("True; False", Rated.UNCLEAR)],
)
def test_verdicts_of_a_list_have_to_agree(several: str, meant: Rated) -> None:
    assert meaning(Rating(Rated.UNCLEAR, several)) is meant


def test_one_object_with_lists_is_itself() -> None:
    single = {"claim": "Bees bark", "related": [{"claim": "Cats fly"}]}
    assert objects_of(single) == [single]
    assert objects_of({"response": {"docs": [{"claim": "Bees bark"}], "facets": [{"name": "x"}]}}) == [{"claim": "Bees bark"}]
