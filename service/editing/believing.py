"""What of a source decides how far it is believed, and so is said with the scope `admin` alone."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import Reason
from index.records import Source
from index.rules import Broken
from index.tiers import decisive


def wrongly_believed(source: Source, before: Source | None) -> Iterator[Broken]:
    """What of a source cannot be said without that scope.

    Args:
        before: the source as it is on record.
    """
    said, was = decisive(source), decisive(before)
    if said.tier is not was.tier:
        yield Broken("tier", Reason("a key with the scope 'admin' says whom to believe"))
    if said.site != was.site:
        yield Broken("site", Reason("a key with the scope 'admin' says whom to believe: a publisher is known by it"))
