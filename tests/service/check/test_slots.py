from __future__ import annotations

import pytest

from index.kinds import RelationKind
from service.check.slots import Phrase, Slot, Slots, numbers

BORDER = (
    "Minsk says that Ukrainian forces have been moving up to the border with Belarus, above all in Ukraine's Zhytomyr region, "
    "since late June 2024."
)
SCO = "Belarus became a member of the Shanghai Cooperation Organization in July 2024."
SEATS = "In the House of Representatives of the Union State's parliament Russia has 75 deputies and Belarus 28."
CLOSED = "Minsk closed its borders in 2021 and gave arms smuggled from Ukraine as the reason."


@pytest.fixture(scope="module")
def slots() -> Slots:
    return Slots()


@pytest.mark.parametrize(
    ("kind", "claim", "language", "statement", "slot", "ours", "theirs"),
    [
        ("differs", "Belarus joined the SCO in July 2022", "en", SCO, Slot.DATE, "2022", "2024"),
        ("differs", "Мінск далучыўся да ШАС у снежні 2024 года", "be", SCO, Slot.DATE, "снежні", "July"),
        ("differs", "У Росії там 57 депутатів, а в Білорусі 28", "uk", SEATS, Slot.NUMBER, "57", "75"),
        (
            "differs",
            "Białoruś: siły ukraińskie idą w kierunku granicy, głównie pod Brześciem",
            "pl",
            BORDER,
            Slot.PLACE,
            "Brześciem",
            "Zhytomyr",
        ),
        ("differs", "Lithuania became a member of the SCO", "en", SCO, Slot.ACTOR, "Lithuania", "Belarus"),
        ("differs", "Минск планирует закрыть границы", "ru", CLOSED, Slot.MODALITY, "планирует", None),
        ("denies", "Ukrainian forces aren't moving up to the border", "en", BORDER, Slot.NEGATION, "n't", None),
        ("denies", "Ніяких рухів військ немає", "uk", BORDER, Slot.NEGATION, "немає", None),
        ("denies", "لم تنضم بيلاروسيا إلى المنظمة", "ar", SCO, Slot.NEGATION, "لم", None),
        ("reverses", "Kyiv says that Belarusian forces are moving up", "en", BORDER, Slot.ACTOR, "Kyiv", "Minsk"),
        ("reverses", "Kyiv says that Belarusian forces are moving up", "en", BORDER, Slot.TARGET, "Belarusian", "Ukrainian"),
    ],
)
def test_what_differs_stands_side_by_side(
    slots: Slots, kind: str, claim: str, language: str, statement: str, slot: Slot, ours: str, theirs: str | None
) -> None:
    found = slots.differences(RelationKind(kind), Phrase(claim, language), Phrase(statement, "en"))
    difference = next(difference for difference in found if difference.slot is slot)
    assert difference.claim is not None
    assert difference.claim.text == ours
    assert (difference.statement.text if difference.statement else None) == theirs
    assert claim[difference.claim.start : difference.claim.end] == ours
    if difference.statement:
        assert statement[difference.statement.start : difference.statement.end] == theirs


@pytest.mark.parametrize("claim", ["Belarus did not stay out and became an SCO member", "Belarus will become a member of the SCO"])
def test_what_speaks_against_repeating_is_shown(slots: Slots, claim: str) -> None:
    (difference,) = slots.differences(RelationKind.REPEATS, Phrase(claim, "en"), Phrase(SCO, "en"))
    assert (difference.claim and difference.claim.text, difference.statement) in {("not", None), ("will", None)}


@pytest.mark.parametrize("kind", [RelationKind.REPEATS, RelationKind.RELATED])
def test_details_are_no_difference_of_what_repeats_or_is_related(slots: Slots, kind: RelationKind) -> None:
    assert slots.differences(kind, Phrase("Belarus joined in 1990", "en"), Phrase(SCO, "en")) == []


def test_without_a_cue_the_differing_words_are_shown(slots: Slots) -> None:
    claim = "Belarus left a member of the Shanghai Cooperation Organization in July 2024."
    (difference,) = slots.differences(RelationKind.DENIES, Phrase(claim, "en"), Phrase(SCO, "en"))
    assert difference.slot is Slot.ACTION
    assert (difference.claim and difference.claim.text, difference.statement and difference.statement.text) == ("left", "became")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10 000 men, 10,000 more, 3.5% and 75 to 28 in 2024", ["10000", "10000", "3.5", "75", "28"]),
        ("in 1999", []),
        ("no numbers", []),
        ("S-300 and T-72B3", ["300"]),
    ],
)
def test_numbers_in_any_writing(text: str, found: list[str]) -> None:
    assert [mention.what for mention in numbers(text)] == found


@pytest.mark.parametrize("text", ["", "\u202e", "١٢٣", "9" * 5000, "a" * 5000, "n't" * 1000, "🏴‍☠️"])
def test_hostile_text_is_compared_without_harm(slots: Slots, text: str) -> None:
    for kind in RelationKind:
        for difference in slots.differences(kind, Phrase(text, "en"), Phrase(SCO, "en")):
            assert difference.claim is None or text[difference.claim.start : difference.claim.end] == difference.claim.text
