"""What stands in a PDF or DOCX file, as plain text. Run as a process of its own, with bounds: `python extracting.py KIND LONGEST`.

Reads the file from standard input, writes its text to standard output, and on failure the reason to standard error. It imports
nothing of this project, so that it starts at once.
"""

from __future__ import annotations

import io
import re
import resource
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator

MOST_PAGES = 1_000
MOST_UNPACKED = 200_000_000
"""Bytes of all that is packed in a DOCX file."""
ENCRYPTED, TOO_MANY_PAGES, TOO_LARGE, NO_TEXT = "encrypted", "too many pages", "too large", "no text"
"""What is written to standard error where a file is refused."""
MOST_MEMORY, MOST_SECONDS = 1_500_000_000, 20

PAGE_NUMBER = re.compile(
    r"\W*(?:page|seite|стр\.?|с\.|str\.|s\.|p\.)?\s*\d{1,4}(?:\s*(?:/|of|von|из|z|de)\s*\d{1,4})?\W*", re.IGNORECASE
)
REPEATED = 3
"""Pages that begin or end with the same line from which on it is a header or a footer."""
ENDED = re.compile(r"[.!?…:。！？؟][\"'»”’)]*$")


def pdf_pages(content: bytes) -> Iterator[str]:
    """The text of each page, line by line."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise SystemExit(ENCRYPTED)
    if len(reader.pages) > MOST_PAGES:
        raise SystemExit(TOO_MANY_PAGES)
    for page in reader.pages:
        yield page.extract_text()


def docx_paragraphs(content: bytes) -> Iterator[str]:
    """The text of each paragraph and table cell, in their order."""
    from docx import Document
    from docx.table import Table

    packed = zipfile.ZipFile(io.BytesIO(content)).infolist()
    if sum(part.file_size for part in packed) > MOST_UNPACKED:
        raise SystemExit(TOO_LARGE)
    for part in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(part, Table):
            yield from (cell.text for row in part.rows for cell in row.cells)
        else:
            yield part.text


def joined(pages: Iterable[str]) -> str:
    """Pages as one text, without page numbers and what stands at the top or bottom of several; a sentence may go on over a page."""
    lines = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    edges = Counter(_bare(line) for page in lines for line in {*page[:1], *page[-1:]})
    text = ""
    for page in lines:
        while page and _furniture(page[0], edges):
            page.pop(0)
        while page and _furniture(page[-1], edges):
            page.pop()
        if page:
            text += ("" if not text else "\n\n" if ENDED.search(text[-20:]) else "\n") + "\n".join(page)
    return text


def _bare(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _furniture(line: str, edges: Counter[str]) -> bool:
    return bool(PAGE_NUMBER.fullmatch(line)) or edges[_bare(line)] >= REPEATED


def pdf_text(content: bytes, longest: int) -> str:
    """The text of a PDF file, or enough of it to be too long."""
    return joined(within(pdf_pages(content), longest))


def docx_text(content: bytes, longest: int) -> str:
    """The text of a DOCX file, or enough of it to be too long."""
    return "\n\n".join(within(docx_paragraphs(content), longest))


def within(pieces: Iterable[str], longest: int) -> Iterator[str]:
    """The pieces, up to the one with which there are too many characters."""
    length = 0
    for piece in pieces:
        length += len(piece)
        yield piece
        if length > longest:
            return


def main(kind: str, longest: int) -> None:
    """Write what standard input has."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    content = sys.stdin.buffer.read()
    taken = {"pdf": pdf_text, "docx": docx_text}[kind]
    text = taken(content, longest)
    if not text.strip():
        raise SystemExit(NO_TEXT)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
