"""Make pairs from sentence patterns and from the wordings of the seed files.

    python -m training.relation.generate --out pairs.jsonl [--patterns 9000] [--seeds 9000]

The same seed of the dice gives the same pairs. `lexicon.toml` holds all words.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from index.readers.seeds import read_seeds
from index.records import Passage, Statement, passages_of
from service.settings import BUNDLED_SEEDS
from training.relation.lexicon import LANGUAGES, Lexicon
from training.relation.pair import Pair, roughened, write_pairs

SHARE = (8, 4, 4, 4, 2, 1.3, 1.3, 1.3)
"""How often a language is chosen, beside the others."""
AUXILIARY = {"is", "are", "was", "were", "has", "have", "can", "been", "be"}
SYMMETRIC = {"direct-confrontation-improbable"}
"""Statements that say the same when the sides change places."""
YEARS = (1997, 1999, 2014, 2020, 2021, 2022, 2023, 2024)


class Facts(msgspec.Struct, frozen=True):
    """What fills a pattern; countries, places and months are positions in the lexicon, None leaves the part out."""

    event: int
    a: int
    b: int
    number: int | None = None
    place: int | None = None
    month: int | None = None
    year: int | None = None


class Generator:
    """Makes pairs with one set of dice."""

    def __init__(self, lexicon: Lexicon, seed: int) -> None:
        self.words = lexicon
        self.dice = random.Random(seed)

    def language(self) -> str:
        """One of the languages served."""
        return self.dice.choices(LANGUAGES, SHARE)[0]

    def facts(self) -> Facts:
        """A happening with some of its details."""
        event = self.dice.randrange(len(self.words.events))
        a, b = self.dice.sample(range(len(self.words.countries["en"])), 2)
        numbers, counted = self.words.events[event].numbers, self.words.events[event].counted
        return Facts(
            event,
            a,
            b,
            self.dice.choice(numbers) if counted or (numbers and self.dice.random() < 0.6) else None,
            self.dice.randrange(len(self.words.places["en"])) if self.dice.random() < 0.3 else None,
            self.dice.randrange(len(self.words.months["en"])) if self.dice.random() < 0.35 else None,
            self.dice.choice(YEARS) if self.dice.random() < 0.35 else None,
        )

    def sentence(self, facts: Facts, language: str, *, negated: bool = False, planned: bool = False) -> str:
        """The happening in words."""
        event = self.words.events[facts.event]
        patterns = (event.planned if planned else event.said)[language]
        text = self.dice.choice(patterns)
        for name, country in (("A", facts.a), ("B", facts.b)):
            for case in range(6):
                text = text.replace(f"{name}{case}", self.words.countries[language][country][case])
        text = self._negate(text, language) if negated else text.replace("~", "")
        dated = [] if facts.month is None else [self.words.months[language][facts.month]]
        dated += [] if facts.year is None else [str(facts.year) if dated else _in_year(facts.year, language)]
        parts = {
            "N": "" if facts.number is None else str(facts.number),
            "P": "" if facts.place is None else self.words.places[language][facts.place],
            "D": " ".join(dated),
        }
        for name, part in parts.items():
            text = text.replace(f"[{name}]", part)
        text = re.sub(r"\s+", " ", text).strip()
        return text[0].upper() + text[1:]

    def _negate(self, text: str, language: str) -> str:
        before, mark, after = text.partition("~")
        choices = self.words.negations[language]
        if not mark or not choices:
            return self.wrapped(text.replace("~", ""), self.words.denials[language], language)
        chosen = self.dice.choice(choices)
        if language == "en" and (before.split() or [""])[-1] not in AUXILIARY:
            chosen = "never "
        return f"{before}{chosen}{after}"

    def wrapped(self, sentence: str, wrappers: Sequence[str], language: str, speaker: int | None = None) -> str:
        """The sentence within a longer one, such as "It is not true that …"."""
        wrapper = self.dice.choice(list(wrappers))
        capitals = self.words.capitals[language]
        who = self.dice.randrange(len(capitals)) if speaker is None else speaker
        inner = sentence.rstrip(".!?")
        if not wrapper.startswith("S"):
            inner = inner[0].lower() + inner[1:] if not self._is_name(inner, language) else inner
        text = re.sub(r"\bS\b", lambda _: inner, wrapper, count=1)
        return re.sub(r"\bX\b", lambda _: capitals[who], text, count=1)

    def _is_name(self, text: str, language: str) -> bool:
        return language == "de" or text.split(" ", maxsplit=1)[0].rstrip("'s") in {
            form for country in self.words.countries[language] for form in country
        } | set(self.words.capitals[language])

    def pattern_pair(self) -> Pair:
        """A pair from the patterns, of a kind chosen at random."""
        makers: list[tuple[Callable[[Facts], tuple[str, Facts, dict[str, bool]]], float]] = [
            (self._repeat, 2),
            (self._deny, 1.4),
            (self._reverse, 3.0),
            (self._differ, 3.0),
            (self._relate, 0.8),
            (self._stray, 0.4),
        ]
        statement = self.facts()
        kind, claim, how = self.dice.choices([maker for maker, _ in makers], [weight for _, weight in makers])[0](statement)
        ours, theirs = self.language(), self.language()
        if self.dice.random() < 0.55:
            theirs = ours
        if how.get("planned") and ours not in self.words.events[claim.event].planned:
            ours = "en"
        said = self.sentence(statement, theirs)
        text = self.sentence(claim, ours, **how)
        text, said, kind = self._attribute(text, said, kind, ours, theirs)
        if self.dice.random() < 0.06 and kind == "repeats":  # both say that it is not so
            said, text = (
                self.wrapped(said, self.words.denials[theirs][:4], theirs),
                self.wrapped(text, self.words.denials[ours][:4], ours),
            )
        return Pair(roughened(text, self.dice), said, kind, ours, theirs)

    def _attribute(self, text: str, said: str, kind: str, ours: str, theirs: str) -> tuple[str, str, str]:
        """Say in a third of the pairs whose words the statement is, and perhaps whose the claim is."""
        if self.dice.random() < 0.67:
            asked = kind in ("repeats", "reverses", "differs") and self.dice.random() < 0.2
            return self.wrapped(text, self.words.askings[ours], ours) if asked else text, said, kind
        who, other = self.dice.sample(range(len(self.words.capitals["en"])), 2)
        said = self.wrapped(said, self.words.sayings[theirs], theirs, who)
        throw = self.dice.random()
        if throw < 0.35:
            return self.wrapped(text, self.words.sayings[ours], ours, who), said, kind
        if throw < 0.6 and kind == "repeats":
            return self.wrapped(text, self.words.sayings[ours], ours, other), said, "differs"
        return text, said, kind

    def _repeat(self, facts: Facts) -> tuple[str, Facts, dict[str, bool]]:
        able = ["place", "month", "year"] + ["number"] * (not self.words.events[facts.event].counted)
        dropped = {name: None for name in able if self.dice.random() < 0.25}
        return "repeats", msgspec.structs.replace(facts, **dropped), {}

    def _deny(self, facts: Facts) -> tuple[str, Facts, dict[str, bool]]:
        _, claim, _ = self._repeat(facts)
        return "denies", claim, {"negated": True}

    def _reverse(self, facts: Facts) -> tuple[str, Facts, dict[str, bool]]:
        if self.words.events[facts.event].symmetric:
            return "repeats", msgspec.structs.replace(facts, a=facts.b, b=facts.a), {}
        _, claim, _ = self._repeat(facts)
        return "reverses", msgspec.structs.replace(claim, a=facts.b, b=facts.a), {}

    def _differ(self, facts: Facts) -> tuple[str, Facts, dict[str, bool]]:
        event = self.words.events[facts.event]
        details: dict[str, Sequence[int]] = {
            "number": event.numbers,
            "place": range(len(self.words.places["en"])),
            "month": range(len(self.words.months["en"])),
            "year": YEARS,
        }
        able = [name for name in details if getattr(facts, name) is not None]
        able += ["a", "b"] if self.dice.random() < 0.5 or not able else []
        if event.planned and self.dice.random() < 0.25:
            return "differs", facts, {"planned": True}
        slot = self.dice.choice(able)
        choices = details.get(slot, range(len(self.words.countries["en"])))
        taken = {getattr(facts, slot), facts.a, facts.b} if slot in "ab" else {getattr(facts, slot)}
        return "differs", msgspec.structs.replace(facts, **{slot: self.dice.choice([c for c in choices if c not in taken])}), {}

    def _relate(self, facts: Facts) -> tuple[str, Facts, dict[str, bool]]:
        others = [number for number in range(len(self.words.events)) if number != facts.event]
        event = self.dice.choice(others)
        numbers = self.words.events[event].numbers
        return "related", msgspec.structs.replace(facts, event=event, number=self.dice.choice(numbers) if numbers else None), {}

    def _stray(self, facts: Facts) -> tuple[str, Facts, dict[str, bool]]:
        other = self.facts()
        if {other.a, other.b} & {facts.a, facts.b}:
            return "related|unrelated|differs", other, {}
        return "related|unrelated", other, {}

    def seed_pair(self, statements: Sequence[Statement]) -> Pair:
        """A pair from the wordings of the seed statements."""
        statement = self.dice.choice(statements)
        passages = passages_of(statement)
        target = passages[0] if self.dice.random() < 0.7 else self.dice.choice(passages)
        others = [passage for passage in passages if passage.text != target.text]
        passage = self.dice.choice(others)
        throw = self.dice.random()
        if throw < 0.3:
            text = passage.text
            if self.dice.random() < 0.25:
                text = self.wrapped(text, self.words.askings[passage.language], passage.language)
            return self._against(text, passage.language, target, "repeats")
        if throw < 0.42:
            text = self.wrapped(passage.text, self.words.denials[passage.language], passage.language)
            return self._against(text, passage.language, target, "denies")
        if throw < 0.68:
            turned = None if statement.id in SYMMETRIC else self._mirrored(passage.text, passage.language)
            if turned is not None:
                return self._against(turned, passage.language, target, "reverses")
        if throw < 0.85:
            changed = self._other_number(passage.text)
            if changed is not None:
                return self._against(changed, passage.language, target, "differs")
        other = self.dice.choice([candidate for candidate in statements if candidate.id != statement.id])
        near = set(other.topics) & set(statement.topics)
        stray = self.dice.choice(passages_of(other))
        return self._against(stray.text, stray.language, target, "related|differs|reverses" if near else "related|unrelated")

    def _against(self, text: str, language: str, target: Passage, kind: str) -> Pair:
        return Pair(roughened(text, self.dice), target.text, kind, language, target.language)

    def _mirrored(self, text: str, language: str) -> str | None:
        """The wording with the two sides exchanged, None unless it names both."""
        pairs = [mirror.split("|") for mirror in self.words.mirrors.get(language, [])]
        countries = self.words.countries[language]
        pairs += [[mine, theirs] for mine, theirs in zip(countries[0], countries[1], strict=True)]
        exchange = {name: other for pair in pairs for name, other in (pair, pair[::-1])}
        names = re.compile("|".join(sorted(map(re.escape, exchange), key=len, reverse=True)))
        found = {_side(name, pairs) for name in names.findall(text)}
        return names.sub(lambda match: exchange[match[0]], text) if len(found) == 2 else None

    def _other_number(self, text: str) -> str | None:
        """The wording with one of its numbers changed, None if it has none."""
        numbers = list(re.finditer(r"\b\d+\b", text))
        if not numbers:
            return None
        chosen = self.dice.choice(numbers)
        value = int(chosen[0])
        near = [value + step for step in ((-3, -2, -1, 1, 2) if value > 1900 else (1, 2, 5, 10, 20)) if value + step > 0]
        return text[: chosen.start()] + str(self.dice.choice(near)) + text[chosen.end() :]


def _side(name: str, pairs: Sequence[Sequence[str]]) -> int:
    return next(position for one_and_other in pairs for position, side in enumerate(one_and_other) if side == name)


def _in_year(year: int, language: str) -> str:
    patterns = {"en": "in {}", "ru": "в {} году", "uk": "у {} році", "be": "у {} годзе", "pl": "w {} roku", "de": "im Jahr {}"}
    return (patterns | {"fr": "en {}", "ar": "في عام {}"})[language].format(year)


def refutation_pairs(folder: Path) -> Iterator[Pair]:
    """What officials said against a statement, beside the statement: it denies it."""
    for document in read_seeds(sorted(folder.glob("*.toml")), {}):
        texts = {statement.id: statement for statement in document.statements}
        for refutation in document.refutations:
            for statement_id in refutation.denies:
                for passage in passages_of(refutation):
                    statement = texts[statement_id]
                    yield Pair(passage.text, statement.text, "denies", passage.language, statement.language)


def main() -> None:
    """Read the arguments and write the pairs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--patterns", type=int, default=9000, help="pairs from the sentence patterns")
    parser.add_argument("--seeds", type=int, default=9000, help="pairs from the seed files' wordings")
    parser.add_argument("--seed", type=int, default=1, help="of the dice")
    options = parser.parse_args()
    generator = Generator(Lexicon(), options.seed)
    statements = [record for document in read_seeds(sorted(BUNDLED_SEEDS.glob("*.toml")), {}) for record in document.statements]
    pairs = [generator.pattern_pair() for _ in range(options.patterns)]
    pairs += [generator.seed_pair(statements) for _ in range(options.seeds)]
    pairs += list(refutation_pairs(BUNDLED_SEEDS))
    write_pairs(options.out, pairs)
    print(f"{len(pairs)} pairs")


if __name__ == "__main__":
    main()
