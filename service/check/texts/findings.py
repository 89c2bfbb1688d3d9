"""Whole documents: text to sentences to findings. Read `check_text` from top to bottom to see all that happens to a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from index.models.encoders import Progress as Report
from index.models.encoders import no_progress
from service.api.text_wire import Context, Finding, Progress, TextAnswer, TextRequest, Unmatched
from service.api.wire import Answer, CheckRequest
from service.check.matcher import Matcher
from service.check.texts.documents import blocks_of
from service.check.texts.sentences import Sentence, sentences_of

AT_ONCE = 128
"""Sentences checked between two reports of progress; with fewer the encoder pads more (64: 1.1 times the work)."""

WORTH_LISTING = 0.5
"""Points from which on a sentence without a match is listed."""

OWN_SHARE = 0.02
"""A match in context counts if the sentence by itself comes closest to the same statement with at least this probability. Otherwise
it would merely be the match of the sentence before. tests/quality/contexts.py has the measurements."""

UNREFUTED, IN_CONTEXT = 0.5, 0.8
"""What a finding's importance is multiplied by if no refutation is on record, and if it matches in context only."""


def check_text(matcher: Matcher, request: TextRequest, longest: int) -> Iterator[Progress | TextAnswer]:
    """Check a document step by step: `Progress` before each batch of sentences, at last the answer. To stop asking is to stop it.

    Args:
        longest: characters that a document may have.

    Raises:
        InvalidInput: if it is longer, or a filter's value cannot be used.
        StoreUnavailable: if the store cannot be read.
        EncodingFailed: if the encoder gives no usable vectors.
    """
    request.refuse_longer(longest)
    sentences = sentences_of(blocks_of(request.text, request.format), request.language)
    findings: list[Finding] = []
    unmatched: list[Unmatched] = []
    produced_by = None
    for start in range(0, len(sentences), AT_ONCE):
        yield Progress(start, len(sentences))
        batch = sentences[start : start + AT_ONCE]
        answers = matcher.match([request.claim(sentence.text, sentence.language) for sentence in batch]).answers
        produced_by = answers[0].produced_by
        contexts = _in_context(matcher, request, [*sentences[max(start - 1, 0) : start], *batch], answers)
        for sentence, answer, found in zip(batch, answers, contexts, strict=True):
            if answer.matches or found:
                findings.append(_finding(sentence, *(found or (answer, None))))
            elif sentence.worth.points >= WORTH_LISTING:
                unmatched.append(Unmatched(sentence.text, sentence.language, sentence.start, sentence.end, sentence.worth))
    yield Progress(len(sentences), len(sentences))
    findings.sort(key=lambda finding: -finding.importance)
    unmatched.sort(key=lambda sentence: -sentence.worth.points)
    yield TextAnswer(request.format, len(request.text), len(sentences), findings, unmatched, produced_by)


def answer_text(matcher: Matcher, request: TextRequest, longest: int, progress: Report = no_progress) -> TextAnswer:
    """Check a document in one go; see `check_text`."""
    steps = check_text(matcher, request, longest)
    while isinstance(step := next(steps), Progress):
        progress("checking sentences", step.done, step.total)
    return step


def _in_context(
    matcher: Matcher, request: TextRequest, sentences: Sequence[Sentence], answers: Sequence[Answer]
) -> list[tuple[Answer, Context] | None]:
    """For each answer, the one that its sentence gets together with the sentence before, where only that one has a match.

    Args:
        sentences: of the answers, and before them the one before, if there is one.
    """
    ahead = len(sentences) - len(answers)
    asked: dict[int, CheckRequest] = {}
    for at, answer in enumerate(answers):
        if at + ahead > 0 and answer.nearest_miss and answer.nearest_miss.probability >= OWN_SHARE:
            before, sentence = sentences[at + ahead - 1], sentences[at + ahead]
            asked[at] = request.claim(f"{before.text} {sentence.text}", sentence.language)
    found: list[tuple[Answer, Context] | None] = [None] * len(answers)
    for (at, together), answer in zip(asked.items(), matcher.match(list(asked.values())).answers if asked else [], strict=True):
        nearest, best = answers[at].nearest_miss, answer.matches[:1]
        if best and nearest and best[0].statement.id == nearest.statement.id:
            before = sentences[at + ahead - 1]
            context = Context(before.text, before.start, before.end, together.text)
            found[at] = (msgspec.structs.replace(answer, matches=best), context)
    return found


def _finding(sentence: Sentence, answer: Answer, context: Context | None) -> Finding:
    best = answer.matches[0]
    importance = best.probability * (0.5 + sentence.worth.points / 2)
    importance *= 1 if best.refutations else UNREFUTED
    importance *= IN_CONTEXT if context else 1
    return Finding(
        text=sentence.text,
        language=sentence.language,
        start=sentence.start,
        end=sentence.end,
        importance=importance,
        worth=sentence.worth,
        context=context,
        verdict=answer.verdict,
        matches=answer.matches,
    )
