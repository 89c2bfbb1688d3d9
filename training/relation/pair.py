"""Pairs for training: a claim, a known statement, and which relations between them are right."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import msgspec


class Pair(msgspec.Struct, frozen=True):
    """A claim beside a statement.

    Attributes:
        relation: the right kind of relation; several, divided by `|`, where the source of the pair does not tell them apart.
    """

    claim: str
    statement: str
    relation: str
    claim_lang: str = "en"
    statement_lang: str = "en"


def read_pairs(path: Path) -> list[Pair]:
    """Pairs of a JSON lines file."""
    return [msgspec.json.decode(line, type=Pair) for line in path.read_bytes().splitlines() if line]


def write_pairs(path: Path, pairs: Iterable[Pair]) -> None:
    """Write pairs as JSON lines."""
    path.write_bytes(b"".join(msgspec.json.encode(pair) + b"\n" for pair in pairs))


def roughened(text: str, dice: random.Random) -> str:
    """The text as people type it: now and then in capitals, without capitals, with typing errors or a hashtag."""
    throw = dice.random()
    if throw < 0.03:
        return text.upper()
    if throw < 0.12:
        return text.lower().rstrip(".")
    if throw < 0.24:
        return mistyped(text, dice, dice.choice((1, 1, 2, 3)))
    if throw < 0.27:
        words = text.split(" ")
        place = dice.randrange(len(words))
        words[place] = f"#{words[place]}" if words[place][:1].isalpha() else words[place]
        return " ".join(words)
    return text


def mistyped(text: str, dice: random.Random, errors: int) -> str:
    """The text with letters exchanged, left out or doubled; figures stay."""
    for _ in range(errors):
        place = dice.randrange(len(text) - 1)
        two = text[place : place + 2]
        if two.isalpha():
            text = text[:place] + dice.choice((two[::-1], two[0], two[0] + two)) + text[place + 2 :]
    return text
