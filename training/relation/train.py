"""Train the relation model: a cross-encoder that reads a claim and a statement together.

    python -m training.relation.train --base FOLDER --pairs FILE... --public FOLDER --open FOLDER --out FOLDER --minutes 45

A pair with several right relations counts by the sum of their probabilities. The learning rate rises for a twentieth of the time,
then falls to zero, so that a run of any length ends well. The first layers are frozen, and their states of a text are kept. Several
processes (torchrun) share the work with one thread each: on a busy machine, threads that wait for each other are many times slower.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec
import torch
import torch.distributed as dist
from torch import Tensor, nn
from transformers import logging

from index.models.cross_encoder import TOKENIZER
from index.models.tokenizer import PieceTokenizer
from training.relation.cross_encoder import CLASSES, MOST_TOKENS, CrossEncoder, encode, joined, padded
from training.relation.open_sets import open_pairs
from training.relation.pair import Pair, read_pairs, roughened
from training.relation.public import training_pairs

BATCH = 32
WARM_UP = 0.05
AVERAGED_EVERY = 20
"""Seconds between two averages of the processes' weights (local SGD): none waits for another within them."""
SAVED_EVERY = 600
EVERY = 200
"""Steps between two printed lines."""
ITSELF = 25
"""For one in so many pairs, the statement beside itself is added."""
STATES_KEPT = 120_000
"""Texts whose frozen states are kept: some 2 GB for each process."""
BUCKET = 60
"""Batches whose pairs are sorted by length together."""
BRIEF = torch.backends.cpu.get_cpu_capability().startswith("AVX512")
"""Whether products are made in bfloat16: with AVX2 they are eight times slower so than in float32."""


class SeparateStates:
    """What the layers that see each text alone make of texts; the part of it that does not change is computed once."""

    def __init__(self, model: CrossEncoder, tokenizer: PieceTokenizer, frozen: int) -> None:
        self._model, self._tokenizer, self._frozen = model, tokenizer, frozen
        self._kept: dict[str, Tensor] = {}

    def states(self, texts: Sequence[str]) -> list[Tensor]:
        """For each text, shape (tokens, width)."""
        rows = self._frozen_states(texts)
        states, mask = padded([row.float() for row in rows])
        self._forget()
        with torch.autocast("cpu", torch.bfloat16, enabled=BRIEF):
            found = self._model.separate_after(states, mask, self._frozen)
        return [states[: len(row)] for states, row in zip(found, rows, strict=True)]

    def _forget(self) -> None:
        """Drop the texts that were met first, if too many are kept."""
        for text in list(islice(self._kept, max(0, len(self._kept) - STATES_KEPT))):
            del self._kept[text]

    @torch.no_grad()
    def _frozen_states(self, texts: Sequence[str]) -> list[Tensor]:
        missing = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if missing:
            ids, mask = encode(self._tokenizer, missing)
            with torch.autocast("cpu", torch.bfloat16, enabled=BRIEF):
                found = self._model.separate_until(ids, mask, self._frozen).half()
            for text, row, length in zip(missing, found, mask.sum(1).tolist(), strict=True):
                self._kept[text] = row[:length].clone()
        return [self._kept[text] for text in texts]


def batches(pairs: Sequence[Pair], dice: random.Random) -> Iterator[list[Pair]]:
    """Pairs of about the same length, epoch after epoch without end."""
    while True:
        order = dice.sample(range(len(pairs)), len(pairs))
        for start in range(0, len(order), BATCH * BUCKET):
            some = sorted((pairs[place] for place in order[start : start + BATCH * BUCKET]), key=_length)
            groups = [some[first : first + BATCH] for first in range(0, len(some), BATCH)]
            yield from dice.sample(groups, len(groups))


def _length(pair: Pair) -> int:
    return len(pair.claim) + len(pair.statement)


def written(paths: Sequence[Path], dice: random.Random) -> list[Pair]:
    """The pairs of all files; of a file named again, the claims as people type them."""
    plain = [pair for path in dict.fromkeys(paths) for pair in read_pairs(path)]
    again = [pair for path, times in Counter(paths).items() for pair in read_pairs(path) * (times - 1)]
    return plain + [msgspec.structs.replace(pair, claim=roughened(pair.claim, dice)) for pair in again]


def itself(pairs: Sequence[Pair], dice: random.Random) -> list[Pair]:
    """Some of the statements, each beside itself."""
    some = dice.sample(pairs, len(pairs) // ITSELF)
    return [Pair(roughened(pair.statement, dice), pair.statement, "repeats") for pair in some]


def right_of(pairs: Sequence[Pair]) -> Tensor:
    """1 where a class is right, else 0; shape (pairs, classes)."""
    return torch.tensor([[float(name in pair.relation.split("|")) for name in CLASSES] for pair in pairs])


def loss_of(logits: Tensor, right: Tensor) -> Tensor:
    """Minus the logarithm of the probability that falls on any right class."""
    return -(torch.log_softmax(logits.float(), dim=-1) + torch.log(right)).logsumexp(dim=-1).mean()


def average(parameters: Sequence[nn.Parameter]) -> None:
    """Make the weights of all processes their mean."""
    flat = torch.cat([parameter.detach().flatten() for parameter in parameters])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    place = 0
    for parameter in parameters:
        parameter.data.copy_(flat[place : place + parameter.numel()].view_as(parameter))
        place += parameter.numel()


def common_start() -> float:
    """The time at which all processes start counting."""
    started = torch.tensor([time.time()], dtype=torch.float64)
    if dist.is_initialized():
        dist.broadcast(started, 0)
    return float(started)


def train(
    model: CrossEncoder, pairs: Sequence[Pair], separate: SeparateStates, minutes: float, rate: float, out: Path, seed: int
) -> None:
    """Train for so many minutes, saving now and then and at the end."""
    rank = dist.get_rank() if dist.is_initialized() else 0
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01, fused=True)
    supply = batches(pairs, random.Random(seed + rank))
    started, total, done, elapsed, averaged = common_start(), 0.0, 0, 0.0, 0
    saved = started
    while elapsed < 1:
        some = next(supply)
        texts = [pair.claim for pair in some] + [pair.statement for pair in some]
        states = separate.states(texts)
        inputs = joined(states[: len(some)], states[len(some) :])
        for group in optimiser.param_groups:
            group["lr"] = rate * min(elapsed / WARM_UP, (1 - elapsed) / (1 - WARM_UP)) if elapsed else rate / 100
        with torch.autocast("cpu", torch.bfloat16, enabled=BRIEF):
            logits = model.joint(*inputs)
        loss = loss_of(logits, right_of(some))
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        elapsed = (time.time() - started) / 60 / minutes
        due = int(min(elapsed, 1) * minutes * 60 / AVERAGED_EVERY) if dist.is_initialized() else 0
        while averaged < due:
            average(parameters)
            averaged += 1
        total, done = total + float(loss.detach()), done + 1
        if rank == 0 and done % EVERY == 0:
            print(f"{elapsed:6.1%} of the time, {done} steps, loss {total / EVERY:.3f}", flush=True)
            total = 0.0
        if rank == 0 and time.time() - saved > SAVED_EVERY:
            model.save(out / "checkpoint")
            saved = time.time()
    if dist.is_initialized():
        average(parameters)
    if rank == 0:
        model.save(out)


def main() -> None:
    """Read the arguments and train."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True, help="what training.relation.base wrote")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="self-made pairs; named again, as people type them")
    parser.add_argument("--public", type=Path, required=True, help="folder of the public sets (see training.relation.public)")
    parser.add_argument("--open", type=Path, required=True, help="folder of the open sets (see training.relation.open_sets)")
    parser.add_argument("--others", type=int, default=1_000_000, help="at most so many pairs of the public and open sets")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--rate", type=float, default=2e-4, help="of learning, at its highest")
    parser.add_argument("--separate", type=int, default=4, help="first layers, which see each text alone")
    parser.add_argument("--joint", type=int, default=4, help="layers after them, which see claim and statement")
    parser.add_argument("--frozen", type=int, default=2, help="first layers that stay as they are")
    parser.add_argument("--resume", type=Path, help="continue from a saved model instead of the base")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    logging.set_verbosity_error()  # the layers that are left out are meant to be
    if dist.is_torchelastic_launched():
        dist.init_process_group("gloo")
    torch.manual_seed(options.seed)
    tokenizer = PieceTokenizer(options.base / TOKENIZER, MOST_TOKENS)
    pairs = written(options.pairs, random.Random(options.seed))
    others = [*training_pairs(options.public, random.Random(options.seed)), *open_pairs(options.open, random.Random(options.seed))]
    pairs += random.Random(options.seed).sample(others, min(options.others, len(others)))
    pairs += itself(pairs, random.Random(options.seed))
    model = (
        CrossEncoder.load(options.resume)
        if options.resume
        else CrossEncoder.from_base(options.base, options.separate, options.joint)
    )
    model.train()
    model.freeze(options.frozen)
    options.out.mkdir(parents=True, exist_ok=True)
    print(f"{len(pairs)} pairs, {sum(p.numel() for p in model.parameters() if p.requires_grad):,} trained weights", flush=True)
    train(model, pairs, SeparateStates(model, tokenizer, options.frozen), options.minutes, options.rate, options.out, options.seed)
    (options.out / "run.json").write_text(json.dumps({name: str(value) for name, value in vars(options).items()}, indent=1))


if __name__ == "__main__":
    main()
