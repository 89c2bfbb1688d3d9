"""An answer as texts to be passed on: plain, Markdown, and a quotation with its source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from index.kinds import RefutationKind, Stance
from index.records import Party, When
from service.api.wire.answers import Answer, Match
from service.api.wire.records import CitationView, RefutationView, ReviewView
from service.pages.labels import is_web_address, label, words

RecordT = TypeVar("RecordT", RefutationView, ReviewView)


class Style(NamedTuple):
    """How a text marks what is important, and links."""

    strong: Callable[[str], str]
    link: Callable[[str, str], str]
    item: str


PLAIN = Style(lambda text: text, lambda text, address: f"{text}, {address}", "- ")
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
    sources = "; ".join(_source(cited, PLAIN) for cited in match.citations)
    return f"“{statement.text}” – {_who(statement.claimant, statement.when)}. Source: {sources}."


def _lines(answer: Answer, full: Sequence[Match], address: str, style: Style) -> Iterator[str]:
    told = label(answer.verdict, answer.matches)
    if answer.claim.text:
        yield f"Claim: “{answer.claim.text}”"
    yield style.strong(f"{told.words}.")
    yield told.meaning
    for match in full:
        yield ""
        yield from _match(match, style)
    yield ""
    checkpoint = answer.produced_by.checkpoint
    yield f"Checked with {style.link('Rebut', address)}" + (f", ledger entry {checkpoint.sequence}." if checkpoint else ".")


def _match(match: Match, style: Style) -> Iterator[str]:
    statement = match.statement
    yield f"{words(statement.kind).capitalize()} on record: “{statement.text}” ({_who(statement.claimant, statement.when)})"
    if match.relation:
        yield f"{words(match.relation.kind)}."
    for cited in match.citations:
        yield f"Source: {_source(cited, style)}"
    official = [one for one in match.refutations if one.kind is not RefutationKind.REVIEW]
    denying = [one for one in official if one.stance is Stance.DENIES]
    countering = [one for one in official if one.stance is Stance.COUNTERS]
    yield from _group("Officials deny it:", denying, _refutation, style)
    yield from _group("Speaks against it, without naming it:", countering, _refutation, style)
    yield from _group("What fact-checkers found:", match.reviews, _review, style)
    yield from _group("Not counted, from publishers whom nobody here knows:", match.apart.reviews, _review, style)


def _group(name: str, records: Iterable[RecordT], told: Callable[[RecordT, Style], str], style: Style) -> Iterator[str]:
    lines = [f"{style.item}{told(one, style)}" for one in records]
    if lines:
        yield ""
        yield style.strong(name)
        yield from lines


def _refutation(one: RefutationView, style: Style) -> str:
    return f"{_who(one.issuer, one.when)}: {one.text} ({'; '.join(_source(cited, style) for cited in one.citations)})"


def _review(one: ReviewView, style: Style) -> str:
    rating = one.rating.original or words(one.rating.rated)
    return f"{_who(one.reviewer, one.when)}: rated “{rating}” ({_source(one.citation, style)})"


def _who(party: Party, when: When | None) -> str:
    return ", ".join(filter(None, (party.name, party.role, when.text if when else None)))


def _source(cited: CitationView, style: Style) -> str:
    """A source's title, as a link if it has an address, with where in it."""
    address = cited.url or cited.source.url
    title = style.link(cited.source.title, address) if address and is_web_address(address) else cited.source.title
    paragraph = f"paragraph {cited.paragraph}" if cited.paragraph else None
    published = cited.source.published.text if cited.source.published else None
    return ", ".join(filter(None, (title, cited.source.publisher, published, cited.section, cited.item, paragraph)))
