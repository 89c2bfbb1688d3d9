"""Changes of records as people make them: checked like a seed file, one revision each, told by whom and why."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec

from index.errors import Reason, UnknownRecord
from index.kinds import RecordKind, State
from index.ledger.entries import MODELS, By, Head, hash_of
from index.records import Source, Statement
from index.rules import Broken, as_far_as_read, broken_rules, decoded, roots
from index.store.ledger import Ledger
from index.store.recorded import Standing
from index.store.writing import Act, Put
from service.editing.believing import wrongly_believed
from service.editing.errors import Changed, Conflict, KeyReused, RecordRefused, RevisionWanted
from service.editing.references import missing_references
from service.editing.second_person import unseen
from service.editing.whys import wrong_why

ANY = "*"
TAG = re.compile(r'"([0-9]{1,18})"|(?:W/)?"([0-9]{1,18})-[0-9a-f]{32}"')
"""`"3"`, or `W/"3-…"` with the hash of an answer."""
Fields = dict[str, Any]
THERE_ALREADY = {
    RecordKind.SOURCE: Reason("id: there is a source %(id)s already"),
    RecordKind.STATEMENT: Reason("id: there is a statement %(id)s already"),
    RecordKind.REFUTATION: Reason("id: there is a refutation %(id)s already"),
    RecordKind.REVIEW: Reason("id: there is a review %(id)s already"),
}


ANSWERING = (RecordKind.REFUTATION, RecordKind.REVIEW)
"""Kinds that share their ids: a review that refutes is shown and told apart as a refutation."""


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """On what terms a change is made.

    Attributes:
        by: who makes it, and why.
        if_match: the revisions that it may be of, as ETags or `*`; None if that is not told.
        may_tier: whether who makes it may say whom to believe.
        key: the Idempotency-Key: the same request with the same key counts once.
        request: what of the request makes it the same.
        reviewer: whether who makes it may decide about what others wrote.
    """

    by: By
    if_match: str | None = None
    may_tier: bool = False
    key: str | None = None
    request: bytes = b""
    reviewer: bool = False


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a record is to stand; what is UNSET stays."""

    state: State | msgspec.UnsetType = msgspec.UNSET
    superseded_by: str | msgspec.UnsetType | None = msgspec.UNSET
    expires: str | msgspec.UnsetType | None = msgspec.UNSET


class Changes:
    """Makes changes in one ledger. Every method may raise `RecordRefused`, `Conflict`, `KeyReused` and `StoreUnavailable`."""

    def __init__(self, ledger: Ledger, *, two_people: bool = False) -> None:
        """Take where changes are made.

        Args:
            two_people: whether what one person wrote is published by another one.
        """
        self._ledger = ledger
        self._two_people = two_people

    def create(
        self, kind: RecordKind, fields: Fields, standings: Standings, terms: Terms, sources: Sequence[Source] = ()
    ) -> Standing:
        """Add a record; without an id it gets one.

        Args:
            sources: new ones that it cites, added with it or not at all.
        """

        def change(act: Act) -> int:
            _add_sources(act, sources)
            record_id = fields.get("id", f"{kind.value}-{secrets.token_hex(6)}")
            for one in ANSWERING if kind in ANSWERING else (kind,):
                if isinstance(record_id, str) and act.head(one, record_id):
                    raise Conflict(THERE_ALREADY[one].of(id=repr(record_id)))
            return self._put(act, kind, None, {**fields, "id": record_id}, standings, terms)

        return self._once(terms, change)

    def replace(self, kind: RecordKind, record_id: str, fields: Fields, standings: Standings, terms: Terms) -> Standing:
        """Let a record say something else.

        Raises:
            UnknownRecord: if there is none with that id.
            RevisionWanted, Changed: see `Terms.if_match`.
        """

        def change(act: Act) -> int:
            head = self._matched(act, kind, record_id, terms)
            return self._put(act, kind, head, {"id": record_id, **fields}, standings, terms)

        return self._once(terms, change)

    def amend(
        self,
        kind: RecordKind,
        record_id: str,
        patch: Fields,
        standings: Standings,
        terms: Terms,
        sources: Sequence[Source] = (),
    ) -> Standing:
        """Change some fields of a record (RFC 7396): null takes one away. Raises as `replace` does; `sources` as for `create`."""

        def change(act: Act) -> int:
            head = self._matched(act, kind, record_id, terms)
            _add_sources(act, sources)
            before = act.standing(head.sequence).record
            return self._put(act, kind, head, merged(msgspec.to_builtins(before), patch), standings, terms)

        return self._once(terms, change)

    def retire(self, kind: RecordKind, record_id: str, superseded_by: str | None, terms: Terms) -> Standing:
        """Take a record out of all answers; nothing of it is lost. Raises as `replace` does."""
        standings = Standings(state=State.RETIRED, superseded_by=superseded_by)
        return self.amend(kind, record_id, {}, standings, terms)

    def _once(self, terms: Terms, change: Callable[[Act], int]) -> Standing:
        """Make a change, unless this very request was answered before."""
        asked = hash_of(terms.request)
        with self._ledger.acting(terms.by) as act:
            if terms.key and (earlier := act.answered(terms.key)):
                if earlier[0] != asked:
                    raise KeyReused
                return act.standing(earlier[1])
            sequence = change(act)
            if terms.key:
                act.remember(terms.key, asked, sequence)
            return act.standing(sequence)

    def _matched(self, act: Act, kind: RecordKind, record_id: str, terms: Terms) -> Head:
        head = act.head(kind, record_id)
        if head is None or head.state is State.ERASED:
            raise UnknownRecord(kind.value, record_id)
        if terms.if_match is None:
            raise RevisionWanted
        if terms.if_match.strip() != ANY and head.revision not in map(revision_in, terms.if_match.split(",")):
            raise Changed(head.revision)
        return head

    def _put(self, act: Act, kind: RecordKind, head: Head | None, fields: Fields, standings: Standings, terms: Terms) -> int:
        """Check the record and write it. Returns the sequence of the entry that it stands by."""
        before = act.standing(head.sequence).record if head else None
        if kind is RecordKind.STATEMENT:  # what a seed file tells of itself
            fields.setdefault("refutation_on_record", isinstance(before, Statement) and before.refutation_on_record)
        record, broken = decoded(_encodable(fields), MODELS[kind])
        put = _standing(head, standings)
        read = record if record is not None else as_far_as_read(fields, MODELS[kind], broken)
        if read is not None:
            wrong = roots(broken)
            further = [*broken_rules(read), *missing_references(act, kind, read, put)]
            broken += [one for one in further if wrong.isdisjoint(roots([one]))]
            if head and read.id != head.record_id:
                broken.append(Broken("id", Reason("is %(id)s for good", {"id": repr(head.record_id)})))
        broken += [*_wrong_terms(put), *wrong_why(terms.by.why)]
        if self._two_people:
            broken += unseen(act, kind, head, put, changed=record != before, reviewer=terms.reviewer)
        if isinstance(record, Source) and not terms.may_tier:
            broken += wrongly_believed(record, before if isinstance(before, Source) else None)
        if broken or record is None:
            raise RecordRefused(broken, MODELS[kind])
        if put.state is not State.PUBLISHED and (why := act.needed_by(kind, record.id)):
            raise Conflict(Reason("state: it has to be published: %(why)s", {"why": why}))
        put = msgspec.structs.replace(put, record_id=record.id, record=record if record != before else None)
        if head and put.record is None and _same(head, put):
            return head.sequence
        return act.put(kind, [put])[0].sequence


def _encodable(fields: Fields) -> Fields:
    """The fields, if they can be written."""
    try:
        json.dumps(fields, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise RecordRefused([Broken("record", Reason("holds a lone surrogate"))]) from error
    return fields


def etag(revision: int) -> str:
    """A revision as an ETag."""
    return f'"{revision}"'


def revision_in(tag: str) -> int | None:
    """The revision that an ETag tells: that of `etag`, and the weaker ones of answers that show more than the record."""
    found = TAG.fullmatch(tag.strip())
    return int(found[1] or found[2]) if found else None


def merged(value: Any, patch: Any) -> Any:
    """A value after a JSON merge patch (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    kept = dict(value) if isinstance(value, dict) else {}
    for name, one in patch.items():
        if one is None:
            kept.pop(name, None)
        else:
            kept[name] = merged(kept.get(name), one)
    return kept


def _standing(head: Head | None, wanted: Standings) -> Put:
    """Where a record stands after a change: what is not told stays."""

    def chosen(name: str, otherwise: object) -> Any:
        value = getattr(wanted, name)
        return (getattr(head, name) if head else otherwise) if value is msgspec.UNSET else value

    state = chosen("state", State.PUBLISHED)
    superseded_by = chosen("superseded_by", None) if state is State.RETIRED else wanted.superseded_by or None
    return Put(record_id="", state=state, superseded_by=superseded_by, expires=chosen("expires", None))


def _add_sources(act: Act, sources: Sequence[Source]) -> None:
    """Add the sources that are not there yet."""
    wrong = [one for source in sources for one in broken_rules(source)]
    broken = [
        Broken("citations", Reason("the site of the link: %(field)s: %(why)s", {"field": one.field, "why": one.said}))
        for one in wrong
    ]
    if broken:
        raise RecordRefused(broken)
    for source in sources:
        if not act.head(RecordKind.SOURCE, source.id):
            act.put(RecordKind.SOURCE, [Put(record_id=source.id, record=source)])


def _wrong_terms(put: Put) -> Iterator[Broken]:
    if put.state is State.ERASED:
        yield Broken("state", Reason("'erased' is not set by an edit"))
    if put.superseded_by is not None and put.state is not State.RETIRED:
        yield Broken("superseded_by", Reason("only what is retired is superseded"))
    if put.expires is not None and not _is_day(put.expires):
        yield Broken("expires", Reason("%(day)s is not a day YYYY-MM-DD", {"day": repr(put.expires)}))


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _same(head: Head, put: Put) -> bool:
    return all(getattr(head, name) == getattr(put, name) for name in ("state", "superseded_by", "expires"))
