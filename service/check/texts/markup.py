"""HTML to blocks: all that a reader sees, each block with where it stands in the page's tree. The time is linear in the input."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from index.errors import InvalidInput
from service.check.texts.blocks import Block, Offsets

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
VOID = frozenset({"area", "base", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track"})
"""Tags that nothing closes."""
IMPLIED = frozenset({"p", "li", "td", "th", "tr", "dd", "dt", "option"})
"""Tags that the next one of their kind closes."""
MENU = frozenset({"nav", "footer", "select", "button", "dialog"})
"""Elements that are no content, whatever is in them."""
CLASS = re.compile(r"\sclass\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
DEEPEST = 100
"""Elements that a closing tag may close at once: those that were opened last."""

LINE = "\u2028"
"""Stands for `<br>` until lines are told apart."""


class Seen(Block, frozen=True, kw_only=True):
    """A block of a page.

    Attributes:
        tag: in which it begins, or behind the end of which.
        menu: whether it stands in an element that is no content.
        linked: whether most of it is the text of links.
        place: of the elements around it; alike for blocks in elements of the same names and classes.
    """

    tag: str
    menu: bool
    linked: bool
    place: int


class _Tree:
    """The elements that are open."""

    def __init__(self) -> None:
        self._open: list[tuple[str, int, bool]] = []
        self._places: dict[tuple[int, str, str], int] = {}

    @property
    def place(self) -> int:
        """Of what stands here; see `Seen`."""
        return self._open[-1][1] if self._open else 0

    @property
    def menu(self) -> bool:
        """Whether an element that is no content is open."""
        return bool(self._open) and self._open[-1][2]

    def read(self, tag: str, written: str) -> None:
        """Open or close what a tag opens or closes."""
        if written[1] == "/":
            self._close(tag)
        elif tag not in VOID:
            if tag in IMPLIED and self._open and self._open[-1][0] == tag:
                self._open.pop()
            named = CLASS.search(written)
            key = (self.place, tag, (named[1] or named[2] or "") if named else "")
            place = self._places.setdefault(key, len(self._places) + 1)
            self._open.append((tag, place, self.menu or tag in MENU))

    def _close(self, tag: str) -> None:
        for at in range(len(self._open) - 1, max(-1, len(self._open) - 1 - DEEPEST), -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return


def seen_blocks(document: str, start: int, end: int, most: int | None) -> Iterator[Seen]:
    """The blocks of a stretch of HTML; white space within them is one space, unless it is preformatted.

    Args:
        most: characters that one of them may have: each takes much memory; None for no limit.

    Raises:
        InvalidInput: if one has more.
    """
    characters: list[str] = []
    spans: list[Offsets] = []
    opened, verbatim, link, linked = "", False, False, 0
    tree = _Tree()

    def block() -> Seen:
        return Seen("".join(characters), spans, tag=opened, menu=tree.menu, linked=2 * linked > len(spans), place=tree.place)

    for match in MARKUP.finditer(document, start, end):
        tag = (match["tag"] or "").lower()
        if match["text"] or match["entity"]:
            written, span = match["text"], match.span()  # asked once: each time it is copied
            for at, letter in enumerate(written or html.unescape(match["entity"]), match.start()):
                space = letter.isspace() and letter != "\u00a0"
                if verbatim or not (space and characters and characters[-1] in (" ", LINE)):
                    characters.append(" " if space and not verbatim else letter)
                    spans.append((at, at + 1) if written else span)
                    linked += link
                    if most is not None and len(characters) > most:
                        raise InvalidInput("text", f"has more than the {most} characters of text allowed")
        elif tag == "br":
            characters.append(LINE)
            spans.append(None)
        elif tag and not INLINE.fullmatch(tag):
            if characters:
                yield block()
            characters, spans, opened, linked = [], [], tag, 0
            verbatim = verbatim if tag != "pre" else document[match.start() + 1] != "/"
            tree.read(tag, match[0])
        elif tag == "a":
            link = document[match.start() + 1] != "/"
    yield block()


def without_hidden(document: str) -> str:
    """A document without what no reader sees, and without menus; tags within scripts are none."""
    tree = _Tree()
    kept: list[str] = []
    for match in MARKUP.finditer(document):
        tag = (match["tag"] or "").lower()
        within = tree.menu
        if tag in MENU:
            tree.read(tag, match[0])
        if not (within or tree.menu or match["hidden"] or match[0].startswith("<!--")):
            kept.append(match[0])
    return "".join(kept)
