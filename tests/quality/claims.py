"""The claims that the quality figures are measured on; none of them was used to fit or train anything."""

from __future__ import annotations

from pathlib import Path

from training.claim_sets import Claim, read_claims

__all__ = ["DEVELOPMENT", "HERE", "Claim", "read_claims"]

HERE = Path(__file__).parent
DEVELOPMENT = HERE / "article.jsonl"
