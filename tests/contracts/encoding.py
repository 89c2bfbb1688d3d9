"""What any encoder and any pair scorer must do: a text's figures depend on nothing but the text."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import numpy as np

from index.models.cross_encoder import CLASSES, PairScorer
from index.models.encoders import Encoder
from index.models.runtime import FloatArray

Item = TypeVar("Item")

COMPONENT, PROBABILITY = 1e-4, 1e-3
"""How far a vector's component and a probability may be from those of the same text elsewhere."""

TEXTS = [
    "Ukraine masses troops near Belarus",
    "Україна стягує війська до кордону з Білоруссю",
    "",
    "Bananas are yellow",
    "لا توجد قوات على الحدود",
    "Kein Wort davon ist wahr. " * 12,
    "ok",
    *(f"Claim number {number} is about {'wheat ' * (number % 7)}and prices" for number in range(40)),
]
PAIRS = [(claim, statement) for claim in TEXTS[::6] for statement in TEXTS[::5]]
THREADS, TURNS = 8, 4


@contextmanager
def eager_threads() -> Iterator[None]:
    """Threads take turns as often as Python can make them."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def check_encoder(encoder: Encoder) -> None:
    """All that the protocol promises."""
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode([]).shape == (0, encoder.dimension)
    check_same(lambda texts: encoder.encode(list(texts)), TEXTS, vectors, COMPONENT)


def check_scorer(scorer: PairScorer) -> None:
    """All that the protocol promises."""
    probabilities = scorer.probabilities(PAIRS)
    assert probabilities.shape == (len(PAIRS), len(CLASSES))
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert scorer.probabilities([]).shape == (0, len(CLASSES))
    check_same(lambda pairs: scorer.probabilities(list(pairs)), PAIRS, probabilities, PROBABILITY)


def check_same(run: Callable[[Sequence[Item]], FloatArray], items: Sequence[Item], expected: FloatArray, atol: float) -> None:
    """Rows are the same alone, in any order, in another batch, after anything else and from many threads at once."""
    alone = np.concatenate([run([item]) for item in items])
    np.testing.assert_allclose(alone, expected, atol=atol, rtol=0)
    order = np.random.default_rng(7).permutation(len(items))
    np.testing.assert_allclose(run([items[place] for place in order]), expected[order], atol=atol, rtol=0)
    np.testing.assert_allclose(run([*items[5:9]] * 3), np.tile(expected[5:9], (3, 1)), atol=atol, rtol=0)
    with eager_threads(), ThreadPoolExecutor(THREADS) as pool:
        parts = [order[start : start + 1] for start in range(len(order))] * TURNS + [
            order[start::THREADS] for start in range(THREADS)
        ]
        found = list(pool.map(lambda part: run([items[place] for place in part]), parts))
    for part, rows in zip(parts, found, strict=True):
        np.testing.assert_allclose(rows, expected[part], atol=atol, rtol=0)
