"""Tables of other people: what is read of them, in whatever form they come."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest

from index.errors import InvalidRecord
from index.kinds import Rated
from index.readers import workbooks
from index.readers.loading import Format, ReadAs, format_of, load_file
from index.readers.reports import FileReport
from index.readers.sheets import sheets_of
from index.readers.tables import read_table
from index.records import Dossier
from index.store.store import ReviewFilter, StatementFilter, StatementStore

TABLE = (
    "ID;Утверждение;Кто сказал;Дата;Язык;Тема;Страна;Формулировки;Вердикт;Ссылка на проверку;Издатель;"
    "Дата публикации;Опровержение;Цвет\n"
    "1;Польские войска готовят вторжение;Лукашенко;3 мая 2024;русский;война, Польша;Беларусь;Польша нападёт|Poland will attack;"
    "Фейк;https://f.example/1;Факты;04.05.2024;Это не так;red\n"
    "2;В Киеве нашли лаборатории США;;05.2024;ru-RU;;;;Манипуляция;https://f.example/2;Факты;;;\n"
)


def load(store: StatementStore, folder: Path, name: str, content: str | bytes, read_as: ReadAs | None = None) -> FileReport:
    """Load a file of this name and content."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_file(store, folder / name, name, read_as=read_as or ReadAs())


def day(dossier: Dossier) -> str | None:
    """The statement's date."""
    return dossier.statement.when.edtf if dossier.statement.when else None


def the_only(store: StatementStore) -> Dossier:
    (dossier,) = store.dossiers(store.reviewed(ReviewFilter())).values()
    return dossier


@pytest.mark.parametrize(
    "raw",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("cp1251"),
        TABLE.encode("utf-16"),
        TABLE.replace(";", "\t").encode("koi8-r"),
        f"sep=;\n{TABLE}".encode(),
        f"Наши проверки;;;\n;;;\n{TABLE}".encode(),
    ],
)
def test_a_desks_table_in_any_form(store: StatementStore, tmp_path: Path, raw: bytes) -> None:
    report = load(store, tmp_path, "our.csv", raw)
    assert report.skipped == []
    assert [note for note in report.notes if note.startswith("columns not read")] == ["columns not read: 'Цвет'"]
    assert report.unread == ["Цвет"]
    first, second = store.dossier("file-our-1"), store.dossier("file-our-2")
    statement, (review,) = first.statement, first.reviews
    assert (statement.claimant.name, statement.language, statement.topics) == ("Лукашенко", "ru", ["война", "Польша"])
    assert (statement.places, statement.when.edtf if statement.when else None) == (["Беларусь"], "2024-05-03")
    assert statement.wordings == {"ru": ["Польша нападёт"], "en": ["Poland will attack"]}
    assert (review.rating.rated, review.rating.original, review.citation.url) == (Rated.FALSE, "Фейк", "https://f.example/1")
    assert (review.reviewer.name, review.explanation, review.title) == ("Факты", "Это не так", "Это не так")
    assert review.when is not None
    assert review.when.edtf == "2024-05-04"
    assert [review.rating.rated for review in second.reviews] == [Rated.MISLEADING]
    assert len(first.refutations) == 1


def test_a_workbook(store: StatementStore, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    notes = book.active
    notes.title = "Notes"
    notes.append(["Made by us"])
    sheet = book.create_sheet("Claims")
    sheet.append(["All our checks"])
    sheet.append([])
    sheet.append(["No", "Claim", "Date", "Rating", "Fact-check link"])
    sheet.append([7, "Bees bark.", dt.datetime(2024, 5, 3), "False", "here"])
    sheet["E4"].hyperlink = "https://f.example/bees"
    sheet.append([8.0, "Bees sing.", "soon", "True", "https://f.example/2"])
    sheet["XFD1048576"] = "far away"
    sheet["G4"] = "a remark"
    book.save(tmp_path / "our.xlsx")
    report = load_file(store, tmp_path / "our.xlsx", "our.xlsx")
    dossier, undated = store.dossier("file-our-7"), store.dossier("file-our-8")
    assert (day(dossier), day(undated), report.skipped) == ("2024-05-03", None, [])
    assert [one.reviews[0].citation.url for one in (dossier, undated)] == ["https://f.example/bees", "https://f.example/2"]
    assert "left out: Date: 'soon' is not YYYY, YYYY-MM or YYYY-MM-DD (row 5)" in report.notes
    assert "sheet 'Notes': not read, only 'Claims' is" in report.notes
    assert "column 7: has no name, not read (row 4)" in report.notes
    broken = load(store, tmp_path, "broken.xlsx", b"PK\x03\x04 nothing")
    assert "cannot be read as a workbook" in broken.skipped[0].reason


@pytest.mark.parametrize(
    "bomb",
    [
        '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>',
    ],
)
def test_a_small_workbook_that_stands_for_a_huge_one_is_refused(tmp_path: Path, bomb: str) -> None:
    plain, hostile = tmp_path / "plain.xlsx", tmp_path / "hostile.xlsx"
    workbook(plain, ["claim"], ["Bees bark."])
    with zipfile.ZipFile(plain) as packed, zipfile.ZipFile(hostile, "w") as changed:
        for name in packed.namelist():
            changed.writestr(name, packed.read(name).replace(b"</sheetData>", b"</sheetData>" + bomb.encode()))
    with pytest.raises(InvalidRecord, match="cannot be read as a workbook: it is too large or too complex"):
        sheets_of(hostile, seconds=3)
    assert sheets_of(plain, seconds=3) == [("Sheet", [(1, [["claim"]]), (2, [["Bees bark."]])])]


def test_a_workbook_whose_cells_repeat_one_text_is_bounded() -> None:
    rows = [(number, [["x" * 1_000]]) for number in range(1, 11)]
    assert [*workbooks.within(iter([("Claims", rows)]), 10_000)] == [("Claims", rows)]
    with pytest.raises(SystemExit, match="holds too much text"):
        list(workbooks.within(iter([("Claims", rows), ("More", rows)]), 19_999))


def workbook(path: Path, *rows: list[str]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_without_an_id_the_claim_is_that_of_a_feed(store: StatementStore, tmp_path: Path) -> None:
    load(store, tmp_path, "a.csv", "Claim,Speaker,Verdict,Link\nBees bark.,A. Bee,False,https://f.example/1\n")
    feed = {"@type": "ClaimReview", "claimReviewed": "Bees bark.", "itemReviewed": {"author": {"name": "A. Bee"}}}
    load(store, tmp_path, "b.json", json.dumps(feed | {"url": "https://g.example/2", "reviewRating": {"alternateName": "False"}}))
    assert sorted(review.citation.url or "" for review in the_only(store).reviews) == ["https://f.example/1", "https://g.example/2"]


ROWS = [
    {"claim": "Bees bark.", "label": "Refuted", "fact_checking_article": "https://f.example/1", "tags": ["a", "b"], "x": {"y": 1}},
    {"claim": "Bees hum.", "label": "Supported", "fact_checking_article": "https://f.example/2"},
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps(ROWS)),
        ("b.json", json.dumps({"count": 2, "results": ROWS})),
        ("c.json", "\n".join(json.dumps(row) for row in ROWS)),
        ("d.jsonl", "\n".join(json.dumps(row) for row in ROWS)),
        ("e.json", json.dumps(ROWS).encode("utf-16")),
    ],
)
def test_json_of_plain_objects(store: StatementStore, tmp_path: Path, name: str, content: str | bytes) -> None:
    report = load(store, tmp_path, name, content)
    found = {dossier.statement.text: dossier for dossier in store.dossiers(store.reviewed(ReviewFilter())).values()}
    assert {text: dossier.reviews[0].rating.rated for text, dossier in found.items()} == {
        "Bees bark.": Rated.FALSE,
        "Bees hum.": Rated.TRUE,
    }
    assert found["Bees bark."].statement.topics == ["a", "b"]
    assert "columns not read: 'x y'" in report.notes


def test_claimreviews_one_a_line(store: StatementStore, tmp_path: Path) -> None:
    nodes = [{"@type": "ClaimReview", "claimReviewed": "Bees bark.", "url": f"https://f.example/{number}"} for number in (1, 2)]
    report = load(store, tmp_path, "a.jsonl", "\n".join(map(json.dumps, [*nodes, {"a": 1}])))
    assert len(the_only(store).reviews) == 2
    assert [(item.place, item.reason) for item in report.skipped] == [("a.jsonl: line 3", "holds no ClaimReview")]


EXPORTS = {
    "claimskg": (
        ",id,text,date,truthRating,ratingName,author,headline,named_entities_claim,keywords,source,sourceURL,link,language\n"
        '0,http://data.example/1,Bees bark.,2017-08-24,1,FALSE,A. Bee,Do bees bark?,x,"bees,dogs",facts,http://f.example,http://f.example/x,English\n'
    ),
    "claimskg-extractor": (
        "claimReview_author_name,claimReview_claimReviewed,claimReview_datePublished,claimReview_url,creativeWork_author_name,"
        "creativeWork_datePublished,extra_title,extra_tags,rating_alternateName,rating_bestRating,rating_ratingValue,rating_worstRating\n"
        'facts,Bees bark.,2017-08-24,http://f.example/x,A. Bee,2017-08-01,Do bees bark?,"bees,dogs",FALSE,,,\n'
    ),
    "euvsdisinfo": (
        "Date,Links,Title,Outlets,Country,Disinformation,Information\n"
        "24.8.2017,http://f.example/x,Do bees bark?,A. Bee,Ukraine,Bees bark.,They do not.\n"
    ),
}


@pytest.mark.parametrize("export", EXPORTS)
def test_known_exports(store: StatementStore, tmp_path: Path, export: str) -> None:
    assert load(store, tmp_path, f"{export}.csv", EXPORTS[export]).skipped == []
    dossier = the_only(store)
    (review,) = dossier.reviews
    assert (dossier.statement.text, dossier.statement.claimant.name) == ("Bees bark.", "A. Bee")
    assert (review.rating.rated, review.citation.url, review.title) == (Rated.FALSE, "http://f.example/x", "Do bees bark?")


def test_googles_answers(store: StatementStore, tmp_path: Path) -> None:
    review = {
        "publisher": {"name": "Facts", "site": "f.example"},
        "url": "https://f.example/1",
        "title": "No",
        "languageCode": "en",
    }
    review |= {"reviewDate": "2024-02-03T00:00:00Z", "textualRating": "False"}
    claim = {"text": "Bees bark.", "claimant": "A. Bee", "claimDate": "2024-01-02T00:00:00Z", "claimReview": [review]}
    assert load(store, tmp_path, "a.json", json.dumps({"claims": [claim], "nextPageToken": "x"})).skipped == []
    dossier = the_only(store)
    assert (dossier.statement.claimant.name, day(dossier)) == (
        "A. Bee",
        "2024-01-02",
    )
    assert (dossier.reviews[0].reviewer.name, dossier.reviews[0].rating.rated, dossier.reviews[0].title) == (
        "Facts",
        Rated.FALSE,
        "No",
    )


def test_what_is_left_out_is_told_with_its_line(store: StatementStore, tmp_path: Path) -> None:
    table = "claim,verdict,review_url,date,review_date\n"
    table += "One, two,False,https://f.example/1,2024,x\n"
    table += "\ufffd\ufffd\ufffd,False,https://f.example/2,,\nThree.,False,nowhere,,\n"
    table += "Four.,False,,,\nFive.,,https://f.example/5,,\nSix.,1,https://f.example/6,3/5/2024,next week\n"
    report = load(store, tmp_path, "a.csv", table)
    assert [(item.place, item.reason) for item in report.skipped] == [
        ("a.csv: line 2", "has 6 cells, the head line 5: is a text with ',' not in quotation marks?"),
        ("a.csv: line 3", "text: holds '\ufffd': its characters were lost in another encoding"),
        ("a.csv: line 4", "review_url: not an http or https address"),
    ]
    assert report.notes == [
        "all reviews are of f.example: they count as the desk's own (if they are not: docs/how-to/whom-to-believe.md)",
        "columns read: 'verdict' as rating",
        "review without an address: it cites this file; a column `review_url` gives it one with the next load (line 5)",
        "review_url: not loaded where the rating is missing (column `rating`) (line 6)",
        "date: day and month could be exchanged, only the year is kept (line 7)",
        "left out: review_date: 'next week' is not YYYY, YYYY-MM or YYYY-MM-DD (line 7)",
        "rating: a figure without its scale; if 1 is false and 5 is true, the column holds `rating_value` (line 7)",
        "rating '1': not known, read as unclear (line 7)",
    ]
    days = {one.statement.text: day(one) for one in store.dossiers(store.reviewed(ReviewFilter())).values()}
    assert days == {"Four.": None, "Six.": "2024"}


@pytest.mark.parametrize(
    ("rows", "texts", "told"),
    [
        ('"Open,x\nCats fly,y\nDogs sing,z', ['"Open', "Cats fly", "Dogs sing"], ["line 2)"]),
        ('"Open,x\nCats fly,y\n"Dogs\nsing",z\n', ['"Open', "Cats fly", "Dogs\nsing"], ["line 2)"]),
        ('Cats fly,"y', ["Cats fly"], ["line 2)"]),
        ('Cats fly,"y\nDogs sing,z\n', ["Cats fly", "Dogs sing"], ["line 2)"]),
        ('"Cats\nfly" ,"y"\t\n', ["Cats\nfly "], []),
        ('"Cats\nfly" \n', ["Cats\nfly "], []),
        ('He said "stop,x\nCats fly,y\n', ['He said "stop', "Cats fly"], []),
        ('"Cats, and dogs\n""fly""",x\n', ['Cats, and dogs\n"fly"'], []),
    ],
)
def test_a_quotation_mark_that_is_never_closed_swallows_no_row(
    tmp_path: Path, rows: str, texts: list[str], told: list[str]
) -> None:
    (tmp_path / "x.csv").write_text(f"claim,note\n{rows}")
    table = read_table(tmp_path / "x.csv")
    assert [row.cells[0] for row in table.rows()] == [[text] for text in texts]
    assert [str(note).rpartition("sign (")[2] for note in table.notes] == told


def test_marks_that_are_never_closed_take_no_more_time_than_others(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("claim,note\n" + '"a,b\n' * 40_001)
    table = read_table(tmp_path / "x.csv")
    assert [str(note).partition("sign ")[2] for note in table.notes] == ["(40001 times, first in line 2)"]
    assert sum(row.cells[0] == ['"a'] for row in table.rows()) == 40_001


def test_a_table_without_a_claim_is_refused(store: StatementStore, tmp_path: Path) -> None:
    report = load(store, tmp_path, "a.csv", "what,verdict\nBees bark.,False\n")
    (skipped,) = report.skipped
    assert report.unread == ["what", "verdict"]
    assert (
        skipped.reason
        == "no column is known to hold the claim. Columns: 'what', 'verdict'. Tell which one does: --map 'COLUMN=claim'"
    )
    assert load(store, tmp_path, "a.csv", "what,verdict\nBees bark.,False\n", ReadAs({"what": "claim"})).skipped == []
    refused = load(store, tmp_path, "b.csv", b"text\ncaf\xe9 \xff\xfe\n").skipped[0].reason
    assert refused.startswith("cannot be read: line 2 is not UTF-8")
    assert load(store, tmp_path, "b.csv", b"text\ncaf\xe9 \xff\xfe\n", ReadAs(encoding="latin-1")).loaded.added


def test_tables_without_an_ending_that_tells(tmp_path: Path) -> None:
    for raw in (TABLE.encode(), TABLE.encode("utf-16"), b"PK\x03\x04"):
        (tmp_path / "export").write_bytes(raw)
        assert format_of(tmp_path / "export") is Format.ROWS


def test_a_dry_run_tells_what_would_change_and_changes_nothing(store: StatementStore, tmp_path: Path) -> None:
    load(store, tmp_path, "a.csv", "id,text,verdict,link\n1,Bees bark.,False,https://f.example/1\n")
    version = store.version()
    (tmp_path / "a.csv").write_text("id,text,verdict,link\n1,Bees bark!,True,https://f.example/1\n2,Bees sing.,,\n", "utf-8")
    report = load_file(store, tmp_path / "a.csv", "a.csv", dry_run=True)
    assert (len(report.loaded.added), len(report.loaded.changed), store.version()) == (1, 2, version)
    new, statement, review = report.changes
    assert (new.place, new.record_id, new.text, new.differences) == ("a.csv: line 3", "file-a-2", "Bees sing.", [])
    assert (statement.place, statement.differences) == ("a.csv: line 2", ["text: Bees bark. → Bees bark!"])
    assert review.differences == ['rating: {"rated":"false","original":"False"} → {"rated":"true","original":"True"}']
    assert store.statement("file-a-1").text == "Bees bark."


def test_a_title_beside_a_review_is_the_reviews(store: StatementStore, tmp_path: Path) -> None:
    """What a fact-checker writes above a review often denies the claim: it is no way to say it."""
    table = "claim,title,verdict,review_url\nBees bark.,"
    load(store, tmp_path, "a.csv", f'{table}"No, bees do not bark",False,https://facts.example/1\n')
    dossier = the_only(store)
    assert (dossier.statement.wordings, dossier.reviews[0].title) == ({}, "No, bees do not bark")
    load(store, tmp_path, "b.csv", "claim,title\nCats moo.,A cat says moo\n")
    cats = next(one for one in store.statements_page(StatementFilter(), None, 9) if one.text == "Cats moo.")
    assert [*cats.wordings.values()] == [["A cat says moo"]]


@pytest.mark.parametrize(
    "table",
    [
        "text,claimReview.publisher.name,claimReview.url,claimReview.title,claimReview.reviewDate,claimReview.textualRating\n"
        "Bees bark.,Facts,https://facts.example/1,No,2024-05-02T00:00:00Z,Mostly False\n",
        "claim,publisher_name,publisher_site,url,title,review_date,textual_rating\n"
        "Bees bark.,Facts,facts.example,https://facts.example/1,No,2024-05-02T00:00:00Z,Mostly False\n",
        "text,claimReview\nBees bark.,"
        "\"[{'publisher': {'name': 'Facts'}, 'url': 'https://facts.example/1', 'title': 'No', 'reviewDate': '2024-05-02',"
        " 'textualRating': 'Mostly False'}]\"\n",
        "text,claimReview\nBees bark.,"
        '"[{""publisher"":{""name"":""Facts""},""url"":""https://facts.example/1"",""title"":""No"",""reviewDate"":""2024-05-02"",'
        '""textualRating"":""Mostly False""}]"\n',
    ],
    ids=["flattened", "renamed", "as Python writes it", "as JSON"],
)
def test_googles_answers_as_a_table(store: StatementStore, tmp_path: Path, table: str) -> None:
    assert load(store, tmp_path, "google.csv", table).skipped == []
    (review,) = the_only(store).reviews
    assert (review.reviewer.name, review.title, review.rating.rated) == ("Facts", "No", Rated.MOSTLY_FALSE)
    assert review.when is not None
    assert review.when.edtf == "2024-05-02"


def test_what_only_looks_like_packed_reviews_is_a_text(store: StatementStore, tmp_path: Path) -> None:
    for number, cell in enumerate(("[{", "[__import__('os')]", "{'a': 1}")):
        report = load(store, tmp_path, f"{number}.csv", f'text,claimReview\nBees bark.,"{cell}"\n')
        assert report.notes == ["columns read: 'text' as claim", "columns not read: 'claimReview'"] or report.skipped


def test_a_cell_of_any_size_costs_its_own_row_at_most(store: StatementStore, tmp_path: Path) -> None:
    rows = ["1,Minsk closed the border.,x", f"2,{'x' * 140_000},x", f"3,Kyiv closed the border.,{'x' * 140_000}"]
    report = load(store, tmp_path, "long.csv", "id,claim,colour\n" + "\n".join(rows))
    assert (len(report.loaded.added), [(str(one.place), one.reason) for one in report.skipped]) == (
        3,
        [("long.csv: line 3", "text: 140000 characters, more than 5000")],
    )


def test_a_damaged_list_is_loaded_up_to_the_damage(store: StatementStore, tmp_path: Path) -> None:
    whole = json.dumps([{"id": f"{number}", "claim": f"Minsk closed {number} borders."} for number in range(1, 4)])
    report = load(store, tmp_path, "list.json", whole[:-20])
    assert store.dossier("file-list-2").statement.text == "Minsk closed 2 borders."
    ((place, reason),) = [(str(one.place), one.reason) for one in report.skipped]
    assert (place, reason.partition(":")[0]) == ("list.json: element 3", "not valid JSON from here on")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2024-02-31", "claim_date '2024-02-31': day is out of range for month"),
        ("2024-13-01", "claim_date '2024-13-01': month must be in 1..12"),
        ("0000", "claim_date '0000': year 0 is out of range"),
        ("0000-05-01", "claim_date '0000-05-01': the year 0 is before 1900 or after 2100"),
        ("soon", "claim_date: 'soon' is not YYYY, YYYY-MM or YYYY-MM-DD"),
        ("1" * 140_000, f"claim_date '{'1' * 50}…': has 140000 characters, more than 500"),
    ],
)
def test_a_date_that_is_none_is_told_with_its_column(store: StatementStore, tmp_path: Path, written: str, said: str) -> None:
    report = load(store, tmp_path, "dates.csv", f"id,claim,claim_date\n1,Bees bark.,{written}\n2,Bees sing.,2024\n")
    assert (report.skipped, report.notes[-1]) == ([], f"left out: {said} (line 2)")
    assert [day(store.dossier(f"file-dates-{number}")) for number in (1, 2)] == [None, "2024"]


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("1. Bees bark. 2. Bees hum.", True),
        ("1) Bees bark\n2) Bees hum", True),
        ("- Bees bark\n- Bees hum", True),
        ("1. FC Bees goes down to the 2. league.", False),
        ("Bees bark.\nThey say so themselves – each of them.", False),
    ],
)
def test_a_list_of_claims_is_kept_as_one_and_told(store: StatementStore, tmp_path: Path, claim: str, told: bool) -> None:
    """Whether one rating is that of each, nobody can tell."""
    report = load(store, tmp_path, "a.csv", f'claim,verdict\n"{claim}",False\n')
    assert the_only(store).statement.text == " ".join(claim.split())
    assert any(note.startswith("claim: a list of several, kept as one statement") for note in report.notes) is told
