"""How a claim relates to a known statement: the model that tells the kinds of relation apart, and how cues are weighed with it.

The model is a cross-encoder: it reads claim and statement, in any two of the languages served, and gives each kind a probability.
Its first layers read each text alone, so that what they make of a statement can be kept; the others read both. Its files are part
of this package; `training/relation` made them, and `relation/README.md` is its card.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Protocol

import msgspec
import numpy as np

from index.errors import JudgingFailed, RelationModelInvalid
from index.kinds import RelationKind
from index.models.files import sha256_of
from index.models.pinned import RELATION_SHA256
from index.models.runtime import FloatArray, Model, by_length
from index.models.tokenizer import PieceTokenizer, Tokens
from index.text.spelling import respelled

FOLDER = Path(__file__).with_name("relation")
DESCRIPTION, TOKENIZER = "model.json", "pieces.model"
SEPARATE, JOINT = "separate.onnx", "joint.onnx"
"""The layers that see each text alone, and those that see claim and statement."""

FILES = (SEPARATE, JOINT, TOKENIZER)

ALMOST_NOTHING = 1e-3
"""The least probability that a logarithm is taken of."""

REPAIR = "install Rebut again"
"""What to do about files that are not what they should be."""

PAIRS_AT_ONCE = 256
"""Pairs whose texts are in memory at once."""

STATEMENTS_KEPT = 512
"""Statements of which is kept what the first layers make of them, about 60 KB each."""


CLASSES = tuple(RelationKind)
"""What the columns of a model's probabilities stand for."""


class Cue(enum.Enum):
    """What the words of claim and statement tell, beside the model."""

    CONFLICT = "conflict"
    """A figure of the claim cannot be true of what the statement says: another value, unit or date of the same thing."""
    PERHAPS_CONFLICT = "perhaps_conflict"
    """The same of figures of which only their kind tells that they may speak of one thing."""
    OTHER_PLACE = "other_place"
    """Each names a place that the other does not."""
    NOT_NEGATED = "not_negated"
    """The claim has no word that says it is not so."""
    NEGATED_ALONE = "negated_alone"
    """One of the two has such a word, and the other has none."""
    ASKED = "asked"
    """The claim is a question."""
    CROSS_LANGUAGE = "cross_language"
    """They are in two languages."""
    LONG = "long"
    """The claim has many words."""


class Combination(msgspec.Struct, frozen=True):
    """How the model's probabilities and the cues are weighed together: a logistic model, its columns as in `CLASSES`.

    Attributes:
        bias: log odds when all else is 0.
        kinds: kind -> what a unit of its log probability adds to each column.
        cues: cue -> what it adds to each column where it holds.
    """

    bias: list[float]
    kinds: dict[RelationKind, list[float]]
    cues: dict[Cue, list[float]]


class PairScorer(Protocol):
    """Judges pairs of texts.

    Attributes:
        fingerprint: changes whenever the probabilities may change.
        combination: how cues are weighed beside this model's probabilities.
    """

    fingerprint: str
    combination: Combination

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """Judge pairs of (claim, statement).

        Returns:
            float32, shape (len(pairs), len(CLASSES)), each row's sum 1.

        Raises:
            JudgingFailed: if the model cannot be run, or a probability is not finite.
        """
        ...


class Description(msgspec.Struct, frozen=True):
    """`model.json`: what the model's files are, and how its output is read.

    Attributes:
        classes: the model's outputs, in their order; those that are no `RelationKind` count as `related`.
        combination: see `PairScorer`.
        most_tokens: a text is cut to so many.
        sha256: of each file.
    """

    name: Annotated[str, msgspec.Meta(min_length=1)]
    classes: list[str]
    combination: Combination
    most_tokens: Tokens
    sha256: dict[str, str]


class CrossEncoderModel:
    """The model that this package carries, run by ONNX Runtime. Safe to use from several threads."""

    def __init__(self, folder: Path = FOLDER, threads: int = 0, statements_kept: int = STATEMENTS_KEPT) -> None:
        """Load and verify the files.

        Args:
            threads: batches that are run at once; 0 for as many as there are cores.
            statements_kept: of so many is remembered what the first layers make of them.

        Raises:
            RelationModelInvalid: if a file is missing or not what `model.json` says, or that is not the one that is pinned.
        """
        described = _verify(folder, RELATION_SHA256 if folder == FOLDER else None)
        self.fingerprint = fingerprint_of(folder)
        self.combination = described.combination
        self._columns = np.array([_column(name) for name in described.classes])
        self.tokenizer = PieceTokenizer(folder / TOKENIZER, described.most_tokens)
        self._separate, self._joint = (Model(folder / name, JudgingFailed, threads) for name in (SEPARATE, JOINT))
        self._kept: dict[str, FloatArray] = {}
        self._most_kept = statements_kept
        self._keeping = threading.Lock()

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """See `PairScorer.probabilities`. What the first layers make of a claim is not kept."""
        read = [(respelled(claim, statement, self._pieces), statement) for claim, statement in pairs]
        found = np.zeros((len(pairs), len(self._columns)), np.float32)
        for start in range(0, len(pairs), PAIRS_AT_ONCE):
            found[start : start + PAIRS_AT_ONCE] = self._judge(read[start : start + PAIRS_AT_ONCE])
        if not np.isfinite(found).all():
            raise JudgingFailed("the relation model gave a probability that is not finite")
        kinds = np.zeros((len(pairs), len(CLASSES)), np.float32)
        np.add.at(kinds.T, self._columns, found.T)
        return kinds

    def _pieces(self, word: str) -> int:
        return len(self.tokenizer.ids([word])[0])

    def _judge(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """Probabilities of the model's own classes, shape (pairs, classes)."""
        claims = self._states(dict.fromkeys(claim for claim, _ in pairs))
        statements = self._states_of_statements(dict.fromkeys(statement for _, statement in pairs))
        sides = [(claims[claim], statements[statement]) for claim, statement in pairs]
        logits = np.zeros((len(pairs), len(self._columns)), np.float32)
        batches = list(by_length([len(claim) + len(statement) for claim, statement in sides]))
        found = self._joint.run(
            {
                "states": np.stack([np.concatenate(sides[place]) for place in batch]),
                "sides": np.stack([np.repeat(np.arange(2), [len(side) for side in sides[place]]) for place in batch]),
            }
            for batch in batches
        )
        for batch, rows in zip(batches, found, strict=True):
            logits[batch] = rows
        return _softmax(logits)

    def _states_of_statements(self, texts: Iterable[str]) -> dict[str, FloatArray]:
        """What the first layers make of each text: remembered, or found and remembered."""
        with self._keeping:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        found = self._states([text for text in texts if text not in known])
        with self._keeping:
            self._kept |= found
            for oldest in list(self._kept)[: max(0, len(self._kept) - self._most_kept)]:
                del self._kept[oldest]
        return known | found

    def _states(self, texts: Iterable[str]) -> dict[str, FloatArray]:
        """What the first layers make of each text, shape (tokens, width)."""
        named = list(texts)
        ids = self.tokenizer.ids(named)
        found: dict[str, FloatArray] = {}
        batches = list(by_length([len(row) for row in ids]))
        states = self._separate.run({"ids": np.array([ids[place] for place in batch], np.int64)} for batch in batches)
        for batch, rows in zip(batches, states, strict=True):
            found |= {named[place]: row.copy() for place, row in zip(batch, rows, strict=True)}
        return found


def fingerprint_of(folder: Path = FOLDER) -> str:
    """The fingerprint of the model in a folder, whose files are not verified."""
    described = msgspec.json.decode((folder / DESCRIPTION).read_bytes(), type=Description)
    return f"{described.name} {sha256_of(folder / DESCRIPTION)[:16]}"


def _column(name: str) -> int:
    known = [kind.value for kind in CLASSES]
    return known.index(name if name in known else RelationKind.RELATED.value)


def _verify(folder: Path, pinned: str | None = None) -> Description:
    """What a model's folder holds.

    Args:
        pinned: the sha256 that its description must have; None for any.

    Raises:
        RelationModelInvalid: saying what is wrong.
    """
    try:
        described = msgspec.json.decode((folder / DESCRIPTION).read_bytes(), type=Description)
        actual = {name: sha256_of(folder / name) for name in (*FILES, DESCRIPTION)}
    except (OSError, msgspec.MsgspecError) as error:
        raise RelationModelInvalid(f"the relation model in {folder} cannot be read: {error}; {REPAIR}") from error
    if pinned not in (None, actual[DESCRIPTION]):
        raise RelationModelInvalid(f"{folder / DESCRIPTION} is not the one that this version came with; {REPAIR}")
    if {name: actual[name] for name in FILES} != described.sha256:
        raise RelationModelInvalid(f"the relation model in {folder} is not the one that {DESCRIPTION} describes; {REPAIR}")
    problem = _problem(described)
    if problem:
        raise RelationModelInvalid(f"{folder / DESCRIPTION}: {problem}; {REPAIR}")
    return described


def _problem(described: Description) -> str:
    """What of a description cannot be used; empty for nothing."""
    if {_column(name) for name in described.classes} != set(range(len(CLASSES))):
        return f"classes must name all of {', '.join(kind.value for kind in CLASSES)}"
    return combination_problem(described.combination)


def combination_problem(combination: Combination) -> str:
    """Why a combination cannot be used; empty if it can."""
    rows = [combination.bias, *combination.kinds.values(), *combination.cues.values()]
    if set(combination.kinds) != set(RelationKind) or set(combination.cues) != set(Cue):
        return "combination must weigh all kinds and all cues"
    if any(len(row) != len(CLASSES) or not np.isfinite(row).all() for row in rows):
        return f"each row of combination must have {len(CLASSES)} finite numbers"
    return ""


def weighed(probabilities: FloatArray, cues: Sequence[Collection[Cue]], combination: Combination) -> FloatArray:
    """The model's probabilities with what the words tell, as probabilities again.

    Args:
        probabilities: as `PairScorer.probabilities` gives them.
        cues: the cues that hold for each row.
    """
    by_kind = np.array([combination.kinds[kind] for kind in CLASSES])
    by_cue = np.array([combination.cues[cue] for cue in Cue])
    holding = np.array([[cue in row for cue in Cue] for row in cues], bool).reshape(len(cues), len(Cue))
    return _softmax(log_probabilities(probabilities) @ by_kind + holding @ by_cue + np.array(combination.bias))


def log_probabilities(probabilities: FloatArray) -> FloatArray:
    """Their logarithms; less than `ALMOST_NOTHING` counts as that."""
    return np.asarray(np.log(np.maximum(probabilities, ALMOST_NOTHING)), np.float32)


def _softmax(logits: FloatArray) -> FloatArray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)
