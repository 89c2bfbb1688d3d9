"""A form of the desk: what stands in it, what is wrong with it, and what somebody else made of the record meanwhile."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import msgspec

from index.errors import Reason, UnknownRecord
from index.kinds import Rated, RecordKind, RefutationKind, State, StatementKind, Tier
from index.ledger.entries import Entry
from index.records import Source
from index.store.recorded import Standing
from service.api.routes.editing import PLURALS
from service.api.wire.editing import fields_of
from service.api.wire.states import FieldProblem
from service.editing.errors import Changed, KeyReused
from service.editing.references import NO_SOURCE
from service.pages.complaints import Complaint, complaint
from service.pages.desk.fields import Typed, places, typed_of
from service.pages.problems import Told, told_of

KINDS = {plural: kind for kind, plural in PLURALS.items()}
SHOWN_AS = {"wording": "wordings", "refutation": "text", "denies": "answers", "counters": "answers"}
"""Fields that the rules name otherwise than the form does."""
UNNAMED = NO_SOURCE.of(id=repr(""))
"""What the rules say where nobody named a source."""
WANTED = Reason("give a link, or name a source")
MOST_SOURCES = 500
"""Sources that a field offers."""


class Difference(NamedTuple):
    """A field of a form that somebody else changed meanwhile: as it is now, and as it was typed."""

    field: str
    theirs: str
    yours: str


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """A form.

    Attributes:
        record_id: None for a new record.
        revision: the record's that is changed; 0 for a new one.
        state: the record's; None for a new one.
        typed: what stands in its fields.
        key: the Idempotency-Key: a second click with the same one adds nothing.
        two_people: whether another person publishes what is written here.
        problem: why it was not taken.
        now: how the record stands, if somebody else changed it.
    """

    kind: RecordKind
    record_id: str | None = None
    revision: int = 0
    state: State | None = None
    typed: Typed = {}
    key: str = msgspec.field(default_factory=lambda: secrets.token_hex(16))
    two_people: bool = False
    sources: Sequence[Source] = ()
    problem: Told | None = None
    now: Standing | None = None

    @property
    def plural(self) -> str:
        """The kind as it stands in addresses."""
        return PLURALS[self.kind]

    @property
    def path(self) -> str:
        """Where it is sent."""
        return f"/desk/new/{self.plural}" if self.record_id is None else f"/desk/{self.plural}/{self.record_id}"

    def value(self, name: str, otherwise: str = "") -> str:
        """What stands in a field."""
        return self.typed.get(name, otherwise)

    def wrong(self, name: str) -> list[Complaint]:
        """What is wrong with a field, or with those that belong to it."""
        return [one for one in self.errors if one.root == name]

    @property
    def errors(self) -> list[Complaint]:
        """All that is wrong, by the names that the form's fields have."""
        problem = self.problem
        found = [(_as_shown(one), said) for one, said in zip(problem.errors, problem.said, strict=True)] if problem else []
        unnamed = {one.field for one, said in found if said == UNNAMED}
        told = [complaint(*one) for one in found if one[1] != UNNAMED]
        wanting = sorted(unnamed - {one.field for one in told})
        return told + [complaint(FieldProblem(field, str(WANTED)), WANTED) for field in wanting]

    @property
    def states(self) -> list[str]:
        """Where the record may stand after this, the usual one first."""
        may = [State.IN_REVIEW, State.DRAFT]
        if not self.two_people or self.kind is RecordKind.SOURCE:
            may = [State.PUBLISHED, *may]
        return [one.value for one in ([State.RETIRED, *may] if self.state is State.RETIRED else may)]

    def chosen_state(self) -> str:
        """Where it stands if nobody chooses anything else."""
        return self.typed.get("state") or (self.state.value if self.state and self.state.value in self.states else self.states[0])

    def places(self, name: str) -> list[int]:
        """The places of a field that comes several times, and an empty one."""
        found = places(name, self.typed)
        return [*found, found[-1] + 1 if found else 0]

    def codes(self) -> list[str]:
        """The languages in which there are wordings."""
        return sorted(
            name.removeprefix("wordings.") for name in self.typed if name.startswith("wordings.") and name.count(".") == 1
        )

    def answered(self) -> list[str]:
        """Ids of the statements that a refutation answers, or did before."""
        return sorted(name.removeprefix("answers.") for name in self.typed if name.startswith("answers."))

    @property
    def differences(self) -> list[Difference]:
        """In what the record, as somebody else left it, differs from what was typed."""
        if self.now is None:
            return []
        theirs = typed_of(self.kind, fields_of(self.now.record) or {})
        names = [
            name for name in dict.fromkeys([*theirs, *self.typed]) if name in theirs or name.split(".")[0] in _ROOTS[self.kind]
        ]
        pairs = ((name, theirs.get(name, "").strip(), self.typed.get(name, "").strip()) for name in names)
        return [Difference(*pair) for pair in pairs if _plain(pair[1]) != _plain(pair[2])]

    @property
    def changed_by(self) -> Entry | None:
        """The entry by which somebody else changed the record."""
        return self.now.entry if self.now else None

    def refused(self, error: Exception, now: Standing | None = None) -> Self:
        """The same form with what is wrong, to be sent again: nothing that was typed is lost.

        Args:
            now: how the record stands, if somebody else changed it.
        """
        key = secrets.token_hex(16) if isinstance(error, KeyReused) else self.key
        moved = {"now": now, "revision": now.entry.revision, "state": now.entry.state} if isinstance(error, Changed) and now else {}
        return msgspec.structs.replace(self, problem=told_of(error), key=key, **moved)


_ROOTS = {
    RecordKind.STATEMENT: {"claimant", "when", "wordings", "citations", "places", "topics", "appearances"},
    RecordKind.REFUTATION: {"issuer", "when", "wordings", "citations", "answers"},
    RecordKind.REVIEW: {"reviewer", "when", "citation", "rating", "title", "explanation"},
    RecordKind.SOURCE: {"published", "item", "url", "tier"},
}
"""Fields of a form that a record may lack."""

CHOICES: dict[str, list[Any]] = {
    "statement": list(StatementKind),
    "refutation": [one for one in RefutationKind if one is not RefutationKind.REVIEW],
    "rated": list(Rated),
    "tier": list(Tier),
}


def kind_named(plural: str) -> RecordKind:
    """The kind of records that an address is about.

    Raises:
        UnknownRecord: if there is none.
    """
    if plural not in KINDS:
        raise UnknownRecord("kind of record", plural)
    return KINDS[plural]


def form_of(standing: Standing, **more: Any) -> Form:
    """The form of a record as it stands.

    Raises:
        UnknownRecord: if it was erased.
    """
    entry = standing.entry
    if standing.record is None:
        raise UnknownRecord(entry.kind.value, entry.record_id)
    typed = typed_of(entry.kind, fields_of(standing.record) or {}) | {"expires": entry.expires or ""}
    known: dict[str, Any] = {"record_id": entry.record_id, "revision": entry.revision, "state": entry.state, "typed": typed}
    return Form(kind=entry.kind, **known, **more)


def _as_shown(problem: FieldProblem) -> FieldProblem:
    field = re.sub(r"^\w+", lambda found: SHOWN_AS.get(found[0], found[0]), problem.field.removeprefix("record."))
    return FieldProblem(field, problem.reason)


def _plain(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())
