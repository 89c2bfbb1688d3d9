"""Whom to believe: how far each source and each reviewer counts. The rule, and why it is so: docs/why/whom-to-believe.md.

What the desk set for a source decides; then what its list says of the site, then what the packaged list says. What nobody named
is known if the desk wrote it down itself, and unknown if it came with a review's address. A name alone raises nobody who came
that way: everybody can write it.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from index.errors import RebutError
from index.kinds import PUBLISHER, TABLE, RefutationKind, Tier
from index.records import UNKNOWN, Apart, Dossier, Refutation, Review, Source, host

PACKAGED = Path(__file__).with_name("tiers.toml")
SITE = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*")
"""A host name with a dot; everything else in a list is a name."""
BESIDE = ("source", "date")
"""What a list may say of itself."""
FURTHEST_FIRST = list(Tier)

Listed = Mapping[str, Tier]
"""A site, or a name in lower case -> how far it is believed."""


class TiersInvalid(RebutError):
    """A list of tiers cannot be read."""


class Tiers(msgspec.Struct, frozen=True):
    """Tells how far to believe whom.

    Attributes:
        lists: the more important first.
        all_count: whether what is of unknown ones counts, too.
    """

    lists: tuple[Listed, ...] = ()
    all_count: bool = False

    def of(self, source: Source, *names: str) -> Tier:
        """How far a source is believed.

        Args:
            names: of the reviewer or the issuer, where they have one of their own.
        """
        if source.tier:
            return source.tier
        from_feed = source.id.startswith(PUBLISHER)
        written_here = not from_feed and not (source.id.startswith(TABLE) and "." in source.site)
        named = [tier for name in (*names, source.publisher) if (tier := self._listed([plain(name)]))]
        by_name = next((tier for tier in named if tier is Tier.UNKNOWN or written_here), None)
        return by_name or self.of_site(host(source)) or (Tier.UNKNOWN if from_feed else Tier.KNOWN)

    def of_site(self, site: str) -> Tier | None:
        """How far a site is believed that it or one above it is named for; None if there is none."""
        return self._listed(_and_above(site))

    def of_review(self, review: Review, sources: Mapping[str, Source]) -> Tier:
        """How far a review is believed: as its publisher, unless it was fetched from another one who is not known."""
        if review.via and self.of_site(review.via) in (None, Tier.UNKNOWN):
            return Tier.UNKNOWN
        return self.of(sources[review.citation.source_id], review.reviewer.name)

    def of_refutation(self, refutation: Refutation, sources: Mapping[str, Source]) -> Tier:
        """How far a refutation is believed: as the best of the sources that it cites."""
        found = [self.of(sources[citation.source_id], refutation.issuer.name) for citation in refutation.citations]
        return min(found, key=FURTHEST_FIRST.index)

    def counts(self, tier: Tier) -> bool:
        """Whether what is of this tier reaches verdicts."""
        return self.all_count or tier is not Tier.UNKNOWN

    def same_publisher(self, site: str, other: str) -> bool:
        """Whether what comes from `other` is `site`'s own: from itself, from above it, or both lie below a site that is named."""
        above = _and_above(site)
        return own_letters(other) in above or any(name in _and_above(other) and self._listed([name]) for name in above)

    def told_apart(self, dossier: Dossier) -> Dossier:
        """A dossier with what does not count apart from what does."""
        found = {review.id: self.of_review(review, dossier.sources) for review in dossier.reviews}
        official = [one for one in dossier.refutations if one.kind is not RefutationKind.REVIEW]
        found |= {one.id: self.of_refutation(one, dossier.sources) for one in official}
        apart = {id_ for id_, tier in found.items() if not self.counts(tier)}
        if not apart:
            return msgspec.structs.replace(dossier, tiers=found)
        return msgspec.structs.replace(
            dossier,
            tiers=found,
            refutations=[one for one in dossier.refutations if one.id not in apart],
            reviews=[one for one in dossier.reviews if one.id not in apart],
            apart=Apart([one for one in official if one.id in apart], [one for one in dossier.reviews if one.id in apart]),
        )

    def fingerprint(self) -> str:
        """Other digits for other lists."""
        said = [sorted((name, tier.value) for name, tier in listed.items()) for listed in self.lists]
        return hashlib.sha256(msgspec.json.encode([said, self.all_count])).hexdigest()[:12]

    def _listed(self, names: Iterable[str]) -> Tier | None:
        """What the first list that names one of these says of the first that it names."""
        wanted = list(names)
        return next((listed[name] for listed in self.lists for name in wanted if name in listed), None)


class Decisive(NamedTuple):
    """What of a source decides how far it is believed, beside the lists.

    Attributes:
        site: by which a publisher of a feed is known; empty for other sources.
    """

    tier: Tier | None
    site: str


def decisive(source: Source | None) -> Decisive:
    """What of a source decides that; of one that is not on record, nothing."""
    return Decisive(source.tier, source.site if source.id.startswith(PUBLISHER) else "") if source else Decisive(None, "")


EVERYBODY = Tiers(all_count=True)
"""All count, and nobody is named."""


def plain(name: str) -> str:
    """A name without case and with single spaces."""
    return " ".join(name.casefold().split())


def _and_above(site: str) -> list[str]:
    """A host name without "www.", and the names above it; the innermost first."""
    labels = own_letters(site.lower()).removeprefix("www.").split(".")
    return [".".join(labels[start:]) for start in range(len(labels) - 1)] or labels


def own_letters(site: str) -> str:
    """A host name in its own letters: addresses have the same one as `xn--…`, too."""
    try:
        return site.encode("ascii").decode("idna") if "xn--" in site else site
    except UnicodeError:
        return site


def own_site(source: Source) -> str:
    """The host name of a source's site, in its own letters and without "www."."""
    return own_letters(host(source))


def read_tiers(path: Path) -> dict[str, Tier]:
    """Read a list: TOML with a list of sites and names for each tier.

    Raises:
        TiersInvalid: if it cannot be read, or breaks a rule; every problem is told.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TiersInvalid(f"{path}: cannot be read: {error}") from error
    listed: dict[str, Tier] = {}
    if problems := list(_take(told, listed)):
        raise TiersInvalid("\n".join(f"{path}: {problem}" for problem in problems))
    return listed


def _take(told: Mapping[str, object], listed: dict[str, Tier]) -> Iterator[str]:
    """Fill `listed`; gives what is wrong."""
    tiers = {tier.value: tier for tier in Tier}
    for key, names in told.items():
        if key in BESIDE:
            continue
        if key not in tiers:
            yield f"{key!r} is no tier: these are {', '.join(tiers)}"
        elif not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
            yield f"{key}: has to be a list of sites and names"
        else:
            for name in names:
                yield from _name(own_letters(plain(name)).removeprefix("www."), tiers[key], listed)


def _name(name: str, tier: Tier, listed: dict[str, Tier]) -> Iterator[str]:
    if "/" in name and " " not in name:
        yield f"{tier.value}: {name!r} is an address: give the host name alone, such as 'example.org'"
    elif listed.setdefault(name, tier) is not tier:
        yield f"{name!r} is both {listed[name].value} and {tier.value}"


@cache
def packaged() -> Listed:
    """The list that comes with the package."""
    return read_tiers(PACKAGED)


def speaker_of(source: Source) -> str:
    """Who speaks in a source that names nobody: its publisher; where that is not known, it stands for itself."""
    return source.title if source.publisher == UNKNOWN.name else source.publisher


def is_site(name: str) -> bool:
    """Whether a list's entry is a site, not a name."""
    return SITE.fullmatch(name) is not None
