"""The verdict: what all matches together mean for the claim, with one plain sentence, in the claim's language, that says it.

What the claim repeats comes first, what is on record against that second; statements that it denies, turns round or changes come
after. Of several that it repeats, the sentence names the first against which the gravest is on record. Nothing is turned round:
that a claim denies a refuted statement does not make the claim true, and the sentence says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from index.kinds import Rated, RefutationKind, RelationKind, Stance
from index.records import Review
from service.check.answers import Answer, CommonRating, Match, Part, Verdict, VerdictKind
from service.check.relation import Relation
from service.check.wordings import Wordings

NO_REFUTATION = "no official refutation on record in this source"
"""What an answer says where a statement has no refutation: nothing is ever invented."""

RIVAL = 0.5
"""A repetition comes first unless another relation is more than twice as sure: a claim that denies one statement often seems to
repeat, weakly, that statement's mirror."""

GRAVEST = (
    VerdictKind.OFFICIALLY_REFUTED,
    VerdictKind.CONTESTED,
    VerdictKind.KNOWN_WITHOUT_REFUTATION,
    VerdictKind.KNOWN_STATEMENT,
    VerdictKind.CONTRADICTS_KNOWN_STATEMENT,
    VerdictKind.DIFFERS_IN_DETAIL,
    VerdictKind.NO_KNOWN_STATEMENT,
)
"""Which of the verdicts on several claims a message's verdict follows: what it repeats comes first, and what is refuted of that."""

MEANS = {
    Rated.FALSE: CommonRating.FALSE,
    Rated.MOSTLY_FALSE: CommonRating.FALSE,
    Rated.MISLEADING: CommonRating.MISLEADING,
    Rated.MIXED: CommonRating.MIXED,
    Rated.MOSTLY_TRUE: CommonRating.TRUE,
    Rated.TRUE: CommonRating.TRUE,
}
"""What a rating comes to; one whose meaning is not known comes to nothing."""


def decide(matches: Sequence[Match], language: str, *, polarity_judged: bool, parts: Sequence[Sequence[Match]] = ()) -> Verdict:
    """The verdict on a claim by its matches, best first.

    Args:
        language: of the sentence; English where it has no catalogue.
        parts: the matches of each of several claims that a message makes. The verdict is then the gravest of theirs: what is on
            record against one of them was not said of another. The sentence says first how many they are.
    """
    words = Wordings(language)
    if not parts:
        return _decided(matches, words, polarity_judged=polarity_judged)
    told = {match.dossier.statement.id for part in parts for match in part}
    rest = [match for match in matches if match.dossier.statement.id not in told]
    found = (_decided(some, words, polarity_judged=polarity_judged) for some in (*parts, rest))
    gravest = min(found, key=lambda verdict: GRAVEST.index(verdict.kind))
    return msgspec.structs.replace(gravest, sentence=f"{words.several(len(parts))} {gravest.sentence}")


def nothing_to_compare(language: str, *, polarity_judged: bool) -> Verdict:
    """The verdict where no statement passes the claim's filter: it is not unknown, it was compared with nothing."""
    return Verdict(VerdictKind.NO_KNOWN_STATEMENT, Wordings(language).filtered_out(), None, polarity_judged)


def _decided(matches: Sequence[Match], words: Wordings, *, polarity_judged: bool) -> Verdict:
    if not matches:
        return Verdict(VerdictKind.NO_KNOWN_STATEMENT, words.nothing(), None, polarity_judged)
    if not polarity_judged:
        nearest = words.not_judged(matches[0].dossier.statement, _record(matches[:1], words))
        return Verdict(VerdictKind.KNOWN_STATEMENT, nearest, None, False)
    found = telling(matches)
    if not found:
        return Verdict(VerdictKind.NO_KNOWN_STATEMENT, words.on_the_topic(matches[0].dossier.statement), None, True)
    first, relation = found[0]
    if relation.kind is not RelationKind.REPEATS:
        kind = VerdictKind.DIFFERS_IN_DETAIL if relation.kind is RelationKind.DIFFERS else VerdictKind.CONTRADICTS_KNOWN_STATEMENT
        does = words.does(relation.kind, first.dossier.statement, shown=bool(relation.differences))
        return Verdict(kind, does, None, True)
    repeated = [match for match, does in found if does.kind is RelationKind.REPEATS and match.refutations_apply]
    if not repeated and (first.dossier.refutations or first.dossier.reviews):
        return Verdict(VerdictKind.KNOWN_STATEMENT, words.seems(first.dossier.statement, _record([first], words)), None, True)
    rating = common_rating(_reviews(repeated))
    told = max(repeated or [first], key=_on_record)
    sentence = words.repeats(told.dossier.statement, _record(repeated or [first], words))
    return Verdict(_repeated(repeated, rating), sentence, rating, True)


def worded(answer: Answer, language: str) -> Answer:
    """The same answer with its sentences in another language; not for one whose claim had a filter that nothing passes."""

    def said(verdict: Verdict, matches: Sequence[Match], parts: Sequence[Part] = ()) -> Verdict:
        told = [part.matches for part in parts]
        sentence = decide(matches, language, polarity_judged=verdict.polarity_judged, parts=told).sentence
        return msgspec.structs.replace(verdict, sentence=sentence)

    parts = [msgspec.structs.replace(part, verdict=said(part.verdict, part.matches)) for part in answer.parts]
    return msgspec.structs.replace(answer, verdict=said(answer.verdict, answer.matches, answer.parts), parts=parts)


def telling(matches: Sequence[Match]) -> list[tuple[Match, Relation]]:
    """The matches that the claim is not merely on the topic of, the one that the verdict follows first."""
    found = [(match, match.relation) for match in matches if match.relation and match.relation.kind is not RelationKind.RELATED]
    surest = max((_sureness(pair) for pair in found), default=0.0)
    return sorted(found, key=lambda pair: (not _comes_first(pair, surest), -_sureness(pair)))


def _comes_first(pair: tuple[Match, Relation], surest: float) -> bool:
    match, relation = pair
    return relation.kind is RelationKind.REPEATS and (bool(match.refutations_apply) or _sureness(pair) >= RIVAL * surest)


def _sureness(pair: tuple[Match, Relation]) -> float:
    return pair[0].probability * pair[1].probability


def common_rating(reviews: Iterable[Review]) -> CommonRating | None:
    """What fact-checkers' ratings come to together: the commonest, the worse of two as common; None without any."""
    found = [MEANS[review.rating.rated] for review in reviews if review.rating.rated in MEANS]
    if {CommonRating.FALSE, CommonRating.TRUE} <= set(found):
        return CommonRating.DISPUTED
    return max(found, key=lambda rating: (found.count(rating), -list(CommonRating).index(rating)), default=None)


def _repeated(repeated: Sequence[Match], rating: CommonRating | None) -> VerdictKind:
    if any(match.officially_denied for match in repeated):
        return VerdictKind.OFFICIALLY_REFUTED
    contested = rating not in (None, CommonRating.TRUE) or any(match.dossier.refutations for match in repeated)
    return VerdictKind.CONTESTED if contested else VerdictKind.KNOWN_WITHOUT_REFUTATION


def _on_record(match: Match) -> tuple[bool, bool]:
    """How grave is what stands against a statement: an official denial, anything else, nothing."""
    return match.officially_denied, bool(match.dossier.refutations or match.dossier.reviews)


def _reviews(matches: Iterable[Match]) -> list[Review]:
    return list({review.id: review for match in matches for review in match.dossier.reviews}.values())


def _record(matches: Sequence[Match], words: Wordings) -> str:
    """What stands against the statements, in words: denials, counter-statements and ratings apart."""
    stances = {
        refutation.id: refutation.stances().get(match.dossier.statement.id, Stance.COUNTERS)
        for match in matches
        for refutation in match.dossier.refutations
        if refutation.kind is not RefutationKind.REVIEW
    }
    denials = sum(stance is Stance.DENIES for stance in stances.values())
    return words.record(denials, len(stances) - denials, _reviews(matches))
