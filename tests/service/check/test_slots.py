from __future__ import annotations

import pytest

from index.kinds import RelationKind
from index.models.cross_encoder import Cue
from service.check.slots import Phrase, Slot, Slots

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
        ("differs", "Belarus joined the SCO in July 2022", "en", SCO, Slot.DATE, "July 2022", "July 2024"),
        ("differs", "Мінск далучыўся да ШАС у снежні 2024 года", "be", SCO, Slot.DATE, "снежні 2024 года", "July 2024"),
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


@pytest.mark.parametrize(("kind", "shown"), [(RelationKind.REPEATS, ["Slot.DATE"]), (RelationKind.RELATED, [])])
def test_a_figure_in_conflict_speaks_against_repeating(slots: Slots, kind: RelationKind, shown: list[str]) -> None:
    found = slots.differences(kind, Phrase("Belarus joined in 1990", "en"), Phrase(SCO, "en"))
    assert [str(difference.slot) for difference in found] == shown


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("Water leaked from the Lakeside plant in May 2024", "en", None),
        ("Water leaked on 5 May", "en", None),
        ("Water leaked last May", "en", None),
        ("water leaked in may 2024", "en", None),
        ("May 2023 saw a leak", "en", None),
        ("It was held between March and May", "en", None),
        ("Theresa May left office", "en", None),
        ("The actor Will Smith came", "en", None),
        ("Water may leak in May", "en", "may"),
        ("In May 2024 water will leak", "en", "will"),
        ("May the plant be closed?", "en", "May"),
        ("Government May Close the Plant", "en", "May"),
        ("The plant MAY leak", "en", "MAY"),
        ("Станция работала, хотя была повреждена", "ru", None),
        ("Там была могила", "ru", None),
        ("Они хотят закрыть станцию", "ru", "хотят"),
        ("Станція працювала, хоча була пошкоджена", "uk", None),
        ("Вони хочуть закрити станцію", "uk", "хочуть"),
        ("Der Plan ist geheim", "de", "Plan"),
    ],
)
def test_what_may_be_is_told_from_months_names_and_although(slots: Slots, text: str, language: str, word: str | None) -> None:
    found = slots.cue(Slot.MODALITY, Phrase(text, language))
    assert (found and found.text) == word


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The vaccine doesn’t contain chips", "en"),
        ("Minsk cannot close the border", "en"),
        ("minsk didnt close the border", "en"),
        ("nor did Kyiv mass its troops there", "en"),
        ("Minsk n’avait guère de pétrole", "fr"),
        ("Ni Minsk ni Kiev", "es"),
        ("Weder Minsk noch Kiew", "de"),
        ("Ani Mińsk, ani Kijów", "pl"),
        ("Ані Мінськ, ані Київ", "uk"),
        ("Ані Мінск, ані Кіеў", "be"),
        ("Границу закрывать нельзя", "ru"),
    ],
)
def test_a_word_that_denies_is_known_however_it_is_typed(slots: Slots, text: str, language: str) -> None:
    assert slots.cue(Slot.NEGATION, Phrase(text, language)) is not None
    assert slots.opposites(Phrase("Prices rose", "en"), Phrase(text, language)) == []


def test_without_a_cue_the_differing_words_are_shown(slots: Slots) -> None:
    claim = "Belarus left a member of the Shanghai Cooperation Organization in July 2024."
    (difference,) = slots.differences(RelationKind.DENIES, Phrase(claim, "en"), Phrase(SCO, "en"))
    assert difference.slot is Slot.ACTION
    assert (difference.claim and difference.claim.text, difference.statement and difference.statement.text) == ("left", "became")


def test_a_figure_that_agrees_is_no_difference(slots: Slots) -> None:
    claim, statement = Phrase("50% of the pupils failed the exam", "en"), Phrase("Half of the pupils failed the exam", "en")
    assert slots.differences(RelationKind.DIFFERS, claim, statement) == []


@pytest.mark.parametrize(
    ("claim", "statement", "language", "shown"),
    [
        ("The grid exported 80% of its power", "The grid bought four fifths of its power", "en", ("exported", "bought")),
        ("Man verbrannte 12000 Stimmen der Stadt", "Man zählte zwölftausend Stimmen der Stadt", "de", ("verbrannte", "zählte")),
        ("Over 50% of pupils failed the exam", "Half of pupils passed the exam", "en", ("failed", "passed")),
    ],
)
def test_a_figure_written_otherwise_is_no_other_word(
    slots: Slots, claim: str, statement: str, language: str, shown: tuple[str, str]
) -> None:
    (difference,) = slots.differences(RelationKind.DENIES, Phrase(claim, language), Phrase(statement, language))
    assert (difference.claim and difference.claim.text, difference.statement and difference.statement.text) == shown


@pytest.mark.parametrize(
    ("claim", "language", "statement", "conflict"),
    [
        ("2,5 млн беженцев выехали", "ru", "1.5 million refugees have left.", True),
        ("півтора мільйона біженців виїхали", "uk", "1.5 million refugees have left.", False),
        ("The fire burned 40 miles of forest", "en", "The fire burned 40 kilometres of forest.", True),
        ("Half of the voters stayed at home", "en", "50% of the voters stayed at home.", False),
        ("It happened on 12 July 2024", "en", "It happened in July 2024.", False),
        ("It happened on 20.09.2024", "en", "It happened on September 20, 2024.", False),
        ("It happened in 2022", "en", "It happened in 2024.", True),
    ],
)
def test_figures_are_compared_as_values(slots: Slots, claim: str, language: str, statement: str, conflict: bool) -> None:
    ours, theirs = Phrase(claim, language), Phrase(statement, "en")
    assert bool(slots.conflicts(ours, theirs)) is conflict
    assert ({Cue.CONFLICT, Cue.PERHAPS_CONFLICT} & slots.cues(ours, theirs) != set()) is conflict


@pytest.mark.parametrize("text", ["", "\u202e", "١٢٣", "9" * 5000, "a" * 5000, "n't" * 1000, "🏴‍☠️"])
def test_hostile_text_is_compared_without_harm(slots: Slots, text: str) -> None:
    for kind in RelationKind:
        for difference in slots.differences(kind, Phrase(text, "en"), Phrase(SCO, "en")):
            assert difference.claim is None or text[difference.claim.start : difference.claim.end] == difference.claim.text


def test_who_only_says_it_does_not_act(slots: Slots) -> None:
    claim = Phrase("Belarus is moving forces up to the border with Ukraine", "en")
    found = slots.differences(RelationKind.REVERSES, claim, Phrase(BORDER, "en"))
    shown = [(one.slot, one.claim and one.claim.text, one.statement and one.statement.text) for one in found]
    assert shown == [(Slot.ACTOR, "Belarus", "Ukrainian"), (Slot.TARGET, "Ukraine", "Belarus")]


@pytest.mark.parametrize(
    ("claim", "statement"),
    [
        ("Germany exported 80% of its electricity to France", "Germany exported four fifths of its electricity to France"),
        ("Ukraine was thanked by Belarus", "Ukraine thanked Belarus"),
        ("Ukraine thanked Belarus", "Ukraine thanked Russia"),
    ],
)
def test_parties_in_the_same_order_are_not_said_to_be_exchanged(slots: Slots, claim: str, statement: str) -> None:
    found = slots.differences(RelationKind.REVERSES, Phrase(claim, "en"), Phrase(statement, "en"))
    assert {one.slot for one in found}.isdisjoint({Slot.ACTOR, Slot.TARGET})
