"""Which table on record a file is, whatever it is called now: a month's export has another name than that of the month before."""

from __future__ import annotations

import re
from pathlib import PurePath

from index.kinds import TABLE
from index.readers.dates import month_key, months
from index.readers.table_records import RowReader
from index.store.reports import FirstRows
from index.store.store import StatementStore

DATED = re.compile(
    r"(?<!\d)(?:\d{1,2}[-_. ]\d{1,2}[-_. ]|\d{2}[-_. ])?(?:19|20)\d{2}(?:[-_. ]?\d{1,2}){0,2}"
    r"(?:[-_. T]+\d{1,2}[-_.: ]?\d{2}(?:[-_.: ]?\d{2})?)?(?!\d)"
)
"""A year, month, day or time in a file's name, in any order and with any sign between."""
COPY = re.compile(r"\s*\(\d+\)$")
"""What browsers add to a name that is there already."""


def tables_of(store: StatementStore, reader: RowReader, most: int, *, fetched: bool) -> list[str]:
    """Ids of the source that a table is of and, if its rows have no ids, of those that are the same one but for the date in their
    name.

    Args:
        most: rows that are looked at.
        fetched: whether it was fetched: then no other one has its ids.
    """
    own = reader.source
    if texts := reader.first_rows(most):
        return [own.id if fetched else store.table_of(FirstRows(own, texts))]
    name = name_of_files(own.title)
    tables = [one for one in store.all_sources() if one.id.startswith(TABLE) and one.site == own.site]
    alike = [one.id for one in tables if name and name_of_files(one.title) == name]
    return list(dict.fromkeys([store.table_of(FirstRows(own, {}, reader.first_reviews(most), alike)), *alike]))


def name_of_files(title: str) -> list[str]:
    """What files are called that differ in their date alone: the words of a name without dates, months and the number of a copy."""
    words = re.findall(r"[^\W\d_]+|\d+", DATED.sub(" ", COPY.sub("", PurePath(title).stem)))
    return [word.casefold() for word in words if month_key(word) not in months()]
