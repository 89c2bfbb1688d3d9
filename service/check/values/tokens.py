"""A text cut into words, numbers and symbols, each with its place in the text; letters and digits are levelled."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

TOKEN = re.compile(
    r"(?P<number>[0-9]{1,3}(?:[ \u00a0\u202f\u2009][0-9]{3})+(?![0-9])(?:[.,][0-9]+)?"
    r"|[0-9]{1,3}(?:['’][0-9]{3})+(?![0-9])|[0-9]+(?:[.,][0-9]+)*)"
    r"|(?P<word>(?:[ldnmcsjtLDNMCSJT]|[Qq]u|[Jj]usqu)['’](?=[^\W\d_])"
    r"|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0670]|['’ʼ](?=[^\W\d_]))*)"
    r"|(?P<symbol>\S)"
)
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w.-]{1,99}")
CODE = re.compile(
    r"\+[0-9][0-9 ()\u00a0-]{7,22}[0-9]"
    r"|\b(?:[Tt]el|[Pp]hone|[Тт][еэ]л|هاتف)\b[.:]{0,2} ?\(?[0-9][0-9 ()\u00a0-]{4,22}[0-9]"
    r"|(?<![0-9])0[0-9](?:[ .][0-9]{2}){4}(?![0-9])"
    r"|(?<![\w.,])[2-6]G(?!\w)"
    r"|(?<![0-9-])(?:[0-9]{2,3}-[0-9]{2}-[0-9]{2}|[0-9]{1,4}(?:-[0-9]{3,4}){2,3})(?![0-9-])"
    r"|(?<![0-9])[0-9]{1,20}(?:-[0-9]{1,20}){3,}"
)
DIGITS = {**{base + digit: str(digit) for base in (0x660, 0x6F0) for digit in range(10)}, 0x66B: ".", 0x66C: "'", 0x66A: "%"}
LEVELLED = str.maketrans({**dict.fromkeys("أإآٱ", "ا"), "ى": "ي", "ة": "ه", "ـ": None, "’": "'", "ʼ": "'", "\u0301": None})
MARKS = re.compile("[\u064b-\u065f\u0670\u0301]")
ROMAN = re.compile(r"(X{0,3}(?:IX|IV|V?I{0,3}))(?:er?|ère|è?me)?")


class Token(NamedTuple):
    """A word, number or symbol: `key` as the lexicon writes it, `text` as it stands, `glued` to the one before without a space."""

    key: str
    text: str
    start: int
    end: int
    is_number: bool
    is_word: bool
    glued: bool


def tokens(text: str) -> list[Token]:
    """The tokens of a text; links, addresses, telephone numbers and codes are left out."""
    plain = CODE.sub(_blank, ADDRESS.sub(_blank, text.translate(DIGITS)))
    found: list[Token] = []
    end = -1
    for match in TOKEN.finditer(plain):
        kind = match.lastgroup
        found.append(
            Token(level(match[0]), match[0], match.start(), match.end(), kind == "number", kind == "word", match.start() == end)
        )
        end = match.end()
    return found


def level(word: str) -> str:
    """A word as the lexicon compares it: composed, in lower case, without stress and vowel marks."""
    lower = word.lower()
    if lower.isascii():
        return lower
    return MARKS.sub("", unicodedata.normalize("NFC", lower).translate(LEVELLED)) or lower


def roman(text: str) -> int:
    """The value of a Roman numeral below 40 in capitals, with a French ending or without; 0 for anything else."""
    written = ROMAN.fullmatch(text)
    if not written or not written[1]:
        return 0
    worth = [{"I": 1, "V": 5, "X": 10}[letter] for letter in written[1]]
    return sum(-one if one < after else one for one, after in zip(worth, [*worth[1:], 0], strict=True))


def _blank(match: re.Match[str]) -> str:
    return "¦" + " " * (len(match[0]) - 1)
