"""Measure what is offered for merging: `python -m tests.quality.alike BASE …` takes folders of `bases/`, or all.

Each claim of a base is taken for a new statement. Two mean the same if the claim's label says that it repeats the statement.
"""

from __future__ import annotations

import sys
from pathlib import Path

from index.kinds import RelationKind, StatementKind
from index.records import UNKNOWN, Citation, Statement
from service.check.alike import alike
from tests.quality.bases import BASES, Labelled, Reviewed, filled, read
from training.labelled import DESK


def measured(folder: Path) -> tuple[int, int, int]:
    """How many pairs were offered, how many of these mean the same, and how many there are that do."""
    base, claims = read(folder / "statements.jsonl", Reviewed), read(folder / "claims.jsonl", Labelled)
    cited = [Citation(DESK.id, "Claims", 1)]
    new = [Statement(f"new-{one.id}", StatementKind.CLAIM, one.text, one.language, UNKNOWN, cited, False) for one in claims]
    same = {f"new-{one.id}": one.statement for one in claims if one.relation is RelationKind.REPEATS}
    also = {
        (f"new-{one.id}", other["statement"])
        for one in claims
        for other in one.also
        if other["relation"] == RelationKind.REPEATS.value
    }
    with filled(base, []) as matcher:
        pairs = [pair for start in range(0, len(new), 50) for pair in alike(matcher, matcher.judge, new[start : start + 50])]
    right = sum(same.get(pair.statement_id) == pair.other_id or (pair.statement_id, pair.other_id) in also for pair in pairs)
    return len(pairs), right, len(same)


def main() -> None:
    """Print the figures of each base, and of all."""
    folders = [BASES / name for name in sys.argv[1:]] or sorted(path for path in BASES.iterdir() if path.is_dir())
    found = {folder.name: measured(folder) for folder in folders}
    found["all"] = tuple(map(sum, zip(*found.values(), strict=True)))  # type: ignore[assignment]
    for name, (offered, right, there) in found.items():
        print(f"{name}: {offered} offered, {right} mean the same ({right / offered:.1%}); of {there} that do ({right / there:.1%})")


if __name__ == "__main__":
    main()
