"""Openly licensed sets of labelled pairs, one folder each, read where they lie: what their labels say about the relation.

`a` is the known statement, `b` the claim. A set's own `rel`, where it gives one, is taken; else the label leaves several relations
open, and training counts any of them as right. A set that is large, loose or made by rule is sampled, not poured
(`index/models/relation/README.md` names sets and licences).
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from training.relation.pair import Pair

FILE = "pairs.train.jsonl.gz"
CONTRADICTED = "denies|differs|reverses"
NEUTRAL = "related|differs"
ELSEWHERE = "related|unrelated"
"""Another sentence that merely shares words; made here (`near_misses`)."""


class Row(msgspec.Struct, frozen=True):
    """A line of a set."""

    a: str
    b: str
    label: str
    lang: str
    rel: str = ""
    kind: str = ""


class Use(msgspec.Struct, frozen=True):
    """How a set is used.

    Attributes:
        most: rows taken at most.
        labels: label -> relations, for rows without `rel`; rows of other labels are left out.
        turned: whether half of its repetitions are read the other way round: both sentences say the same, all of it.
        missed: for so many of its repetitions a near miss is made.
    """

    most: int
    labels: dict[str, str] = {}
    turned: bool = False
    missed: int = 0


ENTAILED = {"entailment": "repeats", "neutral": NEUTRAL, "contradiction": CONTRADICTED}
CHECKED = {"supports": "repeats", "refutes": "denies|differs"}
USES = {
    "ans": Use(3000, {"contradiction": "denies|differs", "unrelated": ELSEWHERE}, turned=True, missed=300),
    "daccord": Use(1000, {"contradiction": CONTRADICTED, "compatible": "repeats|related"}),
    "rte3-fr": Use(1000, ENTAILED),
    "inferes": Use(5000, ENTAILED),
    "summedits": Use(1000, {"inconsistent": CONTRADICTED}),
    "paws-wiki": Use(6000, {"changed": "reverses|differs"}, turned=True),
    "paws-x": Use(6000, {"changed": "reverses|differs"}, turned=True),
    "condaqa": Use(600),
    "demetr": Use(5000, {"contradiction": "denies|differs"}),
    "demetr-cross": Use(9000, {"contradiction": "denies|differs"}),
    "numbers-made": Use(3000),
    "tabfact-pairs": Use(2500, {"contradiction": CONTRADICTED}),
    "valse": Use(4000, {"contradiction": CONTRADICTED}),
    "truthfulqa": Use(600, {"contradiction": "denies|differs|related"}),
    "fever": Use(4000, CHECKED),
    "fm2": Use(1200, CHECKED),
    "scifact": Use(400, CHECKED),
    "creak": Use(1000, CHECKED),
    "cad-snli": Use(8000, ENTAILED, missed=500),
    "scone": Use(800, {"neutral": "differs|related|denies"}),
    "wiki-split": Use(2000, missed=500),
    "ua-gec": Use(1200, turned=True),
    "flores": Use(6000, turned=True, missed=2000),
    "ntrex": Use(7000, turned=True, missed=2500),
    "tico19": Use(2000, turned=True, missed=500),
    "tatoeba": Use(3000, turned=True, missed=1000),
    "argkp": Use(800, {"no-match": ELSEWHERE}),
}
LOOSE = {"argkp"}
"""Sets whose repetitions are too loose to be taken for ones."""
LOOKED_AT = 400
"""Sentences among which the one that shares most words is taken for a near miss."""


def open_pairs(folder: Path, dice: random.Random) -> Iterator[Pair]:
    """The pairs to train on, of all sets in `USES`."""
    for name, use in USES.items():
        rows = [row for row in _rows(folder / name / FILE) if _relation(name, row)]
        some = dice.sample(rows, min(len(rows), use.most))
        for row in some:
            yield _pair(row, _relation(name, row), turned=use.turned and row.rel == "repeats" and dice.random() < 0.5)
        repeated = [row for row in some if row.rel == "repeats"]
        yield from near_misses(dice.sample(repeated, min(len(repeated), use.missed)), rows, dice)


def near_misses(claims: Sequence[Row], rows: Sequence[Row], dice: random.Random) -> Iterator[Pair]:
    """Each claim beside the statement of another row, in the same two languages, that shares most words with its own."""
    for row in claims:
        others = [other for other in dice.sample(rows, min(len(rows), LOOKED_AT)) if other.lang == row.lang and other.a != row.a]
        if others:
            words = set(row.a.lower().split())
            near = max(others, key=lambda other: len(words & set(other.a.lower().split())))
            yield _pair(Row(near.a, row.b, "", row.lang), ELSEWHERE, turned=False)


def _rows(path: Path) -> list[Row]:
    with gzip.open(path, "rb") as lines:
        return [msgspec.json.decode(line, type=Row) for line in lines]


def _relation(name: str, row: Row) -> str:
    if row.rel == "repeats" and name in LOOSE:
        return ""
    return row.rel or USES[name].labels.get(row.label, "")


def _pair(row: Row, relation: str, *, turned: bool) -> Pair:
    languages = row.lang.split("-")
    statement, claim = (row.b, row.a) if turned else (row.a, row.b)
    first, last = (languages[-1], languages[0]) if turned else (languages[0], languages[-1])
    return Pair(claim, statement, relation, last, first)
