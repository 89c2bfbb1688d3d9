"""Names are sought by their words: these stand apart, without case and accents, and so does each source's site."""

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from alembic import op

from index.text.names import name_words
from index.tiers import own_letters

revision = "0012"
down_revision = "0011"

SOME = 1_000
"""Rows that are read, and written, at a time."""
SITE = "its host name in its own letters, without www."
COMMENTS = {"claimant": "name, role and side, case-folded, one a line", "places": "case-folded, one a line"}
COMMENTS_BEFORE = {
    "claimant": "name, role and side, case-folded, to search in",
    "places": "case-folded, one a line, to search in",
}


class Claimant(msgspec.Struct):
    """What is read of a statement's claimant."""

    name: str
    role: str | None = None
    side: str | None = None


class Statement(msgspec.Struct):
    """What is read of a statement, as it was kept at this revision, whatever becomes of records later."""

    claimant: Claimant
    places: list[str] = []
    topics: list[str] = []


class Source(msgspec.Struct):
    """What is read of a source."""

    site: str


RecordT = TypeVar("RecordT", Source, Statement)


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    text = sa.String(collation="C") if postgresql else sa.String()
    names = op.create_table(
        "names",
        sa.Column("statement_id", text, sa.ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("field", sa.String(16), primary_key=True, comment="whose name it is: claimant, place or topic"),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="of several, from 0"),
        sa.Column("words", text, nullable=False, comment="a space before each, without case and accents, to search in"),
    )
    op.add_column("sources", sa.Column("site", text, nullable=False, server_default="", comment=SITE))
    op.create_index("ix_sources_site", "sources", ["site"])
    _comment(COMMENTS)
    sources = sa.table("sources", sa.column("id"), sa.column("site"))
    for some in _records("sources", Source):
        for id_, source in some:
            site = own_letters(source.site.lower().removeprefix("www."))
            op.execute(sa.update(sources).where(sources.c.id == id_).values(site=site))
    for told in _records("statements", Statement):
        op.bulk_insert(names, [row for id_, statement in told for row in _rows(id_, statement)])


def downgrade() -> None:
    op.drop_index("ix_sources_site", "sources")
    op.drop_column("sources", "site")
    op.drop_table("names")
    _comment(COMMENTS_BEFORE)


def _comment(comments: dict[str, str]) -> None:
    """SQLite has no comments."""
    if op.get_bind().dialect.name == "postgresql":
        for column, comment in comments.items():
            op.alter_column("statements", column, comment=comment)


def _rows(id_: str, statement: Statement) -> Iterator[dict[str, Any]]:
    claimant = statement.claimant
    found = {
        "claimant": [name_words(claimant.name, claimant.role, claimant.side)],
        "place": [name_words(place) for place in statement.places],
        "topic": [name_words(topic) for topic in statement.topics],
    }
    for field, several in found.items():
        yield from ({"statement_id": id_, "field": field, "number": n, "words": words} for n, words in enumerate(several))


def _records(name: str, model: type[RecordT]) -> Iterator[list[tuple[str, RecordT]]]:
    """A table's records with their ids, by id; one that cannot be read is left out, and told of wherever it is read."""
    table, last = sa.table(name, sa.column("id"), sa.column("record")), ""
    query = sa.select(table.c.id, table.c.record).order_by(table.c.id).limit(SOME)
    while rows := op.get_bind().execute(query.where(table.c.id > last)).all():
        last = rows[-1].id
        yield [(row.id, record) for row in rows if (record := _decoded(row.record, model))]


def _decoded(text: str, model: type[RecordT]) -> RecordT | None:
    try:
        return msgspec.json.decode(text, type=model)
    except msgspec.MsgspecError:
        return None
