"""Change one thing in claims that repeat a statement: a number, a month, a party, or who does it to whom.

    python -m training.relation.changed --pairs FILE... --out pairs.jsonl

Only what claim and statement both name is changed, in whatever two languages they are: what a claim adds is not known to be wrong.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from index.readers.seeds import read_seeds
from index.records import passages_of
from service.settings import BUNDLED_SEEDS
from training.relation.lexicon import Lexicon
from training.relation.pair import Pair, read_pairs, roughened, write_pairs

STEM = 5
"""So many letters of a country's name are taken to name it, too: "Ukrainian", "украинские"."""
JOINED = re.compile(r"^\W*(and|or|with|и|с|со|или|і|та|й|з|із|зі|ды|oraz|i|z|ze|und|mit|et|avec|و|مع)\W+$")

Names = Sequence[Sequence[str]]
"""For each thing, the forms of its name."""


class Changer:
    """Changes claims with one set of dice."""

    def __init__(self, lexicon: Lexicon, seed: int) -> None:
        self._dice = random.Random(seed)
        self._months = lexicon.calendar
        self._parties = {
            language: [[*forms, capital] for forms, capital in zip(lexicon.countries[language], capitals, strict=True)]
            for language, capitals in lexicon.capitals.items()
        }

    def changed(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """For each pair that says the same, one that does not, where that can be made."""
        ways: list[tuple[str, Callable[[Pair], str | None]]] = [
            ("reverses", self._turned),
            ("differs", self._other_number),
            ("differs", self._other_month),
            ("differs", self._other_party),
        ]
        for pair in pairs:
            if pair.relation != "repeats" or pair.claim == pair.statement:
                continue
            for relation, change in self._dice.sample(ways, len(ways)):
                claim = change(pair)
                if claim:
                    claim = roughened(claim, self._dice)
                    yield Pair(claim, pair.statement, relation, pair.claim_lang, pair.statement_lang)
                    break

    def _other_number(self, pair: Pair) -> str | None:
        shared = set(re.findall(r"\d+", pair.claim)) & set(re.findall(r"\d+", pair.statement))
        if not shared:
            return None
        number = self._dice.choice(sorted(shared))
        value = int(number)
        steps = (-5, -3, -2, -1, 1, 2) if 1900 < value < 2100 else (-2, -1, 1, 2, 5, value, 3 * value, -(value // 2))
        others = [value + step for step in steps if value + step > 0 and step]
        return re.sub(rf"(?<!\d){number}(?!\d)", str(self._dice.choice(others)), pair.claim)

    def _other_month(self, pair: Pair) -> str | None:
        return self._replaced(pair, self._months.get(pair.claim_lang, []), self._months.get(pair.statement_lang, []))

    def _other_party(self, pair: Pair) -> str | None:
        return self._replaced(pair, self._parties.get(pair.claim_lang, []), self._parties.get(pair.statement_lang, []), STEM)

    def _replaced(self, pair: Pair, ours: Names, theirs: Names, stem: int = 0) -> str | None:
        """Another thing in place of one that both name, in the same form."""
        named = [place for place, forms in enumerate(ours) if _named(forms, pair.claim, stem)]
        shared = [place for place in named if place < len(theirs) and _named(theirs[place], pair.statement, stem)]
        if not shared:
            return None
        old = self._dice.choice(shared)
        taken = {place for place, forms in enumerate(theirs) if _named(forms, pair.statement, stem)} | set(named)
        new = self._dice.choice([place for place in range(len(ours)) if place not in taken])
        forms = dict(zip(ours[old], ours[new], strict=True))
        claim = _pattern(ours[old]).sub(lambda match: forms[match[0]], pair.claim)
        return None if claim == pair.claim or _named(ours[old], claim, stem) else claim

    def _turned(self, pair: Pair) -> str | None:
        """Two parties in each other's place, if they are not named together ("A and B")."""
        ours, theirs = self._parties.get(pair.claim_lang, []), self._parties.get(pair.statement_lang, [])
        found = [place for place, forms in enumerate(ours) if _pattern(forms).search(pair.claim)]
        if len(found) != 2 or not all(place < len(theirs) and _named(theirs[place], pair.statement, STEM) for place in found):
            return None
        one, other = (ours[place] for place in found)
        forms = dict(zip([*one, *other], [*other, *one], strict=True))
        both = _pattern([*one, *other])
        if any(_named(names, both.sub("", pair.claim), STEM) for names in (one, other)):
            return None  # an adjective would stay behind
        between = both.split(pair.claim)[1:-1]
        if any(JOINED.match(text) or not text.strip(" -–—/") for text in between):
            return None
        return both.sub(lambda match: forms[match[0]], pair.claim)


def _pattern(forms: Sequence[str]) -> re.Pattern[str]:
    longest_first = sorted(dict.fromkeys(forms), key=len, reverse=True)
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)")


def _named(forms: Sequence[str], text: str, stem: int) -> bool:
    if _pattern(forms).search(text):
        return True
    stems = {form.split(" ")[-1][:stem].casefold() for form in forms} if stem else set()
    return any(word.startswith(tuple(stems)) for word in re.findall(r"\w+", text.casefold())) if stems else False


def said_again(folder: Path) -> list[Pair]:
    """Each passage of the statements of the seed files beside the statement's own text, and beside another of its passages."""
    pairs = []
    for document in read_seeds(sorted(folder.glob("*.toml")), {}):
        for passages in map(passages_of, document.statements):
            for place, passage in enumerate(passages[1:]):
                for other in dict.fromkeys((passages[0], passages[place - 1])):
                    pairs.append(Pair(passage.text, other.text, "repeats", passage.language, other.language))
    return pairs


def main() -> None:
    """Read the arguments and write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="self-made pairs to change, beside the seed files'")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=4, help="how often each pair is changed, one way or another")
    parser.add_argument("--seed", type=int, default=1, help="of the dice")
    options = parser.parse_args()
    changer = Changer(Lexicon(), options.seed)
    pairs = [pair for path in options.pairs for pair in read_pairs(path)] + said_again(BUNDLED_SEEDS)
    changed = dict.fromkeys(pair for _ in range(options.rounds) for pair in changer.changed(pairs))
    write_pairs(options.out, changed)
    print(f"{len(changed)} pairs")


if __name__ == "__main__":
    main()
