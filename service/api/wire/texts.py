"""Answers to whole documents as clients see them."""

from __future__ import annotations

from typing import Annotated, Self

import msgspec
from msgspec import Meta

from index.kinds import RelationKind
from service.api.wire.answers import NOTHING_PASSES, Match
from service.check.answers import ProducedBy, Verdict, VerdictKind
from service.check.slots import Difference
from service.check.texts import findings as checking
from service.check.texts.documents import TextFormat
from service.check.texts.sentences import Sentence
from service.check.texts.worth import Worth

Place = Annotated[int | None, Meta(description="In the input, in Unicode code points from 0; null if it has no place there")]


class Context(msgspec.Struct, frozen=True):
    """The sentence before, without which this one matches nothing.

    Attributes:
        read_as: the text that matched: both sentences.
    """

    text: str
    start: Place
    end: Place
    read_as: str

    @classmethod
    def of(cls, context: checking.Context) -> Self:
        """The view of a context."""
        before = context.sentence
        return cls(before.text, before.start, before.end, context.read_as)


class Again(msgspec.Struct, frozen=True):
    """A further sentence that comes closest to the statement of a finding; what is on record about it stands there.

    Attributes:
        number: its place among the document's sentences, from 1.
        context: null if the sentence matches by itself.
        verdict: on this sentence, or on `context.read_as` if there is a context; so is all below.
        relation: how it relates to the statement; null where a setting turns that off.
        refutations_apply: whether what stands against the statement stands against this sentence, too; null: not judged, or unsure.
        differences: what the relation rests on.
    """

    text: str
    language: str
    number: int
    start: Place
    end: Place
    context: Context | None
    verdict: VerdictKind
    probability: float
    relation: RelationKind | None
    refutations_apply: bool | None
    differences: list[Difference]

    @classmethod
    def of(cls, again: checking.Finding) -> Self:
        """The view of a further sentence."""
        sentence, match = again.sentence, again.answer.matches[0]
        return cls(
            text=sentence.text,
            language=sentence.language,
            number=sentence.number,
            start=sentence.start,
            end=sentence.end,
            context=Context.of(again.context) if again.context else None,
            verdict=again.answer.verdict.kind,
            probability=match.probability,
            relation=match.relation.kind if match.relation else None,
            refutations_apply=match.refutations_apply,
            differences=match.relation.differences if match.relation else [],
        )


class Finding(msgspec.Struct, frozen=True):
    """A sentence that known statements fit.

    Attributes:
        number: its place among the document's sentences, from 1.
        importance: 0..1, what findings are ordered by: the best match's probability x (0.5 + worth's points / 2) x 0.5 if no
            refutation is on record x 0.8 if it matched in context only.
        context: null if the sentence matches by itself.
        matches: best first; of the text in `context.read_as` if there is a context.
        again: further sentences that come closest to the same statement, in their order.
    """

    text: str
    language: str
    number: int
    start: Place
    end: Place
    importance: float
    worth: Worth
    context: Context | None
    verdict: Verdict
    matches: list[Match]
    again: list[Again]

    @classmethod
    def of(cls, finding: checking.Finding, *again: checking.Finding) -> Self:
        """The view of a finding, with the further ones of its statement."""
        sentence, answer = finding.sentence, finding.answer
        return cls(
            text=sentence.text,
            language=sentence.language,
            number=sentence.number,
            start=sentence.start,
            end=sentence.end,
            importance=finding.importance,
            worth=sentence.worth,
            context=Context.of(finding.context) if finding.context else None,
            verdict=answer.verdict,
            matches=[Match.of(match) for match in answer.matches],
            again=[Again.of(one) for one in again],
        )


class Unmatched(msgspec.Struct, frozen=True):
    """A sentence that is worth checking and that no known statement fits.

    Attributes:
        number: its place among the document's sentences, from 1.
    """

    text: str
    language: str
    number: int
    start: Place
    end: Place
    worth: Worth

    @classmethod
    def of(cls, sentence: Sentence) -> Self:
        """The view of a sentence."""
        return cls(sentence.text, sentence.language, sentence.number, sentence.start, sentence.end, sentence.worth)


class TextAnswer(msgspec.Struct, frozen=True):
    """The answer to a document.

    Attributes:
        sentences: how many it has.
        findings: the most important first, one a statement.
        unmatched: those with 0.5 points or more, most points first.
        produced_by: null if the document has no sentence to check.
        filter_note: says so where no statement passes the filter; only there.
        extracted: the text that was taken out of a PDF or DOCX file, to which places refer; null for any other document.
    """

    format: TextFormat
    characters: int
    sentences: int
    findings: list[Finding]
    unmatched: list[Unmatched]
    produced_by: ProducedBy | None
    filter_note: str | msgspec.UnsetType = msgspec.UNSET
    extracted: str | None = None

    @classmethod
    def of(cls, checked: checking.CheckedText) -> Self:
        """The view of a checked document."""
        document = checked.document
        return cls(
            format=document.format,
            characters=len(document.text),
            sentences=checked.sentences,
            findings=[Finding.of(*group) for group in checking.grouped(checked.findings)],
            unmatched=[Unmatched.of(sentence) for sentence in checked.unmatched],
            produced_by=checked.produced_by,
            filter_note=NOTHING_PASSES if checked.filtered_out else msgspec.UNSET,
        )


class StreamEvent(msgspec.Struct, frozen=True):
    """A server-sent event of a document's check.

    Attributes:
        event: `progress`, `result` or `problem`.
        data: as JSON: `{done, total}` in sentences, what /v1/texts/check answers, or an RFC 9457 problem.
    """

    event: str
    data: str
