"""The labelled sets that the retriever is measured on, where a machine has them: folders of files in the plain format.

They are not part of the project (docs/why/retrieval.md tells what they are and where they come from).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class LabelledSet(NamedTuple):
    """One corpus with one set of queries.

    Attributes:
        split: `train`, `dev`, or `only` if the set is not split.
        english: whether queries and corpus are English.
    """

    name: str
    corpus: Path
    queries: Path
    qrels: Path
    split: str
    english: bool


DIARY = (("en", "en"), ("ru", "ru"), ("uk", "uk"), ("ru", "en"), ("uk", "en"), ("de", "de"), ("it", "it"))
TRANSLATED = ("uk", "be", "ru", "pl", "de", "fr")


def is_there(one: LabelledSet) -> bool:
    """Whether this machine has the set's files."""
    return all(path.exists() for path in (one.corpus, one.queries, one.qrels))


def all_sets(data: Path) -> Iterator[LabelledSet]:
    """Every set, whether its files are there or not."""
    for name in ("checkthat2020", "checkthat-debates"):
        folder = data / name
        for split in ("train", "dev"):
            files = (folder / "corpus.jsonl", folder / f"queries.{split}.jsonl", folder / f"qrels.{split}.tsv")
            yield LabelledSet(f"{name} {split}", *files, split, english=True)
    folder = data / "propaganda-diary"
    for spoken, known in DIARY:
        files = (folder / f"corpus.{known}.jsonl", folder / f"queries.{spoken}.dev.jsonl", folder / f"qrels.{spoken}.dev.tsv")
        yield LabelledSet(f"propaganda-diary {spoken}-{known}", *files, "only", english=spoken == known == "en")
    for name in ("stopfake-uk", "euvsdisinfo"):
        folder = data / name
        files = (folder / "corpus.jsonl", folder / "queries.dev.jsonl", folder / "qrels.dev.tsv")
        yield LabelledSet(name, *files, "only", english=name == "euvsdisinfo")
    folder = data / "translations"
    for spoken in TRANSLATED:
        files = (folder / "corpus.en.jsonl", folder / f"queries.{spoken}.dev.jsonl", folder / f"qrels.{spoken}.dev.tsv")
        yield LabelledSet(f"translations {spoken}-en", *files, "only", english=False)
