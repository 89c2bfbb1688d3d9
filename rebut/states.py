"""What is wrong with a request, and the service's state.

Fields that a newer service adds are passed over; a test compares these structs with the service's own.
"""

from __future__ import annotations

import msgspec


class FieldProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request."""

    field: str
    reason: str


class Problem(msgspec.Struct, frozen=True, tag_field="result", tag="problem"):
    """An RFC 9457 problem."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


class Part(msgspec.Struct, frozen=True):
    """One part of the service: whether it works, and why not."""

    ok: bool
    detail: str


class IndexState(msgspec.Struct, frozen=True):
    """How far the index in use is behind the store."""

    version: str
    store_version: str
    seconds_behind: float
    failure: str | None = None


class Readiness(msgspec.Struct, frozen=True):
    """Whether the service can answer, part by part; `service` is its name, version and build, empty if it is older than that."""

    ready: bool
    parts: dict[str, Part]
    index: IndexState
    service: str = ""
