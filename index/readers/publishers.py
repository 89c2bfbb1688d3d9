"""Whose reviews a file brings: which are the desk's own, which were fetched from their publisher, and which do not count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import msgspec

from index.errors import Reason
from index.kinds import Tier
from index.readers import reasons
from index.readers.table_records import Record
from index.records import Review, Source, host
from index.store.reports import Origin
from index.store.store import StatementStore

SHOWN = 10
"""Sites that are named in one line at most."""


class Publishers:
    """What is found of a file's publishers, review by review.

    Attributes:
        own: the site that the file's table is of, if it is the desk's own; empty if it is not.
    """

    def __init__(self, store: StatementStore, origin: Origin) -> None:
        self._store, self._origin = store, origin
        self._known: dict[str, Source] = {}
        self._apart: dict[str, Counter[str]] = {"": Counter(), "via": Counter()}
        self._lost = Counter[str]()
        self.own = ""

    def table_of(self, sites: Collection[str]) -> None:
        """A table's reviews are of these sites: if that is one publisher, whom nobody named, it is the desk."""
        shortest = min(sites, key=len, default="")
        one = bool(shortest) and all(self._store.tiers.same_publisher(site, shortest) for site in sites)
        if self._origin.here and not self._origin.site and one and self._store.tiers.of_site(shortest) is None:
            self.own = shortest

    def judged(self, record: Record) -> Record:
        """A record with what is known of its publisher."""
        sources, statement, review = record
        if review is None:
            return record
        publisher = sources[-1]
        site = host(publisher)
        if self._retold(review, site):
            review = msgspec.structs.replace(review, via=self._origin.site)
        if self._origin.own or (self.own and self._store.tiers.same_publisher(site, self.own)):
            publisher = msgspec.structs.replace(publisher, tier=Tier.OWN)
        self._count(publisher, review.via, self._store.tiers.of_review(review, {publisher.id: self._here(publisher)}))
        return (*sources[:-1], publisher), statement, review

    def _retold(self, review: Review, site: str) -> bool:
        """Whether the file was fetched from somebody whose review it is not, as far as is known.

        Args:
            site: its publisher's. A review without an address has only the file's, which is its own if that is said.
        """
        via = self._origin.site
        if via is None or self._origin.vouched:
            return False
        return not self._origin.own if review.citation.url is None else not self._store.tiers.same_publisher(site, via)

    def _here(self, publisher: Source) -> Source:
        """The publisher as it counts: as it is here, if it is here."""
        if publisher.id not in self._known:
            found = {} if self._origin.own else self._store.sources_by_id([publisher.id])
            self._known[publisher.id] = found.get(publisher.id, publisher)
        return self._known[publisher.id]

    def _count(self, publisher: Source, via: str | None, tier: Tier) -> None:
        if publisher.tier is Tier.OWN and tier is not Tier.OWN:
            self._lost[host(publisher)] += 1
        if not self._store.tiers.counts(tier):
            site = host(publisher) if "." in host(publisher) else publisher.title
            self._apart["via" if via and via != site else ""][site] += 1

    def lines(self) -> list[Reason]:
        """What a person should know of the publishers."""
        told = []
        if self.own and not self._lost:
            told.append(reasons.OWN.of(site=self.own))
        if self._lost:
            told.append(reasons.OTHERWISE.of(sites=_sites(self._lost)))
        if unknown := self._apart[""]:
            told.append(reasons.UNNAMED.of(sites=_sites(unknown)))
        if foreign := self._apart["via"]:
            told.append(reasons.OF_OTHERS.of(site=str(self._origin.site), sites=_sites(foreign)))
        return told


def _sites(counted: Counter[str]) -> object:
    """The most frequent sites, as a reason's value."""
    shown = tuple(reasons.SITE.of(site=site, count=count) for site, count in counted.most_common(SHOWN))
    return reasons.AND_MORE.of(sites=shown, number=len(counted) - SHOWN) if len(counted) > SHOWN else shown
