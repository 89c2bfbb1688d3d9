"""HTML to blocks: all that a reader sees, and of a page what is its main content.

trafilatura tells what the main content is; where it stands, and where its blocks begin and end, is read in the page itself.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree

from index.errors import InvalidInput
from service.check.texts.blocks import Block, Offsets, limited
from service.check.texts.lines import passages

PAGE = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
"""A page has menus and footers besides its main content; a fragment is all content."""

MOST_TAGS = 5_000
"""Beyond it trafilatura takes minutes (66,000 list items: 191 s on two cores; 5,000: 2.3 s): all visible text is taken instead.
Of 65 real pages the one with most has 3,200."""

MOST_ATTRIBUTES = 500
"""Words and values in one tag; libxml2 takes time by their square (20,000: 3 s). Beyond it all visible text is taken, too."""

TAG = re.compile(r"<[a-z](?:=\s*(?:\"[^\"]*\"|'[^']*')|[^>])*+", re.IGNORECASE)
"""A tag as libxml2 reads it, to its end: quotation marks count after `=` alone."""
VALUE = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')")

FURNITURE = re.compile(r"<(?:nav|header|footer|aside|form|article|main)\b|\b(?:id|class|role)\s*=", re.IGNORECASE)
"""What tells a page as sites have it from a file that is all content."""

MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<hidden>script|style|template|head|noscript|svg|textarea)\b[^<>]*+>.*?(?:</(?P=hidden)\s*>|\Z)"
    r"|</?(?P<tag>[a-z][a-z0-9]*+)(?:=\s*(?:\"[^\"<]*\"|'[^'<]*')|[^<>])*+>|<[!?][^<>]*>|(?P<entity>&\#?\w{1,31};)|(?P<text>[^<&]+|.)",
    re.DOTALL | re.IGNORECASE,
)
INLINE = re.compile(
    r"a|abbr|b|bdi|bdo|cite|code|data|dfn|em|font|i|ins|kbd|label|mark|q|s|samp|small|span|strong|sub|sup|time|u|var|wbr",
    re.IGNORECASE,
)
"""Tags that stand within a block."""

SHINGLE, STRIDE = 12, 6
"""Characters, white space aside, of the pieces that a block is compared in, and from the start of one to the next."""
ALIKE = 0.6
"""Share of a block's pieces that the main content has if the block is part of it: there, links and notes may be left out."""


MENUS = 5
"""A page may have so many times the characters that are allowed, in its menus, lists of articles and comments."""

BLOCKS = frozenset({"p", "head", "item", "cell", "quote", "ab", "row", "list", "table", "div", "body", "code", "fw", "lb"})
"""Elements of trafilatura's output that begin and end a block."""

LINE = "\u2028"
"""Stands for `<br>` until lines are told apart."""


def page_blocks(document: str, longest: int | None = None) -> Iterator[Block]:
    """The blocks of HTML: of a page its main content, of a fragment all that is seen.

    Args:
        longest: see `limited`; a page may have `MENUS` times as much besides its main content.
    """
    most = longest and MENUS * longest
    if not PAGE.search(document):
        yield from visible(document, 0, len(document), most)
        return
    seen = list(limited(_blocks(document, 0, len(document), most), most))
    main = _main_content(document) if FURNITURE.search(document) and _within_bounds(document) else None
    heading = next((block for block in seen if block.heading), None)
    for block in seen:
        if main is None or block is heading or main.has(block.text):
            yield from passages(block)


def _within_bounds(document: str) -> bool:
    """Whether trafilatura is done with a document in time."""
    crowded = any(len(VALUE.sub("= ", tag[0]).split()) > MOST_ATTRIBUTES for tag in TAG.finditer(document))
    return not crowded and _tags(document) <= MOST_TAGS


def _tags(document: str) -> int:
    """How many tags a document has, outside scripts."""
    return sum(bool(found["tag"]) for found in MARKUP.finditer(document)) if document.count("<") > MOST_TAGS else 0


def visible(document: str, start: int, end: int, most: int | None = None) -> Iterator[Block]:
    """All text of a stretch of HTML that a reader sees: a block a passage, and a line that `<br>` ends; `most` as in `_blocks`."""
    for block in _blocks(document, start, end, most):
        first = 0
        for line in block.text.split(LINE):
            yield from passages(block.picked([(first, first + len(line))]))
            first += len(line) + 1


class _Seen(Block, frozen=True, kw_only=True):
    """A block, and whether it is the page's first heading's kind."""

    heading: bool


def _blocks(document: str, start: int, end: int, most: int | None) -> Iterator[_Seen]:
    """The blocks of a stretch of HTML; white space within them is one space, unless it is preformatted.

    Args:
        most: characters that one of them may have: each takes much memory; None for no limit.

    Raises:
        InvalidInput: if one has more.
    """
    characters: list[str] = []
    spans: list[Offsets] = []
    opened, verbatim = "", False
    for match in MARKUP.finditer(document, start, end):
        tag = (match["tag"] or "").lower()
        if match["text"] or match["entity"]:
            written, span = match["text"], match.span()  # asked once: each time it is copied
            for at, letter in enumerate(written or html.unescape(match["entity"]), match.start()):
                space = letter.isspace() and letter != "\u00a0"
                if verbatim or not (space and characters and characters[-1] in (" ", LINE)):
                    characters.append(" " if space and not verbatim else letter)
                    spans.append((at, at + 1) if written else span)
                    if most is not None and len(characters) > most:
                        raise InvalidInput("text", f"has more than the {most} characters of text allowed")
        elif tag == "br":
            characters.append(LINE)
            spans.append(None)
        elif tag and not INLINE.fullmatch(tag):
            if characters:
                yield _Seen("".join(characters), spans, heading=opened == "h1")
            characters, spans, opened = [], [], tag
            verbatim = verbatim if tag != "pre" else document[match.start() + 1] != "/"
    yield _Seen("".join(characters), spans, heading=opened == "h1")


class _Main:
    """What trafilatura takes for a page's main content."""

    def __init__(self, blocks: list[str]) -> None:
        self._blocks = {_squeezed(block) for block in blocks}
        whole = "".join(_squeezed(block) for block in blocks)
        self._pieces = {whole[at : at + SHINGLE] for at in range(len(whole) - SHINGLE + 1)}

    def has(self, text: str) -> bool:
        """Whether a block of the page is part of it."""
        text = _squeezed(text)
        if text in self._blocks or len(text) < SHINGLE:
            return text in self._blocks
        pieces = [text[at : at + SHINGLE] for at in range(0, len(text) - SHINGLE + 1, STRIDE)]
        return sum(piece in self._pieces for piece in pieces) >= ALIKE * len(pieces)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _main_content(document: str) -> _Main | None:
    """The main content; None if trafilatura finds none."""
    import trafilatura
    from trafilatura.settings import Document

    found = trafilatura.bare_extraction(document, include_comments=False, favor_recall=True)
    if not isinstance(found, Document):
        return None
    blocks = [""]
    for event, element in etree.iterwalk(found.body, events=("start", "end")):
        if element.tag in BLOCKS:
            blocks.append("")
        blocks[-1] += (element.text if event == "start" else element.tail) or ""
    return _Main(blocks) if any(map(str.strip, blocks)) else None
