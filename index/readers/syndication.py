"""RSS, Atom, and the export of a WordPress site: a row an item, and the ClaimReviews in what the items say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from index.errors import InvalidRecord, Reason
from index.readers import reasons
from index.readers.feeds import claimreviews
from index.readers.table import Row, Table

ITEMS = ("item", "entry")
NO_POSTS = ("attachment", "nav_menu_item", "revision", "wp_template", "custom_css")
"""What WordPress exports among the posts."""
PUBLISHED = ("", "publish")
CONTENT = ("encoded", "content", "description", "summary")


class _Items:
    """Collects the items of a document: what each child is called -> what it holds.

    Entities are refused where they are declared: each may stand for a million others, or for a file.
    """

    def __init__(self) -> None:
        self.found: list[dict[str, list[str]]] = []
        self._path: list[str] = []
        self._text: list[str] = []
        self._key = ""
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append
        self._parser.EntityDeclHandler = self._refuse

    def read(self, raw: bytes) -> Reason | None:
        """Read all; why the rest cannot be read, if so."""
        try:
            self._parser.Parse(raw, True)
        except expat.ExpatError as error:
            return reasons.NO_XML_FROM_HERE.of(why=str(error))
        return None

    def _refuse(self, *_: object) -> NoReturn:
        raise InvalidRecord([reasons.ENTITIES])

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name in ITEMS:
            self._path = []
            self.found.append({})
        self._path.append(name)
        self._text.clear()
        if name == "link" and attributes.get("rel", "alternate") == "alternate" and "href" in attributes:
            self._keep(name, attributes["href"])

    def _end(self, name: str) -> None:
        text, said = "".join(self._text).strip(), self._path.pop() if self._path else ""
        self._text.clear()
        if said == "meta_key":
            self._key = text
        elif said == "meta_value":
            self._keep("" if self._key.startswith("_") else self._key, text)
        elif self._path[:1] and self._path[0] in ITEMS and said != "postmeta":
            self._keep(said, text)

    def _keep(self, name: str, text: str) -> None:
        if text and self.found and name:
            self.found[-1].setdefault(name, []).append(text)


def read_items(path: Path) -> Table:
    """The items of a feed or an export; a row's value holds its ClaimReviews, if it has any.

    Raises:
        InvalidRecord: if it cannot be read, or declares entities.
    """
    items = _Items()
    try:
        broken = items.read(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InvalidRecord([reasons.UNREADABLE.of(why=str(error))]) from error
    if broken and not items.found:
        raise InvalidRecord([broken])
    posts = [(number, item) for number, item in enumerate(items.found, 1) if item.get("post_type", [""])[0] not in NO_POSTS]
    names = list(dict.fromkeys(name for _, item in posts for name in item))

    def rows() -> Iterator[Row]:
        for number, item in posts:
            unpublished = item.get("status", [""])[0] not in PUBLISHED
            problem = reasons.UNPUBLISHED.of(status=repr(item.get("status", [""])[0])) if unpublished else None
            cells = {place: item[name] for place, name in enumerate(names) if name in item}
            yield Row(number, cells, _reviews(item), problem)
        if broken:
            yield Row(len(items.found) + 1, {}, None, broken)

    return Table(names, rows, len(posts), "element")


def _reviews(item: dict[str, list[str]]) -> list[object]:
    """The ClaimReviews in what an item says, beside its address."""
    link = item.get("link", [""])[0]
    said = (text for name in CONTENT for text in item.get(name, []) if "ClaimReview" in text)
    return [{"url": link, "reviews": one} for text in said for one in claimreviews(text)]
