from __future__ import annotations

import random

import numpy as np

from index.search.bm25 import READ_MOST, Bm25Index


def test_where_common_words_are_not_all_read_the_best_documents_are_found() -> None:
    dice, common = random.Random(5), [f"c{number}" for number in range(12)]
    index = Bm25Index()
    rows = index.add([[word for word in common if dice.random() < 0.6] + [f"r{dice.randrange(200)}"] for _ in range(8000)])
    query = [*common, "r1", "r2"]
    assert READ_MOST < 8000 * 12 * 0.5
    scores, _ = index.scores(query, rows)
    found, best = index.search(query, 20)
    np.testing.assert_array_equal(found, scores[best])
    assert len({*best.tolist()} & {*np.argsort(-scores)[:20].tolist()}) >= 19
