"""The service's state, and what can be wrong with a request."""

from __future__ import annotations

import msgspec


class FieldProblem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request: the field's path, and the reason."""

    field: str
    reason: str


class Problem(msgspec.Struct, frozen=True, tag_field="result", tag="problem"):
    """An RFC 9457 problem; `result` tells it from an answer in a batch."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


class Part(msgspec.Struct, frozen=True):
    """One part of the service: whether it works, and why not."""

    ok: bool
    detail: str


class Readiness(msgspec.Struct, frozen=True):
    """Whether the service can answer, part by part."""

    ready: bool
    parts: dict[str, Part]


class Liveness(msgspec.Struct, frozen=True):
    """The process runs."""

    alive: bool
