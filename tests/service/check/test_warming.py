"""What languages need is there before somebody asks in one."""

from __future__ import annotations

import threading

from litestar.testing import TestClient

from index.text import words
from service.app import Parts, create_app
from service.check.warming import THREAD
from service.languages import LANGUAGES, catalogue


def test_languages_are_loaded_while_nobody_asks(parts: Parts) -> None:
    catalogue.cache_clear()
    words._stem.cache_clear()
    with TestClient(create_app(parts)):
        for thread in [one for one in threading.enumerate() if one.name == THREAD]:
            thread.join()
        assert catalogue.cache_info().currsize == words._stem.cache_info().currsize == len(LANGUAGES)
