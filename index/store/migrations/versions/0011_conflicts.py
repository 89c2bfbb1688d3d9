"""What a file says of somebody else's review waits until an editor takes or leaves it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "conflicts",
        sa.Column("id", sa.String(16), primary_key=True, comment="of what the file says of which record"),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("record_id", sa.String, nullable=False, index=True),
        sa.Column("record", sa.Text, nullable=False, comment="what the file says, JSON"),
        sa.Column("who", sa.String, nullable=False, comment="who loaded it first"),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("time", sa.String(27), nullable=False),
        sa.Column("taken", sa.Boolean, comment="null until somebody decides"),
        sa.Column("decided_by", sa.String),
        sa.Column("decided", sa.String(27)),
    )


def downgrade() -> None:
    op.drop_table("conflicts")
