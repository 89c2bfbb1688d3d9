"""Workbooks of LibreOffice (ODS) and of Excel in binary (XLS, XLSB): read as XLSX is, and bounded as it is."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import InvalidRecord
from index.kinds import Rated
from index.readers import workbooks
from index.readers.loading import Format, format_of, load_file
from index.readers.sheets import sheets_of
from index.store.store import StatementStore
from tests.workbooks import ods_row, write_ods, write_xls, write_xlsb

WRITERS = {"ods": write_ods, "xls": write_xls, "xlsb": write_xlsb}
FAR = (
    '<table:table-row table:number-rows-repeated="{rows}">'
    '<table:table-cell table:number-columns-repeated="{columns}"{value}</table:table-row>'
)
TEXT = ' office:value-type="string"><text:p>Bees bark.</text:p></table:table-cell>'


@pytest.mark.parametrize("ending", list(WRITERS))
@pytest.mark.parametrize("called", ["our.{}", "our.xlsx", "our.bin"])
def test_a_sheet_is_read_as_in_a_workbook(store: StatementStore, tmp_path: Path, ending: str, called: str) -> None:
    """With dates, figures, lines in a cell, a head of two lines and sheets of the same head; whatever it is called."""
    head = [
        ["All our checks"],
        ["No", "Claim", "Date", "Review", None, None],
        [None, None, None, "Rating value", "Best rating", "Link"],
    ]
    path = tmp_path / called.format(ending)
    WRITERS[ending](
        path,
        {
            "Notes": [["Made by us"]],
            "May": [*head, [7.0, "Бджоли гавкають.\nЗавжди.", dt.date(2024, 5, 3), 1.0, 5.0, "https://f.example/bees"], []],
            "June": [*head[1:], [8.0, "Bees sing.", "soon", 5.0, 5.0, None]],
        },
    )
    assert format_of(path) is Format.ROWS
    report = load_file(store, path, "our.x")
    assert report.skipped == []
    first, second = store.dossier("file-our-7"), store.dossier("file-our-8")
    assert first.statement.text == "Бджоли гавкають. Завжди."
    assert first.statement.when is not None
    assert first.statement.when.edtf == "2024-05-03"
    assert [one.reviews[0].rating.rated for one in (first, second)] == [Rated.FALSE, Rated.TRUE]
    assert [one.reviews[0].citation.url for one in (first, second)] == ["https://f.example/bees", None]
    assert "sheet 'Notes': not read, only 'May' is" in report.notes
    assert "left out: Date: 'soon' is not YYYY, YYYY-MM or YYYY-MM-DD (sheet 'June', row 3)" in report.notes


@pytest.mark.parametrize("ending", list(WRITERS))
def test_its_rows_and_columns_are_counted_from_the_first(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    WRITERS[ending](path, {"A": [[], [None, None, "claim"], [], [None, None, "Bees bark."]], "Empty": []})
    assert sheets_of(path) == [("A", [(2, [[], [], ["claim"]]), (4, [[], [], ["Bees bark."]])])]


def test_formulas_are_told_by_their_values(tmp_path: Path) -> None:
    cell = f'<table:table-cell table:formula="of:=UPPER([.A1])"{TEXT}'
    write_ods(tmp_path / "a.ods", {"A": ods_row(["claim"]) + f"<table:table-row>{cell}</table:table-row>"})
    assert sheets_of(tmp_path / "a.ods") == [("A", [(1, [["claim"]]), (2, [["Bees bark."]])])]


def test_empty_cells_up_to_the_last_one_take_nothing(tmp_path: Path) -> None:
    """LibreOffice writes them so."""
    far = FAR.format(rows=1_048_574, columns=16_384, value="/>")
    write_ods(tmp_path / "a.ods", {"A": ods_row(["claim"]) + ods_row(["Bees bark."]) + far})
    assert sheets_of(tmp_path / "a.ods") == [("A", [(1, [["claim"]]), (2, [["Bees bark."]])])]


def test_excels_binary_workbook_is_never_taken_for_xlsx(tmp_path: Path) -> None:
    """Both are ZIPs, and are called either way."""
    write_xlsb(tmp_path / "a.xlsx", {"Ä": [["claim", 2.5], ["x" * 300, dt.date(2024, 5, 3)]]})
    assert sheets_of(tmp_path / "a.xlsx") == [("Ä", [(1, [["claim"], ["2.5"]]), (2, [["x" * 300], ["2024-05-03"]])])]


def too_large(path: Path) -> None:
    """By what it says itself that it unpacks to."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("content.xml", " " * 1_000)
        packed.getinfo("content.xml").file_size = workbooks.MOST_UNPACKED + 1


def repeated(path: Path) -> None:
    """One text in each of a sheet's cells."""
    write_ods(path, {"A": ods_row(["claim"]) + FAR.format(rows=1_000_000, columns=16_000, value=TEXT)})


def cut_off(path: Path) -> None:
    """A binary sheet that says more than it holds."""
    write_xlsb(path, {"A": [["claim"]]})
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, part in parts.items():
            packed.writestr(name, part[:-12] if "sheet1" in name else part)


def far_away(path: Path) -> None:
    """A compound file whose stream is no workbook."""
    write_xls(path, {"A": [["claim"]]})
    path.write_bytes(path.read_bytes()[: 3 * 512] + b"\xff" * 4096)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (too_large, "unpacks to more than 300,000,000 bytes"),
        (repeated, "cannot be read as a workbook: "),
        (cut_off, "cannot be read as a workbook: "),
        (far_away, "cannot be read as a workbook: "),
        (lambda path: path.write_bytes(b"PK\x03\x04 nothing"), "cannot be read as a workbook: "),
        (lambda path: path.write_bytes(workbooks.OLE + b" nothing"), "cannot be read as a workbook: "),
    ],
    ids=["a bomb", "one text a billion times", "a binary sheet cut off", "no workbook in it", "a broken ZIP", "a broken XLS"],
)
def test_what_is_hostile_or_broken_is_refused(tmp_path: Path, make: Callable[[Path], None], told: str) -> None:
    make(tmp_path / "a.ods")
    with pytest.raises(InvalidRecord, match=told):
        sheets_of(tmp_path / "a.ods", seconds=3)
