"""Read an HTML page's microdata, as the HTML standard defines it, and the address that it gives itself."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import lxml.etree
import lxml.html

Item = dict[str, object]

DEEPEST = 30
ADDRESSED = {
    "a": "href", "area": "href", "link": "href", "audio": "src", "embed": "src", "iframe": "src", "img": "src", "source": "src",
    "track": "src", "video": "src", "object": "data", "data": "value", "meter": "value", "time": "datetime", "meta": "content",
}  # fmt: skip
"""Element -> the attribute that holds a property's value."""


class Page:
    """A parsed page."""

    def __init__(self, text: str) -> None:
        parser = lxml.html.HTMLParser(encoding="utf-8", recover=True, no_network=True)
        try:
            self._root: lxml.html.HtmlElement | None = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
        except lxml.etree.ParserError:
            self._root = None

    def address(self, fetched_from: str = "") -> str:
        """What relative addresses are relative to; empty if that is not known."""
        if self._root is None:
            return fetched_from
        own = urljoin(fetched_from, next(iter(self._root.xpath("//base/@href")), ""))
        said = self._root.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
        return next((address for address in (own, *said) if urlsplit(address).scheme in ("http", "https")), "")

    def items(self) -> list[Item]:
        """The page's items, with those inside them as their properties' values."""
        if self._root is None:
            return []
        return [self._item(element, 0) for element in self._root.xpath("//*[@itemscope and not(@itemprop)]")]

    def _item(self, element: lxml.html.HtmlElement, depth: int) -> Item:
        held: dict[str, list[object]] = {"@type": [kind.rpartition("/")[2] for kind in (element.get("itemtype") or "").split()]}
        for part in self._properties(element):
            value = self._value(part, depth)
            for name in part.get("itemprop").split():
                held.setdefault(name, []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in held.items()}

    def _properties(self, element: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
        """The elements that hold an item's properties: inside it, or referred to, but not inside another item."""
        waiting = list(element)
        for name in (element.get("itemref") or "").split():
            waiting += element.getroottree().xpath("//*[@id=$name]", name=name)[:1]
        while waiting:
            part = waiting.pop(0)
            if isinstance(part.tag, str):
                if part.get("itemprop"):
                    yield part
                if part.get("itemscope") is None:
                    waiting = [*part, *waiting]

    def _value(self, element: lxml.html.HtmlElement, depth: int) -> object:
        if element.get("itemscope") is not None:
            return self._item(element, depth + 1) if depth < DEEPEST else None
        held = element.get("content") or element.get(ADDRESSED.get(element.tag, "content"))
        return held if held is not None else " ".join(element.text_content().split())
