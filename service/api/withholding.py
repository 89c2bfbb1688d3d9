"""Answers without the words that were asked, as they are kept; and how a document's answer gets them back from its reader."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from service.api.wire.answers import Answer, NearestMiss, Relation
from service.api.wire.texts import Again, Context, Finding, TextAnswer, Unmatched
from service.check.mentions import Span
from service.check.slots import Difference
from service.check.texts.sentences import Sentence

NO_WORDS = Span("", 0, 0)
Told = Finding | Again | Unmatched
ToldT = TypeVar("ToldT", Finding, Again, Unmatched)
ReadSpan = Callable[[Span], Span]
"""A part of a claim, with other words in its place."""


class Wording(NamedTuple):
    """How a sentence of an answer is told instead.

    Attributes:
        read: for parts of what matched: the sentence, or `context.read_as`.
    """

    text: str
    start: int | None
    end: int | None
    context: Context | None
    read: ReadSpan


def without_claim(answer: Answer) -> Answer:
    """An answer without the claim's words."""
    return replace(
        answer,
        claim=replace(answer.claim, text=""),
        matches=[replace(match, relation=match.relation and _relation_without(match.relation)) for match in answer.matches],
        nearest_miss=answer.nearest_miss and _miss_without(answer.nearest_miss),
        parts=[],
    )


def without_words(answer: TextAnswer) -> TextAnswer:
    """A document's answer without its sentences' words; where they stand stays."""

    def wordless(one: Told) -> Wording:
        context = _context(one)
        kept = replace(context, text="", read_as="") if context else None
        return Wording("", one.start, one.end, kept, lambda span: replace(span, text=""))

    return _reworded(answer, wordless)


def with_words(
    answer: TextAnswer, hashes: Mapping[int, str], sentences: Sequence[Sentence], hashed: Callable[[str], str]
) -> TextAnswer:
    """A document's answer with the words and places of those of its sentences that stand in a document; others have no place there.

    Args:
        hashes: of the answer's sentences, by their numbers.
        sentences: of the document.
    """
    there: defaultdict[str, deque[tuple[Sentence | None, Sentence]]] = defaultdict(deque)
    for before, sentence in zip([None, *sentences], sentences, strict=False):
        there[hashed(sentence.text)].append((before, sentence))
    found = {number: there[one].popleft() for number, one in sorted(hashes.items()) if there[one]}

    def worded(one: Told) -> Wording:
        context = _context(one)
        if one.number in found:
            return _wording(*found[one.number], in_context=context is not None)
        return Wording(one.text, None, None, context and replace(context, start=None, end=None), lambda span: span)

    return _reworded(answer, worded)


def sentences_told(answer: TextAnswer) -> Iterator[Told]:
    """The sentences that a document's answer tells of."""
    for finding in answer.findings:
        yield finding
        yield from finding.again
    yield from answer.unmatched


def _wording(before: Sentence | None, sentence: Sentence, *, in_context: bool) -> Wording:
    """What a sentence of a document says."""
    context, read = None, sentence.text
    if in_context and before:
        read = f"{before.text} {sentence.text}"
        context = Context(before.text, before.start, before.end, read)
    return Wording(
        sentence.text, sentence.start, sentence.end, context, lambda span: Span(read[span.start : span.end], span.start, span.end)
    )


def _context(one: Told) -> Context | None:
    return None if isinstance(one, Unmatched) else one.context


def _reworded(answer: TextAnswer, wording_of: Callable[[Told], Wording]) -> TextAnswer:
    """An answer with its sentences told otherwise."""

    def finding(one: Finding) -> Finding:
        wording = wording_of(one)
        matches = [
            replace(match, relation=match.relation and _relation_read(match.relation, wording.read)) for match in one.matches
        ]
        return replace(_told(one, wording), context=wording.context, matches=matches, again=[*map(again, one.again)])

    def again(one: Again) -> Again:
        wording = wording_of(one)
        return replace(_told(one, wording), context=wording.context, differences=_differences_read(one.differences, wording.read))

    def unmatched(one: Unmatched) -> Unmatched:
        return _told(one, wording_of(one))

    return replace(answer, findings=[*map(finding, answer.findings)], unmatched=[*map(unmatched, answer.unmatched)])


def _told(one: ToldT, wording: Wording) -> ToldT:
    return replace(one, text=wording.text, start=wording.start, end=wording.end)


def _relation_read(relation: Relation, read: ReadSpan) -> Relation:
    return replace(relation, judged=read(relation.judged), differences=_differences_read(relation.differences, read))


def _differences_read(differences: Sequence[Difference], read: ReadSpan) -> list[Difference]:
    return [replace(one, claim=one.claim and read(one.claim)) for one in differences]


def _miss_without(miss: NearestMiss) -> NearestMiss:
    return replace(miss, relation=miss.relation and _relation_without(miss.relation))


def _relation_without(relation: Relation) -> Relation:
    differences = [replace(one, claim=None) for one in relation.differences]
    return replace(relation, judged=NO_WORDS, differences=differences)
