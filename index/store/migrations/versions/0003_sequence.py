"""The order in which statements were first recorded: among those that say the same, the first leads."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    column = sa.Column("sequence", sa.Integer, nullable=False, server_default="0", comment="the order of first recording")
    op.add_column("statements", column)
    op.create_index("ix_statements_sequence", "statements", ["sequence"])
    statements = sa.table("statements", sa.column("id"), sa.column("sequence"))
    ids = list(op.get_bind().execute(sa.select(statements.c.id).order_by(statements.c.id)).scalars())
    numbered = [{"which": id_, "number": number} for number, id_ in enumerate(ids)]
    if numbered:
        change = sa.update(statements).where(statements.c.id == sa.bindparam("which")).values(sequence=sa.bindparam("number"))
        op.get_bind().execute(change, numbered)


def downgrade() -> None:
    op.drop_index("ix_statements_sequence", "statements")
    op.drop_column("statements", "sequence")
