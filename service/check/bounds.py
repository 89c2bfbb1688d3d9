"""How much one request may ask for: its answer, and the work on it, stay in proportion to the question."""

from __future__ import annotations

from collections.abc import Sequence

from index.errors import InvalidInput
from service.check.answers import Claim

EACH, IN_ALL = 5, 50
"""Matches below the usual threshold that a request may ask for: so many for each claim, and so many more."""


def refuse_greed(field: str, claims: Sequence[Claim], threshold: float) -> None:
    """Refuse claims that together ask for too many matches below a threshold: each of them is judged, and is part of the answer.

    Args:
        field: of the request, named if it is refused.
        threshold: the probability that a match usually needs; matches above it are as many as there are.

    Raises:
        InvalidInput: saying how many are allowed.
    """
    asked = sum(claim.limit for claim in claims if claim.min_probability is not None and claim.min_probability < threshold)
    allowed = IN_ALL + EACH * len(claims)
    if asked > allowed:
        reason = f"asks for {asked} matches with a min_probability below {threshold:.3f} (the sum of their limits)"
        raise InvalidInput(field, f"{reason}; {len(claims)} claims or sentences may ask for {allowed}")
