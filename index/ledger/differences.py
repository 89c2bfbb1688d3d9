"""In what two revisions of a record differ, field by field."""

from __future__ import annotations

from typing import Any

import msgspec

from index.errors import Reason
from index.ledger.entries import Record

LONGEST = 80
"""Characters of a value that are shown."""
CHANGED = Reason("%(field)s: %(before)s → %(after)s")
NOTHING = Reason("nothing")


class FieldChange(msgspec.Struct, frozen=True):
    """A field that differs: its value before and after, as JSON has them; None if it had or has none."""

    field: str
    before: Any
    after: Any

    def told(self) -> Reason:
        """In one line."""
        return CHANGED.of(field=self.field, before=_value(self.before), after=_value(self.after))


def differences(before: Record | None, after: Record | None) -> list[FieldChange]:
    """The fields in which two revisions differ; of a record that was not there, all."""
    old, new = (msgspec.to_builtins(record) if record is not None else {} for record in (before, after))
    return [
        FieldChange(name, old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)
    ]


def _value(value: object) -> str | Reason:
    return NOTHING if value is None else short(value if isinstance(value, str) else msgspec.json.encode(value).decode())


def short(text: str) -> str:
    """A text, cut if it is long."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
