"""The texts in a cell as programs write it: HTML, a link's formula, a list of Python or JSON."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from index.readers.claimreview import TAG
from index.readers.columns import Field
from index.readers.delimited import unpacked

ADDRESSES = (Field.URL, Field.LINK, Field.REVIEW_URL)
LISTED = (Field.TOPIC, Field.PLACE, Field.WORDINGS, Field.RATING, Field.CLAIMANT, Field.REVIEWER, *ADDRESSES)
"""Fields whose cells may hold a list; the claim itself may begin with a bracket."""

HYPERLINK = re.compile(r'\s*=\s*HYPERLINK\(\s*"([^"]*)"\s*(?:[,;]\s*"((?:[^"]|"")*)"\s*)?\)\s*', re.IGNORECASE)
MARKDOWN_LINK = re.compile(r"\s*\[([^\]]+)\]\((https?://[^\s)]+)\)\s*")
LEADING = r"(?:https?://|\.\.?/|[^\s()]*\.md)[^\s()]*"
RELATED = re.compile(rf"\s*([^(),][^()]*?)\s*\(({LEADING})\)\s*(?:,|$)")
"""One of several that Notion writes into a cell: its name, and its address or its file in the export; a picture, in Airtable."""
ADDRESS = re.compile(r"https?://[^\s\"'<>|\\]+")
ALT = re.compile(r"<img\b[^>]*?\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')[^>]*>", re.IGNORECASE)
LINE_END = re.compile(r"<(?:br|/p|/li|/div|/tr|/h\d)\b[^>]*>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]+);", re.IGNORECASE)


def texts_in(written: str, field: Field) -> list[str]:
    """What a cell of this field says: its texts, and the addresses behind them where the field holds addresses."""
    if linked := HYPERLINK.fullmatch(written):
        address, label = linked[1], (linked[2] or "").replace('""', '"')
        return [label or address, address]
    if linked := MARKDOWN_LINK.fullmatch(written):
        return [linked[1], linked[2]]
    if field in LISTED and written.rstrip()[-1:] == ")" and not RELATED.sub("", written):
        return [one[2] if field in ADDRESSES else one[1] for one in RELATED.finditer(written)]
    if field in LISTED and written.lstrip()[:1] == "[":
        items = unpacked(written.strip())
        if isinstance(items, list):
            return [text for item in items if (text := next(_texts(item, field), ""))]
    if field in ADDRESSES:
        return ADDRESS.findall(html.unescape(written)) or [written] if TAG.search(written) else [written]
    return [_plain(written)]


def _texts(value: object, field: Field) -> Iterator[str]:
    """The texts in a list's item, which may be a list itself, or an object with a name: of an address, the addresses."""
    if isinstance(value, dict):
        value = [value[name] for name in ("url", "name", "title", "label", "value") if name in value]
    if isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item, field)
    elif isinstance(value, str) and bool(ADDRESS.match(value)) == (field in ADDRESSES):
        yield value


def _plain(written: str) -> str:
    """A text without HTML: of an image, what stands in its place."""
    if TAG.search(written):
        shown = ALT.sub(lambda image: f" {image[1] or image[2] or ''} ", written)
        written = TAG.sub("", LINE_END.sub("\n", shown))
    return html.unescape(written).strip() if ENTITY.search(written) else written.strip()
