"""Whole documents: text to sentences to findings. Read `check_text` from top to bottom to see all that happens to a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from index.kinds import RelationKind
from index.progress import Progress, no_progress
from service.check.answers import Answer, Claim, ProducedBy
from service.check.bounds import refuse_greed
from service.check.matcher import Matching
from service.check.texts.documents import TextFormat, blocks_of
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


class Document(Claim, frozen=True, kw_only=True):
    """A document to check; all but its own attributes, `text` and `limit` is as for a claim, and holds for each sentence.

    Attributes:
        longest: characters of text that it may have, markup aside; None for no limit.
    """

    format: TextFormat = TextFormat.PLAIN
    limit: int = 1
    longest: int | None = None

    def claim(self, text: str, language: str) -> Claim:
        """The claim that one of its sentences makes."""
        shared = {field: getattr(self, field) for field in Claim.__struct_fields__}
        return Claim(**{**shared, "text": text, "language": language})


class Context(msgspec.Struct, frozen=True):
    """The sentence before, without which a sentence matches nothing.

    Attributes:
        read_as: the text that matched: both sentences.
    """

    sentence: Sentence
    read_as: str


class Finding(msgspec.Struct, frozen=True):
    """A sentence that known statements fit.

    Attributes:
        answer: to the sentence, or to `context.read_as` if there is a context.
        importance: 0..1, what findings are ordered by: the best match's probability x (0.5 + worth's points / 2) x 0.5 if no
            refutation is on record x 0.8 if it matched in context only.
        context: None if the sentence matches by itself.
    """

    sentence: Sentence
    answer: Answer
    importance: float
    context: Context | None


class CheckedText(msgspec.Struct, frozen=True):
    """The answer to a document.

    Attributes:
        sentences: how many it has.
        findings: the most important first.
        unmatched: sentences that no statement fits, with `WORTH_LISTING` points or more, most points first.
        produced_by: None if the document has no sentence to check.
        filtered_out: whether no statement passes the document's filter: then its sentences were compared with nothing.
    """

    document: Document
    sentences: int
    findings: list[Finding]
    unmatched: list[Sentence]
    produced_by: ProducedBy | None
    filtered_out: bool = False


class Step(msgspec.Struct, frozen=True):
    """How many of a document's sentences are checked."""

    done: int
    total: int


def check_text(matcher: Matching, document: Document) -> Iterator[Step | CheckedText]:
    """Check a document step by step: a `Step` before each batch of sentences, at last the answer. To stop asking is to stop it.

    Raises:
        InvalidInput: if a filter's value cannot be used, the text is too long, or its sentences ask for too many matches.
        StoreUnavailable: if the store cannot be read.
        EncodingFailed: if the encoder gives no usable vectors.
    """
    sentences = sentences_of(blocks_of(document.text, document.format, document.longest), document.language)
    refuse_greed("limit", [document] * len(sentences), matcher.thresholds[0])
    findings: list[Finding] = []
    unmatched: list[Sentence] = []
    asking = _Asking(matcher, document)
    for start in range(0, len(sentences), AT_ONCE):
        yield Step(start, len(sentences))
        batch = sentences[start : start + AT_ONCE]
        answers = asking.answers([document.claim(sentence.text, sentence.language) for sentence in batch])
        contexts = _in_context(asking, [*sentences[max(start - 1, 0) : start], *batch], answers)
        for sentence, answer, found in zip(batch, answers, contexts, strict=True):
            if answer.matches or found:
                findings.append(_finding(sentence, *(found or (answer, None))))
            elif sentence.worth.points >= WORTH_LISTING and not sentence.window:
                unmatched.append(sentence)
    yield Step(len(sentences), len(sentences))
    findings.sort(key=lambda finding: -finding.importance)
    unmatched.sort(key=lambda sentence: -sentence.worth.points)
    yield CheckedText(document, len(sentences), findings, unmatched, asking.produced_by, asking.filtered_out)


def answer_text(matcher: Matching, document: Document, progress: Progress = no_progress) -> CheckedText:
    """Check a document in one go; see `check_text`."""
    steps = check_text(matcher, document)
    while isinstance(step := next(steps), Step):
        progress("checking sentences", step.done, step.total)
    return step


class _Asking:
    """Asks for a document's claims, for each only once: a text of one sentence over and over costs one answer."""

    def __init__(self, matcher: Matching, document: Document) -> None:
        self.document = document
        self.produced_by: ProducedBy | None = None
        self.filtered_out = False
        self._matcher = matcher
        self._known: dict[tuple[str, str | None, bool], Answer] = {}

    def answers(self, claims: Sequence[Claim]) -> list[Answer]:
        """The answers to some of the document's claims."""
        keys = [(claim.text, claim.language, claim.split) for claim in claims]
        new = {key: claim for key, claim in zip(keys, claims, strict=True) if key not in self._known}
        if new:
            found = self._matcher.match(list(new.values())).answers
            self._known.update(zip(new, found, strict=True))
            self.produced_by, self.filtered_out = found[0].produced_by, found[0].filtered_out
        return [self._known[key] for key in keys]


def _in_context(asking: _Asking, sentences: Sequence[Sentence], answers: Sequence[Answer]) -> list[tuple[Answer, Context] | None]:
    """For each answer, the one that its sentence gets together with the sentence before, where only that one has a match.

    Args:
        sentences: of the answers, and before them the one before, if there is one.
    """
    ahead = len(sentences) - len(answers)
    doubled: dict[int, Claim] = {}
    for at, answer in enumerate(answers):
        if at + ahead == 0 or sentences[at + ahead].window:
            continue
        if answer.nearest_miss and answer.nearest_miss.probability >= OWN_SHARE:
            before, sentence = sentences[at + ahead - 1], sentences[at + ahead]
            both = asking.document.claim(f"{before.text} {sentence.text}", sentence.language)
            doubled[at] = msgspec.structs.replace(both, split=False)
    found: list[tuple[Answer, Context] | None] = [None] * len(answers)
    for (at, together), answer in zip(doubled.items(), asking.answers(list(doubled.values())), strict=True):
        nearest, best = answers[at].nearest_miss, answer.matches[:1]
        if best and nearest and best[0].candidate.statement_id == nearest.candidate.statement_id:
            context = Context(sentences[at + ahead - 1], together.text)
            found[at] = (msgspec.structs.replace(answer, matches=best), context)
    return found


def _finding(sentence: Sentence, answer: Answer, context: Context | None) -> Finding:
    best = answer.matches[0]
    importance = best.probability * (0.5 + sentence.worth.points / 2)
    importance *= 1 if best.dossier.refutations else UNREFUTED
    importance *= IN_CONTEXT if context else 1
    return Finding(sentence, answer, importance, context)


def grouped(findings: Sequence[Finding]) -> list[list[Finding]]:
    """Findings by statement: in each group the one that stands for it, then the further ones in their order.

    The most important one that is not merely on the topic stands for its group, one that matches by itself before one in context.
    Of windows that overlap, the more important one stands for both.

    Args:
        findings: the most important first; so are the groups.
    """
    groups: dict[str, list[Finding]] = {}
    found: list[list[Finding]] = []
    for finding in findings:
        group = groups.setdefault(finding.answer.matches[0].dossier.statement.id, [])
        if not group:
            found.append(group)
        if not any(_overlap(finding.sentence, other.sentence) for other in (*group[:1], *group[-1:])):
            group.append(finding)
    return [_led(group) for group in found]


def _led(group: Sequence[Finding]) -> list[Finding]:
    """A group with the finding that stands for it first."""
    first = min(group, key=lambda one: (_merely_on_topic(one), one.context is not None))
    return [first, *sorted((one for one in group if one is not first), key=lambda one: one.sentence.start or 0)]


def _merely_on_topic(finding: Finding) -> bool:
    relation = finding.answer.matches[0].relation
    return relation is not None and relation.kind is RelationKind.RELATED


def _overlap(one: Sentence, other: Sentence) -> bool:
    """Whether one of them is a window that shows part of the other."""
    if not one.window or None in (one.start, one.end, other.start, other.end):
        return False
    return bool(one.start < other.end and other.start < one.end)  # type: ignore[operator]
