"""Make records of a table's rows: a statement of each, and a review where the row has a rating.

A review whose address the row does not tell cites the table itself.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from index.errors import NoDate, Reason
from index.kinds import StatementKind
from index.readers import reasons
from index.readers.cell_text import texts_in
from index.readers.cells import Cells, is_list, joined, nothing, without_addresses
from index.readers.claimreview import Node, Unusable, read_review
from index.readers.columns import Columns, Field, recognise
from index.readers.dates import Ambiguous, days_come_first, read_date
from index.readers.ids import claim_id, review_id
from index.readers.languages import language_code, strict_language_code
from index.readers.notes import Notes
from index.readers.ratings import is_unfinished
from index.readers.table import Row, Table
from index.records import UNKNOWN, Citation, Party, Review, Source, Statement, When
from index.rules import ID
from index.text.language import detect_language
from index.tiers import speaker_of

LONGEST_TITLE = 300
"""Characters of an explanation that stands for a missing title."""
LONGEST_SHOWN = 50
"""Characters that are shown of a date that is none."""

Record = tuple[tuple[Source, ...], Statement, Review | None]


class RowReader(NamedTuple):
    """Reads the rows of one table.

    Attributes:
        source: the file, as a source.
        orders: field of a date -> whether its column has the day before the month; None if unknown.
    """

    table: Table
    columns: Columns
    source: Source
    orders: dict[Field, bool | None]
    notes: Notes

    def records(self) -> Iterator[tuple[Row, Record | Reason]]:
        """Each row with what it says, or with why it cannot be used."""
        seen: dict[str, str] = {}
        for row in self.table.rows():
            try:
                record = self._record(row)
            except (ValueError, Unusable) as error:
                yield row, _said(error)
                continue
            _, statement, review = record
            first = seen.setdefault(statement.id, statement.text)
            repeats = first is not statement.text and Field.ID in self.columns.fields.values()
            if repeats and (review is None or first != statement.text):
                yield row, reasons.REPEATED[self.table.place]
            else:
                yield row, record

    def first_rows(self, most: int) -> dict[str, str]:
        """The own id of the first rows -> what they claim; empty for a table without ids."""
        if Field.ID not in self.columns.fields.values():
            return {}
        cells = (self._cells(row) for row in islice(self.table.rows(), most) if not row.problem)
        return {_own_id(one.first(Field.ID)): " ".join(one.first(Field.CLAIM).split()) for one in cells if one.first(Field.ID)}

    def first_reviews(self, most: int) -> list[Review]:
        """The reviews of the first rows."""
        records = islice(self._replace(notes=Notes()).records(), most)
        return [read[2] for _, read in records if not isinstance(read, Reason) and read[2]]

    def sites(self) -> set[str]:
        """The sites that its reviews are on."""
        found = set()
        for row in self.table.rows():
            cells = self._cells(row)
            with suppress(ValueError, Unusable):
                if cells.first(Field.RATING) or cells.first(Field.RATING_VALUE):
                    found.add((urlsplit(cells.address(Field.REVIEW_URL)).hostname or "").removeprefix("www."))
        return found - {""}

    def _record(self, row: Row) -> Record:
        if row.problem:
            raise Unusable(row.problem)
        cells = self._cells(row)
        place = self.table.place_of(row)
        for column in row.cells:
            if column >= len(self.table.names) or not self.table.names[column].strip():
                self.notes.add(reasons.NO_NAME.of(number=str(column + 1)), place)
        text, address = cells.first(Field.CLAIM), cells.address(Field.REVIEW_URL)
        cells.check()
        if len(claims := without_addresses(cells.held.get(Field.CLAIM, []))) > 1:
            raise Unusable(reasons.SEVERAL_CLAIMS.of(number=len(claims)))
        if not any(character.isalnum() for character in text):
            raise Unusable(reasons.EMPTY_TEXT)
        if is_list(text):
            self.notes.add(reasons.LIST, place)
        given_id = cells.first(Field.ID)
        if Field.ID in self.columns.fields.values() and not given_id:
            raise Unusable(reasons.EMPTY_ID)
        read_language = strict_language_code if self.columns.strict_language else language_code
        language = read_language(cells.first(Field.LANGUAGE)) or detect_language(text)
        statement = self._statement(cells, text, language, place)
        when = self._date(cells, Field.DATE, language, place)
        statement = msgspec.structs.replace(statement, when=when, topics=cells.all(Field.TOPIC), places=cells.all(Field.PLACE))
        if lost := self._lost(cells, address):
            self.notes.add(lost, place)
        rated = cells.first(Field.RATING) or cells.first(Field.RATING_VALUE)
        if lost or not rated:
            return (self.source,), statement, None
        return self._reviewed(cells, statement, address, place)

    def _cells(self, row: Row) -> Cells:
        held: dict[Field, list[str]] = {field: [value] for field, value in self.columns.always.items()}
        for place, field in self.columns.fields.items():
            texts = [text for cell in row.cells.get(place, []) for text in texts_in(cell, field) if text.strip()]
            kept = [text.strip() for text in texts if text.strip().casefold() not in nothing(field)]
            if kept:
                held.setdefault(field, []).extend(kept)
        return Cells(held | joined(held, self.columns.always))

    def _statement(self, cells: Cells, text: str, language: str, place: Reason) -> Statement:
        appearances = self._appearances(cells, place)
        claimant = Party(cells.first(Field.CLAIMANT)) if cells.first(Field.CLAIMANT) else UNKNOWN
        plain, id_ = " ".join(text.split()), cells.first(Field.ID)
        return Statement(
            id=f"{self.source.id}-{_own_id(id_)}" if id_ else claim_id(plain, claimant),
            kind=StatementKind.CLAIM,
            text=plain,
            language=language,
            claimant=claimant,
            citations=[Citation(self.source.id, url=next(iter(appearances), None))],
            refutation_on_record=False,
            wordings=_wordings(cells, plain, language),
            appearances=appearances,
        )

    def _appearances(self, cells: Cells, place: Reason) -> list[str]:
        """Where the claim was made; what is no address of the web is left out."""
        try:
            return cells.addresses(Field.URL)
        except Unusable as error:
            self.notes.add(reasons.LEFT_OUT.of(said=error.said), place)
            return []

    def _reviewed(self, cells: Cells, statement: Statement, address: str, place: Reason) -> Record:
        """The row as a ClaimReview, so that both are read alike; the row's own id, if it has one, stays the statement's."""
        explanation = cells.first(Field.EXPLANATION)
        title = cells.first(Field.REVIEW_TITLE) or (explanation if len(explanation) <= LONGEST_TITLE else "")
        words = cells.first(Field.RATING)
        rating = {
            "alternateName": words,
            "ratingValue": cells.first(Field.RATING_VALUE) or (words if cells.first(Field.RATING_BEST) else None),
            "worstRating": cells.first(Field.RATING_WORST) or None,
            "bestRating": cells.first(Field.RATING_BEST) or None,
        }
        node: Node = {
            "claimReviewed": statement.text,
            "url": address,
            "inLanguage": statement.language,
            "author": {"name": cells.first(Field.REVIEWER)},
            "itemReviewed": {"author": {"name": cells.first(Field.CLAIMANT)}},
            "reviewRating": {name: value for name, value in rating.items() if value is not None},
            "headline": title,
        }
        source, read, review = read_review(node, self.source)
        when = self._date(cells, Field.REVIEW_DATE, statement.language, place)
        if words.isdecimal() and review.rating.value is None:
            self.notes.add(reasons.FIGURE, place)
        said = msgspec.structs.replace(review.rating, original=words or None)
        review = msgspec.structs.replace(review, rating=said, when=when, explanation=explanation or None)
        if not address:
            return (self.source,), statement, self._without_address(review, statement.id, cells.first(Field.REVIEWER))
        if cells.first(Field.ID):
            review = msgspec.structs.replace(review, id=review_id(address, statement.id), statement_id=statement.id)
            return (self.source, source), statement, review
        text, language = read.text, statement.language
        wordings = _wordings(cells, text, language)
        own = {"id": read.id, "text": text, "claimant": read.claimant, "citations": read.citations, "wordings": wordings}
        return (source,), msgspec.structs.replace(statement, **own), review

    def _without_address(self, review: Review, statement_id: str, named: str) -> Review:
        """A review that cites the table. Its statement and its reviewer tell it from others; nobody named is the table itself."""
        whose = (" ".join(named.casefold().split()),) if named else ()
        reviewer = Party(named or speaker_of(self.source))
        id_ = review_id(self.source.id, statement_id, *whose)
        return msgspec.structs.replace(review, id=id_, statement_id=statement_id, reviewer=reviewer)

    def _date(self, cells: Cells, field: Field, language: str, place: Reason) -> When | None:
        """A date; of one that could be two, the year. One that is none is left out."""
        written = cells.first(field)
        try:
            return read_date(written, language, day_first=self.orders.get(field)) if written else None
        except Ambiguous:
            self.notes.add(reasons.AMBIGUOUS.of(field=field.value), place)
            year = re.findall(r"\d+", written)[2]
            return When(year if len(year) == 4 else f"20{year}", written)
        except ValueError as error:
            self.notes.add(reasons.LEFT_OUT.of(said=self._no_date(field, written, _said(error))), place)
            return None

    def _no_date(self, field: Field, written: str, said: Reason) -> Reason:
        """Why a date is none, with the column that it stands in and, where that does not tell it, what is written there."""
        columns = [self.table.names[place] for place, held in self.columns.fields.items() if held is field]
        column = columns[0] if len(columns) == 1 and columns[0].isprintable() else field.value
        if repr(written) in str(said):
            return reasons.IN_COLUMN.of(column=column, why=said)
        shown = written if len(written) <= LONGEST_SHOWN else f"{written[:LONGEST_SHOWN]}…"
        return reasons.DATE.of(column=column, value=repr(shown), why=said)

    def _lost(self, cells: Cells, address: str) -> Reason | None:
        """What a row says of a review and is not loaded, with what is missing; None if there is nothing."""
        words = cells.first(Field.RATING)
        if not words and not cells.first(Field.RATING_VALUE):
            return reasons.ADDRESS_ALONE if address else reasons.EXPLANATION_ALONE if cells.first(Field.EXPLANATION) else None
        if address:
            return None
        if self.columns.of_others:
            return reasons.RATING_ALONE
        return reasons.NO_VERDICT.of(words=repr(words)) if is_unfinished(words) else None


def row_reader(table: Table, source: Source, mapped: Mapping[str, str], notes: Notes) -> RowReader:
    """Get ready to read a table.

    Args:
        source: see `ids.rows_source`.

    Raises:
        InvalidRecord: if no column holds the claim, or `mapped` names what is not there.
    """
    notes.unread = [name for name in table.names if name.strip()]
    columns = recognise(table.names, mapped)
    notes.unread = columns.unknown
    named = [(table.names[place], field.value) for place, field in columns.fields.items()]
    others = tuple(reasons.AS.of(column=repr(name), field=field) for name, field in named if name != field)
    if others:
        notes.say(reasons.READ_AS.of(columns=others))
    if columns.unknown:
        notes.say(reasons.UNREAD.of(columns=tuple(map(repr, columns.unknown))))
    for line in table.notes:
        notes.say(line)
    dates = [(field, place) for place, field in columns.fields.items() if field in (Field.DATE, Field.REVIEW_DATE)]
    written: dict[Field, Counter[str]] = {field: Counter() for field, _ in dates}
    for row in table.rows() if dates else ():
        for field, place in dates:
            written[field].update(row.cells.get(place, []))
    orders = {field: days_come_first(column) for field, column in written.items()}
    return RowReader(table, columns, source, orders, notes)


def _said(error: Exception) -> Reason:
    """Why a row cannot be used, or a date not be read."""
    return error.said if isinstance(error, NoDate | Unusable) else Reason(str(error))


def _own_id(written: str) -> str:
    """A row's own id, if it can be part of one; else a digest of it."""
    return written if ID.fullmatch(written) else hashlib.sha256(written.encode()).hexdigest()[:20]


def _wordings(cells: Cells, text: str, language: str) -> dict[str, list[str]]:
    """Other ways to say it, by language: the title is in the row's, of wordings each is in its own."""
    found: dict[str, list[str]] = {}
    for title in cells.held.get(Field.TITLE, []):
        found.setdefault(language, []).append(title)
    for wording in cells.all(Field.WORDINGS):
        own = detect_language(wording)
        found.setdefault(language if own == "und" else own, []).append(wording)
    kept = {own: [one for one in dict.fromkeys(said) if one != text] for own, said in found.items()}
    return {own: said for own, said in kept.items() if said}
