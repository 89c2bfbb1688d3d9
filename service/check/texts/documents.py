"""Documents: plain text, Markdown or HTML to blocks of running text, each character with its place in the input."""

from __future__ import annotations

import enum
from collections.abc import Iterator

from index.errors import InvalidInput
from service.check.texts.blocks import Block, limited
from service.check.texts.lines import passages
from service.check.texts.markdown import markdown_blocks
from service.check.texts.pages import page_blocks
from service.check.texts.subtitles import cues


class TextFormat(enum.Enum):
    """How a document is written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


MARKUP = {TextFormat.PLAIN: 1, TextFormat.MARKDOWN: 2, TextFormat.HTML: 50}
"""How many characters a document may have for each character of text that is allowed: of 65 real pages the one with most markup has
250 times its text, of 4,800 characters; one of 200,000 characters of text has 10 million at most."""


def refuse_longer(document: str, text_format: TextFormat, longest: int) -> None:
    """Refuse a document that is too long whatever its text is.

    Raises:
        InvalidInput: if it has too many characters.
    """
    most = MARKUP[text_format] * longest
    if len(document) > most:
        raise InvalidInput("text", f"has {len(document)} characters, more than the {most} allowed")


def blocks_of(document: str, text_format: TextFormat, longest: int | None = None) -> list[Block]:
    """The blocks of a document, in its order; code, scripts and what is not main content are left out.

    Args:
        longest: characters of text that it may have, markup aside; None for no limit.

    Raises:
        InvalidInput: if it has more.
    """
    if text_format is TextFormat.HTML:
        blocks = page_blocks(document, longest)
    else:
        blocks = markdown_blocks(document) if text_format is TextFormat.MARKDOWN else _plain(document)
    return list(limited(blocks, longest))


def _plain(document: str) -> Iterator[Block]:
    block = Block.of(document)
    return cues(block) or passages(block)
