"""Files: which kind of document one is, and what it says. PDF and DOCX are read in a process of their own, with bounds."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import unicodedata
from contextlib import suppress
from pathlib import Path, PurePath

import msgspec

from index.errors import InvalidInput, Reason
from index.readers.decoding import BOMS, Undecodable, encoding_named
from service.check.texts import extracting
from service.check.texts.blocks import without_controls
from service.check.texts.documents import MARKUP, TextFormat, blocks_of

FORMATS = {
    ".html": TextFormat.HTML,
    ".htm": TextFormat.HTML,
    ".xhtml": TextFormat.HTML,
    ".md": TextFormat.MARKDOWN,
    ".markdown": TextFormat.MARKDOWN,
}
"""The ending of a file's name -> the format it tells; any other ending tells plain text."""
OPENINGS = {b"%PDF-": "pdf", b"PK\x03\x04": "docx"}
"""How a file begins -> what is in it."""
OPENING = 1_024
"""Bytes in which a PDF file may begin."""
CHARSET = re.compile(rb"<meta[^<>]{0,100}?charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
LONGEST_TITLE = 300
SECONDS = 30
NO_TEXT = Reason("is no file with text that can be read: those that can are plain text, Markdown, HTML, PDF and DOCX")
SAMPLE = 100_000
"""Characters that are looked at."""
UNREADABLE = 0.05
"""Share of them that no text has from which on a file is none: random bytes in an encoding of single bytes have 10 %."""


DAMAGED = Reason("is no %(kind)s file that can be read: it is damaged or too complex")
SLOW = Reason("takes more than %(number)s seconds to read", {"number": SECONDS})
REFUSED = {
    extracting.ENCRYPTED: Reason("is encrypted"),
    extracting.TOO_MANY_PAGES: Reason("has more than %(number)s pages", {"number": extracting.MOST_PAGES}),
    extracting.TOO_LARGE: Reason("is too large once it is unpacked"),
    extracting.NO_TEXT: Reason("has no text; a scan must be read by a program that recognises letters first"),
}
"""What the reading process says -> why the file is refused."""


class FileText(msgspec.Struct, frozen=True):
    """What a file says.

    Attributes:
        extracted: whether it was taken out of a PDF or DOCX file; else the text is the file itself.
        title: what a page calls itself; empty for all else.
    """

    text: str
    format: TextFormat
    extracted: bool
    title: str = ""


def read_file(name: str, content: bytes, longest: int) -> FileText:
    """What a file says.

    Args:
        name: its ending tells the format of text.
        longest: characters of text that it may have, markup aside.

    Raises:
        InvalidInput: if it cannot be read, or is too long.
    """
    found = [kind for opening, kind in OPENINGS.items() if opening in content[:OPENING]]
    if found and (found[0] == "pdf" or content.startswith(b"PK")):
        return FileText(_extracted(found[0], content, longest), TextFormat.PLAIN, extracted=True)
    text_format = FORMATS.get(PurePath(name).suffix.lower(), TextFormat.PLAIN)
    most = MARKUP[text_format] * longest
    if len(content) > 4 * most:  # a character has four bytes at most
        raise InvalidInput("text", f"has {len(content)} bytes, which is more than {most} characters")
    if b"\0" in content and not content.startswith(tuple(BOMS)):
        raise InvalidInput("file", NO_TEXT)
    text = _decoded(content)
    if "\0" in text or sum(map(_is_unreadable, text[:SAMPLE])) > UNREADABLE * len(text[:SAMPLE]):
        raise InvalidInput("file", NO_TEXT)
    return FileText(text, text_format, extracted=False, title=_title(text) if text_format is TextFormat.HTML else "")


def plain_text(found: FileText, longest: int) -> FileText:
    """What a reader sees of a file: paragraphs with a blank line between them, without markup.

    Raises:
        InvalidInput: if it has more characters than `longest`.
    """
    if found.format is TextFormat.PLAIN:
        return found
    text = "\n\n".join(block.text for block in blocks_of(found.text, found.format, longest))
    return msgspec.structs.replace(found, text=text, format=TextFormat.PLAIN)


def _title(page: str) -> str:
    found = TITLE.search(page)
    title = without_controls(html.unescape(found[1])) if found else ""
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"


def _decoded(content: bytes) -> str:
    """Text in UTF-8, in the encoding that a page declares, or in whatever it most likely has."""
    import charset_normalizer

    declared = CHARSET.search(content[:OPENING])
    for encoding in ("utf-8-sig", *([declared[1].decode()] if declared else [])):
        with suppress(Undecodable, UnicodeError):
            return content.decode(encoding_named(encoding))
    return str(charset_normalizer.from_bytes(content).best() or content.decode("utf-8", "replace"))


def _is_unreadable(character: str) -> bool:
    """Whether a character is a control, stands for a byte that is none, or means nothing to all."""
    return character == "\ufffd" or (unicodedata.category(character) in ("Cc", "Cn", "Co") and not character.isspace())


def _extracted(kind: str, content: bytes, longest: int) -> str:
    command = [sys.executable, "-I", str(Path(extracting.__file__)), kind, str(longest)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise InvalidInput("file", SLOW) from error
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip()
        raise InvalidInput("file", REFUSED.get(told, DAMAGED.of(kind=kind.upper())))
    return done.stdout.decode("utf-8", "replace")
