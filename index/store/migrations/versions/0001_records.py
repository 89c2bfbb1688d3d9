"""Sources, statements, refutations, what answers what, vectors, and the store's own state."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "statements",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("source_id", sa.String, sa.ForeignKey("sources.id"), nullable=False, index=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("claimant", sa.String, nullable=False, comment="name, role and side, case-folded, to search in"),
        sa.Column("places", sa.String, nullable=False, comment="case-folded, one a line, to search in"),
        sa.Column("first_day", sa.Date, index=True),
        sa.Column("last_day", sa.Date),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "topics",
        sa.Column("statement_id", sa.String, sa.ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("topic", sa.String, primary_key=True, index=True),
    )
    op.create_table(
        "refutations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("source_id", sa.String, sa.ForeignKey("sources.id"), nullable=False, index=True),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "answers",
        sa.Column("refutation_id", sa.String, sa.ForeignKey("refutations.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("statement_id", sa.String, sa.ForeignKey("statements.id"), primary_key=True, index=True),
        sa.Column("stance", sa.String, nullable=False),
    )
    op.create_table(
        "vectors",
        sa.Column("encoder", sa.String(16), primary_key=True, comment="the encoder's fingerprint"),
        sa.Column("text_sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("vector", sa.LargeBinary, nullable=False, comment="float32, little-endian"),
    )
    op.create_table(
        "state",
        sa.Column("store_id", sa.String(32), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False, comment="goes up with each change of a record"),
    )


def downgrade() -> None:
    for table in ("state", "vectors", "answers", "refutations", "topics", "statements", "sources"):
        op.drop_table(table)
