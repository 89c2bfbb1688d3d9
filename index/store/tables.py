"""The store's tables: each record whole, as the JSON of its struct, beside the few columns that queries filter and join on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import sqlalchemy as sa

ItemT = TypeVar("ItemT")

IDS_PER_QUERY = 500
"""Ids in one `IN (...)`: below the 999 bound variables of older SQLite builds."""


def _revision() -> sa.Column[int]:
    comment = "the store's, when the record last changed"
    return sa.Column("revision", sa.Integer, nullable=False, server_default="0", index=True, comment=comment)


metadata = sa.MetaData()
sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)
statements = sa.Table(
    "statements",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source_id", sa.ForeignKey("sources.id"), nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("claimant", sa.String, nullable=False, comment="name, role and side, case-folded, to search in"),
    sa.Column("places", sa.String, nullable=False, comment="case-folded, one a line, to search in"),
    sa.Column("first_day", sa.Date, index=True),
    sa.Column("last_day", sa.Date),
    sa.Column("added", sa.DateTime, nullable=False, comment="UTC"),
    sa.Column("changed", sa.DateTime, nullable=False, comment="UTC; when it, or what stands against it, last changed"),
    sa.Column(
        "revision", sa.Integer, nullable=False, server_default="0", index=True, comment="the store's, when the record last changed"
    ),
    sa.Column("record", sa.Text, nullable=False),
)
topics = sa.Table(
    "topics",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("topic", sa.String, primary_key=True, index=True),
)
refutations = sa.Table(
    "refutations",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source_id", sa.ForeignKey("sources.id"), nullable=False, index=True),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("day", sa.Date, comment="its first day"),
    sa.Column(
        "revision", sa.Integer, nullable=False, server_default="0", index=True, comment="the store's, when the record last changed"
    ),
    sa.Column("record", sa.Text, nullable=False),
)
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("refutation_id", sa.ForeignKey("refutations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("statement_id", sa.ForeignKey("statements.id"), primary_key=True, index=True),
    sa.Column("stance", sa.String, nullable=False),
)
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("statement_id", sa.ForeignKey("statements.id"), nullable=False, index=True),
    sa.Column("source_id", sa.ForeignKey("sources.id"), nullable=False, index=True),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("day", sa.Date, comment="its first day"),
    sa.Column("refutes", sa.Boolean, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)
vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("encoder", sa.String(16), primary_key=True, comment="the encoder's fingerprint"),
    sa.Column("text_sha256", sa.LargeBinary(32), primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False, comment="float32, little-endian"),
)
state = sa.Table(
    "state",
    metadata,
    sa.Column("store_id", sa.String(32), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False, comment="goes up with each change of a record"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
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


def chunks(items: Iterable[ItemT]) -> Iterator[list[ItemT]]:
    """The items, so many at a time that one query can name them."""
    everything = list(items)
    for start in range(0, len(everything), IDS_PER_QUERY):
        yield everything[start : start + IDS_PER_QUERY]
