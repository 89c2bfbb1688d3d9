"""Changes that stand around a statement's words: denials, questions, attributions, what posts add."""

from __future__ import annotations

import random
import re
from collections.abc import Container, Mapping, Sequence

SENTENCES = re.compile(r"[.!?؟…]\s+\S")
ELIDED = re.compile(r"\bque (?=[aeiouyéèêâîôû])", re.IGNORECASE)
"""French: before a vowel, que is qu'."""
ENDS = " .!…"


def framed(
    frames: Mapping[str, Sequence[str]], text: str, language: str, common: Container[str], dice: random.Random
) -> str | None:
    """The statement in one of a language's frames; None if there is none, or if it asks something.

    Args:
        common: words that are written in small letters within sentences.
    """
    several = SENTENCES.search(text) is not None
    fitting = [frame for frame in frames.get(language, ()) if "{that}" not in frame or not several]
    if not fitting or text.rstrip().endswith(("?", "؟")):
        return None
    clause, frame = _clause(text, common), dice.choice(fitting)
    if language == "fr":
        frame = _elided(frame, clause)
    return frame.replace("{that}", clause).replace("{}", text)


def posted(frames: Sequence[str], text: str, dice: random.Random) -> str | None:
    """The statement in one of the frames, whatever it says; None if there are none."""
    return dice.choice(frames).replace("{}", text) if frames else None


def _clause(text: str, common: Container[str]) -> str:
    """The sentence as it stands within another: without the full stop, begun in a small letter unless a name begins it."""
    lowered = any(found[0].lower() in common for found in (re.match(r"\w+", text), re.match(r"\w['’]", text)) if found)
    return (text[0].lower() + text[1:] if lowered else text).rstrip(ENDS)


def _elided(frame: str, clause: str) -> str:
    """The frame with qu' where the clause that follows begins with a vowel."""
    before, found, after = frame.partition("{that}")
    return ELIDED.sub("qu'", before + clause[:1])[: -len(clause[:1])] + found + after if found else frame
