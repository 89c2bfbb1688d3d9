"""Sentences that name nobody: how many are answered rightly by themselves, and with the sentence before. `make contexts`.

The pairs of sentences in contexts.jsonl were written for this purpose. Those from ctx-43 on were written
later, but the threshold was raised after they had been seen.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec

from service.app import assemble
from service.check.matcher import Matcher
from service.check.texts.findings import Document, answer_text
from service.settings import Settings

PAIRS = Path(__file__).parent / "contexts.jsonl"


class Pair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence, the one before it, and the statement that it is about; None if it is about nothing known."""

    id: str
    language: str
    before: str
    sentence: str
    expected: str | None


class Counts(msgspec.Struct, frozen=True):
    """Of the sentences about a statement: `right` and `wrong` ones found; of the others, `false`: something found for nothing."""

    right: int
    wrong: int
    false: int


def read_pairs() -> list[Pair]:
    """All pairs."""
    return msgspec.json.Decoder(Pair).decode_lines(PAIRS.read_bytes())


def measure(matcher: Matcher, pairs: list[Pair]) -> tuple[Counts, Counts]:
    """What is found for the pairs' second sentences by themselves, and within their texts."""
    alone: list[tuple[str | None, str | None]] = []
    within: list[tuple[str | None, str | None]] = []
    for pair in pairs:
        text = f"{pair.before} {pair.sentence}"
        findings = answer_text(matcher, Document(text=text, language=pair.language)).findings
        own = [finding for finding in findings if finding.sentence.start == len(pair.before) + 1]
        found = own[0].answer.matches[0].candidate.statement_id if own else None
        within.append((pair.expected, found))
        alone.append((pair.expected, None if own and own[0].context else found))
    return _count(alone), _count(within)


def _count(found: list[tuple[str | None, str | None]]) -> Counts:
    return Counts(
        right=sum(expected is not None and given == expected for expected, given in found),
        wrong=sum(expected is not None and given not in (expected, None) for expected, given in found),
        false=sum(expected is None and given is not None for expected, given in found),
    )


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as data:
        parts = assemble(Settings(data_dir=Path(data), encoders_dir="build/encoders"))
        for name, pairs in (("all", read_pairs()), ("written later", [pair for pair in read_pairs() if pair.id > "ctx-42"])):
            about = sum(pair.expected is not None for pair in pairs)
            alone, within = measure(parts.matcher, pairs)
            print(
                f"{name}: {about} about a statement, {len(pairs) - about} about nothing known\n  alone {alone}\n  within {within}"
            )
        parts.store.close()


if __name__ == "__main__":
    main()
