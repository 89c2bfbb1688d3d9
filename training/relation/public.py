"""Public sets of labelled pairs, read where they lie: what each of their labels says about the relation.

`a` is the known statement, `b` the claim. A label that leaves several relations open is kept as all of them, and training counts
any of them as right. Only sets with an open licence are read: negnli, hans and terra (MIT), fever-symmetric and breaking-nli
(CC BY-SA), sugarcrepe-pp (CC BY).

    python -m training.relation.public FOLDER --out FOLDER

writes the pairs held out from training, a file for each set, as `rebut eval --pairs` reads them.
"""

from __future__ import annotations

import argparse
import random
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from training.relation.pair import Pair

HELD_OUT = 6
"""One pair in this many is held out for measuring; all pairs with the same `a` stay together."""


class Row(msgspec.Struct, frozen=True):
    """A line of a set; `kind` and `category` tell what was changed where the set says so."""

    a: str
    b: str
    label: str
    kind: str = ""
    category: str = ""
    lang: str = "en"


MOST = {"breaking-nli": 2000, "terra-ru": 1500}
"""Pairs taken of the larger sets, so that they do not outweigh the pairs made for this project."""
NOT_ENTAILED = "differs|related|denies|reverses"
MEANINGS: dict[str, dict[str, str]] = {
    "negnli-snli": {"contradiction": "denies|differs", "neutral": "differs|related"},
    "negnli-mnli": {"contradiction": "denies|differs", "neutral": "differs|related"},
    "negnli-rte": {"not_entailment": NOT_ENTAILED},
    "hans": {"non-entailment": "reverses|differs|related"},
    "sugarcrepe-pp": {"changed": "differs"},
    "breaking-nli": {"contradiction": "differs", "neutral": "differs|related"},
    "fever-symmetric": {"contradiction": "denies|differs|reverses"},
    "terra-ru": {"not_entailment": NOT_ENTAILED},
}
"""Set -> label -> relation; `entailment` and `paraphrase` are `repeats` everywhere."""
NARROWER = {
    "ln_subject/object_swap": "reverses",
    "ln_passive": "reverses",
    "cn_embedded_under_verb": "differs",
    "swap_obj": "reverses|differs",
    "swap_att": "reverses|differs",
    "antonyms": "denies|differs",
    "antonyms_wordnet": "denies|differs",
}
"""Kind of change -> relation, where that says more than the label."""


def read_rows(path: Path) -> list[Row]:
    """The lines of a set."""
    return [msgspec.json.decode(line, type=Row) for line in path.read_bytes().splitlines() if line]


def relation_of(name: str, row: Row) -> str:
    """The relations that a row's label leaves open, divided by `|`."""
    if row.label in ("entailment", "paraphrase"):
        return "repeats"
    return NARROWER.get(row.kind or row.category, MEANINGS[name][row.label])


def held_out(row: Row) -> bool:
    """Whether the row is for measuring."""
    return zlib.crc32(row.a.encode()) % HELD_OUT == 0


def set_of(folder: Path, name: str) -> Path:
    """The file of a set.

    Raises:
        ValueError: if there is none or more than one, naming set and folder.
    """
    found = list(folder.glob(f"{name}.*.jsonl"))
    if len(found) != 1:
        raise ValueError(f"{folder} has to have one file {name}.*.jsonl, and has {len(found)}")
    return found[0]


def training_pairs(folder: Path, dice: random.Random) -> Iterator[Pair]:
    """The pairs to train on, with negations made of the captions and headlines among them."""
    for name in MEANINGS:
        rows = [row for row in read_rows(set_of(folder, name)) if not held_out(row)]
        for row in dice.sample(rows, min(len(rows), MOST.get(name, len(rows)))):
            yield _pair(row, relation_of(name, row), turned=name == "sugarcrepe-pp" and dice.random() < 0.5)
        if name == "sugarcrepe-pp":
            yield from _captions(rows, dice)
        elif name in ("negnli-rte", "fever-symmetric", "negnli-mnli"):
            for row in rows:
                denied = negated(row.b, dice) if row.label == "entailment" else None
                if denied:
                    yield Pair(denied, row.a, "denies")


def _pair(row: Row, relation: str, *, turned: bool) -> Pair:
    claim, statement = (row.a, row.b) if turned else (row.b, row.a)
    return Pair(claim, statement, relation, row.lang, row.lang)


def _captions(rows: list[Row], dice: random.Random) -> Iterator[Pair]:
    """What a caption denies, and other captions: about the same things, or about others."""
    captions = sorted({row.a for row in rows})
    for row in rows:
        throw = dice.random()
        denied = negated(row.b if row.label == "paraphrase" else row.a, dice)
        if denied and throw < 0.45:
            claim, statement = (denied, row.a) if throw < 0.3 else (row.a, denied)
            yield Pair(claim, statement, "denies")
        elif throw < 0.55:
            yield Pair(dice.choice(captions), row.a, "unrelated|related")
        elif throw < 0.7:
            words = set(row.a.lower().split())
            near = max(dice.sample(captions, 150), key=lambda other: len(words & set(other.lower().split())) * (other != row.a))
            yield Pair(near, row.a, "related|differs")


BE = r"\b(is|are|was|were|has been|have been|can|will|has|have)\b"


def negated(sentence: str, dice: random.Random) -> str | None:
    """An English sentence that says it is not so; None where no simple rule applies."""
    text = sentence.strip().rstrip(" .")
    if re.search(r"\b(not|no|never|nobody|none|without)\b|n't", text, re.IGNORECASE):
        return None
    there = re.match(r"There (is|are) (an? |some |two |the )?", text)
    if there:
        return f"There {there[1]} no {text[there.end() :]}"
    subject = re.match(r"(?:An?|Some|The|Two|Several) ([^,]*?) (is|are) (\w+ing\b.*)", text)
    if subject and dice.random() < 0.6:
        lead = dice.choice((f"There {subject[2]} no {subject[1]}", f"No {subject[1]} {subject[2]}"))
        return f"{lead} {subject[3]}"
    verb = re.search(BE, text)
    if verb:
        return f"{text[: verb.end()]} {dice.choice(('not', 'not', 'never'))}{text[verb.end() :]}"
    if dice.random() < 0.3:
        return f"It is not true that {text[0].lower()}{text[1:]}"
    return None


def main() -> None:
    """Read the arguments and write the pairs held out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="of the public sets")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in MEANINGS:
        rows = [row for row in read_rows(set_of(options.folder, name)) if held_out(row)]
        (options.out / f"{name}.jsonl").write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
        print(f"{name}: {len(rows)} pairs")


if __name__ == "__main__":
    main()
