"""The store's tables: each record whole, as the JSON of its struct, beside the few columns that queries filter and join on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import sqlalchemy as sa

ItemT = TypeVar("ItemT")

IDS_PER_QUERY = 500
"""Ids in one `IN (...)`: below the 999 bound variables of older SQLite builds."""
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A sequence of the ledger: any that somebody may ask for can be compared with it. SQLite's integers have 64 bits."""

ISSUER = "words of who says so: a space before each, without case and accents, to search in"

metadata = sa.MetaData()
sources = sa.Table(
    "sources",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("site", sa.String, nullable=False, index=True, comment="its host name in its own letters, without www."),
    sa.Column("record", sa.Text, nullable=False),
)
statements = sa.Table(
    "statements",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source_id", sa.ForeignKey("sources.id"), nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("claimant", sa.String, nullable=False, comment="name, role and side, case-folded, one a line"),
    sa.Column("places", sa.String, nullable=False, comment="case-folded, one a line"),
    sa.Column("first_day", sa.Date, index=True),
    sa.Column("last_day", sa.Date),
    sa.Column("added", sa.DateTime, nullable=False, comment="UTC"),
    sa.Column("changed", sa.DateTime, nullable=False, comment="UTC; when it, or what stands against it, last changed"),
    sa.Column("record", sa.Text, nullable=False),
)
topics = sa.Table(
    "topics",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("topic", sa.String, primary_key=True, index=True),
)
names = sa.Table(
    "names",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statements.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("field", sa.String(16), primary_key=True, comment="whose name it is: claimant, place or topic"),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="of several, from 0"),
    sa.Column("words", sa.String, nullable=False, comment="a space before each, without case and accents, to search in"),
)
refutations = sa.Table(
    "refutations",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("source_id", sa.ForeignKey("sources.id"), nullable=False, index=True),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("day", sa.Date, comment="its first day"),
    sa.Column("issuer", sa.String, nullable=False, server_default="", comment=ISSUER),
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
    sa.Column("issuer", sa.String, nullable=False, server_default="", comment=ISSUER),
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
    sa.Column("revision", SEQUENCE, nullable=False, comment="the sequence of the ledger's last entry"),
)
ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("sequence", SEQUENCE, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String(64), nullable=False, comment="SHA-256 of the entry"),
    sa.Column("act", SEQUENCE, nullable=False, index=True),
    sa.Column("time", sa.String(27), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("record_id", sa.String, nullable=False),
    sa.Column("entry", sa.Text, nullable=False, comment="canonical JSON; the columns beside it repeat parts of it"),
    sa.Index("ix_ledger_record", "kind", "record_id", "sequence"),
)
contents = sa.Table(
    "contents",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("content", sa.Text, nullable=False, comment="canonical JSON: a record and its salt"),
)
heads = sa.Table(
    "heads",
    metadata,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("record_id", sa.String, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("sequence", SEQUENCE, nullable=False, comment="of its last entry"),
    sa.Column("content", sa.String(64), comment="null once it is erased"),
    sa.Column("imported", sa.String(64), comment="the content that was last imported"),
    sa.Column("undone", sa.Boolean, nullable=False, comment="whether the import that brought it was undone"),
    sa.Column("superseded_by", sa.String),
    sa.Column("expires", sa.String(10), index=True),
)
links = sa.Table(
    "links",
    metadata,
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("record_id", sa.String, primary_key=True),
    sa.Column("to_kind", sa.String(16), primary_key=True),
    sa.Column("to_id", sa.String, primary_key=True),
    sa.Index("ix_links_to", "to_kind", "to_id"),
    comment="what each record was ever about, and what it ever cited",
)
keys = sa.Table(
    "keys",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True, comment="what finds a record again, hashed"),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("record_id", sa.String, primary_key=True),
)
checkpoints = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("size", SEQUENCE, primary_key=True, autoincrement=False, comment="the sequence of the last entry"),
    sa.Column("root", sa.String(44), nullable=False, comment="of the Merkle tree, base64"),
    sa.Column("subtrees", sa.Text, nullable=False, comment="of its full subtrees, the largest first, hex with spaces between"),
    sa.Column("note", sa.Text, comment="signed"),
)
requests = sa.Table(
    "requests",
    metadata,
    sa.Column("who", sa.String, primary_key=True),
    sa.Column("key", sa.String, primary_key=True, comment="the Idempotency-Key"),
    sa.Column("sha256", sa.String(64), nullable=False, comment="of the request"),
    sa.Column("sequence", SEQUENCE, nullable=False, comment="of the entry that it made"),
    sa.Column("time", sa.String(27), nullable=False, index=True),
)
seed_files = sa.Table(
    "seed_files",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, comment="of the file as it was last loaded at a start"),
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
kept_answers = sa.Table(
    "kept_answers",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True, comment="of its id"),
    sa.Column("claim_hmac", sa.String(64), nullable=False, comment="of the claim, by the id"),
    sa.Column("revocation_sha256", sa.String(64), nullable=False, comment="of the token that revokes it"),
    sa.Column("made", sa.DateTime, nullable=False, comment="UTC"),
    sa.Column("expires", sa.DateTime, nullable=False, comment="UTC", index=True),
    sa.Column("answer", sa.Text, nullable=False, comment="JSON"),
)
people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.String, primary_key=True, comment="the name as it is compared"),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("password", sa.String, nullable=False, comment="its hash, by argon2"),
    sa.Column("scopes", sa.String, nullable=False, comment="with spaces between"),
    sa.Column("made", sa.DateTime, nullable=False, comment="UTC"),
    sa.Column("changed", sa.DateTime, nullable=False, comment="UTC; when the password was last set"),
    sa.Column("last_signed_in", sa.DateTime, comment="UTC"),
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True, comment="of what the browser holds"),
    sa.Column("person_id", sa.ForeignKey("people.id"), nullable=False, index=True),
    sa.Column("made", sa.DateTime, nullable=False, comment="UTC"),
    sa.Column("expires", sa.DateTime, nullable=False, comment="UTC", index=True),
)
conflicts = sa.Table(
    "conflicts",
    metadata,
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


def chunks(items: Iterable[ItemT], at_once: int = IDS_PER_QUERY) -> Iterator[list[ItemT]]:
    """The items, so many at a time that one query can name them."""
    everything = list(items)
    for start in range(0, len(everything), at_once):
        yield everything[start : start + at_once]


def wait_for_writers(connection: sa.Connection) -> None:
    """Wait until no other transaction changes records; others wait until this one ends.

    So sequences follow each other without a gap, and become visible in their order: who has read one has all before it.
    """
    connection.execute(sa.update(state).values(revision=state.c.revision))
