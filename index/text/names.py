"""Names as people look for them: by words or how these begin, without case and accents, in all scripts.

A name is kept as `name_words` writes it, a space before each word, so that a database finds what `sought_words` gives with a plain
`LIKE`: a word, or its beginning, and never a part from within ("sco" is no beginning of "Moscow").
"""

from __future__ import annotations

import re
import unicodedata

from index.text.marks import MARKS, TATWEEL

APOSTROPHES = str.maketrans(dict.fromkeys("’‘‛`´ʼʻʹʾʿ′＇", "'"))
"""Before Unicode takes them apart: `´` would become a space and a stress."""
SAME = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ґ": "г"}
    | {"ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ٱ": "ا"}
)
"""Letters that are typed for each other, of which Unicode does not say so."""
INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.)+[^\W\d_](?!\w)")
"""Letters with full stops between them are one word: U.S."""
RUN_ON = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
)
"""Scripts without spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese. There each character may begin a word."""
ARTICLE = "ال"
"""The Arabic article, which is written as a part of the word."""
SHORTEST_WITH_ARTICLE = 5
"""Letters of an Arabic word from which on the first two may be its article."""
_RUN_ON = re.compile(f"[{RUN_ON}]")


def name_words(*names: str | None) -> str:
    """The words of a name's parts as they are kept: a space before each, and before each other way to write one."""
    return "".join(f" {_set_apart(form)}" for name in names if name for word in _split(name) for form in _forms(word)).replace(
        "  ", " "
    )


def sought_words(typed: str) -> list[str]:
    """What has to be in `name_words` of a name that fits, once each; nothing if no word was typed."""
    words = (word.replace("'", "") for word in _split(typed))
    return list(dict.fromkeys(f" {_set_apart(word)}".replace("  ", " ") for word in words))


def _split(text: str) -> list[str]:
    """The words of a text, their apostrophes still in them."""
    letters = INITIALS.sub(lambda found: found[0].replace(".", ""), _plain(text))
    spaced = "".join(character if character == "'" or _in_words(character) else " " for character in letters)
    return [word for one in spaced.split() if (word := one.strip("'"))]


def _plain(text: str) -> str:
    """A text without case, accents, points and what nobody sees."""
    apart = unicodedata.normalize("NFKD", text.translate(APOSTROPHES).casefold()).casefold()
    seen = (character for character in apart if character != TATWEEL and unicodedata.category(character) != "Cf")
    return MARKS.sub("", "".join(seen)).translate(SAME)


def _in_words(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _forms(word: str) -> list[str]:
    """A word, and the parts of it that people take for one: what follows an elided `l'` or an Arabic article."""
    whole = word.replace("'", "")
    parts = [part for part in word.split("'")[1:] if "a" <= part[:1] <= "z"]
    if word.startswith(ARTICLE) and len(word) >= SHORTEST_WITH_ARTICLE:
        parts.append(word.removeprefix(ARTICLE))
    return list(dict.fromkeys([whole, *parts]))


def _set_apart(word: str) -> str:
    """A word in which each character of a script without spaces stands apart."""
    return _RUN_ON.sub(r" \g<0>", word)


def fits_site(site: str, wanted: str) -> bool:
    """Whether a host name is the one that is wanted.

    What is wanted may have no dot: then a part of the name begins so; one before the last, as "com" is part of too many.
    """
    if "." in wanted:
        return site == wanted
    return any(part.startswith(wanted) for part in site.split(".")[:-1] or [site])
