"""Asks every operation of the OpenAPI document what it may and may not be asked, with keys of all sorts, and prints what came back.

`make api-fuzz CASES=1000 SEED=1`. It fails if an answer is a 5xx or has a status or a form that the document does not tell, if a
key of no use is let in, or if anything was changed by who may not change it.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import schemathesis
import structlog
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.generation import GenerationMode

from service.app import Parts, create_app
from service.settings import Settings
from tests.conftest import fake_parts
from tests.fakes import SEEDS
from tests.service.access.test_http import Keys, made_keys, rows
from tests.service.access.test_keys import Hands
from tests.service.api.test_contract import operations, validated

WAYS = ("open", "keyed")
SORTS: tuple[str | None, ...] = (None, "read", "check", "edit", "admin", "expired", "revoked", "unknown")
"""Sorts of keys; None for none."""
MAY_CHANGE = "admin"
OF_NO_USE = {"expired", "revoked", "unknown"}
REFUSED = {200, 400, 401, 404, 405}
"""What a key of no use may come back with: 200 from `/health`; 404 and 405 where chance made another path."""


@contextmanager
def service(access: str) -> Iterator[tuple[Any, Parts, Keys]]:
    """The OpenAPI document of a service with stand-ins for the models, its parts, and keys of all sorts."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # the application's threads may still write
        (Path(folder) / "paper-1.toml").write_text(SEEDS, encoding="utf-8")
        parts = fake_parts(Settings(data_dir=Path(folder) / "data", seeds=folder, access=access))
        hands = Hands()
        hands.moment = hands.moment.replace(year=2020)  # the app's own clock is the machine's
        keys = made_keys(parts, hands)
        yield schemathesis.openapi.from_asgi("/docs/openapi.json", create_app(parts)), parts, keys
        parts.store.close()


def ask(operation: Any, mode: GenerationMode, parts: Parts, keys: Keys, most: int, number: int) -> Counter[tuple[str | None, int]]:
    """How often each status came back to each sort of key from at most so many cases of one operation."""
    told: Counter[tuple[str | None, int]] = Counter()
    known = [rows(parts)]

    @seed(number)
    @given(case=operation.as_strategy(generation_mode=mode), sort=st.sampled_from(SORTS))
    @settings(max_examples=most, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    def once(case: schemathesis.Case, sort: str | None) -> None:
        own = {name: value for name, value in (case.headers or {}).items() if name.lower() != "authorization"}
        case.headers = own | ({"Authorization": f"Bearer {getattr(keys, sort)}"} if sort else {})
        status = validated(case)
        before, known[0] = known[0], rows(parts)
        assert sort == MAY_CHANGE or known[0] == before, f"something was changed with the key {sort}"
        assert sort not in OF_NO_USE or status in REFUSED, f"the key {sort} was let in: {status}"
        told[sort, status] += 1

    try:
        once()
    except Unsatisfiable:  # nothing that it takes can be wrong
        assert mode is GenerationMode.NEGATIVE
    return told


def fuzz(access: str, cases: int, number: int) -> Counter[int]:
    """How often each status came back from about so many cases of one service."""
    with service(access) as (document, parts, keys):
        found = operations(document)
        most = max(1, cases // (len(found) * len(GenerationMode)))
        asked = (ask(operation, mode, parts, keys, most, number) for operation in found for mode in GenerationMode)
        told = sum(asked, Counter())
    statuses: Counter[int] = Counter()
    for sort in SORTS:
        own = Counter({status: times for (other, status), times in told.items() if other == sort})
        print(f"{access:6} {sort or 'none':8} {_told(own)}", flush=True)
        statuses += own
    return statuses


def _told(statuses: Counter[int]) -> str:
    return "  ".join(f"{status} x {times}" for status, times in sorted(statuses.items()))


def main(cases: int = 1_000, number: int = 1) -> None:
    """Ask both ways of access, and print the sum."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    told = sum((fuzz(access, cases // len(WAYS), number) for access in WAYS), Counter())
    print(f"{told.total()} cases, 5xx: {sum(times for status, times in told.items() if status >= 500)}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
