"""Files as programs, sites and desks export them, each in its own shape: what every row becomes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.kinds import Rated
from index.ledger.entries import By
from index.readers.loading import load_file
from index.readers.reports import FileReport
from index.readers.tables import read_table
from index.store.store import ReviewFilter, StatementFilter, StatementStore

LINK = "https://check.example/"
REVIEW = (
    '<p>Text</p><script type="application/ld+json">{"@type": "ClaimReview", "claimReviewed": "Dams break.",'
    ' "reviewRating": {"alternateName": "False"}}</script>'
)


def table(*rows: Sequence[str], delimiter: str = ",") -> str:
    """Rows as text."""
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue()


def load(store: StatementStore, folder: Path, name: str, content: str | bytes, *, dry_run: bool = False) -> FileReport:
    """Load a file of this name and content."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_file(store, folder / name, name, dry_run=dry_run)


def verdicts(store: StatementStore) -> dict[str, Rated | None]:
    """Each statement with what its review says."""
    ids = [one.id for one in store.statements_page(StatementFilter(), None, 500)]
    return {one.statement.text: next((r.rating.rated for r in one.reviews), None) for one in store.dossiers(ids).values()}


def meta(key: str, value: str) -> str:
    return f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key><wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>"


def feed(*items: str) -> str:
    names = 'xmlns:content="http://c.example" xmlns:wp="http://wp.example"'
    return f'<?xml version="1.0"?><rss version="2.0" {names}><channel><title>Desk</title>{"".join(items)}</channel></rss>'


POST = f"<item><title>No</title><link>{LINK}1</link><pubDate>Fri, 03 May 2024 10:00:00 +0000</pubDate>"
EXPORTS: dict[str, tuple[str, dict[str, Rated | None]]] = {
    "form.csv": (
        table(
            [
                *("Organization", "What did you fact-check?", "Link to the original piece"),
                *("URL to fact-checked article (in your language)", "Final rating", "When did you see the claim?"),
            ],
            ["Facts", "Bees bark.", "WhatsApp", f"{LINK}1", "FALSE", "last week"],
        ),
        {"Bees bark.": Rated.FALSE},
    ),
    "liar.tsv": (
        table(["1.json", "false", "Bees bark.", "bees", "a-bee", "", "", "", *"01234", "a mailer"], delimiter="\t"),
        {"Bees bark.": None},
    ),
    "multifc.tsv": (
        table(["pomt-00001", "Bees bark.", "false", f"{LINK}1", *["None"] * 9], delimiter="\t"),
        {"Bees bark.": Rated.FALSE},
    ),
    "check.csv": (
        table(
            ["Claim", "Item page URL", "Status", "Fact-check URL"],
            ["Bees bark.", "https://desk.example/1", "False", f"{LINK}1"],
            ["Bees hum.", "https://desk.example/2", "Unstarted", ""],
        ),
        {"Bees bark.": Rated.FALSE, "Bees hum.": None},
    ),
    "pandas.jsonl": (
        f'{{"claim": "Bees bark.", "rating": "False", "claimant": NaN, "review_url": "{LINK}1"}}\n'
        f'{{"claim": "Bees hum.", "rating": false, "claimant": false, "review_url": "{LINK}2",'
        ' "date": {"$date": "2024-05-03"}}\n',
        {"Bees bark.": Rated.FALSE, "Bees hum.": Rated.FALSE},
    ),
    "pandas.json": (
        f'[{{"claim": "Bees bark.", "rating": "False", "date": NaN, "review_url": "{LINK}1"}}]',
        {"Bees bark.": Rated.FALSE},
    ),
    "airtable.json": (
        json.dumps(
            {"records": [{"id": "rec1", "fields": {"Claim": "Bees bark.", "Verdict": ["Half-true"], "Review URL": f"{LINK}1"}}]}
        ),
        {"Bees bark.": Rated.MIXED},
    ),
    "wordpress.json": (
        json.dumps(
            [
                {"id": 1, "date": "2024-05-03", "date_gmt": "2024-05-03", "slug": "x", "link": f"{LINK}1"}
                | {"title": {"rendered": "No"}, "acf": {"claim": "Bees bark.", "verdict": "Falsch"}, "tags": [7]}
            ]
        ),
        {"Bees bark.": Rated.FALSE},
    ),
    "feed.xml": (
        feed(f"{POST}<content:encoded><![CDATA[{REVIEW}]]></content:encoded></item>", f"{POST}</item>"),
        {"Dams break.": Rated.FALSE},
    ),
    "wordpress.xml": (
        feed(
            f"{POST}{meta('claim', 'Bees bark.')}{meta('rating', 'Half true')}{meta('_edit', 'x')}"
            "<wp:status>publish</wp:status></item>",
            "<item><title>a picture</title><wp:post_type>attachment</wp:post_type></item>",
            f"{POST}{meta('claim', 'Bees hum.')}<wp:status>draft</wp:status></item>",
        ),
        {"Bees bark.": Rated.MIXED},
    ),
    "cells.csv": (
        table(
            ["Claim", "Verdict", "Link"],
            ["<p>The <b>mayor</b> sold &quot;it&quot;</p>", '<img src="/f.png" alt="False">', f'<a href="{LINK}1">here</a>'],
            ["Bees bark", '<span class="x">Misleading</span>', f'=HYPERLINK("{LINK}2","here")'],
            ["If x < 3 and y > 5, bees hum", "★★★☆☆", f"[here]({LINK}3)"],
            ["[Video] Cats fly", "★☆☆☆☆", f"{LINK}4"],
        ),
        {
            'The mayor sold "it"': Rated.FALSE,
            "Bees bark": Rated.MISLEADING,
            "If x < 3 and y > 5, bees hum": Rated.MIXED,
            "[Video] Cats fly": Rated.MOSTLY_FALSE,
        },
    ),
    "figures.csv": (
        table(["claim", "rating", "best rating", "worst rating", "review_url"], ["Bees bark.", "1", "5", "1", f"{LINK}1"]),
        {"Bees bark.": Rated.FALSE},
    ),
    "two lines.csv": (
        table(
            ["Claims", "", "", "", ""],
            ["No", "Claim", "Review", "", ""],
            ["", "", "Rating", "Link", "Date"],
            ["1", "Bees bark.", "False", f"{LINK}1", "3 May 2024"],
        ),
        {"Bees bark.": Rated.FALSE},
    ),
    "quotes.tsv": (
        "claim\tverdict\turl\n" + "".join(f'"Street {number} is shut\tFalse\t{LINK}{number}\n' for number in range(60)),
        {f'"Street {number} is shut': Rated.FALSE for number in range(60)},
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_every_row_has_its_verdict_and_is_told_alike_beforehand(store: StatementStore, tmp_path: Path, name: str) -> None:
    content, expected = EXPORTS[name]
    tried = load(store, tmp_path, name, content, dry_run=True)
    report = load(store, tmp_path, name, content)
    assert verdicts(store) == expected
    assert (sorted(tried.loaded.added), tried.skipped) == (sorted(report.loaded.added), report.skipped)
    again = load(store, tmp_path, name, content)
    assert (again.loaded.added, again.loaded.changed) == ([], [])


def test_what_a_sites_export_has_besides_is_told(store: StatementStore, tmp_path: Path) -> None:
    report = load(store, tmp_path, "site.xml", EXPORTS["wordpress.xml"][0])
    assert [(str(one.place), one.reason) for one in report.skipped] == [
        ("site.xml: element 3", "status: 'draft': is not published")
    ]
    (dossier,) = store.dossiers(store.reviewed(ReviewFilter())).values()
    (review,) = dossier.reviews
    assert (review.citation.url, review.title, review.when and review.when.edtf) == (f"{LINK}1", "No", "2024-05-03")
    broken = load(store, tmp_path, "broken.xml", EXPORTS["wordpress.xml"][0].replace("</channel>", ""))
    assert broken.skipped[-1].reason.startswith("not valid XML from here on: mismatched tag")


def test_two_lines_of_names_are_one_head(tmp_path: Path) -> None:
    lines = [
        ["No", "Claim", "", "Review", ""],
        ["", "Text", "Date", "Rating", "Date"],
        ["1", "Bees bark.", "2023", "False", "2024"],
    ]
    for title in ([], [["All our claims", "", "", "", ""]]):
        (tmp_path / "a.csv").write_text(table(*title, *lines))
        found = read_table(tmp_path / "a.csv")
        assert found.names == ["No", "Claim Text", "Claim Date", "Review Rating", "Review Date"]
        assert len(list(found.rows())) == 1


def test_lists_in_cells_are_lists(store: StatementStore, tmp_path: Path) -> None:
    tags = (
        "[['cats', 'https://t.example/cats'], ['law', 'https://t.example/law']]",
        "['cats', 'law']",
        '["cats", "law"]',
        "cats, law",
    )
    load(
        store, tmp_path, "a.csv", table(["id", "claim", "tags"], *([f"{n}", f"Cat {n} votes.", one] for n, one in enumerate(tags)))
    )
    assert [store.statement(f"file-a-{number}").topics for number in range(4)] == [["cats", "law"]] * 4


def test_sheets_with_the_same_head_are_read_together(store: StatementStore, tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "May"
    for name, claim in (("May", "Bees bark."), ("June", "Cats moo."), ("Codes", "")):
        sheet = book.active if name == "May" else book.create_sheet(name)
        sheet.append(["Claim", "Date", "Verdict", "Link"] if claim else ["Code", "Meaning"])
        sheet.append([claim or "F", 45415, "False", f'=HYPERLINK("{LINK}{name}","read")'])
        sheet.append([claim.replace(".", "?") or "T", None, "True", "nowhere"])
    book.save(tmp_path / "a.xlsx")
    report = load_file(store, tmp_path / "a.xlsx", "a.xlsx")
    assert verdicts(store) == {"Bees bark.": Rated.FALSE, "Cats moo.": Rated.FALSE}
    found = store.dossiers(store.reviewed(ReviewFilter())).values()
    assert {one.reviews[0].citation.url for one in found} == {f"{LINK}May", f"{LINK}June"}
    assert {one.statement.when.edtf for one in found if one.statement.when} == {"2024-05-03"}
    assert "sheet 'June': read, too, its head is that of 'May'" in report.notes
    assert "sheet 'Codes': not read, only 'May' is" in report.notes
    assert [str(one.place) for one in report.skipped] == ["a.xlsx: row 3", "a.xlsx: sheet 'June', row 3"]


@pytest.mark.parametrize("declared", ['<!ENTITY a "b">', '<!ENTITY a SYSTEM "file:///etc/passwd">'])
def test_entities_of_a_feed_are_refused(store: StatementStore, tmp_path: Path, declared: str) -> None:
    report = load(store, tmp_path, "a.xml", f"<!DOCTYPE r [{declared}]><rss><item><claim>&a;</claim></item></rss>")
    assert report.skipped[0].reason == "it declares entities, which could stand for anything: not read"
    assert report.loaded.added == []


def test_addresses_that_run_are_none(store: StatementStore, tmp_path: Path) -> None:
    hostile = [
        "javascript:alert(1)",
        '<a href="javascript:alert(1)">x</a>',
        '=HYPERLINK("javascript:alert(1)","x")',
        "data:text/html,x",
    ]
    rows = [[f"Bee {number} barks.", "False", address, address] for number, address in enumerate(hostile)]
    report = load(store, tmp_path, "a.csv", table(["claim", "rating", "review_url", "claim_url"], *rows))
    assert (len(report.skipped), verdicts(store)) == (4, {})
    load(store, tmp_path, "b.csv", table(["claim", "claim_url"], *([row[0], row[3]] for row in rows)))
    assert all(not one.appearances for one in store.statements_page(StatementFilter(), None, 9))


def test_one_row_mended_changes_one_record_and_undo_brings_it_back(store: StatementStore, tmp_path: Path) -> None:
    rows = [[f"{number}", f"Bee {number} barks.", "False", f"{LINK}{number}"] for number in range(5)]
    head = ["id", "claim", "rating", "review_url"]
    load(store, tmp_path, "a.csv", table(head, *rows))
    before = verdicts(store)
    rows[2][1] = "Bee 2 barks loudly."
    report = load(store, tmp_path, "renamed (1).csv", table(head, *rows))
    assert (report.loaded.added, report.loaded.changed) == ([], ["file-a-2"])
    assert report.loaded.act is not None
    assert store.ledger.undo(report.loaded.act, By("me", "back")).undone
    assert verdicts(store) == before
