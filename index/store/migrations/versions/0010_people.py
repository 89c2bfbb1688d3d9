"""People who sign in on the pages, and their sessions: of passwords and of what browsers hold only hashes are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    text = sa.String(collation="C") if op.get_bind().dialect.name == "postgresql" else sa.String()
    op.create_table(
        "people",
        sa.Column("id", text, primary_key=True, comment="the name as it is compared"),
        sa.Column("name", text, nullable=False),
        sa.Column("password", text, nullable=False, comment="its hash, by argon2"),
        sa.Column("scopes", text, nullable=False, comment="with spaces between"),
        sa.Column("made", sa.DateTime, nullable=False, comment="UTC"),
        sa.Column("changed", sa.DateTime, nullable=False, comment="UTC; when the password was last set"),
        sa.Column("last_signed_in", sa.DateTime, comment="UTC"),
    )
    op.create_table(
        "sessions",
        sa.Column("sha256", sa.String(64), primary_key=True, comment="of what the browser holds"),
        sa.Column("person_id", text, sa.ForeignKey("people.id"), nullable=False, index=True),
        sa.Column("made", sa.DateTime, nullable=False, comment="UTC"),
        sa.Column("expires", sa.DateTime, nullable=False, comment="UTC", index=True),
    )


def downgrade() -> None:
    op.drop_table("sessions")
    op.drop_table("people")
