"""Make English pairs about everyday happenings and people at work; `everyday.toml` holds all words.

    python -m training.relation.everyday --out pairs.jsonl [--count 12000]

The same seed of the dice gives the same pairs.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from training.relation.happenings import Happenings
from training.relation.pair import Pair, roughened, write_pairs
from training.relation.people import People
from training.relation.scene import capital


class Everyday:
    """Makes pairs with one set of dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        happenings, people = Happenings(self.dice), People(self.dice)
        self._makers = (happenings.scene_pair, people.deed_pair, people.job_pair, people.thought_pair, people.state_pair)

    def pair(self) -> Pair:
        """A pair of a kind chosen at random."""
        claim, statement, relation = self.dice.choices(self._makers, (56, 16, 18, 6, 4))[0]()
        stop = "." if self.dice.random() < 0.5 else ""
        claim = capital(claim) + stop
        return Pair(roughened(claim, self.dice) if self.dice.random() < 0.1 else claim, capital(statement) + stop, relation)


def pairs(count: int, seed: int) -> Iterator[Pair]:
    """So many pairs, none of them twice, and none that says the same in the same words."""
    maker = Everyday(seed)
    seen: set[tuple[str, str]] = set()
    while len(seen) < count:
        pair = maker.pair()
        key = (pair.claim.lower(), pair.statement.lower())
        if key not in seen and key[0] != key[1]:
            seen.add(key)
            yield pair


def main() -> None:
    """Read the arguments and write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=1, help="of the dice")
    options = parser.parse_args()
    write_pairs(options.out, pairs(options.count, options.seed))
    print(f"{options.count} pairs")


if __name__ == "__main__":
    main()
