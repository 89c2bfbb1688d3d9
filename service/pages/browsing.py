"""The records as pages: searched, narrowed and sorted, by source, claimant and topic, and each statement with its whole life."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from index.errors import InvalidInput, UnknownRecord
from index.kinds import RecordKind, Scope, StatementKind
from index.search.retriever import Retriever
from index.store.browsing import Order, Wanted
from index.store.store import StatementFilter, StatementStore
from service.access.guards import needs
from service.api.addresses import base_address
from service.api.wire.ledger import History
from service.api.wire.records import ListedStatement, StatementDetail
from service.integrations.claimreview import CONTEXT, Graph, claim_reviews, script
from service.languages import spoken
from service.pages import life
from service.pages.searching import found_ids
from service.settings import Settings

PAGE_SIZE = 25
"""Statements on one page of a list."""
NEWEST = 50
"""Entries of the feed."""

Text = Annotated[str, QueryParameter(max_length=200)]
Number = Annotated[int, QueryParameter(ge=1, le=100_000)]
Reading = dict[str, Any]


class Asked(msgspec.Struct, frozen=True):
    """What a list is asked for: its fields are the address's parameters; what is empty does not restrict.

    What the API has, too, means the same there.

    Attributes:
        claimant: words of the claimant's name, role or side, or how these begin, as somebody typed them.
        issuer: the same of somebody who refuted or reviewed what is wanted.
        claimant_is: the claimant's whole name: links have it.
        topic_is: a whole topic.
    """

    q: str = ""
    claimant: str = ""
    issuer: str = ""
    place: str = ""
    topic: str = ""
    claimant_is: str = ""
    topic_is: str = ""
    kind: str = ""
    source: str = ""
    date: str = ""
    sort: str = ""

    def wanted(self, retriever: Retriever) -> Wanted:
        """The statements that fit.

        Raises:
            RebutError: for a value that cannot be used, and if the search fails.
        """
        kind = _member(StatementKind, "kind", self.kind)
        filters = StatementFilter(
            claimant=self.claimant or None,
            place=self.place or None,
            topic=self.topic or None,
            issuer=self.issuer or None,
            date=self.date or None,
            source=self.source or None,
            kind=kind,
        )
        ids = found_ids(retriever, self.q) if self.q.strip() else None
        return Wanted(filters, self.claimant_is or None, self.topic_is or None, ids)

    def order(self) -> Order | None:
        """What to sort by; None for how near they come to what is searched."""
        sort = _member(Order, "sort", self.sort)
        return sort or (None if self.q.strip() else Order.SAID)

    def but(self, **changed: str) -> dict[str, str]:
        """The parameters of another list, those that restrict only."""
        return {name: value for name, value in {**msgspec.structs.asdict(self), **changed}.items() if value}


def _member(kinds: Any, field: str, value: str) -> Any:
    try:
        return kinds(value) if value else None
    except ValueError as error:
        raise InvalidInput(field, f"must be one of {', '.join(kind.value for kind in kinds)}") from error


def read_asked(
    q: Text = "",
    claimant: Text = "",
    issuer: Text = "",
    place: Text = "",
    topic: Text = "",
    claimant_is: Text = "",
    topic_is: Text = "",
    kind: Text = "",
    source: Text = "",
    date: Text = "",
    sort: Text = "",
) -> Asked:
    """What an address asks a list for."""
    return Asked(q, claimant, issuer, place, topic, claimant_is, topic_is, kind, source, date, sort)


ASKED = {"asked": Provide(read_asked, sync_to_thread=False)}


@get("/statements", sync_to_thread=True, dependencies=ASKED, guards=[needs(Scope.READ)])
def browse(
    store: NamedDependency[StatementStore],
    retriever: NamedDependency[Retriever],
    asked: NamedDependency[Asked],
    page: Number = 1,
) -> Template:
    """The statements that fit a search and filters, a page at a time."""
    return Template("statements.html", context=_listed(store, asked, asked.wanted(retriever), page))


def _listed(store: StatementStore, asked: Asked, wanted: Wanted, page: int) -> Reading:
    """What the template of a list takes."""
    found = store.browsing.page(wanted, asked.order(), (page - 1) * PAGE_SIZE, PAGE_SIZE)
    items = [ListedStatement.listed(one) for one in found.statements]
    dossiers = store.dossiers([one.id for one in items])
    pages = -(-found.total // PAGE_SIZE)
    return {
        "asked": asked,
        "items": items,
        "against": {id_: StatementDetail.of(dossier) for id_, dossier in dossiers.items()},
        "total": found.total,
        "page": page,
        "pages": pages,
        "first": (page - 1) * PAGE_SIZE + 1,
        "facets": store.browsing.facets(wanted),
        "titles": {source.id: source.title for source in store.all_sources()},
        "orders": Order,
    }


@get("/claimants", sync_to_thread=True, guards=[needs(Scope.READ)])
def show_claimant_asked(store: NamedDependency[StatementStore], name: FromQuery[str] = "", page: Number = 1) -> Template:
    """The same by a name that no path can have: see `named_page`."""
    return _of_claimant(store, name, page)


@get("/claimants/{name:path}", sync_to_thread=True, guards=[needs(Scope.READ)])
def show_claimant(store: NamedDependency[StatementStore], name: FromPath[str], page: Number = 1) -> Template:
    """All that somebody claims."""
    return _of_claimant(store, name.removeprefix("/"), page)


@get("/topics", sync_to_thread=True, guards=[needs(Scope.READ)])
def show_topic_asked(store: NamedDependency[StatementStore], name: FromQuery[str] = "", page: Number = 1) -> Template:
    """The same by a name that no path can have: see `named_page`."""
    return _collection(store, Asked(topic_is=name), Wanted(topic=name), page, "topic", name)


@get("/topics/{name:path}", sync_to_thread=True, guards=[needs(Scope.READ)])
def show_topic(store: NamedDependency[StatementStore], name: FromPath[str], page: Number = 1) -> Template:
    """All on a topic."""
    name = name.removeprefix("/")
    return _collection(store, Asked(topic_is=name), Wanted(topic=name), page, "topic", name)


@get("/sources/{source_id:str}", sync_to_thread=True, guards=[needs(Scope.READ)])
def show_source(store: NamedDependency[StatementStore], source_id: FromPath[str], page: Number = 1) -> Template:
    """A source, and all that was taken from it."""
    source = store.source(source_id)
    wanted = Wanted(StatementFilter(source=source_id))
    more = {"source": source, "tier": store.tiers.of(source)}
    return _collection(store, Asked(source=source_id), wanted, page, "source", source.title, more)


def _of_claimant(store: StatementStore, name: str, page: int) -> Template:
    answered = store.browsing.page(Wanted(StatementFilter(issuer=name)), Order.SAID, 0, 1).total
    return _collection(store, Asked(claimant_is=name), Wanted(claimant=name), page, "claimant", name, {"answered": answered})


def _collection(
    store: StatementStore, asked: Asked, wanted: Wanted, page: int, sort: str, name: str, more: Reading | None = None
) -> Template:
    context = {**_listed(store, asked, wanted, page), "sort": sort, "name": name, "source": None, "answered": 0, **(more or {})}
    if not context["total"] and sort != "source":
        raise UnknownRecord(sort, name)
    return Template("collection.html", context=context)


@get("/statements/{statement_id:str}", sync_to_thread=True, guards=[needs(Scope.READ)])
def read(
    request: Request[Any, Any, Any],
    store: NamedDependency[StatementStore],
    settings: NamedDependency[Settings],
    statement_id: FromPath[str],
) -> Template:
    """One statement with its whole life, and its refutations as ClaimReview for machines."""
    dossier = store.dossier(statement_id)
    detail, base = StatementDetail.of(dossier), base_address(request, settings)
    reviews = claim_reviews(dossier, base)
    history = store.ledger.history(RecordKind.STATEMENT, statement_id)
    events = life.events(detail)
    context = {
        "detail": detail,
        "base": base,
        "json_ld": script(Graph(CONTEXT, reviews)) if reviews else "",
        "history": History.of(RecordKind.STATEMENT, statement_id, history, editor=False),
        "wordings": sorted(detail.wordings.items(), key=lambda one: one[0] != spoken.language()),  # the reader's own first
        "events": events,
        "line": life.line(events),
    }
    return Template("statement.html", context=context)


@get("/feed.atom", sync_to_thread=True, dependencies=ASKED, guards=[needs(Scope.READ)])
def feed(
    request: Request[Any, Any, Any],
    store: NamedDependency[StatementStore],
    retriever: NamedDependency[Retriever],
    settings: NamedDependency[Settings],
    asked: NamedDependency[Asked],
) -> Template:
    """What is new on record, or in a list, for feed readers."""
    found = store.browsing.page(asked.wanted(retriever), Order.CHANGED, 0, NEWEST)
    items = [ListedStatement.listed(one) for one in found.statements]
    context = {"items": items, "base": base_address(request, settings), "asked": asked}
    return Template("feed.atom", context=context, media_type="application/atom+xml")
