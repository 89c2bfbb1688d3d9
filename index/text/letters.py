"""Letters and digits of one kind: what looks or counts the same is written the same, and what nobody sees is left out."""

from __future__ import annotations

import functools
import re
import unicodedata

from confusable_homoglyphs import confusables

from index.text.marks import MARKS, TATWEEL

QUOTATION_MARKS = dict.fromkeys('“”„‟«»‹›"`´‘’‚‛＂ʼ', "'")
DASHES = dict.fromkeys("‐‑‒–—―−", "-")
PICTURES = ("So", "Sk", "Cs", "Co", "Cn", "Cc", "Zs", "Zl", "Zp")
"""Categories that are read as a space: emoji, controls, spaces of all widths."""
MEANT = {"°": "°", "№": "№", "℃": "°C", "℉": "°F", "❗": "!", "❕": "!", "❓": "?", "❔": "?"}
"""Pictures that belong to a figure, or are marks: they are kept, as two letters where they stand for two."""
STYLED = ("<font>", "<wide>", "<narrow>", "<circle>", "<square>", "<initial>", "<medial>", "<final>", "<isolated>")
"""What Unicode calls letters that are other letters in another shape: bold, full-width, circled, Arabic presentation forms."""
WORD = re.compile(r"[^\W\d_]{2,}")
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")
"""Scripts whose letters are mistaken, or used, for each other."""
COMMON = frozenset("abcdefghijklmnopqrstuvwxyzабвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўјαβγδεζηθικλμνξοπρστυφχψως")
"""Letters that are put in place of look-alikes; Unicode's table also names small capitals and letters of dead languages."""
MORE_TWINS = {"ï": ("CYRILLIC", "ї"), "ї": ("LATIN", "ï"), "ë": ("CYRILLIC", "ё"), "ё": ("LATIN", "ë")}


@functools.lru_cache(maxsize=20_000)
@functools.lru_cache(maxsize=2_000)
def plain(character: str) -> str:
    """What a character is read as: itself, another one, a space, or nothing."""
    if " " <= character <= "~":
        return "'" if character in '"`' else character
    replaced = QUOTATION_MARKS.get(character) or DASHES.get(character) or MEANT.get(character)
    if replaced:
        return replaced
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if unicodedata.decomposition(character).partition(" ")[0] in STYLED:
        return unicodedata.normalize("NFKC", character)
    if category == "Cf" or character == TATWEEL or MARKS.match(character):
        return ""
    return " " if category in PICTURES else character


def composed(text: str) -> list[str]:
    """A text's characters; a letter and a mark that make one letter stand in the place of the first, the next is empty."""
    made = list(text)
    base = 0
    for place, character in enumerate(text):
        if place and unicodedata.combining(character):
            together = unicodedata.normalize("NFC", made[base] + character)
            if len(together) == 1:
                made[base], made[place] = together, ""
        else:
            base = place
    return made


@functools.lru_cache(maxsize=2_000)
def _twins(letter: str) -> dict[str, str]:
    """Script -> the letter of that script that looks like this one."""
    found = confusables.is_confusable(letter, greedy=True, preferred_aliases=[])
    twins = dict([MORE_TWINS[letter]]) if letter in MORE_TWINS else {}
    for homoglyph in found[0]["homoglyphs"] if found else []:
        other = homoglyph["c"]
        if other.casefold() in COMMON and other.islower() == letter.islower():
            twins.setdefault(script(other), other)
    return twins


@functools.lru_cache(maxsize=5_000)
def script(letter: str) -> str:
    """The script of a letter, by its Unicode name."""
    return unicodedata.name(letter, "").partition(" ")[0]


def unified(word: str) -> str:
    """A word with letters of two look-alike scripts, in the one that can write all of it; else the word as it is."""
    scripts = {script(letter) for letter in word} & set(SCRIPTS)
    if len(scripts) < 2:
        return word
    writing = [name for name in sorted(scripts) if all(script(letter) == name or name in _twins(letter) for letter in word)]
    if not writing:
        return word
    best = max(writing, key=lambda name: sum(script(letter) == name for letter in word))
    return "".join(letter if script(letter) == best else _twins(letter)[best] for letter in word)
