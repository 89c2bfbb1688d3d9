"""Markdown to blocks: markdown-it parses it, and its tokens are looked up in the source one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from service.check.texts.blocks import Block, Offsets
from service.check.texts.lines import Break, passages
from service.check.texts.pages import visible

LINE_BREAK = re.compile(r"\r\n?|\n")
LINK_TAIL = re.compile(r"\]\((?:<[^<>]*>|[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*\)|\]\[[^\[\]]*\]|\]|>")
"""What follows a link's text: `](address "title")`, `][name]`, `]`, or an automatic link's `>`."""

LINE_TAG = re.compile(r"<br\b", re.IGNORECASE)

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


def markdown_blocks(document: str) -> Iterator[Block]:
    """The blocks of a Markdown document, without code."""
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
            yield from visible(document, cursor, end)
        elif token.type == "inline":
            block, cursor = _inline(document, token.children or [], cursor, end)
            yield from passages(block, Break.SOFT)


def _inline(document: str, children: Sequence[Token], cursor: int, end: int) -> tuple[Block, int]:
    """The text of a run of inline tokens, line by line, each looked up in the input after the one before it."""
    characters: list[str] = []
    spans: list[Offsets] = []
    for token in children:
        if token.type in ("link_close", "image"):
            at = document.find(token.content, cursor, end) if token.type == "image" else cursor
            tail = LINK_TAIL.match(document, max(at, cursor) + len(token.content), end)
            cursor = tail.end() if tail else cursor
        written = token.markup if token.type == "text_special" else token.content
        shown = "\n" if token.type in ("softbreak", "hardbreak") else token.content
        if not shown or token.type == "image":
            continue
        at = document.find(written, cursor, end) if written else -1
        if at >= 0:
            cursor = at + len(written)
        if token.type == "html_inline" and not LINE_TAG.match(shown):
            continue
        shown = "\n" if token.type == "html_inline" else shown
        characters.append(shown)
        if at < 0:
            spans += [None] * len(shown)
        else:
            spans += [(at, cursor)] * len(shown) if written != shown else [(n, n + 1) for n in range(at, cursor)]
    return Block("".join(characters), spans), cursor
