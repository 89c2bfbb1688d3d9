"""Full-text search in the base, in all languages: what a claim's retriever comes near to, cut where likeness ends."""

from __future__ import annotations

from index.search.features import Features
from index.search.retriever import Query, Retriever
from index.text.language import detect_language

POOL = 200
"""Texts that each of the searches takes: the most that can be found."""
OVERLAP, NGRAMS, COSINE = 0.3, 0.2, 0.735
"""From which figure on a statement is found: it has the words, nearly the words, or says the same in others.

Of 36 queries on the bundled base, mostly single words, 19 about what it has reached 0.737 or more by `cosine`, or have
the word; the 17 about what it has not ("football", "migrants") reached 0.728 at most (docs/how-to/page.md).
"""


def found_ids(retriever: Retriever, text: str) -> list[str]:
    """Ids of the statements that a search finds, best first.

    Raises:
        EncodingFailed: if an encoder gives no usable vectors.
    """
    found = retriever.retrieve([Query(text, detect_language(text), pool=POOL)]).candidates[0]
    return [one.statement_id for one in found if _is_found(one.features)][:POOL]


def _is_found(features: Features) -> bool:
    return features.overlap >= OVERLAP or features.ngrams >= NGRAMS or features.cosine >= COSINE
