"""An answer as texts to be passed on: plain, Markdown, and a quotation with its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from index.kinds import RefutationKind, Stance
from index.records import Party, When
from service.api.wire.answers import Answer, Match
from service.api.wire.records import CitationView, RefutationView, ReviewView
from service.languages.spoken import comma, gettext, semicolon
from service.pages.dates import spoken
from service.pages.labels import capitalized, heading, is_web_address, label, name, words

RecordT = TypeVar("RecordT", RefutationView, ReviewView)


class Style(NamedTuple):
    """How a text marks what is important, and links."""

    strong: Callable[[str], str]
    link: Callable[[str, str], str]
    item: str


PLAIN = Style(lambda text: text, lambda text, address: f"{text}{comma()}{address}", "- ")
MARKDOWN = Style(lambda text: f"**{text}**", lambda text, address: f"[{text}]({address})", "- ")


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
    yield ""
    checkpoint, service = answer.produced_by.checkpoint, style.link("Rebut", address)
    if checkpoint:
        yield gettext("Checked with %(service)s, ledger entry %(entry)s.") % {"service": service, "entry": checkpoint.sequence}
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
