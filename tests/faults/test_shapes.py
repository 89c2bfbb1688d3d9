"""No text costs more than three times what prose of its length costs, whatever stands in it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

import pytest

from service.check.texts.documents import TextFormat, blocks_of
from service.check.texts.sentences import sentences_of
from tests.faults.costs import MOST, Bench, worst_of
from tests.faults.shapes import texts

pytestmark = pytest.mark.slow

TRIES = 3
CLAIM, DOCUMENT, LONG_DOCUMENT = 5_000, 3_000, 30_000
"""Characters: the longest claim allowed; a document; one that is only taken apart."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("bench"))
    yield bench
    bench.close()


def test_claims(bench: Bench) -> None:
    normal = bench.normal(bench.claim, CLAIM)
    found = {name: worst_of(TRIES, bench.claim, text, normal) for name, text in texts(CLAIM).items()}
    assert {name: times for name, times in found.items() if times > MOST} == {}


@pytest.mark.parametrize("text_format", TextFormat)
def test_documents(bench: Bench, text_format: TextFormat) -> None:
    measure = partial(bench.document, text_format=text_format)
    normal = bench.normal(measure, DOCUMENT)
    found = {name: worst_of(TRIES, measure, text, normal) for name, text in texts(DOCUMENT).items()}
    assert {name: times for name, times in found.items() if times > MOST} == {}


@pytest.mark.parametrize("text_format", TextFormat)
def test_long_documents_are_taken_apart_in_the_time_that_prose_is_checked_in(bench: Bench, text_format: TextFormat) -> None:
    normal = bench.normal(partial(bench.document, text_format=text_format), DOCUMENT).seconds * LONG_DOCUMENT / DOCUMENT
    found = {}
    for name, text in texts(LONG_DOCUMENT).items():
        started = time.thread_time()
        sentences_of(blocks_of(text, text_format))
        found[name] = (time.thread_time() - started) / normal
    assert {name: times for name, times in found.items() if times > MOST} == {}
