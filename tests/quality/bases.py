"""Measure the service on bases that it was neither trained nor calibrated on: `make quality-bases`.

Each folder of `bases/` is what a fact-checking desk keeps: statements in five languages with reviews and denials, and claims with
the statement that each is about and how. Six have one topic each, 30 statements and 150 claims, labelled by two readers, and no
training text comes from these topics; `desk` has mixed topics, 60 statements and 300 claims, labelled twice by one reader. All is
our own text, and no facts: reviewers, ratings and many of the events are invented.

With `--beside FILE` (JSON lines, `text` and `lang`, gzipped) 20,000 other claims lie beside all bases in one store. The figures are
compared with `bases-scores.json`; `--record` writes them down.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from index.kinds import Rated, RefutationKind, RelationKind, StatementKind
from index.models.cross_encoder import CrossEncoderModel
from index.models.encoders import load_encoders
from index.records import Batch, Citation, Document, Party, Rating, Refutation, Review, Statement, When
from index.search.calibration import load_calibration
from index.search.retriever import Retriever
from index.store.sql import SqlStore
from service.check.answers import Answer, Match
from service.check.answers import Claim as Asked
from service.check.matcher import Matcher
from service.check.relation import Judge
from service.evaluation.metrics import calibration_error
from service.settings import Settings
from tests.quality.claims import HERE
from training.labelled import DESK, others

BASES = HERE / "bases"
SCORES = HERE / "bases-scores.json"
TOGETHER = "all, beside 20,000 others"
AT_ONCE = 50
TOLERANCE = 0.02
LOWER_IS_BETTER = {"wrongly applied", "calibration, match", "calibration, relation"}


class Reviewed(msgspec.Struct, frozen=True):
    """A statement of a base, and what the desk has on it."""

    id: str
    text: str
    language: str
    claimant: str
    when: str | None = None
    wordings: dict[str, list[str]] = {}
    review: dict[str, str] | None = None
    denial: dict[str, str] | None = None

    @property
    def refuted(self) -> bool:
        """Whether anything on record refutes it."""
        return bool(self.denial or (self.review and self.review["rated"] in ("false", "mostly-false")))


class Labelled(msgspec.Struct, frozen=True):
    """A claim, the statement it is about, and how; no statement: it is about none."""

    id: str
    text: str
    language: str
    statement: str | None
    relation: RelationKind | None
    kind: str
    also: list[dict[str, str]] = []


def read(path: Path, kind: type[Any]) -> list[Any]:
    """A file of JSON lines."""
    return [msgspec.json.decode(line, type=kind) for line in path.read_bytes().splitlines() if line]


def fill(store: SqlStore, base: Sequence[Reviewed]) -> None:
    """Load a base."""
    cited = [Citation(DESK.id, "Base", 1)]
    statements, refutations, reviews = [], [], []
    for one in base:
        when = When(one.when, one.when) if one.when else None
        party, denied = Party(one.claimant), one.denial is not None
        told = Statement(one.id, StatementKind.CLAIM, one.text, one.language, party, cited, denied, when, wordings=one.wordings)
        statements.append(told)
        if one.denial:
            issuer, text, language = (one.denial[name] for name in ("issuer", "text", "language"))
            kind = RefutationKind.DENIAL
            refutations.append(Refutation(f"{one.id}-denial", kind, text, language, Party(issuer), cited, denies=[one.id]))
        if one.review:
            rating = Rating(Rated(one.review["rated"]), one.review["rating"])
            reviewer, title = Party(one.review["reviewer"]), one.review["title"]
            reviews.append(Review(f"{one.id}-review", one.id, cited[0], reviewer, one.language, rating, title))
    store.load([Document(DESK, statements, refutations)])
    store.load_batches([Batch([], [], reviews)])


def share(outcomes: Sequence[bool]) -> float:
    """How many of the outcomes are true, 0..1."""
    return sum(outcomes) / len(outcomes) if outcomes else float("nan")


def measure(base: Sequence[Reviewed], claims: Sequence[Labelled], answers: Sequence[Answer]) -> dict[str, float]:
    """The figures of one base."""
    languages, refuted = {one.id: one.language for one in base}, {one.id for one in base if one.refuted}
    asked = list(zip(claims, answers, strict=True))
    about = [(claim, answer, matched(claim, answer)) for claim, answer in asked if claim.statement]
    first = [(c, nearest(a) == c.statement) for c, a, _ in about]
    answered = [bool(a.matches) for c, a, _ in about if c.relation is not RelationKind.RELATED]
    judged = [(c, m.relation, m.relation.kind is c.relation) for c, _, m in about if m and m.relation]
    applied = [
        bool(m and m.refutations_apply) for c, _, m in about if c.relation is RelationKind.REPEATS and c.statement in refuted
    ]
    top = [(a.matches[0].probability, a.matches[0].dossier.statement.id in meant(c)) for c, a in asked if a.matches]
    return {
        "first, English": share([right for claim, right in first if claim.language == "en"]),
        "first, other": share([right for claim, right in first if claim.language != "en"]),
        "first, across": share([right for claim, right in first if claim.language != languages[claim.statement or ""]]),
        "answered": share(answered),
        "relation, English": share([right for claim, _, right in judged if claim.language == "en"]),
        "relation, other": share([right for claim, _, right in judged if claim.language != "en"]),
        "applied": share(applied),
        "wrongly applied": share([wrongly(claim, answer) for claim, answer in asked]),
        "unrelated empty": share([not a.matches for c, a in asked if c.statement is None]),
        "calibration, match": calibration_error([p for p, _ in top], [right for _, right in top]),
        "calibration, relation": calibration_error([told.probability for _, told, _ in judged], [right for _, _, right in judged]),
    }


def nearest(answer: Answer) -> str | None:
    """The statement that comes first, whether it is near enough to match or not."""
    if answer.matches:
        return answer.matches[0].dossier.statement.id
    return answer.nearest_miss.dossier.statement.id if answer.nearest_miss else None


def matched(claim: Labelled, answer: Answer) -> Match | None:
    """The match of the statement that the claim is about."""
    return next((match for match in answer.matches if match.dossier.statement.id == claim.statement), None)


def meant(claim: Labelled) -> set[str]:
    """The statements that a claim is about."""
    return {claim.statement or "", *(one["statement"] for one in claim.also)}


def wrongly(claim: Labelled, answer: Answer) -> bool:
    """Whether a refutation is said to apply to a claim that does not repeat the refuted statement."""
    repeated = {one["statement"] for one in claim.also if one["relation"] == RelationKind.REPEATS.value}
    repeated |= {claim.statement or ""} if claim.relation is RelationKind.REPEATS else set()
    applying = {match.dossier.statement.id for match in answer.matches if match.refutations_apply and match.dossier.refutations}
    return bool(applying - repeated)


def ask(matcher: Matcher, claims: Sequence[Labelled]) -> list[Answer]:
    """The answers to all claims."""
    asked = [Asked(text=claim.text) for claim in claims]
    return [answer for start in range(0, len(asked), AT_ONCE) for answer in matcher.match(asked[start : start + AT_ONCE]).answers]


def named(folder: Path, base: Sequence[Reviewed], claims: Sequence[Labelled]) -> tuple[list[Reviewed], list[Labelled]]:
    """A base whose ids tell the folder, so that several can lie in one store."""
    of = f"{folder.name}-".__add__
    statements = [msgspec.structs.replace(one, id=of(one.id)) for one in base]
    asked = [
        msgspec.structs.replace(
            claim,
            statement=of(claim.statement) if claim.statement else None,
            also=[one | {"statement": of(one["statement"])} for one in claim.also],
        )
        for claim in claims
    ]
    return statements, asked


def main() -> int:
    """Measure, print, compare; the exit code is 1 if a figure fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write the figures to bases-scores.json")
    parser.add_argument("--wrong", action="store_true", help="list the claims that were judged wrongly")
    parser.add_argument("--beside", type=Path, help="other claims, to lie beside the bases")
    options = parser.parse_args()
    found: dict[str, dict[str, float]] = {}
    folders = sorted(path for path in BASES.iterdir() if path.is_dir())
    bases = [named(f, read(f / "statements.jsonl", Reviewed), read(f / "claims.jsonl", Labelled)) for f in folders]
    if options.beside:
        everything = [one for base, _ in bases for one in base]
        with filled(everything, others(options.beside)) as matcher:
            claims = [claim for _, claims in bases for claim in claims]
            found[TOGETHER] = measure(everything, claims, ask(matcher, claims))
    else:
        for folder, (base, claims) in zip(folders, bases, strict=True):
            with filled(base) as matcher:
                answers = ask(matcher, claims)
            found[folder.name] = measure(base, claims, answers)
            if options.wrong:
                show_wrong(claims, answers)
    Console(width=200).print(table_of(found))
    return compare(found, record=options.record)


@contextmanager
def filled(base: Sequence[Reviewed], beside: Sequence[Statement] = ()) -> Iterator[Matcher]:
    """A matcher on a base."""
    settings = Settings()
    encoders = load_encoders(settings.encoder, settings.english_encoder, Path("build/encoders"))
    with tempfile.TemporaryDirectory() as scratch:
        store = SqlStore(f"sqlite:///{scratch}/rebut.sqlite")
        fill(store, base)
        store.load([Document(DESK, list(beside), [])])
        retriever = Retriever(store, encoders, Path(scratch) / "index")
        yield Matcher(store, retriever, load_calibration(encoders.name), Judge(CrossEncoderModel()))
        store.close()


def show_wrong(claims: Sequence[Labelled], answers: Sequence[Answer]) -> None:
    """Print the claims whose statement was not found, or found with another relation."""
    for claim, answer in zip(claims, answers, strict=True):
        match = matched(claim, answer)
        got = match.relation.kind.value if match and match.relation else "not found"
        if claim.statement and claim.relation and got != claim.relation.value:
            text = match.dossier.statement.text if match else ""
            print(f"{claim.id} [{claim.kind}] {claim.relation.value} -> {got}: {claim.text} | {text}")
        elif not claim.statement and answer.matches:
            print(f"{claim.id} [{claim.kind}] none -> {answer.matches[0].dossier.statement.text}: {claim.text}")


def table_of(found: dict[str, dict[str, float]]) -> Table:
    """The figures, a row a base."""
    table = Table("base", title="Bases that nothing was trained or calibrated on", box=None, padding=(0, 1))
    for name in next(iter(found.values())):
        table.add_column(name)
    for base, figures in found.items():
        table.add_row(base, *[f"{figure:.3f}" for figure in figures.values()])
    if len(found) > 1:
        mean = [share_of([figures[name] for figures in found.values()]) for name in next(iter(found.values()))]
        table.add_row("mean", *[f"{figure:.3f}" for figure in mean])
    return table


def share_of(figures: Sequence[float]) -> float:
    """The mean of the figures that there are."""
    there = [figure for figure in figures if figure == figure]
    return sum(there) / len(there) if there else float("nan")


def compare(found: dict[str, dict[str, float]], *, record: bool) -> int:
    """Compare with the recorded figures, or record these; 1 if the mean of one is worse by more than `TOLERANCE`."""
    known = msgspec.json.decode(SCORES.read_bytes(), type=dict[str, dict[str, float]]) if SCORES.exists() else {}
    if record:
        rounded = {base: {name: round(figure, 4) for name, figure in figures.items()} for base, figures in found.items()}
        SCORES.write_bytes(msgspec.json.format(msgspec.json.encode(known | rounded)) + b"\n")
        return 0
    fallen = 0
    for name in next(iter(found.values())):
        pairs = [(known[base][name], figures[name]) for base, figures in found.items() if name in known.get(base, {})]
        worse = share_of([now - before if name in LOWER_IS_BETTER else before - now for before, now in pairs]) if pairs else 0.0
        if worse > TOLERANCE:
            print(f"{name} is worse than recorded by {worse:.3f}")
            fallen = 1
    return fallen


if __name__ == "__main__":
    sys.exit(main())
