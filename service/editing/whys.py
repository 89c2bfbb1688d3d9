"""Why somebody changes something, as they say it: it stands in the ledger for good, for all to read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.errors import InvalidInput, Reason
from index.ledger.entries import By
from index.rules import Broken, too_long

LONGEST_WHY = 500
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def wrong_why(why: str) -> Iterator[Broken]:
    """What is wrong with a reason."""
    if not why.strip():
        yield Broken("why", Reason("is missing: it stands in the ledger for good"))
    if len(why) > LONGEST_WHY:
        yield Broken("why", too_long(why, LONGEST_WHY))
    if CONTROLS.search(why):
        yield Broken("why", Reason("holds a control character or a lone surrogate"))


def by_whom(who: str, why: str) -> By:
    """Who changes something, and why.

    Raises:
        InvalidInput: if there is something wrong with the reason.
    """
    for wrong in wrong_why(why):
        raise InvalidInput(wrong.field, wrong.said)
    return By(who, why)
