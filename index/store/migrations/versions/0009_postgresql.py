"""PostgreSQL: ids are ordered by code points, whatever the locale of the database, and sequences have 64 bits. SQLite has both."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

SEQUENCES = {
    "state": ["revision"],
    "ledger": ["sequence", "act"],
    "heads": ["sequence"],
    "checkpoints": ["size"],
    "requests": ["sequence"],
}
TABLES = ["sources", "statements", "topics", "refutations", "answers", "reviews", "vectors", "contents", "links", "keys"]
TABLES += ["seed_files", "api_keys", "kept_answers", *SEQUENCES]


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _change("C", "BIGINT")
        op.alter_column("state", "revision", comment="the sequence of the ledger's last entry")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _change("default", "INTEGER")


def _change(collation: str, sequence: str) -> None:
    """Alter all columns of a table at once: its indexes are built once."""
    connection = op.get_bind()
    inspected = sa.inspect(connection)
    for table in TABLES:
        texts = [column for column in inspected.get_columns(table) if isinstance(column["type"], sa.String)]
        kinds = {str(column["name"]): f'{_plain(column["type"])} COLLATE "{collation}"' for column in texts}
        kinds |= dict.fromkeys(SEQUENCES.get(table, []), sequence)
        changes = ", ".join(f'ALTER COLUMN "{name}" TYPE {kind}' for name, kind in kinds.items())
        connection.exec_driver_sql(f'ALTER TABLE "{table}" {changes}')


def _plain(kind: sa.types.TypeEngine[object]) -> str:
    """A type of texts without its collation."""
    if isinstance(kind, sa.Text):
        return "TEXT"
    return f"VARCHAR({kind.length})" if isinstance(kind, sa.String) and kind.length else "VARCHAR"
