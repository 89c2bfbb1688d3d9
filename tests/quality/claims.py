"""Reading claim sets: JSON lines with a claim's text, language and the ids of the statements it is about."""

from __future__ import annotations

from pathlib import Path

import msgspec

HERE = Path(__file__).parent
DEVELOPMENT = HERE / "article.jsonl"
CALIBRATION = HERE / "calibration.jsonl"


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim and what it is about; `expected` is empty for one that no statement covers."""

    id: str
    text: str
    language: str
    expected: list[str]


def read_claims(path: Path) -> list[Claim]:
    """Read a claim set."""
    return [msgspec.json.decode(line, type=Claim) for line in path.read_bytes().splitlines() if line]
