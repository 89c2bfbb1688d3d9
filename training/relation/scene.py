"""Words and grammar of the everyday sentence pairs: who does what to what, and how that is said in English."""

from __future__ import annotations

import random
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("everyday.toml").read_text(encoding="utf-8"))
IRREGULAR = {line.split()[0]: line.split()[1:] for line in WORDS["irregular"]}
COUNTS = {0: "some", 2: "two", 3: "three", 4: "four"}
NO_PASSIVE = ("take a", "throw snow", "hide", "sing to", "wave at", "look at", "walk across")
"""Verbs that sound wrong in the passive begin so."""
TENSES = {"is": ("is", "are"), "was": ("was", "were"), "does": ("does", "do"), "did": ("did", "did")}


class Word(msgspec.Struct, frozen=True):
    """Names that say the same, and wider ones."""

    names: tuple[str, ...]
    wider: tuple[str, ...] = ()


class Doing(msgspec.Struct, frozen=True):
    """A verb, what it is done to, and where: `in`, `out` or `any`."""

    verb: Word
    objects: tuple[Word, ...]
    where: str


class Scene(msgspec.Struct, frozen=True):
    """Who does what to what, where. The words are those the names are taken from; empty parts are not said."""

    subject: Word
    doing: Doing
    object: Word | None
    who: str
    verb: str
    what: str
    many: int = 1
    adjective: str = ""
    wear: str = ""
    tone: str = ""
    place: str = ""
    tense: str = "is"


def word(text: str) -> Word:
    """Read `a=b>c>d`."""
    names, *wider = text.strip().split(">")
    return Word(tuple(names.split("=")), tuple(wider))


def doing(line: str) -> Doing:
    """Read `verb | objects | where`."""
    verb, objects, where = (part.strip() for part in line.split("|"))
    return Doing(word(verb), tuple(word(part) for part in objects.split(",") if part.strip()), where)


SUBJECTS = {kind: [word(line) for line in WORDS[kind]] for kind in ("persons", "beasts")}
DOINGS = {kind: [doing(line) for line in WORDS[f"{kind[:-1]}_doings"]] for kind in SUBJECTS}
ACTS = {kind: [word(line) for line in WORDS["acts"][kind]] for kind in ("both", "persons", "work")}


class Maker:
    """Makes sentences with a set of dice that it may share with others."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def chance(self, share: float) -> bool:
        """Whether something happens that happens this often."""
        return self.dice.random() < share


def inflected(verb: str, form: str) -> str:
    """A verb's third person, gerund, past or participle, or the verb itself; what follows its first word stays."""
    head, _, rest = verb.partition(" ")
    stem = head[:-1] if head.endswith("e") and not head.endswith("ee") else head
    soft = head.endswith("y") and head[-2] not in "aeiou"
    past = f"{head[:-1]}ied" if soft else f"{stem}ed"
    gerund, past, participle = IRREGULAR.get(head, (f"{stem}ing", past, past))
    third = f"{head[:-1]}ies" if soft else head + ("es" if head.endswith(("s", "sh", "ch", "x", "o")) else "s")
    return f"{({'third': third, 'gerund': gerund, 'past': past, 'participle': participle}).get(form, head)} {rest}".strip()


def with_article(noun: str) -> str:
    """The noun with a or an."""
    return f"{'an' if re.match(r'[aeio]|u(?!ni)', noun) else 'a'} {noun}"


def several(noun: str) -> str:
    """The plural of an occupation."""
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


def capital(text: str) -> str:
    """The text with a capital, without doubled spaces."""
    text = re.sub(r"\s+", " ", text).strip(" .")
    return text[0].upper() + text[1:]


def predicate(verb: str, tense: str, *, plural: bool = False, negated: bool = False, passive: bool = False) -> str:
    """The verb with its auxiliaries."""
    helper = TENSES[tense][plural]
    no = "not " if negated else ""
    if passive:
        be = TENSES[{"does": "is", "did": "was"}.get(tense, tense)][plural]
        return f"{be} {no}{'being ' if tense in ('is', 'was') else ''}{inflected(verb, 'participle')}"
    if tense in ("is", "was"):
        return f"{helper} {no}{inflected(verb, 'gerund')}"
    if negated:
        return f"{helper} not {verb}"
    return inflected(verb, "past" if tense == "did" else "base" if plural else "third")
