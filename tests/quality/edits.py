"""Edits that claims undergo on their way through the net, after Neumann et al., When Claims Evolve (2025), made by simple rules."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from service.evaluation.selftest import DENIED

NAMES = ("Jordan", "Mitchell", "Alvarez", "Toronto", "Okafor", "Lisbon", "Hansen", "Monroe")
DIALECT = (
    (r"\b(is|are|am) not\b|\b(is|are)n't\b", "ain't"),
    (r"\bgoing to\b", "gonna"),
    (r"\bwant to\b", "wanna"),
    (r"\b(the|an|a) (?=\w)", ""),
    (r"ing\b", "in'"),
    (r"\b(is|are) (?=\w+in')", ""),
    (r"\bth(?=[aeiou])", "d"),
    (r"\bmy\b", "mi"),
    (r"\bisn't it\b", "innit"),
)


def mistyped(text: str, dice: random.Random) -> str:
    """Two neighbouring letters exchanged in about one of five words."""

    def typo(match: re.Match[str]) -> str:
        word = match[0]
        if dice.random() > 0.2:
            return word
        place = dice.randrange(1, len(word) - 2)
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]

    return re.sub(r"[A-Za-z]{4,}", typo, text)


def shouted(text: str, dice: random.Random) -> str:
    """In capitals."""
    return text.upper()


def negated(text: str, dice: random.Random) -> str:
    """Said not to be true."""
    return DENIED["en"].format(text)


def renamed(text: str, dice: random.Random) -> str:
    """One name of several words, or of one within a sentence, replaced by another."""
    found = list(re.finditer(r"(?<=[a-z,] )[A-Z][a-z]+(?: [A-Z][a-z]+)*", text))
    if not found:
        return text
    chosen = dice.choice(found)
    return f"{text[: chosen.start()]}{dice.choice(NAMES)}{text[chosen.end() :]}"


def in_dialect(text: str, dice: random.Random) -> str:
    """Spelled and shortened as people talk."""
    for pattern, said in DIALECT:
        text = re.sub(pattern, said, text, flags=re.IGNORECASE)
    return text


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "typos": mistyped,
    "upper case": shouted,
    "negation": negated,
    "changed names": renamed,
    "dialect": in_dialect,
}
EDITED = "checkthat2020 dev"
"""The set whose queries are edited."""
