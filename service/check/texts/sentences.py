"""Sentences: where a block's sentences begin and end, how much each is worth checking, and what it refers to."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence

import msgspec
import sentencex

from index.text.language import detect_language
from service.check.texts.documents import Block, Offsets, without_controls

LONGEST = 1_000
"""Characters; a longer sentence is cut at a space: encoders read about this much, and nobody says one claim at such a length."""

STRETCH = 4_000
"""Characters that sentencex splits at a time: on backticks, brackets or quotation marks without end it takes quadratic time, and
nothing else in the process runs meanwhile (16,000 backticks: 80 ms; 4,000: 5 ms)."""

TAIL = 60
"""Characters at a sentence's end that tell whether it goes on: more than an abbreviation has."""

FEWEST_CHARACTERS, EXCUSED = 24, 20
"""A text may have a sentence for every so many characters, and so many more; in one with more, neighbours are read together."""
TOGETHER = 40
"""Characters from which on such neighbours are enough."""

INITIAL = re.compile(r"(?:^|\W)\w\.\s*$")
YEAR = re.compile(r"\d\s*\w\.\s*$")
TITLES = re.compile(
    r"(?:^|\s)(?:gen|col|lt|sgt|płk|mjr|prof|dr|hab|ul|mme|mlle|env|janv|févr|ген|полк|обл|респ|вул|вобл|кн|акад|праф)\.\s*$",
    re.IGNORECASE,
)
"""Abbreviations that a name or a number follows and after which sentencex 1.0 ends a sentence."""


def boundaries(text: str, language: str, *, small: bool = False) -> list[tuple[int, int]]:
    """Start and end of each sentence, without the white space around it.

    sentencex splits; what it splits after an initial (but not after a year: "1999 г."), after one of `TITLES`, and before a small
    letter is put together again. docs/why/documents.md compares it with pysbd.

    Args:
        small: whether a small letter may begin a sentence, as in posts.
    """
    joined: list[tuple[int, int]] = []
    for start, end in _split(text, language):
        if joined and _goes_on(
            text[max(joined[-1][0], joined[-1][1] - TAIL) : joined[-1][1]], text[start : start + TAIL], small=small
        ):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    pieces = [piece for start, end in joined for piece in _cut(text, start, end)]
    return [
        (end - len(text[start:end].lstrip()), start + len(text[start:end].rstrip()))
        for start, end in pieces
        if text[start:end].strip()
    ]


def _split(text: str, language: str) -> Iterator[tuple[int, int]]:
    """The sentences that sentencex finds, a stretch of the text at a time; the last one of a stretch begins the next."""
    start = 0
    while start < len(text):
        stop = _room(text, start, len(text), STRETCH)
        ends = [start + found["end_index"] for found in sentencex.get_sentence_boundaries(language, text[start:stop])]
        if stop < len(text):
            ends = ends[:-1] or [stop]
        for end in ends:
            yield start, end
            start = end
        start = stop if stop == len(text) else start


def _goes_on(before: str, after: str, *, small: bool) -> bool:
    """Whether a sentence goes on, by the characters before and after its supposed end."""
    first = after.lstrip()[:1]
    if not first or not before.strip():
        return False
    if first.islower() and not small and before.rstrip().endswith("."):
        return True
    return bool(TITLES.search(before) or (INITIAL.search(before) and not YEAR.search(before)))


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        middle = _room(text, start, end, LONGEST)
        yield start, middle
        start = middle


def _room(text: str, start: int, end: int, longest: int) -> int:
    """Where a piece of `text[start:end]` ends that has at most so many characters: before a space, if there is one."""
    if end - start <= longest:
        return end
    space = text.rfind(" ", start + 1, start + longest)
    return space if space > start else start + longest


class Reason(enum.Enum):
    """Why a sentence is worth checking, or not."""

    FIGURE = "figure"
    """It gives a number, a date or an amount."""
    NAME = "name"
    """It names somebody or some place: a capital letter within the sentence, or an abbreviation in capitals."""
    SPEECH = "speech"
    """It quotes or reports what somebody said."""
    QUESTION = "question"
    """It asks: it asserts nothing."""
    OPINION = "opinion"
    """Its author speaks of what he or she feels or thinks."""
    FRAGMENT = "fragment"
    """It has fewer words than a sentence needs, or is a heading that ends in a colon."""


class Worth(msgspec.Struct, frozen=True):
    """How much a sentence is worth checking, and why.

    Attributes:
        points: 0..1: 0.25, and 0.25 for each of figure, name and speech; halved for each of question, opinion and fragment.
    """

    points: float
    reasons: list[Reason]


FEWEST_WORDS = 4
NUMBERING = re.compile(r"^\d+\s*[-–.)]\s")
WORD = re.compile(r"[^\W\d_]{2,}")
SPEECH = re.compile(
    r"[\"“”„«»]|\b(?:say|said|claim|alleg|accus|den(?:y|ie)|announc|warn|declar|state[sd]|according|report"
    r"|сказал|говор|заяв|обвин|отриц|сообщ|предупр|по\s+словам|утвержд|повідом|звинува|за\s+словами|запереч|стверд"
    r"|сказаў|паведам|абвінав|паводле|папярэдз|powiedzia|twierdz|oskarż|zaprzecz|ogłosi|ostrzeg|według"
    r"|sagt|erklär|behaupt|beschuldig|bestreit|warnt|laut|zufolge|déclar|affirm|accus|dément|annonc|selon|avert)"
    r"|قال|أعلن|اتهم|نفى|حذر|صرح|أكد|وفق",
    re.IGNORECASE,
)
OPINION = re.compile(
    r"\b(?:I|my|we\s+(?:think|feel|hope)|мне|я|мені|мне|moim|myślę|ich|meiner|je|mon|selon\s+moi)\b|في\s+رأيي|أعتقد", re.IGNORECASE
)


def worth(text: str, language: str) -> Worth:
    """How much a sentence is worth checking: a sum of points, no model."""
    reasons = [
        reason
        for reason, holds in (
            (Reason.FIGURE, any(character.isdigit() for character in NUMBERING.sub("", text))),
            (Reason.NAME, _names(WORD.findall(text), language)),
            (Reason.SPEECH, bool(SPEECH.search(text))),
            (Reason.QUESTION, text.rstrip("\"»“”' )").endswith(("?", "؟"))),
            (Reason.OPINION, bool(OPINION.search(text))),
            (Reason.FRAGMENT, len(text.split()) < FEWEST_WORDS or text.endswith(":")),
        )
        if holds
    ]
    against = sum(reason in (Reason.QUESTION, Reason.OPINION, Reason.FRAGMENT) for reason in reasons)
    return Worth((0.25 + 0.25 * (len(reasons) - against)) / 2**against, reasons)


def _names(words: Sequence[str], language: str) -> bool:
    """Whether one of the words is a name, as far as capitals tell: German gives one to every noun, Arabic has none."""
    return any(word.isupper() for word in words) or (language != "de" and any(word[0].isupper() for word in words[1:]))


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of a document.

    Attributes:
        text: on one line, without control characters.
        language: ISO 639 code of its block.
        start: of the first character in the input, in code points from 0; None if it has no place there.
        end: after the last character.
    """

    text: str
    language: str
    start: int | None
    end: int | None
    worth: Worth


def sentences_of(blocks: Sequence[Block], language: str | None = None) -> list[Sentence]:
    """All sentences, in order. A block's language is detected if none is given; those without a letter are left out.

    Neighbours are read together where there are more than a text of this length may have: each costs a look at all that is known.
    """
    found = [sentence for block in blocks for sentence in _sentences(block, language or detect_language(block.text))]
    most = EXCUSED + sum(len(block.text) for block in blocks) // FEWEST_CHARACTERS
    return found if len(found) <= most else list(_together(found))


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
    for first, last in boundaries(plain, language):
        text = without_controls(plain[first:last])
        if any(character.isalpha() for character in text):
            start, end = _place(block.spans[first:last])
            yield Sentence(text, language, start, end, worth(text, language))


def _place(spans: Sequence[Offsets]) -> tuple[int | None, int | None]:
    known = [span for span in spans if span]
    return (known[0][0], known[-1][1]) if known else (None, None)
