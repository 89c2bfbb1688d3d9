"""The page of what was measured: its pictures and tables, from the recorded figures."""

from __future__ import annotations

import json
from pathlib import Path
from statistics import fmean
from typing import Any

from scripts.guide.plots import Bar, Spread, bars, dots, matrix, percent

TESTS = Path(__file__).resolve().parent.parent.parent / "tests"
TOGETHER = "all, beside 20,000 others"
ARTICLE = {
    "first_english": "right statement first, English claims",
    "first_other": "right statement first, claims in other languages",
    "unrelated_empty": "unrelated claims that come back empty",
    "covered_answered": "covered claims that are answered",
}
RELATION = {
    "judged_english": "relation right where the statement was found, English claims",
    "judged_other": "relation right where the statement was found, claims in other languages",
    "wrong_refutation": "claims to which a refutation is wrongly said to apply",
}
BASES = {
    "first, English": "right statement first, English claims",
    "first, other": "right statement first, other languages",
    "unrelated empty": "unrelated claims that come back empty",
    "answered": "covered claims that are answered",
    "relation, English": "relation right where found, English",
    "relation, other": "relation right where found, other languages",
    "applied": "refutation applied where it should be",
}
SETS = {
    "checkthat2020 dev": "CheckThat! 2020, tweets (English)",
    "checkthat-debates dev": "CheckThat! 2021, debates (English)",
    "propaganda-diary en-en": "Propaganda Diary, English",
    "propaganda-diary ru-ru": "Propaganda Diary, Russian",
    "propaganda-diary uk-en": "Propaganda Diary, Ukrainian to English",
    "propaganda-diary de-de": "Propaganda Diary, German",
    "stopfake-uk": "StopFake, Ukrainian",
    "euvsdisinfo": "EUvsDisinfo",
    "translations be-en": "NTREX, Belarusian to English",
}


def read(name: str) -> dict[str, Any]:
    """A file of recorded figures."""
    found: dict[str, Any] = json.loads((TESTS / name).read_text("utf-8"))
    return found


def pictures() -> dict[str, str]:
    """Name of the file -> picture."""
    return {
        "article.svg": bars(
            "Figures on the bundled article", [Bar(_short(name), value, percent(value)) for name, value in _article()]
        ),
        "bases.svg": _bases(),
        "relations.svg": matrix("Which relation was found for which", read("quality/relation-scores.json")["confusion"], _KINDS),
        "sets.svg": bars("MAP@5 on public sets", [Bar(name, value, f"{value:.3f}") for name, value in _sets()]),
        "speed.svg": _speed(),
    }


_KINDS = ("repeats", "denies", "reverses", "differs", "related", "not found")


def _short(label: str) -> str:
    return label.replace(" where the statement was found", "").replace(", claims in other languages", ", other languages")


def _article() -> list[tuple[str, float]]:
    answers, relations = read("quality/scores.json")["scores"], read("quality/relation-scores.json")["scores"]
    return [(told, answers[name]) for name, told in ARTICLE.items()] + [(told, relations[name]) for name, told in RELATION.items()]


def _sets() -> list[tuple[str, float]]:
    scores = read("quality/retrieval.json")["scores"]
    return [(told, scores[name]["map@5"]) for name, told in SETS.items()]


def _bases() -> str:
    scores = read("quality/bases-scores.json")
    alone = [figures for name, figures in scores.items() if name != TOGETHER]
    rows = [Spread(told, [one[name] for one in alone], scores[TOGETHER][name]) for name, told in BASES.items()]
    return dots("Figures on seven desks' bases", rows, 0.3)


def _speed() -> str:
    figures = read("bench/speed.json")["figures"]
    longest = figures["p95"]["milliseconds"]
    rows = []
    for name, told in (("p50", "one claim, median"), ("p95", "one claim, 95th percentile")):
        service, ratio = figures[name]["milliseconds"], figures[name]["ratio"]
        rows.append(Bar(told, service / longest, f"{service:.1f} ms"))
        rows.append(Bar("of which the bare work", service / ratio / longest, f"{service / ratio:.1f} ms", other=True))
    return bars("Time that one claim takes", rows)


def tables() -> dict[str, str]:
    """Name of the place in the page -> table."""
    figures = read("bench/speed.json")["figures"]
    article = "\n".join(["| figure | measured |", "|---|---|", *(f"| {told} | {percent(value)} |" for told, value in _article())])
    speed = ["| figure | measured | beside bare |", "|---|---|---|"]
    speed += [f"| {told} | {one['told']} | {one['ratio']:.1f} times |" for told, one in _timed(figures)]
    speed += [
        f"| {told} | {figures[name]['told']} | |"
        for name, told in (("ready", "ready after the start"), ("memory", "resident memory"))
    ]
    return {"article": article, "bases": _bases_table(), "speed": "\n".join(speed)}


def _bases_table() -> str:
    scores = read("quality/bases-scores.json")
    together = scores.pop(TOGETHER)
    rows = [["figure", "mean", *scores, "all seven beside 20,000 others"]]
    rows.append(["---"] * len(rows[0]))
    for name, told in {**BASES, "wrongly applied": "refutation wrongly applied, of all claims"}.items():
        alone = [base[name] for base in scores.values()]
        rows.append([told, *map(percent, [fmean(alone), *alone, together[name]])])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _timed(figures: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    named = {"p50": "one claim, median", "p95": "one claim, 95th percentile", "batch": "batch of 1,000 claims"}
    return [(told, figures[name]) for name, told in named.items()]


def filled(page: str) -> str:
    """The page with its tables made anew."""
    for name, table in tables().items():
        before, start, rest = page.partition(f"<!-- table: {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        page = f"{before}{start}\n{table}\n\n{end}{after}"
    return page
