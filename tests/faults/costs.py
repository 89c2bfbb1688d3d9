"""What answering a text costs, with stand-ins for the models: time of its own, and how much the models would have to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from service.api.wire.answers import Answer
from service.api.wire.texts import TextAnswer
from service.app import Parts
from service.check.answers import Claim
from service.check.texts.documents import TextFormat
from service.check.texts.findings import Document, answer_text
from service.settings import Settings
from tests.conftest import fake_parts
from tests.fakes import SEEDS, WordEncoder, WordRelations
from tests.faults.shapes import NORMAL, prose

MOST = 3.0
"""How many times the cost of prose of the same length any text may have."""


class Cost(NamedTuple):
    """What one text costs.

    Attributes:
        seconds: of the processor, in the thread that answers.
        encoded: texts given to the encoder.
        judged: pairs given to the relation model.
        answered: bytes of the answer.
    """

    seconds: float
    encoded: int
    judged: int
    answered: int

    def beside(self, normal: Cost) -> float:
        """The largest of its parts as a multiple of another cost's."""
        return max(own / max(other, 1e-9) for own, other in zip(self, normal, strict=True))

    def larger(self, other: Cost) -> Cost:
        """The larger of each part."""
        return Cost(*map(max, self, other))


class Bench:
    """Answers texts over a small base, and says what that cost."""

    def __init__(self, folder: Path) -> None:
        (folder / "seeds").mkdir()
        (folder / "seeds" / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
        self._encoder = WordEncoder("all-MiniLM-L6-v2")
        self._parts: Parts = fake_parts(Settings(data_dir=folder / "data", seeds=str(folder / "seeds")), self._encoder)
        for language in NORMAL:  # what is loaded on first use is not a text's cost
            self.claim(prose(language, 2_000))
            for text_format in TextFormat:
                self.document(f"<html><body><p>{prose(language, 2_000)}", text_format)

    def close(self) -> None:
        """Let go of the store."""
        self._parts.store.close()

    def claim(self, text: str) -> Cost:
        """The cost of a text as one claim."""
        return self._of(lambda: msgspec.json.encode(Answer.of(self._parts.matcher.match([Claim(text=text)]).answers[0])))

    def document(self, text: str, text_format: TextFormat) -> Cost:
        """The cost of a text as a document."""
        document = Document(text=text, format=text_format)
        return self._of(lambda: msgspec.json.encode(TextAnswer.of(answer_text(self._parts.matcher, document))))

    def normal(self, measure: Callable[[str], Cost], characters: int) -> Cost:
        """The cost of prose of a length: the larger of two languages'."""
        english, russian = (measure(prose(language, characters)) for language in NORMAL)
        return english.larger(russian)

    def _of(self, answer: Callable[[], bytes]) -> Cost:
        judge = self._parts.matcher.judge
        assert judge is not None
        assert isinstance(judge.model, WordRelations)
        encoded, judged = len(self._encoder.encoded), len(judge.model.judged)
        started = time.thread_time()
        answered = answer()
        seconds = time.thread_time() - started
        return Cost(seconds, len(self._encoder.encoded) - encoded, len(judge.model.judged) - judged, len(answered))


def worst_of(tries: int, measure: Callable[[str], Cost], text: str, normal: Cost) -> float:
    """A text's cost as a multiple of the normal one; where that is too much, the least of several tries: clocks are not exact."""
    found = measure(text).beside(normal)
    while found > MOST and (tries := tries - 1):
        found = min(found, measure(text).beside(normal))
    return found
