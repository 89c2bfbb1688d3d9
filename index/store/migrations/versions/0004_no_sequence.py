"""Without the order of first recording: ids decide among statements that say the same, and nothing read it any more."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.drop_index("ix_statements_sequence", "statements")
    op.drop_column("statements", "sequence")


def downgrade() -> None:
    column = sa.Column("sequence", sa.Integer, nullable=False, server_default="0", comment="the order of first recording")
    op.add_column("statements", column)
    op.create_index("ix_statements_sequence", "statements", ["sequence"])
