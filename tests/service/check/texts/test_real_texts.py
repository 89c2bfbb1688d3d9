"""Whole documents with the real encoder and the bundled statements."""

from __future__ import annotations

from service.api.wire.requests import TextRequest
from service.api.wire.texts import TextAnswer
from service.app import Parts
from service.check.texts.findings import answer_text
from tests.quality.contexts import measure, read_pairs

TEXTS = {
    "en": (
        "The market was busy. Ukraine is massing troops near Zhytomyr, Minsk said. Apples were cheap, and so were the pears.",
        "ukraine-troops-zhytomyr-border",
    ),
    "ru": ("На рынке было людно. В июле 2024 года Белоруссия вступила в ШОС. Яблоки были дёшевы.", "belarus-joined-sco"),
    "uk": ("Ринок був людний. Світовий банк призупинив проєкти в Білорусі. Яблука були дешеві.", "world-bank-suspended-projects"),
    "be": (
        "На рынку было людна. Украінскія дроны заляцелі ў паветраную прастору Беларусі. Было цёпла.",
        "ukraine-drones-breach-airspace",
    ),
    "pl": (
        "Na targu był tłok. Mińsk zamknął granice w 2021 roku z powodu przemytu broni. Było ciepło.",
        "belarus-closed-border-2021",
    ),
    "de": ("Der Markt war voll. Belarus zieht Spezialeinheiten in der Region Gomel zusammen. Es war warm.", "belarus-forces-gomel"),
    "fr": (
        "Le marché était plein. La Russie représente la moitié du commerce extérieur du Bélarus. Il faisait doux.",
        "russia-half-of-belarus-trade",
    ),
    "ar": ("كان السوق مزدحما. علق البنك الدولي مشاريعه في بيلاروسيا. كان الجو لطيفا.", "world-bank-suspended-projects"),
}


def check(parts: Parts, text: str) -> TextAnswer:
    return TextAnswer.of(answer_text(parts.matcher, TextRequest(text=text).document()))


def test_articles_in_eight_languages(real_parts: Parts) -> None:
    for language, (text, expected) in TEXTS.items():
        (finding,) = check(real_parts, text).findings
        assert (finding.language, finding.matches[0].statement.id, finding.context) == (language, expected, None)
        assert text[finding.start : finding.end] == finding.text == text.split(". ")[1] + "."


def test_a_sentence_that_needs_the_one_before_is_shown_with_it(real_parts: Parts) -> None:
    text = "The World Bank has long worked in Belarus. It has suspended its projects there."
    (first,) = check(real_parts, text).findings
    (second,) = first.again
    assert first.context is None
    assert second.context is not None
    assert text[second.context.start : second.context.end] == second.context.text == first.text
    assert second.context.read_as == text


def test_context_finds_more_and_invents_nothing(real_parts: Parts) -> None:
    """Recorded: alone 25 right and none wrong of 41, within their texts 39 and none; nothing for 25 about nothing."""
    alone, within = measure(real_parts.matcher, read_pairs())
    assert within.right >= 36
    assert within.right >= alone.right + 4
    assert within.wrong <= 2
    assert within.false <= 1
