"""Answers that somebody asks to keep under an address: what of them is kept, and how it is found again.

The id stands in the address and nowhere else. Its hash finds the answer, and it is the key of the claim's hash: who reads the
database can neither open an answer nor try claims.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import msgspec

from index.errors import InvalidInput, Reason, RebutError, UnknownRecord
from index.store.kept_answers import KeptAnswer, KeptAnswers
from service.access.lifetimes import duration_of
from service.api.wire.answers import Answer
from service.api.wire.kept import Compared, KeptAnswerView, KeptText, KeptWords, NewAnswer, NewTextAnswer
from service.api.wire.texts import TextAnswer
from service.api.withholding import sentences_told, with_words, without_claim, without_words
from service.check.answers import ProducedBy
from service.check.texts.documents import TextFormat, blocks_of, refuse_longer
from service.check.texts.sentences import sentences_of
from service.settings import Settings

TextT = TypeVar("TextT", bound=KeptText)
ID_BYTES = 16
LONGEST = dt.timedelta(days=366)
TOO_LARGE = Reason(
    "takes %(number)s bytes to keep with its answer, more than the %(most)s allowed; keep less of it, or check a part of it"
)


class NotKept(RebutError):
    """No answer is kept any more: the setting forbids it, or there are as many as it allows."""


class Made(NamedTuple):
    """What only who made it is told."""

    id: str
    revocation_token: str
    expires: dt.datetime


class StoredText(KeptText, frozen=True, tag="text", kw_only=True):
    """A document's answer as it lies in the store.

    Attributes:
        hashes: of the sentences that it tells of, by their numbers; HMAC-SHA256 by the id.
    """

    hashes: dict[int, str]


class AnswerKeeper:
    """Keeps answers in the store."""

    def __init__(self, kept: KeptAnswers, settings: Settings) -> None:
        """Take where they are kept; settings tell how many, and how large they may be."""
        self._kept, self._most, self._largest = kept, settings.kept_answers, settings.max_kept_answer_bytes

    def keep(self, wanted: NewAnswer, answer: Answer, now: dt.datetime) -> Made:
        """Keep an answer to the claim that is wanted.

        Raises:
            NotKept: if there is no room.
            InvalidInput: if it is to be kept too long, or is too large.
            StoreUnavailable: also if something was erased while it was answered.
        """
        shown = answer if wanted.keep_claim else without_claim(answer)
        return self._keep(wanted, lambda _: shown, answer.produced_by, now)

    def keep_text(self, wanted: NewTextAnswer, answer: TextAnswer, now: dt.datetime) -> Made:
        """Keep an answer to the document that is wanted. Raises as `keep` does."""
        shown = without_words(answer) if wanted.keep is KeptWords.PLACES else answer
        text = wanted.text if wanted.keep is KeptWords.TEXT else None

        def stored(answer_id: str) -> StoredText:
            hashes = {one.number: _hmac(answer_id, one.text) for one in sentences_told(answer)}
            return StoredText(wanted.title.strip(), wanted.url, wanted.keep, text, shown, hashes=hashes)

        return self._keep(wanted, stored, answer.produced_by, now)

    def _keep(
        self,
        wanted: NewAnswer | NewTextAnswer,
        shown: Callable[[str], Answer | StoredText],
        produced_by: ProducedBy | None,
        now: dt.datetime,
    ) -> Made:
        made = Made(secrets.token_hex(ID_BYTES), secrets.token_hex(ID_BYTES), now + lifetime_of(wanted))
        answer = msgspec.json.encode(shown(made.id))
        if len(answer) > self._largest:
            raise InvalidInput("text", TOO_LARGE.of(number=len(answer), most=self._largest))
        kept = KeptAnswer(
            sha256=_sha256(made.id),
            claim_hmac=_claim_hmac(made.id, wanted.text),
            revocation_sha256=_sha256(made.revocation_token),
            made=now,
            expires=made.expires,
            answer=answer.decode(),
        )
        self._kept.forget_expired(now)
        if not self._kept.add(kept, self._most, _read_at(produced_by)):
            raise NotKept("this service keeps no answers" if not self._most else "as many answers are kept as this service allows")
        return made

    def read(self, answer_id: str, now: dt.datetime) -> KeptAnswerView:
        """The answer with that id.

        Raises:
            UnknownRecord: if there is none, any more or at all, or a version of the service made it whose answers were others.
        """
        kept = self._find(answer_id, now)
        answer = _decoded(kept, answer_id, KeptText)
        words = answer.keep is not KeptWords.PLACES if isinstance(answer, KeptText) else bool(answer.claim.text)
        return KeptAnswerView(told(kept.made), told(kept.expires), words, answer)

    def compare(self, answer_id: str, text: str, now: dt.datetime, longest: int) -> Compared:
        """Whether it answers that claim or document; with a document's sentences that stand there.

        Args:
            longest: characters of text that a document may have, markup aside.

        Raises:
            UnknownRecord: as `read`.
            InvalidInput: if the document is too long.
        """
        kept = self._find(answer_id, now)
        same = hmac.compare_digest(_claim_hmac(answer_id, text), kept.claim_hmac)
        stored = _decoded(kept, answer_id, StoredText)
        if not isinstance(stored, StoredText):
            return Compared(same)
        text_format = stored.answer.format if same else TextFormat.PLAIN
        refuse_longer(text, text_format, longest)
        sentences = sentences_of(blocks_of(text, text_format, longest))
        answer = with_words(stored.answer, stored.hashes, sentences, lambda sentence: _hmac(answer_id, sentence))
        return Compared(same, answer)

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


def _read_at(produced_by: ProducedBy | None) -> int | None:
    """Of the ledger's last entry when an answer's records were read, the number; None if it tells of none."""
    if produced_by is None:
        return None
    return produced_by.checkpoint.sequence if produced_by.checkpoint else 0


def lifetime_of(wanted: NewAnswer | NewTextAnswer) -> dt.timedelta:
    """How long an answer is kept.

    Raises:
        InvalidInput: if it is more than a year.
    """
    lifetime = duration_of(wanted.lifetime, "lifetime")
    if not dt.timedelta(0) < lifetime <= LONGEST:
        raise InvalidInput("lifetime", "must be a year at most, and more than nothing")
    return lifetime


def told(moment: dt.datetime) -> str:
    """A moment of the store's, to the second."""
    return f"{moment.isoformat(timespec='seconds')}Z"


def _decoded(kept: KeptAnswer, answer_id: str, text: type[TextT]) -> Answer | TextT:
    """What is kept; raises UnknownRecord if a version of the service made it whose answers were others."""
    try:
        return msgspec.json.decode(kept.answer, type=Answer | text)
    except msgspec.ValidationError as error:
        raise UnknownRecord("readable answer", answer_id) from error


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _claim_hmac(answer_id: str, claim: str) -> str:
    """The hash of a claim, or of a document, white space and case aside."""
    return _hmac(answer_id, " ".join(claim.split()).casefold())


def _hmac(answer_id: str, text: str) -> str:
    return hmac.new(answer_id.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
