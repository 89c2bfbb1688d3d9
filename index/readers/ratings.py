"""What a fact-checker's rating means: words of many publishers and languages, and figures on a scale.

Only certain readings count. An unknown word, a sentence that hedges, or a figure outside its scale is `UNCLEAR`: it is worse to
call a review a refutation wrongly than to miss one. The labels are in `ratings.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

from index.kinds import Rated
from index.records import Rating

LABELS = Path(__file__).with_name("ratings.toml")

ORNAMENTS = re.compile('["“”„«»‹›「」『』【】《》*#_`\u200b-\u200f\u2060\ufe0f☀-➿🌀-🫿]')
MARKS = {7, *range(10, 36), *range(202, 241)}
"""Combining classes of accents, points and nuktas, which writers leave out; a vowel sign has none of these."""

END = "[.,:;!(\\[\n–—。،、]"
LABEL = re.compile(rf"([^.,:;!?؟()\[\]\n–—|/。،、]+)(?:{END}|$)")
"""The label that a sentence begins with. What is asked ("False?") or left open ("True/False") is none."""
CLAUSE = re.compile(r"[^.,:;!?؟()\[\]\n–—。،、]+")
THING = (
    "claim|statement|post|photo|picture|image|video|story|news|quote|rumou?r|headline|report|article|message|meme|information|text"
)
ABOUT_IT = rf"(?:(?:this|the|that|these|those|all) )?(?:{THING})s? (?:is|are|was|were)"
THIS_IS = re.compile(rf"(?:(?:this|that|it|these)(?: is|'s| are| was| were)|{ABOUT_IT}) ")
LISTED = re.compile(r"\s*[,;،、]\s*")
EITHER = re.compile(r"\s*[/|&+]\s*")

IN_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|_|(?<=[a-zA-Z])-(?=[a-zA-Z])")
"""Where the words of a code part: `MostlyFalse`, `HALF_TRUE`, `pants-on-fire`."""
SIGNS = {Rated.FALSE: "❌✖✗✘🔴⛔🚫🟥", Rated.TRUE: "✅✔☑🟢🟩"}
"""Signs that stand for a verdict. Those between the two mean other things to everybody."""
CONTRADICTS = {
    Rated.FALSE: {Rated.TRUE, Rated.MOSTLY_TRUE},
    Rated.TRUE: {Rated.FALSE, Rated.MOSTLY_FALSE, Rated.MISLEADING},
}
SHARE = re.compile(
    r"([0-9]{1,3}(?:[.,][0-9])?) ?(?:/|out of|of|von|из|з|sur|su|de|na|z) ?([0-9]{1,3})(?: (?:points?|stars?|баллов|балів))?"
)
"""A figure with its scale: `4/5`, `2 out of 10`."""

STARS = re.compile("([★⭐●]{1,10})\ufe0f?([☆○]{0,10})")
"""Filled and empty stars."""
MOST_STARS = 5
"""How many stars are all of them, where no empty one tells."""

SHORT = 4
"""Words of a clause that can still take back the label before it; a longer one explains it."""

AGREES = {
    Rated.FALSE: {Rated.FALSE, Rated.MISLEADING},
    Rated.MOSTLY_FALSE: {Rated.MOSTLY_FALSE, Rated.FALSE, Rated.MISLEADING},
    Rated.MISLEADING: {Rated.MISLEADING, Rated.FALSE, Rated.MOSTLY_FALSE, Rated.MIXED},
    Rated.MIXED: {Rated.MIXED, Rated.MISLEADING},
    Rated.MOSTLY_TRUE: {Rated.MOSTLY_TRUE, Rated.TRUE},
    Rated.TRUE: {Rated.TRUE},
    Rated.UNCLEAR: {Rated.UNCLEAR},
}
"""What may follow a label in a short clause without making it unclear."""

MILDEST_LAST = [Rated.FALSE, Rated.MOSTLY_FALSE, Rated.MISLEADING, Rated.MIXED, Rated.MOSTLY_TRUE, Rated.TRUE]

NOT_GIVEN = -1
"""What feeds put for a figure that is not there."""

SCHEMA_ORG_WORST, SCHEMA_ORG_BEST = 1.0, 5.0
"""The scale where none is given, by schema.org's definition of Rating."""


class Lexicon(NamedTuple):
    """The labels of `ratings.toml`, as `plain` writes them.

    Attributes:
        meanings: label -> what it means.
        openings: a verdict's heading, its colon included.
        sentences: words that a sentence begins with before its label.
        stronger: words that make a label stronger and no other.
        but: words after which the opposite may follow.
        hedges: words that weaken a label.
        unfinished: what stands in place of a verdict while there is none.
    """

    meanings: dict[str, Rated]
    openings: re.Pattern[str]
    sentences: re.Pattern[str]
    stronger: re.Pattern[str]
    but: re.Pattern[str]
    hedges: re.Pattern[str]
    unfinished: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """Read the labels, once."""
    tables = tomllib.loads(LABELS.read_text(encoding="utf-8"))
    around = tables.pop("around")
    meanings = {
        plain(label): Rated(meaning) for meaning, languages in tables.items() for labels in languages.values() for label in labels
    }
    return Lexicon(
        meanings,
        re.compile(f"(?:{_any_of(around['openings'])})(?: by [^:]+)?\\s*[:–—]\\s*"),
        re.compile(f"(?:{_any_of(around['sentences'])})\\s+"),
        re.compile(f"(?:{_any_of(around['stronger'])})\\s*"),
        re.compile(f"(?<!\\w)(?:{_any_of(around['but'])})(?!\\w)"),
        re.compile(f"(?<!\\w)(?:{_any_of(around['hedges'])})(?!\\w)"),
        frozenset(map(plain, around["unfinished"])),
    )


def _any_of(words: list[str]) -> str:
    return "|".join(sorted({re.escape(plain(word)) for word in words}, key=len, reverse=True))


def plain(label: str) -> str:
    """A label without case, accents, ornaments and the signs around it."""
    decomposed = unicodedata.normalize("NFKD", label.casefold())
    kept = (character for character in decomposed if unicodedata.combining(character) not in MARKS)
    bare = "".join(kept).replace("ı", "i")
    said = ORNAMENTS.sub(" ", unicodedata.normalize("NFC", bare).replace("’", "'").replace(" - ", " – "))
    return " ".join(said.split()).strip(" .!'。–—-")


def meaning(rating: Rating) -> Rated:
    """What a rating means. Its words decide; where they are unknown or missing, its figure does."""
    return _said(rating.original or "") or _of_figure(rating) or Rated.UNCLEAR


def is_known(words: str) -> bool:
    """Whether a rating's words are among the labels."""
    return _said(words) is not None


def is_unfinished(words: str) -> bool:
    """Whether words say that there is no verdict yet."""
    return plain(words) in lexicon().unfinished


def _said(words: str) -> Rated | None:
    """What words and signs say; unclear where these contradict each other."""
    said = _of_words(words) or _of_words(HUMPS.sub(" ", words)) or _of_share(plain(words)) or _of_stars(words)
    shown = {rated for rated, signs in SIGNS.items() if not set(signs).isdisjoint(words)}
    if not plain(words) and not said:
        return shown.pop() if len(shown) == 1 else None
    contradicted = any(said in CONTRADICTS[rated] for rated in shown)
    return Rated.UNCLEAR if contradicted else said


def _of_share(said: str) -> Rated | None:
    """What a figure on a scale that is told with it means; of the scales that begin at 0 and at 1, the one that refutes least."""
    found = SHARE.fullmatch(said)
    if not found:
        return None
    value, best = float(found[1].replace(",", ".")), float(found[2])
    read = {_of_figure(Rating(Rated.UNCLEAR, None, value, worst, best)) for worst in (0.0, 1.0)} - {None}
    return max(read, key=MILDEST_LAST.index, default=None)  # type: ignore[arg-type]


def _of_stars(words: str) -> Rated | None:
    """What stars mean, as a figure on their scale."""
    found = STARS.fullmatch("".join(words.split()))
    if not found or not (found[2] or len(found[1]) == MOST_STARS):
        return None
    return _of_share(f"{len(found[1])}/{len(found[1]) + len(found[2])}")


def _of_words(words: str) -> Rated | None:
    known, said = lexicon(), plain(words)
    if whole := IN_BRACKETS.fullmatch(said):
        said = (whole[1] or whole[2] or "").strip()
    if said in known.meanings:
        return known.meanings[said]
    said = known.openings.sub("", said, count=1) if known.openings.match(said) else said
    return _of_label(said) or _of_list(said) or _of_sentence(said) or _of_alternatives(said)


def _of_label(label: str) -> Rated | None:
    """A label alone, with or without words that open a sentence or make it stronger."""
    known, label = lexicon(), label.strip(" '")
    for opening in (None, THIS_IS, known.sentences, known.stronger):
        found = opening.match(label) if opening else None
        label = label[found.end() :].strip(" –—-") if found else label
        if label in known.meanings:
            return known.meanings[label]
    return None


def _of_list(said: str) -> Rated | None:
    """Several labels, as many may be chosen: the first one, unless another one contradicts it."""
    found = [_of_label(part) for part in LISTED.split(said)]
    first = found[0]
    if len(found) < 2 or first is None or None in found:
        return None
    return first if set(found) <= AGREES[first] else Rated.UNCLEAR


def _of_sentence(said: str) -> Rated | None:
    """The label that a sentence begins with; unclear if what follows takes it back."""
    known = lexicon()
    first = LABEL.match(said)
    but = known.but.search(said)
    if but and _of_label(said[: but.start()].rstrip(" ,;:–—-.(")):
        return Rated.UNCLEAR
    rated = _of_label(first[1]) if first else None
    if rated is None or first is None:
        return None
    clause = CLAUSE.search(said, first.end())
    return Rated.UNCLEAR if clause and _takes_back(rated, clause[0].strip(" '")) else rated


def _takes_back(rated: Rated, clause: str) -> bool:
    if len(clause.split()) > SHORT:
        return False
    other = _of_label(clause)
    return other not in AGREES[rated] if other else bool(lexicon().hedges.search(clause))


def _of_alternatives(said: str) -> Rated | None:
    """Two labels side by side: what they mean if that is the same, else unclear."""
    found = {_of_label(part) for part in EITHER.split(said)}
    if None in found:
        return None
    return found.pop() if len(found) == 1 else Rated.UNCLEAR


def _of_figure(rating: Rating) -> Rated | None:
    value, worst, best = rating.value, rating.worst, rating.best
    if value is None or NOT_GIVEN in (worst, best):
        return None
    worst = SCHEMA_ORG_WORST if worst is None else worst
    best = SCHEMA_ORG_BEST if best is None else best
    if not worst < best or not worst <= value <= best:
        return None
    share = (value - worst) / (best - worst)
    steps = ((1 / 8, Rated.FALSE), (3 / 8, Rated.MOSTLY_FALSE), (5 / 8, Rated.MIXED), (7 / 8, Rated.MOSTLY_TRUE), (1, Rated.TRUE))
    return next(rated for upper, rated in steps if share < upper or upper == 1)
