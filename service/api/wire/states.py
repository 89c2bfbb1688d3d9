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


class IndexState(msgspec.Struct, frozen=True):
    """How far the index in use is behind the store.

    Attributes:
        version: the index version, as answers tell it.
        store_version: the version of the store that it shows.
        seconds_behind: since it was last known to show all that the store holds; below one while all is well.
        failure: why it cannot be brought up to date, or not be written to disk.
    """

    version: str
    store_version: str
    seconds_behind: float
    failure: str | None = None


class Readiness(msgspec.Struct, frozen=True):
    """Whether the service can answer, part by part; an index that is behind the store still answers.

    Attributes:
        service: its name, version and build.
    """

    ready: bool
    service: str
    parts: dict[str, Part]
    index: IndexState


class Liveness(msgspec.Struct, frozen=True):
    """The process runs.

    Attributes:
        service: its name, version and build.
    """

    alive: bool
    service: str
