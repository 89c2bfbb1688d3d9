"""Where something is written, as people give it: by a link. Its site is the source, a new one where there is none yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from index.kinds import PUBLISHER, TABLE
from index.readers.ids import slug
from index.records import Source, host
from index.rules import is_address
from index.store.store import StatementStore
from service.pages.desk.fields import Fields


def with_sources(patch: Fields, store: StatementStore) -> tuple[Fields, list[Source]]:
    """A patch whose citations all name a source, as far as their links tell which; and the sources that are new.

    A review that stood in a table alone and is given its link is of the link's site from then on.
    """
    reviewed = patch.get("citation")
    if reviewed and reviewed.get("url") and reviewed.get("source_id", "").startswith(TABLE):
        patch = patch | {"citation": {name: value for name, value in reviewed.items() if name != "source_id"}}
    given = [*patch.get("citations", []), *filter(None, [patch.get("citation")])]
    sites = {site for one in given if "source_id" not in one and (site := site_of(one.get("url", "")))}
    known = _sites(store.all_sources()) if sites else {}
    new = {site: _source_of(site) for site in sites - known.keys()}
    ids = {site: source.id for site, source in (known | new).items()}
    cited: dict[str, Any] = {}
    if "citations" in patch:
        cited["citations"] = [_cited(one, ids) for one in patch["citations"]]
    if "citation" in patch:
        cited["citation"] = _cited(patch["citation"], ids)
    return patch | cited, list(new.values())


def site_of(url: str) -> str:
    """The site of a web address, without "www."; empty if it is none."""
    return (urlsplit(url).hostname or "").lower().removeprefix("www.") if is_address(url) else ""


def _sites(sources: Iterable[Source]) -> dict[str, Source]:
    """Site -> the source that stands for the whole of it; documents that are published there are others.

    So are publishers that feeds brought: how far they are believed is not the desk's word.
    """
    whole = [source for source in sources if source.item is None and source.url is None]
    return {host(source): source for source in whole if not source.id.startswith(PUBLISHER)}


def _source_of(site: str) -> Source:
    return Source(id=f"site-{slug(site, '.')}", title=site, publisher=site, site=site, language="und")


def _cited(citation: Fields, ids: dict[str, str]) -> Fields:
    return {"source_id": ids.get(site_of(citation.get("url", "")), "")} | citation
