"""How files get into the store: what is new is added, what is different is changed, what a person changed is left.

A person's change wins over an import: where a file says something else than it did when it was last imported, and somebody
changed the record meanwhile, the record stays, and the difference is told.

What somebody else published is changed by a file from that publisher's own site alone, by the desk's own tables if it is the desk,
or if somebody who may vouches for the file. What other files say otherwise waits for an editor (`conflicts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from index.errors import Reason
from index.kinds import PUBLISHER, TABLE, RecordKind, State, Tier
from index.ledger.differences import differences
from index.ledger.entries import KINDS, Head, Record, RecordT, about, cites
from index.records import Batch, Citation, Document, Refutation, Review, Source, Statement
from index.store.conflicts import Said, note
from index.store.identity import Identities
from index.store.recorded import current, heads_of, records_of
from index.store.reports import HERE, Kept, LoadReport, Origin
from index.store.writing import Act, Put
from index.tiers import EVERYBODY, Tiers

STANDS_FOR_IT = Reason("%(id)s has the address that the file gives it, and would stand for it")
NOT_PUBLISHED = Reason("it refers to %(id)s, which is not published here")


class Import:
    """One import. `finish` ends it."""

    def __init__(self, act: Act, report: LoadReport, origin: Origin = HERE, tiers: Tiers = EVERYBODY) -> None:
        self._act, self._report = act, report
        self._origin, self._tiers = origin, tiers
        self._sources: dict[str, Source] = {}
        self._identities = Identities(act.connection)
        self._left: set[str] = set()

    def document(self, document: Document) -> None:
        """Add or update every record of a document."""
        self._take(Source, [document.source])
        self._take(Statement, document.statements)
        self._take(Refutation, document.refutations)

    def batch(self, batch: Batch) -> None:
        """Add or update what a batch holds; sources that are there, and statements of other sources, stay as they are."""
        self._load(self._identities.sorted_out(batch))

    def finish(self) -> None:
        """Take what had to wait until the whole file was read."""
        self._load(self._identities.resolved())
        self._retire(self._identities.replaced)

    def _load(self, batch: Batch) -> None:
        self._take(Source, self._said_own(batch.sources), keep=lambda _old, _new: not self._origin.own)
        self._take(Statement, batch.statements, keep=lambda old, new: _owner(old) != _owner(new))
        self._take(Review, batch.reviews)

    def _retire(self, replaced: Mapping[str, str]) -> None:
        """Let reviews with an address stand for those that were loaded without it; one that a person changed stays."""
        heads = heads_of(self._act.connection, RecordKind.REVIEW, {*replaced, *replaced.values()})
        for id_, other in sorted(replaced.items()):
            head = heads[id_]
            if head.state is not State.PUBLISHED or heads[other].state is not State.PUBLISHED:
                continue
            if head.as_imported:
                put = Put(record_id=id_, state=State.RETIRED, superseded_by=other, expires=head.expires)
                self._act.put(RecordKind.REVIEW, [put])
                self._report.changed.append(id_)
            else:
                self._report.kept.append(Kept(id_, head.state, [STANDS_FOR_IT.of(id=repr(other))]))

    def _take(
        self, model: type[RecordT], records: Sequence[RecordT], keep: Callable[[RecordT, RecordT], bool] = lambda _old, _new: False
    ) -> None:
        """Import records of one kind.

        Args:
            keep: whether a record stays as it is, and is not told of.
        """
        kind = KINDS[model]
        heads = heads_of(self._act.connection, kind, [record.id for record in records])
        hashes = {one for head in heads.values() for one in (head.content, head.imported)}
        said: Mapping[str, RecordT] = records_of(self._act.connection, kind, hashes)  # type: ignore[assignment]
        unpublished = self._unpublished(records)
        kept = [record for record in records if not self._left_out(record, heads.get(record.id), unpublished)]
        kept = self._allowed(kind, kept, heads, said)
        puts = [self._put(record, heads.get(record.id), said, keep) for record in kept]
        self._act.put(kind, [put for put in puts if put])

    def _left_out(self, record: RecordT, head: Head | None, unpublished: set[str]) -> bool:
        """Whether a record refers to what is not published; then that is told."""
        lost = unpublished.intersection(cites(record)) | unpublished.intersection(about(record))
        if lost:
            told = NOT_PUBLISHED.of(id=repr(min(lost)))
            self._left.add(record.id)
            self._report.kept.append(Kept(record.id, head.state if head else None, [told]))
        return bool(lost)

    def _unpublished(self, records: Sequence[RecordT]) -> set[str]:
        """Ids of cited sources that somebody retired here, and of what was left out because of that."""
        heads = heads_of(self._act.connection, RecordKind.SOURCE, {id_ for record in records for id_ in cites(record)})
        return {id_ for id_, head in heads.items() if head.state is not State.PUBLISHED} | self._left

    def _said_own(self, sources: Sequence[Source]) -> list[Source]:
        """The sources; those that are here as they are, but the desk's own, if somebody who may says so of this file."""
        if not self._origin.own:
            return list(sources)
        found = current(self._act.connection, RecordKind.SOURCE, [source.id for source in sources])
        here = {id_: one for id_, one in found.items() if isinstance(one, Source)}
        return [msgspec.structs.replace(here.get(source.id, source), tier=source.tier) for source in sources]

    def _allowed(
        self, kind: RecordKind, records: Sequence[RecordT], heads: Mapping[str, Head], said: Mapping[str, RecordT]
    ) -> list[RecordT]:
        """The records without those that this file may not change: these become conflicts."""
        kept, waiting = list[RecordT](), list[tuple[Said, Kept]]()
        for record in records:
            head = heads.get(record.id)
            old, imported = (said.get(head.content or ""), said.get(head.imported or "")) if head else (None, None)
            if head is None or head.undone or old is None or not self._foreign(old):
                kept.append(record)
            elif same := next((one for one in (old, imported) if one is not None and _says_the_same(one, record)), None):
                kept.append(same)
            elif _owner(old) == _owner(record):
                told = [change.told() for change in differences(old, record)]
                waiting.append((Said(kind, record), Kept(record.id, head.state, told)))
        left = note(self._act, [one for one, _ in waiting])
        self._report.conflicts.extend(one for _, one in waiting if one.record_id not in left)
        self._report.unchanged.extend(sorted(left))
        return kept

    def _foreign(self, record: RecordT) -> bool:
        """Whether a record is somebody else's, for whom this file does not speak."""
        if self._origin.vouched or self._origin.own or not isinstance(record, Statement | Review):
            return False
        cited, site = _cited(record), self._origin.site
        if cited.source_id.startswith(PUBLISHER):
            publisher = urlsplit(cited.url or "").hostname or ""
            return not (self._tiers.same_publisher(publisher, site) if site else self._source(cited.source_id).tier is Tier.OWN)
        return bool(site) and cited.source_id.startswith(TABLE) and self._source(cited.source_id).site != site

    def _source(self, source_id: str) -> Source:
        """A source, with how far it is believed."""
        if source_id not in self._sources:
            found = current(self._act.connection, RecordKind.SOURCE, [source_id]).get(source_id)
            source = found if isinstance(found, Source) else Source(source_id, "", "", "", "und")  # erased
            self._sources[source_id] = msgspec.structs.replace(source, tier=self._tiers.of(source))
        return self._sources[source_id]

    def _put(
        self, record: RecordT, head: Head | None, said: Mapping[str, RecordT], keep: Callable[[RecordT, RecordT], bool]
    ) -> Put | None:
        put = Put(record_id=record.id, record=record, expires=head.expires if head else None)
        if head is None or head.undone:
            self._report.added.append(record.id)
            return put
        old, imported = said.get(head.content or ""), said.get(head.imported or "")
        if old is not None and keep(old, record):
            return None
        if imported == record or (old == record and head.state is State.PUBLISHED):
            self._report.unchanged.append(record.id)
        elif head.as_imported:
            self._report.changed.append(record.id)
            return put
        else:
            told = [change.told() for change in differences(old, record)] if old is not None else []
            self._report.kept.append(Kept(record.id, head.state, told))
        return None


def _owner(record: Record) -> str:
    return _cited(record).source_id


def _cited(record: Record) -> Citation:
    """A statement's first citation, or a review's only one."""
    if isinstance(record, Review):
        return record.citation
    return record.citations[0] if isinstance(record, Statement | Refutation) else Citation(record.id)


def _says_the_same(one: Record, other: Record) -> bool:
    """Whether two revisions differ at most in where they were fetched from."""
    return all(change.field == "via" for change in differences(one, other))
