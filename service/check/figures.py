"""Claims with their figures written as in the statement that they are judged beside.

The relation model knows figures by how they are written: it takes 1,500,000 for another number than 1.5 million, and 12.05.2024
for another day than 12 mai 2024. Where both say exactly the same, it reads the statement's writing, in whatever language
(docs/why/relation.md, "What is judged").
"""

from __future__ import annotations

from collections.abc import Iterable

from service.check.values import Finding, Period, Quantity, Value


def refigured(claim: str, statement: str, compared: Iterable[Finding]) -> str:
    """The claim, in which numbers and dates that are exactly the statement's are written as there.

    Args:
        compared: what became of the claim's figures beside the statement's.
    """
    same = [(one.claim, one.statement) for one in compared if one.statement and _said(one.claim) == _said(one.statement) != ()]
    for ours, theirs in sorted(same, key=lambda pair: -pair[0].start):
        claim = claim[: ours.start] + statement[theirs.start : theirs.end] + claim[ours.end :]
    return claim


def _said(value: Value) -> tuple[object, ...]:
    """All that a number or a date says; nothing of other figures, which are part of a name or of a sentence's grammar."""
    if isinstance(value, Quantity):
        return value.low, value.high, value.unit, value.bound, value.per, value.whole
    return (value.first, value.last, value.openness) if isinstance(value, Period) else ()
