"""A kept answer's sentences in the reader's language, put together anew from what of the answer was kept.

They are first put together in the language in which they stand there. Where the words come out otherwise (too little was kept, or
another version of the service says it in other words), nothing is told anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from index.kinds import RefutationKind, RelationKind, Stance
from service.api.wire.answers import Answer, Match
from service.check.answers import Verdict, VerdictKind
from service.check.verdict import RIVAL
from service.check.wordings import Wordings


def retold(answer: Answer, said_in: str, reader: str) -> tuple[Answer, str]:
    """An answer with its sentences in the reader's language, and the language that they are in: as before if that fails."""
    if said_in == reader:
        return answer, said_in
    known = {match.statement.id: match for match in answer.matches}
    whole = _retold(answer.verdict, answer.matches, said_in, reader)
    parts = []
    for part in answer.parts:
        verdict = _retold(part.verdict, [known[id_] for id_ in part.statements if id_ in known], said_in, reader)
        if verdict is not None:
            parts.append(msgspec.structs.replace(part, verdict=verdict))
    if whole is None or len(parts) < len(answer.parts):
        return answer, said_in
    return msgspec.structs.replace(answer, verdict=whole, parts=parts), reader


def _retold(verdict: Verdict, matches: Sequence[Match], said_in: str, reader: str) -> Verdict | None:
    before, after = Wordings(said_in), Wordings(reader)
    for applies in (True, False):
        said = _sentence(verdict, matches, before, applies)
        told = _sentence(verdict, matches, after, applies)
        if verdict.sentence == said:
            return msgspec.structs.replace(verdict, sentence=told)
        count = re.search(r"\d+", verdict.sentence.removesuffix(said))
        if count and verdict.sentence == f"{before.several(int(count[0]))} {said}":
            return msgspec.structs.replace(verdict, sentence=f"{after.several(int(count[0]))} {told}")
    return None


def _sentence(verdict: Verdict, matches: Sequence[Match], words: Wordings, applies: bool) -> str:
    """What `service.check.verdict` says of these matches.

    Args:
        applies: whether what stands against a statement stands against the claim, too, where that was not kept.
    """
    if not matches:
        return words.nothing()
    if not verdict.polarity_judged:
        return words.not_judged(matches[0].statement, _record(matches[:1], words))
    found = _telling(matches, applies)
    if not found:
        return words.on_the_topic(matches[0].statement)
    first = found[0]
    if verdict.kind is VerdictKind.KNOWN_STATEMENT:
        return words.seems(first.statement, _record([first], words))
    if first.relation and first.relation.kind is not RelationKind.REPEATS:
        return words.does(first.relation.kind, first.statement, shown=bool(first.relation.differences))
    repeated = [one for one in found if _kind(one) is RelationKind.REPEATS and _applies(one, applies)]
    return words.repeats(first.statement, _record(repeated or [first], words))


def _telling(matches: Sequence[Match], applies: bool) -> list[Match]:
    """See `service.check.verdict.telling`."""
    found = [match for match in matches if _kind(match) not in (None, RelationKind.RELATED)]
    surest = max(map(_sureness, found), default=0.0)

    def comes_first(match: Match) -> bool:
        repeats = _kind(match) is RelationKind.REPEATS
        return repeats and (_applies(match, applies) or _sureness(match) >= RIVAL * surest)

    return sorted(found, key=lambda match: (not comes_first(match), -_sureness(match)))


def _kind(match: Match) -> RelationKind | None:
    return match.relation.kind if match.relation else None


def _sureness(match: Match) -> float:
    return match.probability * match.relation.probability if match.relation else 0.0


def _applies(match: Match, otherwise: bool) -> bool:
    told = next((one.applies_to_claim for one in match.refutations), otherwise)
    return bool(told)


def _record(matches: Sequence[Match], words: Wordings) -> str:
    official = [one for match in matches for one in match.refutations if one.kind is not RefutationKind.REVIEW]
    stances = {one.id: one.stance for one in official}
    denials = sum(stance is Stance.DENIES for stance in stances.values())
    reviews = {review.id: review for match in matches for review in match.reviews}
    return words.record(denials, len(stances) - denials, list(reviews.values()))
