"""Ids of what is loaded: the same record gets the same one whenever it is loaded."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePath
from urllib.parse import urlsplit

from index.records import Party, Source


def slug(name: str, separator: str) -> str:
    """An id made from a name; if characters were left out, a piece of the name's digest is added."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return plain if plain.replace("-", separator) == name else f"{plain}-{digest(name)[:6]}".strip("-")


def claim_id(text: str, claimant: Party) -> str:
    """The id of a claim: the same words by the same claimant are one statement."""
    return "claim-" + digest(text.casefold(), claimant.name.casefold())


def review_id(where: str, *whose: str) -> str:
    """The id of a review.

    Args:
        where: its address, or the table that it stands in.
        whose: the id of its statement; of a review without an address, the reviewer, too, if one is named.
    """
    return "review-" + digest(where, *whose)


def rows_source(name: str, site: str | None = None) -> Source:
    """The source that a table stands for: its name, without folders, tells it from other files.

    Args:
        site: the host that it was fetched from.
    """
    path = PurePath(urlsplit(name).path if site else name)
    stem = f"{site} {path.stem}" if site else path.stem
    return Source(
        id=f"file-{slug(stem, '-')}", title=path.name, publisher=site or "unknown", site=site or "unknown", language="und"
    )


def digest(*parts: str) -> str:
    """Twenty hexadecimal digits that stand for these texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]
