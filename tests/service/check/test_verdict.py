"""When what stands against a statement stands against a claim, too, and what the verdict says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
import pytest

from index.kinds import PassageKind, Rated, RefutationKind, RelationKind, StatementKind
from index.records import Citation, Dossier, Party, Passage, Rating, Refutation, Review, Statement
from index.search.features import Features
from index.search.fusion import Candidate
from service.check.answers import CommonRating, Match, VerdictKind
from service.check.contradictions import without_contradictions
from service.check.mentions import Span
from service.check.relation import Relation
from service.check.slots import Difference, Slot
from service.check.verdict import decide

CITED = [Citation("paper")]
STATEMENT = Statement("s", StatementKind.ACCUSATION, "North masses troops.", "en", Party("South"), CITED, True)
PASSAGE = Passage("s", PassageKind.TEXT, "en", STATEMENT.text)
DENIAL = Refutation("d", RefutationKind.DENIAL, "No troops.", "en", Party("North"), CITED, denies=["s"])
COUNTER = Refutation("c", RefutationKind.FACT, "Nobody saw any.", "en", Party("Observers"), CITED, counters=["s"])
REVIEW = Review("r", "s", Citation("checker"), Party("Checker"), "en", Rating(Rated.FALSE, "Pants on fire"))
APPLIES_FROM = 0.7
"""The least product of the two probabilities from which on refutations apply here."""
KINDS = (0.9, 0.025, 0.025, 0.025, 0.025)
NOW = dt.datetime(2024, 7, 2)


def relation(kind: RelationKind = RelationKind.REPEATS, probability: float = 0.95, differing: bool = False) -> Relation:
    differences = [Difference(Slot.NEGATION, None, None)] if differing else []
    return Relation(kind, probability, differences, PASSAGE, Span(STATEMENT.text, 0, len(STATEMENT.text)), KINDS)


def match(
    *refutations: Refutation, judged: Relation | None = None, probability: float = 0.95, reviews: Sequence[Review] = ()
) -> Match:
    dossier = Dossier(STATEMENT, list(refutations), list(reviews), {}, NOW, NOW)
    candidate = Candidate("s", PASSAGE, Features(0.9, 0.0, 0.9, 0.9), False, 1.0, 1.0)
    repeats = judged is not None and judged.kind is RelationKind.REPEATS
    applies = (True if probability * judged.probability >= APPLIES_FROM else None) if judged and repeats else False
    return Match(dossier, candidate, probability, judged, applies, None)


def review_as_refutation() -> Refutation:
    refutation = REVIEW.refutation()
    assert refutation
    return refutation


def rated(rated: Rated, words: str, reviewer: str = "Checker") -> Review:
    return Review(f"r-{words}-{reviewer}", "s", Citation("checker"), Party(reviewer), "en", Rating(rated, words))


@pytest.mark.parametrize(
    ("refutations", "reviews", "kind", "words"),
    [
        ([], [], VerdictKind.KNOWN_WITHOUT_REFUTATION, "On record: no official refutation in this source."),
        ([COUNTER], [], VerdictKind.CONTESTED, "On record: 1 counter-statement."),
        ([review_as_refutation()], [REVIEW], VerdictKind.CONTESTED, 'On record: rated "Pants on fire" by Checker.'),
        ([DENIAL], [], VerdictKind.OFFICIALLY_REFUTED, "On record: 1 official denial."),
        (
            [DENIAL, COUNTER, review_as_refutation()],
            [REVIEW],
            VerdictKind.OFFICIALLY_REFUTED,
            'On record: 1 official denial, 1 counter-statement, rated "Pants on fire" by Checker.',
        ),
        ([], [rated(Rated.MISLEADING, "Misleading")], VerdictKind.CONTESTED, 'On record: rated "Misleading" by Checker.'),
        ([], [rated(Rated.TRUE, "Correct")], VerdictKind.KNOWN_WITHOUT_REFUTATION, 'On record: rated "Correct" by Checker.'),
    ],
)
def test_denials_counter_statements_and_ratings_are_told_apart(
    refutations: list[Refutation], reviews: list[Review], kind: VerdictKind, words: str
) -> None:
    verdict = decide([match(*refutations, judged=relation(), reviews=reviews)], "en", polarity_judged=True)
    assert verdict.kind is kind
    assert words in verdict.sentence


@pytest.mark.parametrize(
    ("ratings", "together"),
    [
        ([Rated.FALSE, Rated.MOSTLY_FALSE, Rated.MISLEADING], CommonRating.FALSE),
        ([Rated.FALSE, Rated.TRUE, Rated.FALSE], CommonRating.DISPUTED),
        ([Rated.MISLEADING, Rated.MIXED], CommonRating.MISLEADING),
        ([Rated.MOSTLY_TRUE, Rated.UNCLEAR], CommonRating.TRUE),
        ([Rated.UNCLEAR], None),
        ([], None),
    ],
)
def test_ratings_are_read_together(ratings: list[Rated], together: CommonRating | None) -> None:
    reviews = [rated(one, f"{one.value} {place}") for place, one in enumerate(ratings)]
    assert decide([match(judged=relation(), reviews=reviews)], "en", polarity_judged=True).rating is together


def test_what_all_repeated_statements_have_on_record_is_read_together() -> None:
    both = [
        match(judged=relation(), reviews=[rated(Rated.FALSE, "False", "One")]),
        match(DENIAL, judged=relation(), reviews=[rated(Rated.TRUE, "True", "Two")], probability=0.9),
    ]
    verdict = decide(both, "en", polarity_judged=True)
    assert (verdict.kind, verdict.rating) == (VerdictKind.OFFICIALLY_REFUTED, CommonRating.DISPUTED)
    assert 'rated "False" by One, rated "True" by Two' in verdict.sentence


def about(name: str, *refutations: Refutation, reviews: Sequence[Review] = (), judged: Relation | None = None) -> Match:
    """A match of another statement, by the claimant of that name."""
    found = match(*refutations, judged=judged or relation(), reviews=reviews)
    statement = msgspec.structs.replace(STATEMENT, id=name, claimant=Party(name))
    return msgspec.structs.replace(found, dossier=msgspec.structs.replace(found.dossier, statement=statement))


def test_what_one_of_several_claims_has_on_record_is_not_said_of_another() -> None:
    event = about("West", reviews=[rated(Rated.TRUE, "True", "Two")])
    denied = about("East", COUNTER, reviews=[rated(Rated.FALSE, "False", "One")])
    changed = about("North", DENIAL, judged=relation(RelationKind.DIFFERS, differing=True))
    verdict = decide([event, denied, changed], "en", polarity_judged=True, parts=[[event], [denied], [changed]])
    assert (verdict.kind, verdict.rating) == (VerdictKind.CONTESTED, CommonRating.FALSE)
    assert verdict.sentence == (
        "This message makes several known claims: 3. The claim repeats a known statement: accusation by East. "
        'On record: 1 counter-statement, rated "False" by One.'
    )


def test_the_sentence_names_the_statement_that_was_denied() -> None:
    surest, denied = about("West"), about("East", msgspec.structs.replace(DENIAL, denies=["East"]))
    verdict = decide([surest, denied], "en", polarity_judged=True)
    assert verdict.sentence == "The claim repeats a known statement: accusation by East. On record: 1 official denial."


def test_what_only_the_whole_message_repeats_is_told_beside_its_parts() -> None:
    one, other = about("West"), about("North", judged=relation(RelationKind.DIFFERS, differing=True))
    whole = about("East", COUNTER)
    verdict = decide([one, other, whole], "en", polarity_judged=True, parts=[[one], [other]])
    assert verdict.kind is VerdictKind.CONTESTED
    assert "accusation by East" in verdict.sentence


def test_what_the_claim_repeats_comes_before_a_mirror_that_is_surer() -> None:
    mirror = match(judged=relation(RelationKind.REVERSES, 0.97), probability=0.95)
    repeated = match(DENIAL, judged=relation(probability=0.9), probability=0.85)
    assert decide([mirror, repeated], "en", polarity_judged=True).kind is VerdictKind.OFFICIALLY_REFUTED
    hardly = match(DENIAL, judged=relation(probability=0.5), probability=0.4)
    assert decide([mirror, hardly], "en", polarity_judged=True).kind is VerdictKind.CONTRADICTS_KNOWN_STATEMENT


def test_a_claim_that_repeats_less_surely_is_not_called_refuted() -> None:
    unsure = decide([match(DENIAL, judged=relation(probability=0.6))], "en", polarity_judged=True)
    assert unsure.kind is VerdictKind.KNOWN_STATEMENT
    assert "compare the two" in unsure.sentence


@pytest.mark.parametrize("found", Rated)
def test_what_a_review_found_is_not_said_to_stand_against_anything(found: Rated) -> None:
    unsure = decide([match(judged=relation(probability=0.6), reviews=[rated(found, "So")])], "en", polarity_judged=True)
    assert 'rated "So" by Checker. It is not sure that this is said of the claim, too: compare the two.' in unsure.sentence


def test_the_likeliest_telling_match_is_followed() -> None:
    merely = msgspec.structs.replace(match(DENIAL, judged=relation(RelationKind.RELATED, 0.99)), probability=0.99)
    assert decide([merely], "en", polarity_judged=True).kind is VerdictKind.NO_KNOWN_STATEMENT
    followed = decide([merely, match(judged=relation(RelationKind.DIFFERS))], "en", polarity_judged=True)
    assert followed.kind is VerdictKind.DIFFERS_IN_DETAIL


def test_a_claim_that_repeats_a_refutation_repeats_nothing_that_it_stands_against() -> None:
    against = Passage(COUNTER.id, PassageKind.REFUTATION, "en", COUNTER.text)
    denying = match(judged=msgspec.structs.replace(relation(RelationKind.DENIES), against=against))
    countered, another = match(COUNTER, judged=relation()), match(DENIAL, judged=relation())
    told = without_contradictions([denying, countered, another])
    assert [one.refutations_apply for one in told] == [False, None, True]
    assert [one.refutations_apply for one in without_contradictions([countered, another])] == [True, True]
