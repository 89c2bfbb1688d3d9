"""Where something is written, as people give it: by a link. Its site is the source, a new one where there is none yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from index.readers.claimreview import source_of_site
from index.records import Source, host
from index.rules import is_address
from index.store.store import StatementStore
from service.pages.desk.fields import Fields


def with_sources(patch: Fields, store: StatementStore) -> tuple[Fields, list[Source]]:
    """A patch whose citations all name a source, as far as their links tell which; and the sources that are new."""
    given = [*patch.get("citations", []), *filter(None, [patch.get("citation")])]
    sites = {site for one in given if "source_id" not in one and (site := site_of(one.get("url", "")))}
    known = _sites(store.all_sources()) if sites else {}
    new = {site: source_of_site(site) for site in sites - known.keys()}
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
    """Site -> the source that stands for the whole of it; documents that are published there are others."""
    return {host(source): source for source in sources if source.item is None and source.url is None}


def _cited(citation: Fields, ids: dict[str, str]) -> Fields:
    return {"source_id": ids.get(site_of(citation.get("url", "")), "")} | citation
