"""Fit what a second look makes of retrieval and relation: writes service/check/confidence.json.

    python -m training.confidence [--beside FILE]

Fitted on the bases of `training.labelled`; with a file of other claims (JSON lines, `text` and `lang`, gzipped), some thousands of
them lie beside the desk's statements in a further base, so that large bases are known, too.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from sklearn.linear_model import LogisticRegression

from index.kinds import RelationKind
from index.models.cross_encoder import CrossEncoderModel
from index.models.encoders import Encoders, load_encoders
from index.records import Document
from index.search.calibration import Calibration, Model, load_calibration
from index.search.retriever import Retriever
from index.store.sql import SqlStore
from service.check.answers import Answer, Claim
from service.check.confidence import ABOUT, MODELS, RETRIEVAL, Confidence, about_features, applies_features
from service.check.matcher import MOST_LOOKED_AT, NEAR_BEST, Matcher
from service.check.relation import Judge, Relation
from service.check.slots import Slot
from service.evaluation.refit.fitting import FOLLOWING, REVIEWED
from service.settings import Settings
from training.labelled import DESK, Base, Labelled, desk_base, others, seed_base

LOOKED_AT = 0.03
"""Retrieval's probability of the best candidate from which on the first ones get a second look."""
SMALL = 7
"""Small bases, of about 57 statements each."""
ANSWERED_FROM = 0.6
"""Chosen on the bases of `tests/quality/bases`: 99.3 % of their claims about a statement are answered, 99.2 % of those about none
stay empty, and 97.2 % beside 20,000 other statements (docs/why/calibration.md)."""
APPLIES_FROM = 0.75
"""Chosen on the bases of `tests/quality/bases` and the bundled article: from there on refutations are wrongly said to apply to
0.8 % of their claims and none of its (docs/why/calibration.md). The pairs held out are mirrors and near misses of each other, more
than a desk is asked."""
RELATED_FROM = 0.6
"""For a match that is merely on the topic: on the bases, a higher one leaves no more claims about no statement empty."""
AT_ONCE = 100
KINDS = [kind.value for kind in RelationKind]


class Example(msgspec.Struct, frozen=True):
    """A candidate of a claim after the second look.

    Attributes:
        about, repeats: whether the claim is about the statement, and whether it repeats it.
        counts: how much the example counts.
        covered: whether the claim is about any statement.
    """

    retrieval: float
    relation: Relation
    about: bool
    repeats: bool
    counts: float
    covered: bool


def examples(base: Base, encoders: Encoders, calibration: Calibration, judge: Judge) -> list[Example]:
    """The best candidates of each claim of a base, judged."""
    with tempfile.TemporaryDirectory() as scratch:
        store = SqlStore(f"sqlite:///{scratch}/rebut.sqlite")
        store.load(base.documents)
        matcher = Matcher(store, Retriever(store, encoders, Path(scratch) / "index"), calibration, judge, unfitted())
        asked = [Claim(text=claim.text, limit=5, min_probability=0.0, split=False) for claim in base.claims]
        answers = [a for start in range(0, len(asked), AT_ONCE) for a in matcher.match(asked[start : start + AT_ONCE]).answers]
        store.close()
    return [example for claim, answer in zip(base.claims, answers, strict=True) for example in _of(claim, answer, calibration)]


def _of(claim: Labelled, answer: Answer, calibration: Calibration) -> list[Example]:
    found = []
    best = calibration.probability(answer.matches[0].candidate) if answer.matches else 0.0
    for place, match in enumerate(answer.matches[: MOST_LOOKED_AT if best >= LOOKED_AT else 1]):
        retrieval = calibration.probability(match.candidate)
        if retrieval < NEAR_BEST * best:
            break
        right = match.dossier.statement.id == claim.statement
        merely = claim.relation is RelationKind.RELATED
        if match.relation is None or (right and merely):
            continue
        repeats = right and claim.relation is RelationKind.REPEATS
        covered = claim.statement is not None and not merely
        found.append(Example(retrieval, match.relation, right, repeats, FOLLOWING if place else 1.0, covered))
    return found


def unfitted() -> Confidence:
    """Retrieval's probability as it is."""
    alone = Model(0.0, {RETRIEVAL: 1.0})
    return Confidence(alone, Model(0.0, {}), looked_at_from=0.0, threshold=0.0, related_from=0.0, review=0.0, applies_from=1.0)


def fit(bases: Sequence[Sequence[Example]]) -> Confidence:
    """Fit both models on all bases, then choose from where on a miss is suggested, so that on none are fewer than should be."""
    some = [example for base in bases for example in base]
    about = logistic(
        [about_features(one.retrieval, one.relation) for one in some], [RETRIEVAL, *KINDS], some, lambda one: one.about
    )
    looked = msgspec.structs.replace(unfitted(), about=about)
    repeating = [one for one in some if one.relation.kind is RelationKind.REPEATS]
    features = [applies_features(looked.about_statement(one.retrieval, one.relation), one.relation) for one in repeating]
    names = [ABOUT, *KINDS, Slot.NEGATION.value, Slot.MODALITY.value]
    applies = logistic(features, names, repeating, lambda one: one.repeats)
    right = [[looked.about_statement(one.retrieval, one.relation) for one in base if one.about and one.covered] for base in bases]
    review = round(min(float(np.quantile(base, 1 - REVIEWED)) for base in right), 3)
    return Confidence(about, applies, LOOKED_AT, ANSWERED_FROM, RELATED_FROM, review, APPLIES_FROM)


def logistic(
    features: Sequence[dict[str, float]], names: Sequence[str], some: Sequence[Example], right: Callable[[Example], bool]
) -> Model:
    """A logistic model of the named features."""
    values = np.array([[one[name] for name in names] for one in features])
    scale = np.maximum(values.std(axis=0), 1e-6)
    model = LogisticRegression(C=1.0, max_iter=4000).fit(
        values / scale, [right(one) for one in some], sample_weight=[one.counts for one in some]
    )
    weights = {name: round(float(weight), 3) for name, weight in zip(names, model.coef_[0] / scale, strict=True)}
    return Model(round(float(model.intercept_[0]), 3), weights)


def beside(path: Path, base: Base) -> Base:
    """The base with other statements beside its own."""
    return Base([Document(DESK, [*base.documents[0].statements, *others(path)], [])], base.claims)


def main() -> None:
    """Read the arguments, fit and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--beside", type=Path, help="other claims, to lie beside the desk's statements")
    options = parser.parse_args()
    settings = Settings()
    encoders = load_encoders(settings.encoder, settings.english_encoder, Path("build/encoders"))
    judge, calibration = Judge(CrossEncoderModel()), load_calibration(encoders.name)
    bases = [seed_base(), desk_base(), *(desk_base(3 + part, part, SMALL) for part in range(SMALL))]
    bases += [beside(options.beside, desk_base(2))] if options.beside else []
    found = [examples(base, encoders, calibration, judge) for base in bases]
    for base, some in zip(bases, found, strict=True):
        right = [one.retrieval >= LOOKED_AT for one in some if one.about]
        print(f"{len(base.claims)} claims, {len(some)} candidates; {np.mean(right):.3f} of the right ones are at least that likely")
    fitted = fit(found)
    MODELS.write_bytes(msgspec.json.format(msgspec.json.encode(fitted)) + b"\n")
    print(MODELS.read_text())


if __name__ == "__main__":
    main()
