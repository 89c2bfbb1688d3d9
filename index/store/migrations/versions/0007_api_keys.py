"""API keys: of each only a hash is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(8), primary_key=True, comment="the visible part of the key"),
        sa.Column("sha256", sa.String(64), nullable=False, comment="of the whole key"),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("scopes", sa.String, nullable=False, comment="with spaces between"),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("made", sa.DateTime, nullable=False, comment="UTC"),
        sa.Column("expires", sa.DateTime, comment="UTC"),
        sa.Column("revoked", sa.DateTime, comment="UTC"),
        sa.Column("replaced_by", sa.String(8), comment="the key that was made instead of it"),
        sa.Column("last_used", sa.DateTime, comment="UTC, to the minute"),
    )


def downgrade() -> None:
    op.drop_table("api_keys")
