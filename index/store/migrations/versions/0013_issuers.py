"""Who refuted or reviewed a statement is sought by words, too: they stand beside the record, without case and accents."""

from collections.abc import Iterator

import msgspec
import sqlalchemy as sa
from alembic import op

from index.text.names import name_words

revision = "0013"
down_revision = "0012"

SOME = 1_000
"""Rows that are read, and written, at a time."""
COMMENT = "words of who says so: a space before each, without case and accents, to search in"


class Party(msgspec.Struct):
    """What is read of who refuted or reviewed."""

    name: str
    role: str | None = None
    side: str | None = None


class Refutation(msgspec.Struct):
    """What is read of a refutation, as it was kept at this revision, whatever becomes of records later."""

    issuer: Party


class Review(msgspec.Struct):
    """The same of a review."""

    issuer: Party = msgspec.field(name="reviewer")


TABLES: dict[str, type[Refutation] | type[Review]] = {"refutations": Refutation, "reviews": Review}


def upgrade() -> None:
    text = sa.String(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.String()
    for name, model in TABLES.items():
        op.add_column(name, sa.Column("issuer", text, nullable=False, server_default="", comment=COMMENT))
        table = sa.table(name, sa.column("id"), sa.column("issuer"))
        for id_, issuer in _issuers(name, model):
            op.execute(sa.update(table).where(table.c.id == id_).values(issuer=name_words(issuer.name, issuer.role, issuer.side)))


def downgrade() -> None:
    for name in TABLES:
        op.drop_column(name, "issuer")


def _issuers(name: str, model: type[Refutation] | type[Review]) -> Iterator[tuple[str, Party]]:
    """Who says so, by the ids of a table; a record that cannot be read is left out, and told of wherever it is read."""
    table, last = sa.table(name, sa.column("id"), sa.column("record")), ""
    query = sa.select(table.c.id, table.c.record).order_by(table.c.id).limit(SOME)
    while rows := op.get_bind().execute(query.where(table.c.id > last)).all():
        last = rows[-1].id
        for row in rows:
            try:
                yield row.id, msgspec.json.decode(row.record, type=model).issuer
            except msgspec.MsgspecError:
                continue
