"""Subtitles and transcripts: what is said, without counters and times; SubRip, WebVTT, and lines that begin with a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from service.check.texts.blocks import Block, in_a_row
from service.check.texts.lines import BREAK, ENDED

CLOCK = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
TIMING = re.compile(rf"\s*{CLOCK}\s*-->\s*{CLOCK}")
STAMP = re.compile(rf"\s*[\[(]?{CLOCK}[\])]?(?:\s*[-–—]\s*[\[(]?{CLOCK}[\])]?)?(?=\s|$|[^\W\d_])\s*")
COUNTER = re.compile(r"\s*\d{1,6}\s*")
TAG = re.compile(r"</?[a-z][^<>]{0,80}>|<\d[^<>]{0,20}>|\{[\\a-z][^{}]{0,40}\}", re.IGNORECASE)
"""How letters look, who speaks, when a word is said."""
SPEAKER = re.compile(r"\s*(?:[-–—]\s+|>>+\s*|♪\s*)")
"""How another speaker begins, or music."""
VOICE = re.compile(r"\s*<v(?:\.[^\s<>]{1,40})?\s+([^<>]{1,80})>", re.IGNORECASE)
"""Who speaks, in WebVTT."""
SOUND = re.compile(r"\s*(?:\[[^\[\]]{1,60}\]|\([^()]{1,60}\)|[♪♫][^♪♫]{0,80}[♪♫]?)\s*")
"""What is heard, and not said: [Music], (applause)."""

LONGEST_CUE = 60
"""Characters of a line of captions: 42 are usual."""
FEWEST_STAMPS, STAMPED = 3, 0.3
"""Lines that begin with a time, and their share of the lines, from which on a text is a transcript."""


def cues(block: Block) -> Iterator[Block] | None:
    """What is said in subtitles, a passage that goes on from cue to cue as one; None if the text is none."""
    ends = [*((found.start(), found.end()) for found in BREAK.finditer(block.text)), (len(block.text), len(block.text))]
    lines = [(start, end) for start, (end, _) in zip([0, *(after for _, after in ends)], ends, strict=False)]
    written = [(start, end) for start, end in lines if block.text[start:end].strip()]
    timed = [bool(TIMING.match(block.text, start, end)) for start, end in written]
    stamped = sum(bool(STAMP.match(block.text, start, end)) for start, end in written)
    if any(timed):
        return _passages(block, _said(block, lines))
    if stamped >= max(FEWEST_STAMPS, STAMPED * len(written)):
        bodies = [(found.end() if (found := STAMP.match(block.text, start, end)) else start, end) for start, end in written]
        said = [body for body in bodies if (text := block.text[slice(*body)]).strip() and not SOUND.fullmatch(text)]
        return _passages(block, said)
    return None


def _said(block: Block, lines: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The lines of cues that are said; one that the cue before it has already shown is left out."""
    within, last = False, ""
    timed = [bool(TIMING.match(block.text, start, end)) for start, end in lines]
    for (start, end), time, following in zip(lines, timed, [*timed[1:], False], strict=True):
        shown = TAG.sub("", block.text[start:end]).strip()
        within = time or (within and bool(block.text[start:end].strip()))
        unsaid = time or SOUND.fullmatch(shown) or (following and COUNTER.fullmatch(shown))
        if within and shown and shown != last and not unsaid:
            yield start, end
            last = shown


def _passages(block: Block, lines: Iterable[tuple[int, int]]) -> Iterator[Block]:
    """Lines to passages: a line goes on in the next one unless it ends a sentence or another speaker, or entry, begins there."""
    passage: list[Block] = []
    voice = ""
    for start, end in lines:
        spoken = SPEAKER.match(block.text, start, end)
        line = _untagged(block, spoken.end() if spoken else start, end)
        named = VOICE.match(block.text, start, end)
        other = spoken or (named and named[1] != voice)
        voice = named[1] if named else voice
        if passage and (other or _ended(passage[-1].text, line.text)):
            yield in_a_row(passage)
            passage = []
        passage.append(line)
    yield in_a_row(passage)


def _ended(line: str, following: str) -> bool:
    """Whether a line ends a sentence, or is longer than any caption and the next begins with a capital: a ticker's entry."""
    return bool(ENDED.search(line[-12:])) or (len(line) > LONGEST_CUE and following[:1].isupper())


def _untagged(block: Block, start: int, end: int) -> Block:
    """A line without tags."""
    tags = [found.span() for found in TAG.finditer(block.text, start, end)]
    return block.picked(zip([start, *(after for _, after in tags)], [*(before for before, _ in tags), end], strict=True)).stripped()
