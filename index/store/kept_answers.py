"""Answers that somebody asked to keep under an address of their own.

What finds one, what revokes it and the claim are here as hashes only: who reads the database learns none of them.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

import msgspec
import sqlalchemy as sa

from index.errors import StoreUnavailable
from index.store.api_keys import Connect
from index.store.recorded import erased_since
from index.store.tables import kept_answers


class KeptAnswer(msgspec.Struct, frozen=True):
    """A kept answer. Moments are UTC, without a zone.

    Attributes:
        sha256: of its id, in hexadecimal digits.
        claim_hmac: HMAC-SHA256 of the claim or the document, by the id.
        revocation_sha256: of the token that revokes it.
        answer: JSON.
    """

    sha256: str
    claim_hmac: str
    revocation_sha256: str
    made: dt.datetime
    expires: dt.datetime
    answer: str


class KeptAnswers(Protocol):
    """Where answers are kept. Safe to use from several threads; each method raises StoreUnavailable."""

    def add(self, kept: KeptAnswer, most: int, sequence: int | None) -> bool:
        """Keep an answer.

        Args:
            most: how many are kept at a time.
            sequence: of the ledger's last entry when the records that it tells of were read; None if it tells of none.

        Returns:
            Whether there was room for it.

        Raises:
            StoreUnavailable: also if something was erased meanwhile, which it may tell; then it is not kept.
        """
        ...

    def find(self, sha256: str, now: dt.datetime) -> KeptAnswer | None:
        """The answer whose id has that hash, unless it has expired."""
        ...

    def forget(self, sha256: str) -> None:
        """Delete an answer."""
        ...

    def forget_expired(self, now: dt.datetime) -> int:
        """Delete those that have expired; returns how many."""
        ...


class SqlKeptAnswers(KeptAnswers):
    """See `KeptAnswers`."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    def add(self, kept: KeptAnswer, most: int, sequence: int | None) -> bool:
        """See `KeptAnswers`. Who erases deletes what is kept by then; what comes later is found here, once it is kept."""
        with self._connect(write=True) as connection:
            if connection.execute(sa.select(sa.func.count()).select_from(kept_answers)).scalar_one() >= most:
                return False
            connection.execute(sa.insert(kept_answers).values(msgspec.structs.asdict(kept)))
        with self._connect() as connection:
            late = sequence is not None and erased_since(connection, sequence)
        if late:
            self.forget(kept.sha256)
            raise StoreUnavailable("something was erased while this was answered: ask again")
        return True

    def find(self, sha256: str, now: dt.datetime) -> KeptAnswer | None:
        """See `KeptAnswers`."""
        query = sa.select(kept_answers).where(kept_answers.c.sha256 == sha256, kept_answers.c.expires > now)
        with self._connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else KeptAnswer(**row._asdict())

    def forget(self, sha256: str) -> None:
        """See `KeptAnswers`."""
        with self._connect(write=True) as connection:
            connection.execute(sa.delete(kept_answers).where(kept_answers.c.sha256 == sha256))

    def forget_expired(self, now: dt.datetime) -> int:
        """See `KeptAnswers`."""
        expired = kept_answers.c.expires <= now
        with self._connect() as connection:  # to look for them first keeps the database free for those who write
            if not connection.execute(sa.select(sa.func.count()).select_from(kept_answers).where(expired)).scalar_one():
                return 0
        with self._connect(write=True) as connection:
            return connection.execute(sa.delete(kept_answers).where(expired)).rowcount
