"""Open tables: CSV with any delimiter, workbooks (XLSX, XLS, ODS, XLSB), JSON lines and lists of JSON objects, in any encoding.

Gives the head line and the rows, each with its line in the file; what they mean is told by `columns` and `table_records`.
"""

from __future__ import annotations

from pathlib import Path

from index.errors import InvalidRecord
from index.readers import reasons
from index.readers.decoding import Undecodable, decode
from index.readers.delimited import delimited
from index.readers.json_tables import are_json_lines, json_lines, json_list
from index.readers.sheets import workbook
from index.readers.table import Table
from index.readers.workbooks import OLE, ZIP

WORKBOOKS = (ZIP, OLE)
"""What a workbook begins with, whatever it is called."""


def read_table(path: Path, encoding: str | None = None) -> Table:
    """Open a table.

    Raises:
        InvalidRecord: if it cannot be read.
    """
    try:
        raw = path.read_bytes()
        if raw.startswith(WORKBOOKS):
            return workbook(path)
        text = decode(raw, encoding).text
    except Undecodable as error:
        raise InvalidRecord([reasons.UNREADABLE.of(why=error.said)]) from error
    except OSError as error:
        raise InvalidRecord([reasons.UNREADABLE.of(why=str(error))]) from error
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        return json_lines(text) if path.suffix.lower() != ".json" or are_json_lines(text) else json_list(path, text, encoding)
    return delimited(text)
