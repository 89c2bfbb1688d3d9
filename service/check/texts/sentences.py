"""Sentences: where a block's sentences begin and end, and which language they are in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from index.text.language import detect_language
from index.text.letters import script
from service.check.texts.blocks import Block, Offsets, in_a_row, without_controls
from service.check.texts.endings import ends, thai_ends
from service.check.texts.lines import ENDED, unspaced
from service.check.texts.worth import Worth, worth

LONGEST = 1_000
"""Characters; a longer sentence is cut at a space: encoders read about this much, and nobody says one claim at such a length."""

FEWEST_CHARACTERS, EXCUSED = 24, 20
"""A text may have a sentence for every so many characters, and so many more; in one with more, neighbours are read together."""
THAI = ("th", "lo")
RUN_ON, ENDED_RUN_ON = 45, 90
"""Words; a text of more of them, or of twice as many if a mark ends it, that has less than one comma or the like for 45 is speech
that nobody punctuated."""
WINDOW, STRIDE = 26, 13
"""Words of its parts, and from the start of one to the next's: a claim of up to 13 words lies whole in one."""
WORD, UNSPACED_WORD, THAI_WORD = re.compile(r"\S{1,40}"), re.compile(r"\S{1,2}"), re.compile(r"\S{1,5}")
NOTE = re.compile(r"(?<=[^\W\d_]{2}[.!?])(?:\d{1,3}|[¹²³⁰⁴-⁹*†‡]+)$")
"""The mark of a footnote at a sentence's end."""
CLAUSE = re.compile(r"[,;:،؛—–，、；]")
SHORTEST_WORDS = 4
"""Characters of a word of such a text, with the space behind it, on the average: what has shorter ones is no speech."""
SURE_FROM = 24
"""Characters of a block whose language is its own; a shorter one is a heading or a name."""
TOGETHER = 40
"""Characters from which on such neighbours are enough."""


def boundaries(text: str, language: str, *, small: bool = False) -> list[tuple[int, int]]:
    """Start and end of each sentence, without the white space around it.

    Args:
        small: whether a small letter may begin a sentence, as in posts.
    """
    return [piece for start, end in _whole(text, language, small=small) for piece in _cut(text, start, end)]


def _whole(text: str, language: str, *, small: bool) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, however long it is."""
    thai = thai_ends(text) if language in THAI else ()
    for start, end in pairwise([0, *sorted({*ends(text, language, small=small), *thai, len(text)})]):
        if text[start:end].strip():
            yield _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    return end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip())


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in pieces of at most `LONGEST` characters, before a space, if there is one."""
    while end - start > LONGEST:
        space = text.rfind(" ", start + 1, start + LONGEST)
        middle = space if space > start else start + LONGEST
        yield _trimmed(text, start, middle)
        start = middle
    if text[start:end].strip():
        yield _trimmed(text, start, end)


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of a document.

    Attributes:
        text: on one line, without control characters.
        language: ISO 639 code of its block.
        start: of the first character in the input, in code points from 0; None if it has no place there.
        end: after the last character.
        window: whether it is a part of a text without full stops, which overlaps with the next one.
        number: its place among the document's sentences, from 1.
    """

    text: str
    language: str
    start: int | None
    end: int | None
    worth: Worth
    window: bool = False
    number: int = 0


def sentences_of(blocks: Sequence[Block], language: str | None = None) -> list[Sentence]:
    """All sentences, in order. A block's language is detected if none is given; those without a letter are left out.

    Neighbours are read together where there are more than a text of this length may have: each costs a look at all that is known.
    """
    most = EXCUSED + sum(len(block.text) for block in blocks) // FEWEST_CHARACTERS
    blocks = blocks if len(blocks) <= most else list(_gathered(blocks))
    languages = [language] * len(blocks) if language else _languages(blocks)
    found = [sentence for block, its in zip(blocks, languages, strict=True) for sentence in _sentences(block, its)]
    found = found if len(found) <= most else list(_together(found))
    return [msgspec.structs.replace(sentence, number=number) for number, sentence in enumerate(found, 1)]


def _languages(blocks: Sequence[Block]) -> list[str]:
    """The language of each block; too few letters to be sure of are in the document's, if they are of its script."""
    detected = [detect_language(block.text) for block in blocks]
    lengths: Counter[str] = Counter()
    for block, its in zip(blocks, detected, strict=True):
        lengths[its] += len(block.text)
    main = max(lengths, key=lengths.__getitem__, default="und")
    written = {_script(block) for block, its in zip(blocks, detected, strict=True) if its == main}
    return [
        main if len(block.text) < SURE_FROM and _script(block) in written else its
        for block, its in zip(blocks, detected, strict=True)
    ]


def _script(block: Block) -> str:
    return next((script(letter) for letter in block.text if letter.isalpha()), "")


def _gathered(blocks: Sequence[Block]) -> Iterator[Block]:
    """Neighbours as one block of more than `TOGETHER` characters: cells of a table, each of which has few."""
    first, length = 0, 0
    for last, block in enumerate(blocks):
        length += len(block.text) + 1
        if length > TOGETHER or last + 1 == len(blocks):
            yield in_a_row(blocks[first : last + 1])
            first, length = last + 1, 0


def _together(sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """Neighbours as one sentence of `TOGETHER` characters or more, in the language of the first."""
    first, length = 0, 0
    for last, sentence in enumerate(sentences):
        length += len(sentence.text) + 1
        if length > TOGETHER or last + 1 == len(sentences):
            run = sentences[first : last + 1]
            text, language = " ".join(one.text for one in run), run[0].language
            places = [place for one in run for place in (one.start, one.end) if place is not None]
            start, end = (places[0], places[-1]) if places else (None, None)
            yield Sentence(text, language, start, end, worth(text, language))
            first, length = last + 1, 0


def _sentences(block: Block, language: str) -> Iterator[Sentence]:
    plain = block.text.replace("\n", " ")  # a line that was wrapped ends no sentence
    for whole in _whole(plain, language, small=plain.islower()):
        windows = _windows(plain, *whole, language)
        for first, behind in windows or _cut(plain, *whole):
            note = NOTE.search(plain[max(first, behind - 8) : behind])
            last = behind - (len(note[0]) if note else 0)
            text = without_controls(plain[first:last])
            if any(character.isalpha() for character in text):
                start, end = _place(block.spans[first:last])
                yield Sentence(text, language, start, end, worth(text, language), bool(windows))


def _windows(text: str, start: int, end: int, language: str) -> list[tuple[int, int]]:
    """Overlapping parts of speech that nobody punctuated; none if `text[start:end]` is an ordinary sentence."""
    letters = sum(map(unspaced, text[start:end]))
    unspaced_word = THAI_WORD if language in THAI else UNSPACED_WORD
    word = unspaced_word if 2 * letters > end - start else WORD
    words = [found.span() for found in word.finditer(text, start, end)]
    clauses = sum(1 for _ in CLAUSE.finditer(text, start, end))
    most = ENDED_RUN_ON if ENDED.search(text[max(start, end - 12) : end]) else RUN_ON
    if len(words) <= most or clauses * RUN_ON > len(words) or (word is WORD and end - start < SHORTEST_WORDS * len(words)):
        return []
    firsts = range(0, len(words) - WINDOW + STRIDE, STRIDE)
    return [(words[first][0], words[min(first + WINDOW, len(words)) - 1][1]) for first in firsts]


def _place(spans: Sequence[Offsets]) -> tuple[int | None, int | None]:
    known = [span for span in spans if span]
    return (known[0][0], known[-1][1]) if known else (None, None)
