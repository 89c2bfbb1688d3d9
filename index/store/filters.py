"""What a filter asks of a row: conditions of a query, which see nothing but the store's tables."""

from __future__ import annotations

import datetime as dt
import re

import sqlalchemy as sa

from index.errors import InvalidInput, NoDate
from index.records import When
from index.store.store import StatementFilter
from index.store.tables import answers, names, refutations, reviews, sources, statements
from index.text.names import sought_words


def conditions(filters: StatementFilter) -> list[sa.ColumnElement[bool]]:
    """What a statement's row has to fulfil to fit.

    Raises:
        InvalidInput: if a filter's value cannot be used.
    """
    columns = statements.c
    found: list[sa.ColumnElement[bool]] = []
    for field, typed in (("claimant", filters.claimant), ("place", filters.place), ("topic", filters.topic)):
        if typed is not None:
            found.append(_named(field, typed))
    if filters.issuer is not None:
        found.append(_answered_by(filters.issuer))
    if filters.source is not None:
        found.append(columns.source_id == filters.source)
    if filters.kind is not None:
        found.append(columns.kind == filters.kind.value)
    if filters.updated_since is not None:
        found.append(columns.changed >= filters.updated_since)
    if filters.date is not None:
        first, last = _bounds(filters.date)
        found += [columns.first_day <= last, columns.last_day >= first]
    return found


def _named(field: str, typed: str) -> sa.ColumnElement[bool]:
    """Whether one of a statement's names has all words that were typed, or words that begin so. What is blank does not restrict."""
    named = sa.select(names.c.statement_id).where(names.c.field == field, _has_words(names.c.words, typed))
    return statements.c.id.in_(named) if typed.strip() else sa.true()


def _answered_by(typed: str) -> sa.ColumnElement[bool]:
    """Whether somebody of whom the same is true refuted or reviewed a statement."""
    answering = sa.join(answers, refutations, answers.c.refutation_id == refutations.c.id)
    refuted = sa.select(answers.c.statement_id).select_from(answering).where(_has_words(refutations.c.issuer, typed))
    reviewed = sa.select(reviews.c.statement_id).where(_has_words(reviews.c.issuer, typed))
    return statements.c.id.in_(sa.union(refuted, reviewed)) if typed.strip() else sa.true()


def _has_words(column: sa.Column[str], typed: str) -> sa.ColumnElement[bool]:
    words = sought_words(typed)
    return sa.and_(*(column.contains(word, autoescape=True) for word in words)) if words else sa.false()


def of_site(site: str) -> sa.ColumnElement[bool]:
    """Whether a source's site fits: see `fits_site`, which says the same of one."""
    column = sources.c.site
    if "." in site:
        return column == site
    inner = "%." + re.sub("[/%_]", r"/\g<0>", site) + "%.%"
    return sa.or_(column.startswith(site, autoescape=True), column.like(inner, escape="/"))


def _bounds(date: str) -> tuple[dt.date, dt.date]:
    try:
        return When(date, "").bounds()
    except ValueError as error:
        raise InvalidInput("date", error.said if isinstance(error, NoDate) else str(error)) from error
