"""HTML to blocks: all that a reader sees, and of a page what is its main content.

trafilatura tells what the main content is; where it stands, and where its blocks begin and end, is read in the page itself.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

from service.check.texts.blocks import Block, limited
from service.check.texts.lines import passages
from service.check.texts.markup import LINE, MARKUP, Seen, seen_blocks, without_hidden

PAGE = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
"""A page has menus and footers besides its main content; a fragment is all content."""

MOST_TAGS = 5_000
"""Beyond it trafilatura takes minutes (66,000 list items: 191 s on two cores; 5,000: 2.3 s): all but the menus is taken instead.
Scripts and menus do not count. Of 258 real pages one has more."""

MOST_ATTRIBUTES = 500
"""Words and values in one tag; libxml2 takes time by their square (20,000: 3 s). Beyond it all but the menus is taken, too."""

TAG = re.compile(r"<[a-z](?:=\s*(?:\"[^\"]*\"|'[^']*')|[^>])*+", re.IGNORECASE)
"""A tag as libxml2 reads it, to its end: quotation marks count after `=` alone."""
VALUE = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')")

FURNITURE = re.compile(r"<(?:nav|header|footer|aside|form|article|main)\b|\b(?:id|class|role)\s*=", re.IGNORECASE)
"""What tells a page as sites have it from a file that is all content."""

DESCRIPTION = re.compile(
    r"<meta\b(?=[^<>]{0,600}\b(?:name|property)\s*=\s*[\"']?(?:og:|twitter:)?description\b)"
    r"[^<>]*?\bcontent\s*=\s*(?:\"([^\"]*)\"|'([^']*)')",
    re.IGNORECASE,
)
"""How a page tells in its head what it is about: often in the words of its lead, which trafilatura leaves out."""

SHINGLE, STRIDE = 12, 6
"""Characters, white space aside, of the pieces that a block is compared in, and from the start of one to the next."""
ALIKE = 0.6
"""Share of a block's pieces that the main content has if the block is part of it: there, links and notes may be left out."""


MENUS = 5
"""A page may have so many times the characters that are allowed, in its menus, lists of articles and comments."""

BLOCKS = frozenset({"p", "head", "item", "cell", "quote", "ab", "row", "list", "table", "div", "body", "code", "fw", "lb"})
"""Elements of trafilatura's output that begin and end a block."""


LABEL = 24
"""Characters up to which a text may come several times, as cells and names do; a longer one is a caption or a list of headings."""
LIKE_MAIN = 300
"""Characters of main content from which on all that stands in elements of the same names and classes is main content as well:
trafilatura stops at a picture or an advertisement in the middle. On 257 real pages this finds 20,181 characters of the articles
that it leaves out, and nothing else."""


def page_blocks(document: str, longest: int | None = None) -> Iterator[Block]:
    """The blocks of HTML: of a page its main content, of a fragment all that is seen.

    Args:
        longest: see `limited`; a page may have `MENUS` times as much besides its main content.
    """
    most = longest and MENUS * longest
    if not PAGE.search(document):
        yield from visible(document, 0, len(document), most)
        return
    seen = list(limited(seen_blocks(document, 0, len(document), most), most))
    for block in _content(document, seen) if FURNITURE.search(document) else seen:
        yield from passages(block)


def _content(document: str, seen: Sequence[Seen]) -> Sequence[Seen]:
    """The main content of a page, a text that comes twice once; all but menus and links if that cannot be told."""
    blocks = [block for block in seen if not block.menu] or seen
    main = _main_content(document)
    if main is None:
        return [block for block in blocks if not block.linked] or blocks
    places: Counter[int] = Counter()
    for block in blocks:
        places[block.place] += len(block.text) * main.has(block.text)
    heading = next((block for block in blocks if block.tag == "h1"), None)
    found: dict[object, Seen] = {}
    for block in blocks:
        if block is heading or main.has(block.text) or (places[block.place] >= LIKE_MAIN and not block.linked):
            found.setdefault(block.text.strip() if len(block.text) > LABEL else id(block), block)
    return list(found.values())


def _within_bounds(document: str) -> bool:
    """Whether trafilatura is done with a document in time."""
    crowded = any(len(VALUE.sub("= ", tag[0]).split()) > MOST_ATTRIBUTES for tag in TAG.finditer(document))
    return not crowded and _tags(document) <= MOST_TAGS


def _tags(document: str) -> int:
    """How many tags a document has."""
    return sum(bool(found["tag"]) for found in MARKUP.finditer(document)) if document.count("<") > MOST_TAGS else 0


def visible(document: str, start: int, end: int, most: int | None = None) -> Iterator[Block]:
    """All that a reader sees of a stretch of HTML: a block a passage, and a line that `<br>` ends. `most`: see `seen_blocks`."""
    for block in seen_blocks(document, start, end, most):
        first = 0
        for line in block.text.split(LINE):
            yield from passages(block.picked([(first, first + len(line))]))
            first += len(line) + 1


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
    """The main content, and what the page's head says of it; None if trafilatura finds none, or would take too long."""
    import trafilatura
    from trafilatura.settings import Document

    lean = without_hidden(document)
    found = trafilatura.bare_extraction(lean, include_comments=False, favor_recall=True) if _within_bounds(lean) else None
    if not isinstance(found, Document):
        return None
    blocks = [""]
    for event, element in etree.iterwalk(found.body, events=("start", "end")):
        if element.tag in BLOCKS:
            blocks.append("")
        blocks[-1] += (element.text if event == "start" else element.tail) or ""
    described = [html.unescape(found[1] or found[2] or "") for found in DESCRIPTION.finditer(document)]
    return _Main([*blocks, *described]) if any(map(str.strip, blocks)) else None
