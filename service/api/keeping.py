"""Answers that somebody asks to keep under an address: what of them is kept, and how it is found again.

The id stands in the address and nowhere else. Its hash finds the answer, and it is the key of the claim's hash: who reads the
database can neither open an answer nor try claims.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import NamedTuple

import msgspec

from index.errors import InvalidInput, RebutError, UnknownRecord
from index.store.kept_answers import KeptAnswer, KeptAnswers
from service.access.lifetimes import duration_of
from service.api.wire.answers import Answer, Match, NearestMiss, Relation
from service.api.wire.kept import KeptAnswerView, NewAnswer
from service.check.mentions import Span

ID_BYTES = 16
LONGEST = dt.timedelta(days=366)
NO_WORDS = Span("", 0, 0)


class NotKept(RebutError):
    """No answer is kept any more: the setting forbids it, or there are as many as it allows."""


class Made(NamedTuple):
    """What only who made it is told."""

    id: str
    revocation_token: str
    expires: dt.datetime


class AnswerKeeper:
    """Keeps answers in the store."""

    def __init__(self, kept: KeptAnswers, most: int) -> None:
        """See `Settings.kept_answers` for `most`."""
        self._kept, self._most = kept, most

    def keep(self, wanted: NewAnswer, answer: Answer, now: dt.datetime) -> Made:
        """Keep an answer to the claim that is wanted.

        Raises:
            NotKept: if there is no room.
            InvalidInput: if it is to be kept too long.
            StoreUnavailable: also if something was erased while it was answered.
        """
        made = Made(secrets.token_hex(ID_BYTES), secrets.token_hex(ID_BYTES), now + lifetime_of(wanted))
        shown = answer if wanted.keep_claim else without_claim(answer)
        kept = KeptAnswer(
            sha256=_sha256(made.id),
            claim_hmac=_hmac(made.id, wanted.text),
            revocation_sha256=_sha256(made.revocation_token),
            made=now,
            expires=made.expires,
            answer=msgspec.json.encode(shown).decode(),
        )
        self._kept.forget_expired(now)
        checkpoint = answer.produced_by.checkpoint
        if not self._kept.add(kept, self._most, checkpoint.sequence if checkpoint else 0):
            raise NotKept("this service keeps no answers" if not self._most else "as many answers are kept as this service allows")
        return made

    def read(self, answer_id: str, now: dt.datetime) -> KeptAnswerView:
        """The answer with that id.

        Raises:
            UnknownRecord: if there is none, any more or at all, or a version of the service made it whose answers were others.
        """
        kept = self._find(answer_id, now)
        try:
            answer = msgspec.json.decode(kept.answer, type=Answer)
        except msgspec.ValidationError as error:
            raise UnknownRecord("readable answer", answer_id) from error
        return KeptAnswerView(told(kept.made), told(kept.expires), bool(answer.claim.text), answer)

    def is_about(self, answer_id: str, claim: str, now: dt.datetime) -> bool:
        """Whether it answers that claim.

        Raises:
            UnknownRecord: as `read`.
        """
        return hmac.compare_digest(_hmac(answer_id, claim), self._find(answer_id, now).claim_hmac)

    def revoke(self, answer_id: str, token: str, now: dt.datetime) -> None:
        """Delete an answer.

        Raises:
            UnknownRecord: as `read`.
            InvalidInput: if the token is not the one that was told when it was made.
        """
        kept = self._find(answer_id, now)
        if not hmac.compare_digest(_sha256(token.strip()), kept.revocation_sha256):
            raise InvalidInput("revocation_token", "is not the one of this answer")
        self._kept.forget(kept.sha256)

    def _find(self, answer_id: str, now: dt.datetime) -> KeptAnswer:
        kept = self._kept.find(_sha256(answer_id), now)
        if kept is None:
            raise UnknownRecord("answer", answer_id)
        return kept


def lifetime_of(wanted: NewAnswer) -> dt.timedelta:
    """How long an answer is kept.

    Raises:
        InvalidInput: if it is more than a year.
    """
    lifetime = duration_of(wanted.lifetime, "lifetime")
    if not dt.timedelta(0) < lifetime <= LONGEST:
        raise InvalidInput("lifetime", "must be a year at most, and more than nothing")
    return lifetime


def without_claim(answer: Answer) -> Answer:
    """An answer without the claim's words."""
    return msgspec.structs.replace(
        answer,
        claim=msgspec.structs.replace(answer.claim, text=""),
        matches=[_match_without(match) for match in answer.matches],
        nearest_miss=answer.nearest_miss and _miss_without(answer.nearest_miss),
        parts=[],
    )


def told(moment: dt.datetime) -> str:
    """A moment of the store's, to the second."""
    return f"{moment.isoformat(timespec='seconds')}Z"


def _match_without(match: Match) -> Match:
    return msgspec.structs.replace(match, relation=match.relation and _relation_without(match.relation))


def _miss_without(miss: NearestMiss) -> NearestMiss:
    return msgspec.structs.replace(miss, relation=miss.relation and _relation_without(miss.relation))


def _relation_without(relation: Relation) -> Relation:
    differences = [msgspec.structs.replace(one, claim=None) for one in relation.differences]
    return msgspec.structs.replace(relation, judged=NO_WORDS, differences=differences)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hmac(answer_id: str, claim: str) -> str:
    same = " ".join(claim.split()).casefold()
    return hmac.new(answer_id.encode(), same.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
