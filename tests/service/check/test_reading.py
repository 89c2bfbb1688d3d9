from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.check.reading import LONGEST_PART, SHORTEST_PART, Frame, Nothing, read
from service.check.relation import as_judged
from service.check.slots import Phrase, Slots

CORE = "Ukraine masses troops near Belarus"


@pytest.mark.parametrize(
    ("claim", "frame", "core"),
    [
        (CORE, None, CORE),
        (f"Is it true that {CORE}?", Frame.QUESTION, CORE),
        (f"fake? {CORE}", Frame.QUESTION, CORE),
        (f"{CORE}. Fake?", Frame.QUESTION, CORE),
        (f"Fact check: {CORE} https://t.co/abc", Frame.QUESTION, CORE),
        (f"FALSE: {CORE}", Frame.DENIAL, CORE),
        (f"They say that {CORE}", Frame.ATTRIBUTION, CORE),
        (f"{CORE}, officials said on Monday.", Frame.ATTRIBUTION, CORE),
        (f"Reportedly, {CORE}", Frame.ATTRIBUTION, CORE),
        (f"Is it true that people say that {CORE}?", Frame.QUESTION, CORE),
        (f"They say that it is not true that {CORE}", Frame.DENIAL, CORE),
        (f"Officials in Minsk said that {CORE}", None, f"Officials in Minsk said that {CORE}"),
        ("Говорят, что Минск закрыл границу", Frame.ATTRIBUTION, "Минск закрыл границу"),
        ("Мінськ закрив кордон, повідомляють ЗМІ", Frame.ATTRIBUTION, "Мінськ закрив кордон"),
        ("Кажуць, што Мінск закрыў мяжу", Frame.ATTRIBUTION, "Мінск закрыў мяжу"),
        ("Media podają, że Mińsk zamknął granicę", Frame.ATTRIBUTION, "Mińsk zamknął granicę"),
        ("Minsk hat die Grenze geschlossen, heißt es", Frame.ATTRIBUTION, "Minsk hat die Grenze geschlossen"),
        ("On dit que Minsk a fermé sa frontière", Frame.ATTRIBUTION, "Minsk a fermé sa frontière"),
        ("Se dice que Minsk cerró la frontera", Frame.ATTRIBUTION, "Minsk cerró la frontera"),
        ("يقال إن مينسك أغلقت الحدود", Frame.ATTRIBUTION, "مينسك أغلقت الحدود"),
        (f"{CORE} - FAKE!", Frame.DENIAL, CORE),
        ("Правда ли, что Минск закрыл границу?", Frame.QUESTION, "Минск закрыл границу"),
        ("Фейк: Минск закрыл границу", Frame.DENIAL, "Минск закрыл границу"),
        ("Чи правда, що Мінськ закрив кордон?", Frame.QUESTION, "Мінськ закрив кордон"),
        ("Ці праўда, што Мінск закрыў мяжу?", Frame.QUESTION, "Мінск закрыў мяжу"),
        ("Czy to prawda, że Mińsk zamknął granicę?", Frame.QUESTION, "Mińsk zamknął granicę"),
        ("Проверьте, пожалуйста: Минск закрыл границу", Frame.QUESTION, "Минск закрыл границу"),
        ("Перевірте, будь ласка: Мінськ закрив кордон", Frame.QUESTION, "Мінськ закрив кордон"),
        ("Праверце: Мінск закрыў мяжу", Frame.QUESTION, "Мінск закрыў мяжу"),
        ("Proszę sprawdzić: Mińsk zamknął granicę", Frame.QUESTION, "Mińsk zamknął granicę"),
        ("Bitte prüfen: Minsk schloss die Grenze", Frame.QUESTION, "Minsk schloss die Grenze"),
        ("Merci de vérifier : Minsk a fermé la frontière", Frame.QUESTION, "Minsk a fermé la frontière"),
        (f"Can you check this please: {CORE}", Frame.QUESTION, CORE),
        ("Czy to fakt, że Mińsk zamknął granicę?", Frame.QUESTION, "Mińsk zamknął granicę"),
        ("Es stimmt nicht, dass Minsk die Grenze schloss", Frame.DENIAL, "Minsk die Grenze schloss"),
        ("Est-il vrai que Minsk a fermé la frontière ?", Frame.QUESTION, "Minsk a fermé la frontière"),
        ("¿Es verdad que Minsk cerró la frontera?", Frame.QUESTION, "Minsk cerró la frontera"),
        ("هل صحيح أن مينسك أغلقت الحدود؟", Frame.QUESTION, "مينسك أغلقت الحدود"),
        (f"@grok is this true? {CORE}", Frame.QUESTION, CORE),
        (f"Hi! Is it false that {CORE}?", Frame.QUESTION, CORE),
        (f"{CORE}: fake or true?", Frame.QUESTION, CORE),
        ("Привет! Правда, что Минск закрыл границу?", Frame.QUESTION, "Минск закрыл границу"),
        ("Prawda, że Mińsk zamknął granicę?", Frame.QUESTION, "Mińsk zamknął granicę"),
        (f"Fact check: false. {CORE}", Frame.DENIAL, CORE),
        (f"Claim: {CORE}. Verdict: False", Frame.DENIAL, CORE),
        (f"Myth #3: {CORE}", Frame.DENIAL, CORE),
        (f"It isn't true that {CORE}", Frame.DENIAL, CORE),
        ("Минск закрыл границу. Вердикт: ложь", Frame.DENIAL, "Минск закрыл границу"),
        ("To mit, że Mińsk zamknął granicę", Frame.DENIAL, "Mińsk zamknął granicę"),
        (f"Allegedly, {CORE}", Frame.ATTRIBUTION, CORE),
        ("Якобы Минск закрыл границу", Frame.ATTRIBUTION, "Минск закрыл границу"),
        ("Говорят, Минск закрыл границу", Frame.ATTRIBUTION, "Минск закрыл границу"),
        ("Как сообщают СМИ, Минск закрыл границу", Frame.ATTRIBUTION, "Минск закрыл границу"),
        ("Нібито Мінськ закрив кордон", Frame.ATTRIBUTION, "Мінськ закрив кордон"),
        ("Подейкують, що Мінськ закрив кордон", Frame.ATTRIBUTION, "Мінськ закрив кордон"),
        ("Нібыта Мінск закрыў мяжу", Frame.ATTRIBUTION, "Мінск закрыў мяжу"),
        ("Podobno Mińsk zamknął granicę", Frame.ATTRIBUTION, "Mińsk zamknął granicę"),
        ("Rzekomo Mińsk zamknął granicę", Frame.ATTRIBUTION, "Mińsk zamknął granicę"),
        ("Jak podają media, Mińsk zamknął granicę", Frame.ATTRIBUTION, "Mińsk zamknął granicę"),
        ("Angeblich: Minsk schließt die Grenze", Frame.ATTRIBUTION, "Minsk schließt die Grenze"),
        ("Il paraîtrait que Minsk a fermé la frontière", Frame.ATTRIBUTION, "Minsk a fermé la frontière"),
        ("Al parecer, Minsk cerró la frontera", Frame.ATTRIBUTION, "Minsk cerró la frontera"),
        ("يُزعم أن مينسك أغلقت الحدود", Frame.ATTRIBUTION, "مينسك أغلقت الحدود"),
        ("Is it true Minsk closed its border?", Frame.QUESTION, "Minsk closed its border"),
        ("Чи справді Мінськ закрив кордон?", Frame.QUESTION, "Мінськ закрив кордон"),
        ("❗️ФЕЙК❗️ Минск закрыл границу", Frame.DENIAL, "Минск закрыл границу"),
        ("Falschbehauptung: Minsk schließt die Grenze", Frame.DENIAL, "Minsk schließt die Grenze"),
        ("Fałszywa informacja: Mińsk zamknął granicę", Frame.DENIAL, "Mińsk zamknął granicę"),
    ],
)
def test_what_is_said_about_a_claim_is_no_part_of_it(claim: str, frame: Frame | None, core: str) -> None:
    reading = read(claim)
    assert (reading.frame, reading.words.text.rstrip(".")) == (frame, core)
    assert reading.shown(0).text.rstrip(".") == core


@pytest.mark.parametrize("claim", [f"“{CORE}”", f"{CORE}!!!", f"{CORE} …", f"{CORE}."])
def test_marks_around_it_change_nothing(claim: str) -> None:
    slots, statement = Slots(), Phrase(CORE, "en")
    (phrase,) = read(claim, "en").phrases()
    (asked,) = read(f"{claim.rstrip('.!…')}?", "en").phrases()
    assert (phrase.text, as_judged(phrase, statement, slots)) == (CORE, f"{CORE}.")
    assert as_judged(asked, statement, slots).endswith("?")


@pytest.mark.parametrize(
    "claim",
    [
        "False-flag attack planned near Belarus",
        "Fake-news law passed in Minsk",
        "Hoax-callers tricked the mayor of Minsk",
        "Фейк-ньюс о границе с Беларусью",
        "Live-ammunition drill held near Minsk",
        "Правда, что Минск закрыл границу",
        "The video is fake",
        "Minsk says that the claims are false.",
        "True Finns won",
        "Is it true that X?",
        "Is it true to say so of Minsk",
        "Will Poland vote yes or no?",
        "Польша закроет границу, да или нет?",
    ],
)
def test_the_words_of_a_frame_may_be_the_claim(claim: str) -> None:
    reading = read(claim)
    assert (reading.frame, reading.words.text) == (None, claim.rstrip("."))


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("https://example.org/a/b?c=d", Nothing.LINK),
        ("good morning", Nothing.SHORT),
        ("Aliaksandr Lukashenka", Nothing.SHORT),
        ("Ukraine, Belarus, troops, border", Nothing.KEYWORDS),
        ("Kyiv; Minsk; state border", Nothing.KEYWORDS),
        ("#Ukraine #troops #Belarus #border", Nothing.KEYWORDS),
        ("🔥 #вакцина #корь #Норвия https://example.org/1", Nothing.KEYWORDS),
        ("#UkraineMassingTroopsNearTheBorder", None),
        ("#Ukraine is massing #troops near #Belarus", None),
        ("Ukraine, Belarus and Poland closed their borders", None),
        ("Minsk closed its border https://example.org", None),
    ],
)
def test_what_claims_nothing_is_told_what_it_is(text: str, nothing: Nothing | None) -> None:
    assert read(text).nothing is nothing


@pytest.mark.parametrize(
    ("claim", "judged"),
    [
        (f"{CORE}. #news #BorderNews", CORE),
        (f"“{CORE}!” #news", CORE),
        (f"{CORE} #news", f"{CORE} news"),
        (f"{CORE}. #news is what it is", f"{CORE}. news is what it is"),
        ("Troops. #northern #troops #mass", "Troops. northern troops mass"),
    ],
)
def test_hashtags_behind_a_claim_are_searched_for_and_not_judged(claim: str, judged: str) -> None:
    reading = read(claim)
    assert [phrase.text for phrase in reading.phrases()] == [judged]
    assert reading.words.text.endswith(claim.rpartition(" ")[2].strip("#.").replace("BorderNews", "Border News"))


def test_a_long_claim_is_judged_part_by_part() -> None:
    sentences = [f"Sentence number {place} of a long post has just a few more words than most." for place in range(12)]
    reading = read(" ".join(sentences))
    shown = [reading.shown(part).text for part in range(len(reading.parts))]
    assert all(len(text.split()) <= LONGEST_PART for text in shown)
    assert shown == [sentence.rstrip(".") if sentence == sentences[-1] else sentence for sentence in sentences]


def test_a_short_sentence_of_a_long_claim_stands_with_the_next() -> None:
    told = "The agency banned the sweetener in July, it is said."
    reading = read(" ".join(["Really! Oh no.", told] * 6))
    assert reading.shown(0).text == f"Really! Oh no. {told}"


@pytest.mark.parametrize("text", ["a. " * 1600, "Who? Me! " * 500, "A B. " * 1000, "It rains. " * 400])
def test_a_text_of_many_small_sentences_is_judged_in_few_parts(text: str) -> None:
    reading = read(text, "en")
    assert len(reading.parts) <= len(text) / SHORTEST_PART + 1


def test_a_sentence_without_an_end_is_cut() -> None:
    reading = read(" ".join(f"word{place}" for place in range(400)))
    shown = [reading.shown(part).text.split() for part in range(len(reading.parts))]
    assert all(len(words) <= LONGEST_PART for words in shown)
    assert {word for words in shown for word in words} == {f"word{place}" for place in range(400)}


@given(st.text(max_size=300))
def test_any_text_is_read_and_its_parts_stand_in_it(text: str) -> None:
    reading = read(text, "en")
    for part, (start, end) in enumerate(reading.parts):
        span = reading.shown(part)
        assert text[span.start : span.end] == span.text
        assert end > start or not reading.words.text
