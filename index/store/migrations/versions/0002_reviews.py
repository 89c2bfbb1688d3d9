"""Reviews by fact-checkers; language and day of refutations; when a statement was added and last changed."""

import datetime as dt
import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("statement_id", sa.String, sa.ForeignKey("statements.id"), nullable=False, index=True),
        sa.Column("source_id", sa.String, sa.ForeignKey("sources.id"), nullable=False, index=True),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("day", sa.Date, comment="its first day"),
        sa.Column("refutes", sa.Boolean, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    # plain ALTER TABLE: SQLite's way to alter a column copies and drops the table, and its topics with it
    op.add_column("statements", sa.Column("added", sa.DateTime, nullable=False, server_default=now, comment="UTC"))
    changed = "UTC; when it, or what stands against it, last changed"
    op.add_column("statements", sa.Column("changed", sa.DateTime, nullable=False, server_default=now, comment=changed))
    op.add_column("refutations", sa.Column("language", sa.String, nullable=False, server_default="und"))
    op.add_column("refutations", sa.Column("day", sa.Date, comment="its first day"))
    _fill_in(op.get_bind())


def _fill_in(connection: sa.Connection) -> None:
    """Language and day of the refutations that are already there; an open beginning has no day."""
    refutations = sa.table("refutations", *(sa.column(name) for name in ("id", "record", "language")), sa.column("day", sa.Date))
    for row in connection.execute(sa.select(refutations.c.id, refutations.c.record)).all():
        record = json.loads(row.record)
        start = record.get("when", {}).get("edtf", "..").partition("/")[0]
        day = None if start == ".." else dt.date.fromisoformat(f"{start}-01-01"[:10])
        values = {"language": record["language"], "day": day}
        connection.execute(sa.update(refutations).where(refutations.c.id == row.id).values(values))


def downgrade() -> None:
    for table, columns in (("refutations", ("day", "language")), ("statements", ("changed", "added"))):
        for column in columns:
            op.drop_column(table, column)
    op.drop_table("reviews")
