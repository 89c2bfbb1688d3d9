"""Sets of claims with the statements that each is about: JSON lines, one claim a line.

The probabilities are fitted on the calibration claims. `tests/quality` measures on development claims in the same form.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

CALIBRATION = Path(__file__).parent / "calibration.jsonl"


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim and what it is about; `expected` is empty for one that no statement covers."""

    id: str
    text: str
    language: str
    expected: list[str]


def read_claims(path: Path) -> list[Claim]:
    """Read a claim set."""
    return [msgspec.json.decode(line, type=Claim) for line in path.read_bytes().splitlines() if line]
