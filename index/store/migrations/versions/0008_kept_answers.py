"""Answers that are kept under an address: ids, tokens and claims as hashes only."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "kept_answers",
        sa.Column("sha256", sa.String(64), primary_key=True, comment="of its id"),
        sa.Column("claim_hmac", sa.String(64), nullable=False, comment="of the claim, by the id"),
        sa.Column("revocation_sha256", sa.String(64), nullable=False, comment="of the token that revokes it"),
        sa.Column("made", sa.DateTime, nullable=False, comment="UTC"),
        sa.Column("expires", sa.DateTime, nullable=False, comment="UTC", index=True),
        sa.Column("answer", sa.Text, nullable=False, comment="JSON"),
    )


def downgrade() -> None:
    op.drop_table("kept_answers")
