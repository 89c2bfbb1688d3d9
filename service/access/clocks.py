"""Time, given to those who need it, so that a test can let it pass."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import NamedTuple


def utc_now() -> dt.datetime:
    """This moment in UTC, without a zone, as the store keeps moments."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


class Clocks(NamedTuple):
    """The two sorts of time.

    Attributes:
        now: the moment, by which keys expire.
        seconds: from a beginning on that all processes of the machine share, by which limits are reckoned: it goes on evenly when
            somebody sets the machine's clock.
    """

    now: Callable[[], dt.datetime] = utc_now
    seconds: Callable[[], float] = time.monotonic
