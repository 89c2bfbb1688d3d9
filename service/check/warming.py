"""What is loaded where a language is first used, loaded once the service has started: the first claim in Ukrainian waited for more
than a second for its lemmas, the first answer in another language a third of one for its texts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from index.text.words import analyse
from service.languages import LANGUAGES, catalogue

THREAD = "warming"


@contextmanager
def warming() -> Iterator[None]:
    """Within it, a thread loads what each language needs; nobody waits for it."""
    threading.Thread(target=_warm, name=THREAD, daemon=True).start()
    yield


def _warm() -> None:
    for language in LANGUAGES:
        analyse("word", language)
        catalogue(language)
