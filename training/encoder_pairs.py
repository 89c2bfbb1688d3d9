"""What the encoder learns from: pairs of texts on one thing, by their source, each source a list of groups.

A group is a statement with all that is known to go with it. A batch draws one pair of a group, so that the rest of the batch is
about other things. All sources are openly licensed or our own (`index/models/adapters/README.md` names them).
"""

from __future__ import annotations

import gzip
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from index.kinds import RelationKind
from index.readers.seeds import read_seeds
from index.records import passages_of
from service.evaluation.labelled import read_rows
from service.evaluation.qrels import read_qrels
from service.settings import BUNDLED_SEEDS
from training.labelled import PAIRS, UNRELATED
from training.relation.open_sets import FILE, Row
from training.relation.pair import read_pairs

CLAIMS = Path(__file__).with_name("claims")
TRANSLATED = 500
"""Sentences taken of each language of `translations`; the evaluation uses the others."""
LANGUAGES = ("uk", "ru", "be", "pl", "de", "fr")
REPEATED = 3
"""A claim that repeats its statement counts so often as one that denies or changes it."""
MOST_PASSAGES = 40
"""Pairs of passages of a bundled record."""


class Text(NamedTuple):
    """A text, its ISO 639 code, and an English text that says the same, where one is known."""

    text: str
    language: str
    english: str | None = None


Pair = tuple[Text, Text]
Group = list[Pair]


class Source(NamedTuple):
    """Where pairs come from.

    Attributes:
        weight: how often a batch is drawn from it.
    """

    weight: float
    groups: list[Group]


class Told(msgspec.Struct, frozen=True):
    """A statement and what repeats it; each text by language, the same in all."""

    statement: dict[str, str]
    claims: list[dict[str, str]]

    def pairs(self) -> Group:
        """Each claim beside the statement, and the statement beside itself, in every two languages."""
        statement = _texts(self.statement)
        repeated = [(one, other) for claim in self.claims for one in _texts(claim) for other in statement]
        return repeated + list(itertools.combinations(statement, 2))


class _Open(NamedTuple):
    """How an open set is used.

    Attributes:
        without: labels whose rows are left out.
        by_claim: whether a group is what has the same `b`, not the same `a`.
        translated: whether the two texts of a row say the same.
    """

    weight: float
    without: frozenset[str] = frozenset()
    by_claim: bool = False
    translated: bool = False


OPEN = {
    "flores": _Open(0.06, translated=True),
    "tico19": _Open(0.04, translated=True),
    "tatoeba": _Open(0.03, translated=True),
    "xquad": _Open(0.04, translated=True),
    "argkp": _Open(0.05, frozenset({"no-match"})),
    "fever": _Open(0.03),
    "fm2": _Open(0.01),
    "scifact": _Open(0.01),
    "ans": _Open(0.02, frozenset({"unrelated"})),
    "daccord": _Open(0.01),
    "rte3-fr": _Open(0.01, frozenset({"neutral"})),
    "inferes": _Open(0.01, frozenset({"neutral", "contradiction"})),
    "wiki-split": _Open(0.02),
    "truthfulqa": _Open(0.02),
    "demetr-cross": _Open(0.02, by_claim=True),
}


def sources(data: Path) -> list[Source]:
    """All of them.

    Args:
        data: folder of the labelled sets, with the open ones in `open`.
    """
    debates, translations = data / "checkthat-debates", data / "translations"
    return [
        Source(0.2, _told()),
        Source(0.28, _written()),
        Source(0.03, _bundled()),
        Source(0.06, list(_titled(debates))),
        Source(0.06, list(_debated(debates))),
        Source(0.06, _news(translations)),
        *(Source(use.weight, _open(data / "open" / name / FILE, use)) for name, use in OPEN.items()),
    ]


def _told() -> list[Group]:
    """For each statement of `claims`: it and what repeats it, and it in two languages."""
    lines = [line for path in sorted(CLAIMS.glob("*.jsonl")) for line in path.read_bytes().splitlines()]
    return [msgspec.json.decode(line, type=Told).pairs() for line in lines]


def _written() -> list[Group]:
    """For each statement of the written pairs: it and what is said about it, that it is not so included."""
    groups: dict[str, Group] = {}
    for pair in [pair for path in sorted(PAIRS.glob("*.jsonl")) for pair in read_pairs(path)]:
        if pair.relation != UNRELATED and pair.claim != pair.statement:
            times = REPEATED if pair.relation == RelationKind.REPEATS.value else 1
            both = Text(pair.claim, pair.claim_lang), Text(pair.statement, pair.statement_lang)
            groups.setdefault(pair.statement, []).extend([both] * times)
    return list(groups.values())


def _bundled() -> list[Group]:
    """For each bundled record, pairs of its passages."""
    documents, dice = read_seeds(sorted(BUNDLED_SEEDS.glob("*.toml")), {}), random.Random(0)
    passages = [passages_of(record) for document in documents for record in document.statements]
    passages += [passages_of(record) for document in documents for record in document.refutations]
    pairs = [list(itertools.combinations([Text(one.text, one.language) for one in group], 2)) for group in passages]
    return [dice.sample(group, min(MOST_PASSAGES, len(group))) for group in pairs if group]


def _titled(folder: Path) -> Iterator[Group]:
    """For each claim of a debate: its title beside its text."""
    for row in read_rows(folder / "corpus.jsonl"):
        if row.title and row.title != row.text:
            yield _group((row.title, row.text))


def _debated(folder: Path) -> Iterator[Group]:
    """For each claim that a sentence of a debate makes: the sentences, beside its text and its title."""
    corpus, relevant = {row.id: row for row in read_rows(folder / "corpus.jsonl")}, read_qrels(folder / "qrels.train.tsv")
    groups: dict[str, Group] = {}
    for sentence in read_rows(folder / "queries.train.jsonl"):
        for id_ in sorted(relevant.get(sentence.id, ())):
            claim = corpus[id_]
            groups.setdefault(id_, []).extend(
                _group(*[(sentence.text, text) for text in dict.fromkeys((claim.text, claim.title or claim.text))])
            )
    yield from groups.values()


def _news(folder: Path) -> list[Group]:
    """For each sentence: it in every two languages."""
    texts = [[Text(row.text, "en", row.text)] for row in read_rows(folder / "corpus.en.jsonl")[:TRANSLATED]]
    for language in LANGUAGES:
        for told, row in zip(texts, read_rows(folder / f"queries.{language}.dev.jsonl")[:TRANSLATED], strict=True):
            told.append(Text(row.text, language, told[0].text))
    return [list(itertools.combinations(told, 2)) for told in texts]


def _open(path: Path, use: _Open) -> list[Group]:
    groups: dict[str, Group] = {}
    with gzip.open(path, "rb") as lines:
        for row in [msgspec.json.decode(line, type=Row) for line in lines]:
            if row.label not in use.without:
                first, _, second = row.lang.partition("-")
                english = {first: row.a, second: row.b}.get("en") if use.translated else None
                pair = Text(row.a, first, english), Text(row.b, second or first, english)
                groups.setdefault(row.b if use.by_claim else row.a, []).append(pair)
    return list(groups.values())


def _texts(by_language: dict[str, str]) -> list[Text]:
    return [Text(text, language, by_language.get("en")) for language, text in by_language.items()]


def _group(*pairs: tuple[str, str]) -> Group:
    return [(Text(one, "en"), Text(other, "en")) for one, other in pairs]
