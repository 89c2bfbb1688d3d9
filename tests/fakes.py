"""Deterministic stand-ins that can be computed by hand."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path
from queue import Queue

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from index.errors import EncodingFailed, JudgingFailed
from index.kinds import RelationKind
from index.models.cross_encoder import CLASSES, Combination, Cue
from index.models.runtime import FloatArray, Model
from index.progress import Progress, no_progress
from index.search.calibration import Model as Logistic
from service.check.answers import Answer, Claim, Outcome, ProducedBy, Timings, Verdict, VerdictKind
from service.check.confidence import RETRIEVAL, Confidence
from service.check.slots import Slot


class WordEncoder:
    """Counts words: each distinct word is one of 256 coordinates (its CRC-32 modulo 256); the vector has length 1.

    So the cosine of two texts is the share of words they have in common, in the sense of bags of words.
    """

    def __init__(self, name: str = "words", fingerprint: str = "0123456789abcdef") -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = 256
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        """See `index.models.encoders.Encoder.encode`."""
        self.encoded += texts
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()) or ["nothing"]:
                vectors[row, zlib.crc32(word.encode("utf-8", "surrogatepass")) % self.dimension] += 1
        progress("encoding", len(texts), len(texts))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


class WordRelations:
    """Judges by words alone: the first rule that fits gets 0.9, the other kinds share the rest.

    A claim with a word of `DENYING` that the statement lacks denies; the same words in another order reverse; another number
    differs; half of the claim's words in the statement repeat it; anything else is related.
    """

    DENYING = frozenset({"not", "never", "false", "untrue"})

    def __init__(self) -> None:
        self.fingerprint = "words 0123456789abcdef"
        nothing = [0.0] * len(CLASSES)
        alone = {kind: [float(other is kind) for other in CLASSES] for kind in CLASSES}
        self.combination = Combination(nothing, alone, dict.fromkeys(Cue, nothing))
        self.judged: list[tuple[str, str]] = []

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """See `index.models.cross_encoder.PairScorer.probabilities`."""
        self.judged += pairs
        found = np.full((len(pairs), len(CLASSES)), 0.025, np.float32)
        for row, (claim, statement) in enumerate(pairs):
            found[row, CLASSES.index(self._kind(_words(claim), _words(statement)))] = 0.9
        return found

    def _kind(self, claim: list[str], statement: list[str]) -> RelationKind:
        if self.DENYING & (set(claim) - set(statement)):
            return RelationKind.DENIES
        if claim != statement and sorted(claim) == sorted(statement):
            return RelationKind.REVERSES
        if {word for word in claim if word.isdigit()} - set(statement):
            return RelationKind.DIFFERS
        same = set(claim) & set(statement)
        return RelationKind.REPEATS if 2 * len(same) >= len(set(claim)) else RelationKind.RELATED


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


CONFIDENCE = Confidence(
    about=Logistic(0.0, {RETRIEVAL: 1.0}),
    applies=Logistic(2.0, {RelationKind.REPEATS.value: 1.0, Slot.NEGATION.value: -9.0, Slot.MODALITY.value: -9.0}),
    looked_at_from=0.01,
    threshold=0.3,
    related_from=0.3,
    review=0.1,
    applies_from=0.7,
)
"""Retrieval's probability as it is; refutations apply to what repeats, unless a word denies or plans in only one of the texts."""


class BrokenRelations(WordRelations):
    """A relation model that stopped working."""

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> FloatArray:
        """Always fails, as a damaged model would."""
        raise JudgingFailed("the fake is broken")


class BrokenEncoder(WordEncoder):
    """An encoder that stopped working."""

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        """Always fails, as a damaged model would."""
        raise EncodingFailed("the fake is broken")


class OverrunEncoder(WordEncoder):
    """An encoder that ONNX Runtime refuses to run, once loaded: its table has one row, and it asks for another one."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        table = numpy_helper.from_array(np.ones((1, 256), np.float32), "table")
        ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"])
        rows = helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["texts", "tokens", 256])
        graph = helper.make_graph([helper.make_node("Gather", ["table", "ids"], ["rows"])], "table", [ids], [rows], [table])
        onnx.save(helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]), folder / "table.onnx")
        self.model = Model(folder / "table.onnx", EncodingFailed)

    def encode(self, texts: Sequence[str], progress: Progress = no_progress) -> FloatArray:
        """Always fails in ONNX Runtime."""
        return next(self.model.run([{"ids": np.full((len(texts), 1), 7)}]))


class GatedMatcher:
    """A matcher that works when it is told to.

    Attributes:
        begun: the texts of each batch, as it begins.
        may_go_on: to be released once for each batch.
        bad: texts that it fails at.
    """

    def __init__(self) -> None:
        self.begun: Queue[list[str]] = Queue()
        self.may_go_on = threading.Semaphore(0)
        self.bad: set[str] = set()
        self.thresholds = (0.3, 0.1)

    def match(self, claims: Sequence[Claim]) -> Outcome:
        """See `service.check.matcher.Matcher.match`."""
        texts = [claim.text for claim in claims]
        self.begun.put(texts)
        assert self.may_go_on.acquire(timeout=30)
        if self.bad & set(texts):
            raise EncodingFailed("the fake is broken")
        verdict = Verdict(VerdictKind.NO_KNOWN_STATEMENT, "", None, polarity_judged=False)
        produced_by = ProducedBy("rebut", "words", "1", None)
        answers = [Answer(claim, "en", None, verdict, [], [], None, produced_by) for claim in claims]
        return Outcome(answers, Timings(1.0, 1.0, 1.0, 1.0, together=len(claims)), "1")


SEEDS = """
[source]
id = "paper-1"
title = "A paper"
publisher = "Publisher"
site = "example.org"
language = "en"
published = { edtf = "2024-10", text = "October 2024" }

[[statement]]
id = "north-masses-troops"
kind = "accusation"
text = "South says that North masses troops at the river."
claimant = { name = "South", role = "government", side = "south" }
when = { edtf = "2024-06/..", text = "since June 2024" }
places = ["River"]
topics = ["troops", "border"]
refutation_on_record = true
citations = [{ section = "Introduction", paragraph = 1, quotation = "massing" }]
[statement.wordings]
en = ["North is massing troops near the river", "northern soldiers gather by the river"]
ru = ["Север стягивает войска к реке"]

[[statement]]
id = "south-buys-tanks"
kind = "event"
text = "South bought forty tanks in March 2023."
claimant = { name = "Publisher" }
when = { edtf = "2023-03", text = "March 2023" }
places = ["South City"]
topics = ["arms"]
refutation_on_record = false
citations = [{ section = "Arms", item = "1- Tanks", paragraph = 2 }]

[[statement]]
id = "wheat-harvest-record"
kind = "context"
text = "The wheat harvest was the best in ten years."
claimant = { name = "Publisher" }
refutation_on_record = false
citations = [{ section = "Economy", paragraph = 1 }]

[[refutation]]
id = "north-only-exercises"
kind = "denial"
text = "North says that its units only hold an exercise."
issuer = { name = "North", role = "army spokesman" }
when = { edtf = "2024-07-02", text = "2 July 2024" }
denies = ["north-masses-troops"]
citations = [{ section = "Introduction", paragraph = 2 }]

[[refutation]]
id = "observers-saw-nothing"
kind = "fact"
text = "Observers counted no additional vehicles."
issuer = { name = "Observers" }
counters = ["north-masses-troops"]
citations = [{ section = "Introduction", paragraph = 3 }]
"""
"""A small seed file: three statements, one of them refuted twice."""
