from __future__ import annotations

import tomllib

import pytest

from service.check.opposites import LEXICON, opposed
from service.check.slots import Phrase, Slot, Slots

LANGUAGES = {"en", "ru", "uk", "be", "pl", "de", "fr", "es", "ar"}


@pytest.mark.parametrize(
    ("claim", "language", "statement", "other", "words"),
    [
        ("Die Arbeitslosigkeit ist gestiegen.", "de", "Die Arbeitslosigkeit ist gesunken.", "de", ("gestiegen", "gesunken")),
        ("Польща відкрила кордон.", "uk", "Poland closed the border.", "en", ("відкрила", "closed")),
        ("Суд оправдал мэра.", "ru", "Суд осудил мэра.", "ru", ("оправдал", "осудил")),
        ("سمحت الحكومة بالصيد", "ar", "The government banned hunting.", "en", ("سمحت", "banned")),
        ("Falken stellt 12.000 Leute ein", "de", "Falken entlässt 12.000 Leute.", "de", ("stellt 12.000 Leute ein", "entlässt")),
        ("Kyiv pulled its troops back.", "en", "Київ стягує війська.", "uk", ("pulled its troops back", "стягує")),
        (
            "Ukraine withdraws troops from the border",
            "en",
            "Ukraine is massing troops near the border",
            "en",
            ("withdraws", "massing"),
        ),
    ],
)
def test_words_that_say_the_opposite_are_found(
    claim: str, language: str, statement: str, other: str, words: tuple[str, str]
) -> None:
    found = opposed(claim, language, statement, other)
    assert found is not None
    assert tuple(span.text for span in found) == words
    assert claim[found[0].start : found[0].end] == words[0]


@pytest.mark.parametrize(
    ("claim", "statement"),
    [
        ("Unemployment rose in May.", "Unemployment increased in May."),
        ("Prices rose in May after they fell in April.", "Prices fell in May."),
        ("Helsinki lifted the ban on hunting: it is banned no more", "Finland allowed hunting."),
        ("The mayor bought the house from the bank.", "The bank sold the house to the mayor."),
        ("A raise of wages", "Nothing of the kind"),
    ],
)
def test_what_says_the_same_or_both_is_not_opposite(claim: str, statement: str) -> None:
    assert opposed(claim, "en", statement, "en") is None


@pytest.mark.parametrize(
    ("claim", "language", "statement", "other"),
    [
        ("TikTok is shut out of over 40 countries", "en", "TikTok is banned in 40 countries", "en"),
        ("Die Stadt schafft 500 Stellen", "de", "Die Stadt behält 500 Stellen", "de"),
        ("Die Hobbyjäger schießen", "de", "Die Jagd ist verboten", "de"),
        ("Avant leur départ, les Russes ont commis un massacre", "fr", "Avant leur retrait, les Russes ont tué", "fr"),
        ("Russia's exit from the treaty entered into force", "en", "Russia withdrew from the treaty", "en"),
        ("Вступил в силу закон о денонсации договора", "ru", "Россия вышла из договора", "ru"),
        ("Poland's lower house voted for higher pensions", "en", "Poland's parliament raised the pensions", "en"),
    ],
)
def test_what_only_looks_like_one_side_is_none(claim: str, language: str, statement: str, other: str) -> None:
    assert opposed(claim, language, statement, other) is None


def test_what_is_denied_is_no_opposite() -> None:
    slots = Slots()
    rose, fell, denied = (Phrase(f"Prices {verb} in May.", "en") for verb in ("rose", "fell", "did not rise"))
    (difference,) = slots.opposites(rose, fell)
    assert (difference.slot, slots.opposites(denied, fell), slots.opposites(fell, denied)) == (Slot.ACTION, [], [])


@pytest.mark.parametrize(
    ("claim", "language", "word"),
    [
        ("No, the vaccine does not contain a chip.", "en", "not"),
        ("Ні, комісії з пенсій не буде.", "uk", "не"),
        ("Нет! Налог отменять никто и не думал", "ru", "никто"),
        ("Nie – żadnej opłaty nie będzie.", "pl", "żadnej"),
        ("Nein: Es wird keine Gebühr erhoben.", "de", "keine"),
        ("No, el gobierno no cobrará nada.", "es", "no"),
        ("Non, aucuns frais ne seront exigés.", "fr", "aucuns"),
        ("Не, камісіі не будзе.", "be", "не"),
        ("لا، لن تُفرض أي رسوم.", "ar", "لن"),
    ],
)
def test_an_answer_that_says_no_denies(claim: str, language: str, word: str) -> None:
    slots, statement = Slots(), Phrase("A fee will be charged.", "en")
    (difference,) = slots.opposites(Phrase(claim, language), statement)
    assert difference.slot is Slot.NEGATION
    assert difference.claim is not None
    assert (difference.claim.text, difference.claim.start > 2) == (word, True)
    assert not slots.opposites(Phrase(claim, language), Phrase("No fee will be charged.", "en"))


@pytest.mark.parametrize("claim", ["No fee will be charged.", "No, really: a fee will be charged.", "Nobody pays, no."])
def test_a_word_that_denies_is_no_answer(claim: str) -> None:
    assert not Slots().opposites(Phrase(claim, "en"), Phrase("A fee will be charged.", "en"))


def test_every_pair_has_words_in_every_language() -> None:
    for pair in tomllib.loads(LEXICON.read_text(encoding="utf-8"))["pairs"]:
        assert pair["one"].keys() == pair["other"].keys() == LANGUAGES


@pytest.mark.parametrize(
    "claim", ["Falken stellt ein Auto vor", "Falken stellt um. Es gab ein", "Falken stellt viel aus, auch ein"]
)
def test_a_parted_verb_ends_its_clause(claim: str) -> None:
    assert opposed(claim, "de", "Falken entlässt 12.000 Leute.", "de") is None
