"""Documents: plain text, Markdown or HTML to blocks of running text, each character with its place in the input.

Markdown is parsed by markdown-it. The main content of HTML is chosen by trafilatura; what it chose is then looked up in the input.
"""

from __future__ import annotations

import enum
import html
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence

import msgspec
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

Offsets = tuple[int, int] | None
"""Start and end of a character in the input, in code points; None where it has no place there."""


class TextFormat(enum.Enum):
    """How a document is written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


class Block(msgspec.Struct, frozen=True):
    """A paragraph, heading, list item or table cell.

    Attributes:
        spans: of each character of `text`.
    """

    text: str
    spans: Sequence[Offsets]


def blocks_of(document: str, text_format: TextFormat) -> list[Block]:
    """The blocks of a document, in its order; code, scripts and what is not main content are left out."""
    read = {TextFormat.PLAIN: _plain, TextFormat.MARKDOWN: _markdown, TextFormat.HTML: _html}[text_format]
    return [block for block in read(document) if block.text.strip()]


def _verbatim(document: str, start: int, end: int) -> Block:
    return Block(document[start:end], [(at, at + 1) for at in range(start, end)])


WRAPPED_AT = range(45, 121)
"""Widths at which text is wrapped by hand: shorter lines are headings or list items, longer ones are paragraphs."""


def _plain(document: str) -> Iterator[Block]:
    ends = [*(match.end() for match in LINE_BREAK.finditer(document)), len(document)]
    lines = [document[start:end] for start, end in itertools.pairwise([0, *ends])]
    width = max(len(line.rstrip()) for line in lines)
    full = [_full(line, following, width) for line, following in itertools.pairwise([*lines, ""])]
    ended = sum(bool(line.strip() and following.strip()) for line, following in itertools.pairwise(lines))
    wrapped = width in WRAPPED_AT and 2 * sum(full) >= ended
    start = 0
    for end, goes_on in zip(ends, full, strict=True):
        if not (wrapped and goes_on):
            yield _verbatim(document, start, end)
            start = end


def _full(line: str, following: str, width: int) -> bool:
    """Whether the next line's first word had no room in the line."""
    words = following.split(maxsplit=1)
    return bool(line.strip() and words) and len(line.rstrip()) + 1 + len(words[0]) > width


LINE_BREAK = re.compile(r"\r\n?|\n")
LINK_TAIL = re.compile(r"\]\((?:<[^<>]*>|[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)|\]\[[^\[\]]*\]|\]|>")
"""What follows a link's text: `](address "title")`, `][name]`, `]`, or an automatic link's `>`."""

LONGEST_INLINE = 4_000
"""Characters; a longer paragraph is taken as it is written: looking for links and tags that begin over and over takes quadratic
time in it."""


def _inline_rule(state: StateCore) -> None:
    """Find links, emphasis and the like within each block, as markdown-it's own rule does, but not in endless ones."""
    for token in state.tokens:
        if token.type == "inline" and len(token.content) <= LONGEST_INLINE:
            token.children = token.children or []
            state.md.inline.parse(token.content, state.md, state.env, token.children)
        elif token.type == "inline":
            lines = token.content.split("\n")
            token.children = [part for line in lines for part in (Token("text", "", 0, content=line), Token("softbreak", "br", 0))]


def _markdown(document: str) -> Iterator[Block]:
    parser = MarkdownIt("commonmark").enable("table").disable("text_join")  # which would hide how escapes are written
    parser.core.ruler.at("inline", _inline_rule)
    document = document.replace("\0", "\ufffd")  # as the parser does
    starts = [0, *(match.end() for match in LINE_BREAK.finditer(document)), len(document)]
    cursor = 0
    for token in parser.parse(document):
        if not token.map:
            continue
        cursor = max(cursor, starts[token.map[0]])
        end = starts[min(token.map[1], len(starts) - 1)]
        if token.type == "html_block":
            yield from _visible(document, cursor, end)
        elif token.type == "inline":
            block, cursor = _inline(document, token.children or [], cursor, end)
            yield block


def _inline(document: str, children: Sequence[Token], cursor: int, end: int) -> tuple[Block, int]:
    """The text of a run of inline tokens, each looked up in the input after the one before it."""
    characters: list[str] = []
    spans: list[Offsets] = []
    for token in children:
        if token.type in ("link_close", "image"):
            at = document.find(token.content, cursor, end) if token.type == "image" else cursor
            tail = LINK_TAIL.match(document, max(at, cursor) + len(token.content), end)
            cursor = tail.end() if tail else cursor
        written = token.markup if token.type == "text_special" else token.content
        shown = " " if token.type in ("softbreak", "hardbreak") else token.content
        if not shown or token.type == "image":
            continue
        at = document.find(written, cursor, end) if written else -1
        if at >= 0:
            cursor = at + len(written)
        if token.type == "html_inline":
            continue
        characters.append(shown)
        if at < 0:
            spans += [None] * len(shown)
        else:
            spans += [(at, cursor)] * len(shown) if written != shown else [(n, n + 1) for n in range(at, cursor)]
    return Block("".join(characters), spans), cursor


PAGE = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
"""A page has menus and footers besides its main content; a fragment is all content."""

MOST_TAGS = 5_000
"""Beyond it trafilatura takes minutes (66,000 list items: 191 s on two cores; 5,000: 2.3 s): all visible text is taken
instead."""

BLOCKS = frozenset({"p", "head", "item", "cell", "quote", "ab", "row", "list", "table", "div", "body", "code", "fw"})
"""Elements of trafilatura's output that begin and end a block."""


def _html(document: str) -> Iterator[Block]:
    chosen = list(_main_content(document)) if PAGE.search(document) and document.count("<") <= MOST_TAGS else []
    if not chosen:
        yield from _visible(document, 0, len(document))
        return
    visible = list(_visible(document, 0, len(document)))
    written = [(c, span) for block in visible for c, span in zip(block.text, block.spans, strict=True) if not c.isspace()]
    squeezed = "".join(character for character, _ in written)
    cursor = 0
    for text in chosen:
        wanted = "".join(text.split())
        at = squeezed.find(wanted, cursor)
        at = squeezed.find(wanted) if at < 0 else at
        cursor = cursor if at < 0 else at + len(wanted)
        found = iter([None] * len(wanted) if at < 0 else [span for _, span in written[at:cursor]])
        yield Block(text, [None if character.isspace() else next(found) for character in text])


def _main_content(document: str) -> Iterator[str]:
    """The blocks that trafilatura takes for the document's main content."""
    import trafilatura
    from trafilatura.settings import Document

    found = trafilatura.bare_extraction(document, include_comments=False, favor_recall=True)
    if not isinstance(found, Document):
        return
    buffer = ""
    for event, element in etree.iterwalk(found.body, events=("start", "end")):
        if element.tag in BLOCKS:
            if buffer.strip():
                yield buffer
            buffer = ""
        elif element.tag == "lb":
            buffer += " "
        buffer += (element.text if event == "start" else element.tail) or ""


MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?P<hidden>script|style|template|head|noscript|svg|textarea)\b[^<>]*+>.*?(?:</(?P=hidden)\s*>|\Z)"
    r"|</?(?P<tag>[a-z][a-z0-9]*+)[^<>]*+>|<[!?][^<>]*>|(?P<entity>&\#?\w{1,31};)|(?P<text>[^<&]+|.)",
    re.DOTALL | re.IGNORECASE,
)
INLINE = re.compile(
    r"a|abbr|b|bdi|bdo|cite|code|data|dfn|em|font|i|ins|kbd|label|mark|q|s|samp|small|span|strong|sub|sup|time|u|var|wbr",
    re.IGNORECASE,
)
"""Tags that stand within a block."""


def _visible(document: str, start: int, end: int) -> Iterator[Block]:
    """All text of a stretch of HTML that a reader sees, a block a block."""
    characters: list[str] = []
    spans: list[Offsets] = []
    for match in MARKUP.finditer(document, start, end):
        if match["text"]:
            characters += match["text"]
            spans += [(at, at + 1) for at in range(*match.span())]
        elif match["entity"]:
            meant = html.unescape(match["entity"])
            characters += meant
            spans += [match.span()] * len(meant)
        elif not (match["tag"] and INLINE.fullmatch(match["tag"])):
            yield Block("".join(characters), spans)
            characters, spans = [], []
    yield Block("".join(characters), spans)


def without_controls(text: str) -> str:
    """The text on one line: white space and control characters become single spaces."""
    return " ".join("".join(" " if unicodedata.category(character) == "Cc" else character for character in text).split())
