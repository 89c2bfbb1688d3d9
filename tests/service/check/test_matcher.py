"""A claim's way: how many connections it takes, how deep it goes, and that no claim depends on another."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import msgspec
import sqlalchemy as sa

from index.kinds import PassageKind, RecordKind, RelationKind, State
from index.ledger.entries import By
from index.records import passages_of
from index.store.store import StatementFilter
from index.store.writing import Put
from service.api.wire.answers import Answer as AnswerView
from service.app import Parts
from service.check.answers import Answer, Claim
from service.check.matcher import Ranked, Shortlist
from service.check.reading import read
from service.settings import Settings
from tests.conftest import ROOT, fake_parts
from tests.quality.claims import DEVELOPMENT, read_claims

TROOPS = Claim(text="North is massing troops near the river")
CLAIMS = [
    TROOPS,
    Claim(text="South bought forty tanks", only=StatementFilter(topic="arms")),
    Claim(text="North masses no troops at the river, that is untrue", only=StatementFilter(place="river"), explain=True),
]
FOLLOWED = ("service/check/matcher.py", "index/search/retriever.py")
"""What a newcomer reads after the route. All else is a leaf of the claim's way, told by its name and its docstring."""
DEEPEST = 4
"""The route, what is within these two modules, and the leaf that they call."""


@contextmanager
def connections() -> Iterator[list[None]]:
    """Something for each connection that this thread takes from a pool."""
    taken: list[None] = []
    here = threading.get_ident()

    def on_checkout(*_: Any) -> None:
        if threading.get_ident() == here:
            taken.append(None)

    sa.event.listen(sa.pool.Pool, "checkout", on_checkout)
    try:
        yield taken
    finally:
        sa.event.remove(sa.pool.Pool, "checkout", on_checkout)


def test_a_check_takes_one_connection_and_another_one_if_it_has_a_filter(parts: Parts) -> None:
    for claims, expected in (([TROOPS], 1), (CLAIMS, 2)):
        with connections() as taken:
            parts.matcher.match(claims)
        assert len(taken) == expected


def test_what_is_no_longer_on_record_is_in_no_answer_however_old_the_index_is(parts: Parts) -> None:
    """A refutation is retired, and a wording erased; the index has not followed yet."""
    (claim,) = [Claim(text="Observers saw no troops near the river")]
    (before,) = parts.matcher.match([claim]).answers
    by, told = By("me", "because"), before.matches[0].candidate.passage
    assert (told.kind, told.record_id) == (PassageKind.REFUTATION, "observers-saw-nothing")
    with parts.store.ledger.acting(by) as act:
        act.put(RecordKind.REFUTATION, [Put(record_id=told.record_id, state=State.RETIRED)])
    (after,) = parts.matcher.match([claim]).answers
    shown = after.matches[0] if after.matches else after.nearest_miss
    assert shown is not None
    own = parts.store.statement(shown.candidate.statement_id)
    assert shown.candidate.passage == passages_of(own)[0]
    assert told.text not in msgspec.json.encode(AnswerView.of(after)).decode()


def test_what_has_had_its_day_is_answered_by_nobody_who_starts_after_it(settings: Settings) -> None:
    """The command line, too, where no service runs that would retire it."""
    parts = fake_parts(settings)
    assert parts.matcher.match([TROOPS]).answers[0].matches
    with parts.store.ledger.acting(By("me", "because")) as act:
        act.put(RecordKind.STATEMENT, [Put(record_id="north-masses-troops", expires="2020-01-01")])
    parts.store.close()
    parts = fake_parts(settings)
    ids = {one.candidate.statement_id for one in parts.matcher.match([TROOPS]).answers[0].matches}
    assert "north-masses-troops" not in ids
    parts.store.close()


def test_a_claim_is_followed_in_few_steps(parts: Parts) -> None:
    ways: set[tuple[str, ...]] = set()

    def on_call(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            ways.add(tuple(followed(frame)))

    parts.matcher.match(CLAIMS)
    sys.setprofile(on_call)
    try:
        parts.matcher.match(CLAIMS)
    finally:
        sys.setprofile(None)
    deepest = max(ways, key=len)
    assert 1 + len(deepest) <= DEEPEST, " > ".join(reversed(deepest))


def followed(frame: FrameType | None) -> Iterator[str]:
    """The functions in which a frame stands, innermost first: those of the modules that are followed, and the leaf they call."""
    leaf = ""
    while frame:
        name, file = frame.f_code.co_name, frame.f_code.co_filename
        here = file.removeprefix(f"{ROOT}/")
        if here in FOLLOWED and not name.startswith("<"):
            yield from [leaf, f"{here}:{name}"] if leaf else [f"{here}:{name}"]
            leaf = ""
        elif here not in FOLLOWED:
            leaf = f"{here}:{name}" if here.startswith(("index/", "service/")) else leaf
        frame = frame.f_back


def told(answer: Answer) -> tuple[object, ...]:
    """What an answer says, without the figures."""
    kinds = [match.relation and match.relation.kind for match in answer.matches]
    applies = [match.refutations_apply for match in answer.matches]
    return answer.verdict.kind, [match.candidate.statement_id for match in answer.matches], kinds, applies


def figures(answer: Answer) -> list[float]:
    return [
        figure for match in answer.matches for figure in (match.probability, match.relation.probability if match.relation else 0)
    ]


def test_one_claim_has_one_answer(real_parts: Parts) -> None:
    """The real models: a claim asked alone, among others, in another order, before and after other claims."""
    claims = [Claim(text=claim.text) for claim in read_claims(DEVELOPMENT)[::9]]
    together = real_parts.matcher.match(claims).answers
    backwards = real_parts.matcher.match(claims[::-1]).answers[::-1]
    alone = [real_parts.matcher.match([claim]).answers[0] for claim in claims]
    for others in (backwards, alone):
        assert [told(answer) for answer in others] == [told(answer) for answer in together]
        for answer, other in zip(together, others, strict=True):
            assert all(abs(one - two) <= 0.001 for one, two in zip(figures(answer), figures(other), strict=True))


def test_a_statement_that_a_claim_is_merely_on_the_topic_of_has_to_be_surer(parts: Parts) -> None:
    (repeating, *_) = parts.matcher.match([TROOPS]).answers[0].matches
    assert repeating.relation is not None
    likely = msgspec.structs.replace(repeating, probability=0.5)
    topical = msgspec.structs.replace(likely, relation=msgspec.structs.replace(repeating.relation, kind=RelationKind.RELATED))
    shortlist = Shortlist(TROOPS, read(TROOPS.text), [], threshold=0.3, related_from=0.7, review=0.1)
    assert Ranked(shortlist, [topical, likely]).matches() == [likely]
    assert Ranked(shortlist, [msgspec.structs.replace(topical, probability=0.7)]).matches()
