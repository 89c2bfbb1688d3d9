"""The words of the pairs that are made from sentence patterns: countries, months, happenings, in all languages served."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

LANGUAGES = ("en", "ru", "uk", "be", "pl", "de", "fr", "ar")

Words = dict[str, list[str]]


class Event(msgspec.Struct, frozen=True):
    """A happening between two countries: its patterns by language, and those in which it is only planned.

    Attributes:
        numbers: those that fit.
        symmetric: the two countries can change places without changing what is said.
        counted: no sentence without its number.
    """

    said: Words
    planned: Words
    numbers: list[int]
    symmetric: bool
    counted: bool


class Lexicon:
    """`lexicon.toml`, read.

    Attributes:
        countries: language -> each country's name, in six cases.
        calendar: language -> each month's name, in all its forms.
    """

    def __init__(self) -> None:
        content = tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))
        self.countries: dict[str, list[list[str]]] = {
            language: [forms.split("|") * (1 if "|" in forms else 6) for forms in countries]
            for language, countries in content["countries"].items()
        }
        self.capitals: Words = content["capitals"]
        self.mirrors: Words = content["mirrors"]
        self.places: Words = content["places"]
        self.months: Words = content["months"]
        self.calendar: dict[str, list[list[str]]] = {
            language: [forms.split("|") for forms in months] for language, months in content["calendar"].items()
        }
        self.denials: Words = content["denials"]
        self.askings: Words = content["askings"]
        self.sayings: Words = content["sayings"]
        self.negations: Words = content["negations"]
        self.events = [_event(table) for table in content["event"]]


def _event(table: dict[str, object]) -> Event:
    return msgspec.convert(
        {
            "said": {language: table[language] for language in LANGUAGES},
            "planned": {language: table[f"{language}_plan"] for language in LANGUAGES if f"{language}_plan" in table},
            "numbers": table.get("number", []),
            "symmetric": table.get("symmetric", False),
            "counted": table.get("counted", False),
        },
        Event,
    )
