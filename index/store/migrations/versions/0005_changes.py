"""At which revision of the store a statement or refutation last changed: an index reads only what is new."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for table in ("statements", "refutations"):
        comment = "the store's, when the record last changed"
        op.add_column(table, sa.Column("revision", sa.Integer, nullable=False, server_default="0", comment=comment))
        op.create_index(f"ix_{table}_revision", table, ["revision"])


def downgrade() -> None:
    for table in ("statements", "refutations"):
        op.drop_index(f"ix_{table}_revision", table)
        op.drop_column(table, "revision")
