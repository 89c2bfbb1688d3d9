"""The ledger, and what follows from it. `index/store/opening.py` gives the records that are there their first entries.

The store gets another id: its revision is now the ledger's, and an index on disk must not take the old one for it.
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for table in ("statements", "refutations"):
        op.drop_index(f"ix_{table}_revision", table)
        op.drop_column(table, "revision")
    _ledger()
    _derived()
    _beside()
    op.execute(sa.text("UPDATE state SET store_id = :id, revision = 0").bindparams(id=uuid.uuid4().hex))


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.String(64), nullable=False, comment="SHA-256 of the entry"),
        sa.Column("act", sa.Integer, nullable=False, index=True),
        sa.Column("time", sa.String(27), nullable=False, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("record_id", sa.String, nullable=False),
        sa.Column("entry", sa.Text, nullable=False, comment="canonical JSON; the columns beside it repeat parts of it"),
    )
    op.create_index("ix_ledger_record", "ledger", ["kind", "record_id", "sequence"])
    op.create_table(
        "contents",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("content", sa.Text, nullable=False, comment="canonical JSON: a record and its salt"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.Integer, primary_key=True, autoincrement=False, comment="the sequence of the last entry"),
        sa.Column("root", sa.String(44), nullable=False, comment="of the Merkle tree, base64"),
        sa.Column("subtrees", sa.Text, nullable=False, comment="of its full subtrees, the largest first, hex with spaces between"),
        sa.Column("note", sa.Text, comment="signed"),
    )


def _derived() -> None:
    op.create_table(
        "heads",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("record_id", sa.String, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("sequence", sa.Integer, nullable=False, comment="of its last entry"),
        sa.Column("content", sa.String(64), comment="null once it is erased"),
        sa.Column("imported", sa.String(64), comment="the content that was last imported"),
        sa.Column("undone", sa.Boolean, nullable=False, comment="whether the import that brought it was undone"),
        sa.Column("superseded_by", sa.String),
        sa.Column("expires", sa.String(10), index=True),
    )
    op.create_table(
        "links",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("record_id", sa.String, primary_key=True),
        sa.Column("to_kind", sa.String(16), primary_key=True),
        sa.Column("to_id", sa.String, primary_key=True),
        comment="what each record was ever about, and what it ever cited",
    )
    op.create_index("ix_links_to", "links", ["to_kind", "to_id"])
    op.create_table(
        "keys",
        sa.Column("key", sa.String(64), primary_key=True, comment="what finds a record again, hashed"),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("record_id", sa.String, primary_key=True),
    )


def _beside() -> None:
    op.create_table(
        "requests",
        sa.Column("who", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True, comment="the Idempotency-Key"),
        sa.Column("sha256", sa.String(64), nullable=False, comment="of the request"),
        sa.Column("sequence", sa.Integer, nullable=False, comment="of the entry that it made"),
        sa.Column("time", sa.String(27), nullable=False, index=True),
    )
    op.create_table(
        "seed_files",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False, comment="of the file as it was last loaded at a start"),
    )


def downgrade() -> None:
    for table in ("seed_files", "requests", "keys", "links", "heads", "checkpoints", "contents", "ledger"):
        op.drop_table(table)
    for table in ("statements", "refutations"):
        comment = "the store's, when the record last changed"
        op.add_column(table, sa.Column("revision", sa.Integer, nullable=False, server_default="0", comment=comment))
        op.create_index(f"ix_{table}_revision", table, ["revision"])
