"""How long a key is good for, as people write it: `90d`, `12h`, `30m`, `never`."""

from __future__ import annotations

import datetime as dt
import re

from index.errors import InvalidInput

UNITS = {"d": "days", "h": "hours", "m": "minutes"}
LONGEST = dt.timedelta(days=36_500)
YEAR = "365d"
DAY = "24h"


def lifetime_of(text: str, field: str) -> dt.timedelta | None:
    """A lifetime; None for `never`.

    Args:
        field: the name of what was given, for the error.

    Raises:
        InvalidInput: if it is none, or longer than a hundred years.
    """
    return None if text.strip() == "never" else duration_of(text, field)


def duration_of(text: str, field: str) -> dt.timedelta:
    """A time that ends.

    Raises:
        InvalidInput: if it is none, or longer than a hundred years.
    """
    found = re.fullmatch(r"([0-9]{1,6})([dhm])", text.strip())
    duration = dt.timedelta(**{UNITS[found[2]]: int(found[1])}) if found else LONGEST * 2
    if duration > LONGEST:
        raise InvalidInput(field, "must be a time such as 90d, 12h or 30m, a hundred years at most")
    return duration
