from __future__ import annotations

from index.kinds import RelationKind
from training.relation.everyday import pairs


def test_pairs_are_distinct_repeatable_and_of_all_kinds() -> None:
    made = list(pairs(600, seed=3))
    assert made == list(pairs(600, seed=3))
    assert len({(pair.claim, pair.statement) for pair in made}) == 600
    kinds = {kind.value for kind in RelationKind} | {"unrelated"}
    named = [name for pair in made for name in pair.relation.split("|")]
    assert set(named) == kinds
    assert all(pair.claim and pair.statement for pair in made)
