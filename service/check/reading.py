"""What of a claim is judged: its words without furniture, the frame around them taken off, a long post part by part."""

from __future__ import annotations

import enum
import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from index.text.cleaning import claims_nothing, cleaned
from index.text.furniture import LINK
from index.text.language import detect_language
from index.text.tracing import Traced
from service.check.mentions import Span
from service.check.slots import Phrase

FRAMES = Path(__file__).with_name("frames.toml")
MARK = r"(?: ?[:!.]+| ?-+(?=\\s))"
"""`<mark>` in frames.toml."""
NO_CHOICE = "".join(f"(?<! {word} )" for word in ("or", "или", "чи", "ці", "czy", "lub", "albo", "oder", "ou", "o", "أم"))
"""What follows these is the second of two answers: yes or no?"""
LEADING, TRAILING = " ,.:;!?¿(['", " ,:;-(['"
"""What is left of punctuation where a frame was."""

MARKS = " .!…'‼>*_•·▪●◦‣"
"""Taken from both ends of a claim: they change what encoders make of it, and say nothing."""
LONGEST_PART = 45
"""Words; a claim of more is judged part by part. The relation model reads 80 tokens, which are about 50 words."""
SHORTEST_PART = 40
"""Characters of a sentence that is judged alone."""
WORD = re.compile(r"\S{1,30}")
"""What counts as a word in a part: signs in a row without a space count as several."""
KEYWORD_ENDS = re.compile(r"\s*[,;|/]\s*")
FEWEST_KEYWORDS, LONGEST_KEYWORD = 3, 2
"""Items, and words in an item, of a list of keywords."""
TAGS = re.compile(r"(?<=[.!?…؟»”\"])(?:\s+#\w+)+\s*$")
"""Hashtags after the end of a post's last sentence: they say what it is about, not what it claims."""
TAG_SIGNS = ("#", "＃")
SENTENCE = re.compile(r"(?<=[.!?…؟])['\")]?\s+(?=\S)")


class Frame(enum.Enum):
    """What was said about the claim around it."""

    ATTRIBUTION = "attribution"
    """It is said, by nobody who is named."""
    QUESTION = "question"
    """Whether it is true is asked."""
    DENIAL = "denial"
    """It is called false."""


class Nothing(enum.Enum):
    """What a text is that claims nothing, and what to do."""

    LINK = "a link alone claims nothing; paste what it says"
    KEYWORDS = "a list of keywords claims nothing; write the whole claim"
    SHORT = "a text of one or two words claims nothing; write the whole claim"


class Reading(msgspec.Struct, frozen=True):
    """A claim as it is judged.

    Attributes:
        original: the claim as it was asked; spans are offsets into it.
        words: its words, cleaned, without the frame; it knows where they stood.
        language: ISO 639 code.
        frame, frame_words: what was said about it, and the words that say so.
        parts: start and end in `words` of what is judged at a time.
        nothing: what it is if it claims nothing: nothing matches it then.
    """

    original: str
    words: Traced
    language: str
    frame: Frame | None
    frame_words: Span | None
    parts: tuple[tuple[int, int], ...]
    nothing: Nothing | None

    def phrases(self) -> list[Phrase]:
        """The parts, as texts."""
        return [Phrase(self.words.text[start:end], self.language) for start, end in self.parts]

    def span(self, part: int, start: int, end: int) -> Span:
        """Where in the original the characters `start` to `end` of a part stand."""
        offset = self.parts[part][0]
        first, last = self.words.span(offset + start, offset + end)
        return Span(self.original[first:last], first, last)

    def shown(self, part: int) -> Span:
        """A part, as it stands in the original."""
        start, end = self.parts[part]
        return self.span(part, 0, end - start) if end > start else Span("", 0, 0)


def read(claim: str, language: str | None = None) -> Reading:
    """What of a claim is judged.

    Args:
        language: ISO 639 code; None to detect it.
    """
    words, frame, said = unframed(bare(cleaned(claim)))
    language = language or detect_language(words.text)
    frame_words = Span(claim[slice(*said)], *said) if said else None
    parts = tuple(parts_of(words.text[: _end_of_claim(claim, words)]))
    nothing = Nothing.KEYWORDS if _only_tags(claim, words) else nothing_in(words.text)
    return Reading(claim, words, language, frame, frame_words, parts, nothing)


def _only_tags(claim: str, words: Traced) -> bool:
    """Whether each word is a hashtag of its own: a list of keywords."""
    firsts = [words.starts[word.start()] for word in re.finditer(r"\S+", words.text)]
    return len(firsts) >= FEWEST_KEYWORDS and all(claim[max(first - 1, 0) : first] in TAG_SIGNS for first in firsts)


def _end_of_claim(claim: str, words: Traced) -> int:
    """Where in the words the hashtags behind the claim begin; their end if there are none, or nothing else."""
    tags = TAGS.search(claim)
    if tags is None:
        return len(words.text)
    end = sum(start < tags.start() for start in words.starts)
    end = len(words.text[:end].rstrip(MARKS))
    return len(words.text) if claims_nothing(words.text[:end]) else end


def nothing_in(words: str) -> Nothing | None:
    """What a text is that claims nothing; None for any other."""
    if LINK.fullmatch(words):
        return Nothing.LINK
    if claims_nothing(words):
        return Nothing.SHORT
    items = [item.split() for item in KEYWORD_ENDS.split(words)]
    return Nothing.KEYWORDS if len(items) >= FEWEST_KEYWORDS and all(len(item) <= LONGEST_KEYWORD for item in items) else None


def bare(words: Traced) -> Traced:
    """Without quotation marks around it and marks at its end, but for one that asks."""
    end = len(words.text.rstrip(MARKS))
    start = min(len(words.text) - len(words.text.lstrip(f"{MARKS}?")), end)
    return Traced(words.text[start:end], words.starts[start:end], words.ends[start:end]) if end else words


def unframed(words: Traced) -> tuple[Traced, Frame | None, tuple[int, int] | None]:
    """The claim without what is said about it, what that was, and where in the original it is said.

    Who attributes may call false or ask as well, within that or around it: that is what is told then.
    """
    frame: Frame | None = None
    said: tuple[int, int] | None = None
    for frames in ((Frame.ATTRIBUTION,), (Frame.QUESTION, Frame.DENIAL), (Frame.ATTRIBUTION,)):
        for one in frames:
            found = _without(words, one)
            if found:
                words = found[0]
                frame, said = (frame, said) if frame and one is Frame.ATTRIBUTION else (one, found[1])
                break
    return words, frame, said


def _without(words: Traced, frame: Frame) -> tuple[Traced, tuple[int, int]] | None:
    """The claim without one frame, and where in the original that stood; None if it has none or nothing is left."""
    before, after = _frames()[frame]
    found = before.match(words.text)
    start = found.end() if found else 0
    ending = after.search(words.text, start)
    end = ending.start() if ending else len(words.text)
    rest = words.text[start:end]
    if found and frame is Frame.QUESTION:
        rest = rest.rstrip("?؟ ")
    start += len(rest) - len(rest.lstrip(LEADING))
    end = start + len(rest.strip(LEADING).rstrip(TRAILING)) if ending else start + len(rest.lstrip(LEADING))
    around = found or ending
    if around is None or claims_nothing(words.text[start:end]):
        return None
    said = words.span(*_trimmed(words.text, *around.span()))
    return Traced(words.text[start:end], words.starts[start:end], words.ends[start:end]), said


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A span without the spaces around it."""
    inside = text[start:end]
    return start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())


def parts_of(text: str) -> list[tuple[int, int]]:
    """Start and end of the parts of a text: all of it, or if it is long, its sentences.

    A short sentence stands together with those that follow, as far as they fit: it rarely says anything alone. One that is too
    long is cut into overlapping runs of words. Of the long posts of seven desks' bases 53 repeat their statement: of them 40% were
    found to do so with a probability of 0.75 in windows of as many sentences as fit, and 53% sentence by sentence (measured with
    another mixture of the same weights).
    """
    if len(WORD.findall(text)) <= LONGEST_PART:
        return [(0, len(text))]
    ends = [found.start() for found in SENTENCE.finditer(text)] + [len(text)]
    starts = [0, *(found.end() for found in SENTENCE.finditer(text))]
    pieces = [piece for start, end in zip(starts, ends, strict=True) for piece in _runs(text, start, end)]
    words = [len(WORD.findall(text, start, end)) for start, end in pieces]
    found: list[tuple[int, int]] = []
    first = 0
    while first < len(pieces):
        last = _last_that_belongs(pieces, words, first)
        found.append((pieces[first][0], pieces[last][1]))
        first = last + 1
    return found


def _last_that_belongs(pieces: Sequence[tuple[int, int]], words: Sequence[int], first: int) -> int:
    """The last piece of the part that begins with `first`, by how many words each has."""
    last, held = first, words[first]
    while pieces[last][1] - pieces[first][0] < SHORTEST_PART and last + 1 < len(words) and held + words[last + 1] <= LONGEST_PART:
        last += 1
        held += words[last]
    return last


def _runs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence, or overlapping runs of its words if it is too long."""
    words = [word.span() for word in WORD.finditer(text, start, end)]
    if len(words) <= LONGEST_PART:
        return [(start, end)]
    stride = 2 * LONGEST_PART // 3
    firsts = range(0, len(words) - LONGEST_PART + stride, stride)
    return [(words[first][0], words[min(first + LONGEST_PART, len(words)) - 1][1]) for first in firsts]


@cache
def _frames() -> dict[Frame, tuple[re.Pattern[str], re.Pattern[str]]]:
    """What stands before and after a claim in each frame."""
    content = tomllib.loads(FRAMES.read_text(encoding="utf-8").replace("<mark>", MARK))
    return {
        frame: (
            re.compile(
                rf"\W*(?:{content['greeting']}){{0,3}}(?:{'|'.join(content[frame.value]['before'])})(?:(?<=\W)|(?!\w))\s*",
                re.IGNORECASE,
            ),
            re.compile(rf"{NO_CHOICE}(?<!\w)(?:{'|'.join(content[frame.value]['after'])})\W*$", re.IGNORECASE),
        )
        for frame in Frame
    }
