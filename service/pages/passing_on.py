"""An answer to a claim or a document as texts to be passed on: plain, Markdown, and quotations with their sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from index.kinds import RefutationKind, Stance
from index.records import Party, When
from service.api.wire.answers import Answer, Match
from service.api.wire.records import CitationView, RefutationView, ReviewView
from service.api.wire.texts import Again, Finding, TextAnswer, Unmatched
from service.check.answers import ProducedBy
from service.languages.spoken import comma, gettext, semicolon
from service.pages.dates import number as number_words
from service.pages.dates import spoken
from service.pages.labels import capitalized, caveat, heading, is_web_address, label, name, words
from service.pages.marking import on_record_words

RecordT = TypeVar("RecordT", RefutationView, ReviewView)


class Style(NamedTuple):
    """How a text marks what is important, and links."""

    strong: Callable[[str], str]
    link: Callable[[str, str], str]
    item: str


PLAIN = Style(lambda text: text, lambda text, address: f"{text}{comma()}{address}", "- ")
MARKDOWN = Style(lambda text: f"**{text}**", lambda text, address: f"[{text}]({address})", "- ")


class Read(NamedTuple):
    """A document.

    Attributes:
        origin: the link or the file's name that it was read from; empty for the box.
    """

    text: str
    origin: str = ""
    title: str = ""

    @property
    def url(self) -> str:
        """Where it is published; empty if that is not known."""
        return self.origin if is_web_address(self.origin) else ""


class PassedOn(NamedTuple):
    """The texts of an answer."""

    text: str
    markdown: str
    quotation: str


def passed_on(answer: Answer, full: Sequence[Match], address: str) -> PassedOn:
    """An answer as texts.

    Args:
        full: the matches that the verdict rests on.
        address: the service's own.
    """
    text, markdown = ("\n".join(_lines(answer, full, address, style)).strip() + "\n" for style in (PLAIN, MARKDOWN))
    return PassedOn(text, markdown, "\n\n".join(map(quotation, full)))


def text_passed_on(answer: TextAnswer, read: Read, address: str) -> PassedOn:
    """A document's answer as texts; see `passed_on`."""
    text, markdown = ("\n".join(_text_lines(answer, read, address, style)).strip() + "\n" for style in (PLAIN, MARKDOWN))
    return PassedOn(text, markdown, "\n\n".join(quotation(one.matches[0]) for one in answer.findings))


def quotation(match: Match) -> str:
    """What a statement says, with who said it, when, and where that is written."""
    statement = match.statement
    sources = semicolon().join(_source(cited, PLAIN) for cited in match.citations)
    told = {"text": statement.text, "who": _who(statement.claimant, statement.when), "source": sources}
    return gettext("“%(text)s” – %(who)s. Source: %(source)s.") % told


def _lines(answer: Answer, full: Sequence[Match], address: str, style: Style) -> Iterator[str]:
    told = label(answer.verdict, answer.matches)
    if answer.claim.text:
        yield gettext("Claim: “%(text)s”") % {"text": answer.claim.text}
    yield style.strong(f"{told.words}.")
    yield told.meaning
    for match in full:
        yield ""
        yield from _match(match, style)
    yield from _checked(answer.produced_by, style.link("Rebut", address))


def _text_lines(answer: TextAnswer, read: Read, address: str, style: Style) -> Iterator[str]:
    if title := read.title or read.url:
        yield gettext("Text: %(title)s") % {"title": style.link(title, read.url) if read.url not in ("", title) else title}
    yield style.strong(f"{on_record_words(answer)}.")
    for number, found in enumerate(answer.findings, 1):
        yield ""
        yield style.strong(f"{number}. {label(found.verdict, found.matches).words}.")
        yield sentence_words(found, answer.sentences)
        yield from _match(found.matches[0], style)
        if found.again:
            yield ""
            yield gettext("The text comes back to it:")
            yield from (f"{style.item}{sentence_words(one, answer.sentences)} ({words(one.verdict)})" for one in found.again)
    if answer.unmatched:
        yield ""
        yield style.strong(
            gettext("Worth checking, but nothing is on record (%(number)s)") % {"number": number_words(len(answer.unmatched))}
        )
        yield from (f"{style.item}{sentence_words(one, answer.sentences)}" for one in answer.unmatched)
    yield from _checked(answer.produced_by, style.link("Rebut", address))


def sentence_words(one: Finding | Again | Unmatched, sentences: int) -> str:
    """Which sentence of a document it is, and what it says, if that is known.

    Args:
        sentences: how many the document has.
    """
    told = {"number": number_words(one.number), "all": number_words(sentences), "text": one.text}
    return (gettext("Sentence %(number)s of %(all)s: “%(text)s”") if one.text else gettext("Sentence %(number)s of %(all)s")) % told


def _checked(by: ProducedBy | None, service: str) -> Iterator[str]:
    """With what it was checked, below a blank line."""
    yield ""
    if by and by.checkpoint:
        yield gettext("Checked with %(service)s, ledger entry %(entry)s.") % {"service": service, "entry": by.checkpoint.sequence}
    else:
        yield gettext("Checked with %(service)s.") % {"service": service}


def _match(match: Match, style: Style) -> Iterator[str]:
    statement = match.statement
    who = _who(statement.claimant, statement.when)
    told = gettext("%(kind)s on record: “%(text)s” (%(who)s)")
    yield capitalized(told % {"kind": words(statement.kind), "text": statement.text, "who": who})
    if match.relation:
        yield f"{words(match.relation.kind)}."
    for cited in match.citations:
        yield gettext("Source: %(source)s") % {"source": _source(cited, style)}
    if told_first := caveat(match):
        yield ""
        yield told_first
    official = [one for one in match.refutations if one.kind is not RefutationKind.REVIEW]
    denying = [one for one in official if one.stance is Stance.DENIES]
    countering = [one for one in official if one.stance is Stance.COUNTERS]
    yield from _group(gettext("Officials deny it"), denying, _refutation, style)
    yield from _group(gettext("Speaks against it, without naming it"), countering, _refutation, style)
    yield from _group(gettext("What fact-checkers found"), match.reviews, _review, style)
    yield from _group(gettext("Not counted, from publishers whom nobody here knows"), match.apart.reviews, _review, style)


def _group(heading: str, records: Iterable[RecordT], told: Callable[[RecordT, Style], str], style: Style) -> Iterator[str]:
    lines = [f"{style.item}{told(one, style)}" for one in records]
    if lines:
        yield ""
        yield style.strong(gettext("%(heading)s:") % {"heading": heading})
        yield from lines


def _refutation(one: RefutationView, style: Style) -> str:
    told = {
        "who": _who(one.issuer, one.when),
        "text": one.text,
        "source": semicolon().join(_source(cited, style) for cited in one.citations),
    }
    return gettext("%(who)s: %(text)s (%(source)s)") % told


def _review(one: ReviewView, style: Style) -> str:
    rating = one.rating.original or words(one.rating.rated)
    told = {"who": _who(one.reviewer, one.when), "rating": rating, "source": _source(one.citation, style)}
    return gettext("%(who)s: rated “%(rating)s” (%(source)s)") % told


def _who(party: Party, when: When | None) -> str:
    return comma().join(filter(None, (name(party), party.role, spoken(when))))


def _source(cited: CitationView, style: Style) -> str:
    """A source's title, as a link if it has an address, with where in it."""
    address = cited.url or cited.source.url
    title = style.link(cited.source.title, address) if address and is_web_address(address) else cited.source.title
    paragraph = gettext("paragraph %(number)s") % {"number": cited.paragraph} if cited.paragraph else None
    published = spoken(cited.source.published)
    headings = [heading(one) for one in (cited.section, cited.item) if one]
    return comma().join(filter(None, (title, cited.source.publisher, published, *headings, paragraph)))
