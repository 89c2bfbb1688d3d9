"""What was given wrong at the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import rich_click as click

from index.errors import InvalidInput


@contextmanager
def told_as_usage() -> Iterator[None]:
    """Tell what cannot be used as what was given wrong, beside how it is used."""
    try:
        yield
    except InvalidInput as error:
        raise click.UsageError(str(error)) from error
