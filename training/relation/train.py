"""Train the relation model: a cross-encoder that reads a claim and a statement together.

    python -m training.relation.train --base FOLDER --pairs FILE... --public FOLDER --out FOLDER --minutes 45

A pair with several right relations counts by the sum of their probabilities. The rate of learning rises for a twentieth of the
time and then falls to nothing, so that a run of any length ends well. Several processes (torchrun) share the work, a thread each:
on a machine with other work, threads that wait for each other are many times slower.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
import torch.distributed as dist
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import logging

from training.relation.cross_encoder import CLASSES, CrossEncoder, encode
from training.relation.pair import Pair, read_pairs
from training.relation.public import training_pairs

BATCH = 16
RATE = 1.6e-4
WARM_UP = 0.05
AVERAGED_EVERY = 20
"""Seconds between two averages of the processes' weights (local SGD): none waits for another within them."""
SAVED_EVERY = 420
BUCKET = 60
"""Batches whose pairs are sorted by length together."""


def batches(pairs: Sequence[Pair], tokenizer: Tokenizer, dice: random.Random) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Token ids, mask and right classes, epoch after epoch without end."""
    while True:
        order = dice.sample(range(len(pairs)), len(pairs))
        for start in range(0, len(order), BATCH * BUCKET):
            some = sorted((pairs[place] for place in order[start : start + BATCH * BUCKET]), key=_length)
            groups = [some[first : first + BATCH] for first in range(0, len(some), BATCH)]
            for group in dice.sample(groups, len(groups)):
                ids, mask = encode(tokenizer, [(pair.claim, pair.statement) for pair in group])
                right = torch.tensor([[float(name in pair.relation.split("|")) for name in CLASSES] for pair in group])
                yield ids, mask, right


def _length(pair: Pair) -> int:
    return len(pair.claim) + len(pair.statement)


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


def train(model: CrossEncoder, pairs: Sequence[Pair], tokenizer: Tokenizer, minutes: float, out: Path, seed: int) -> None:
    """Train for so many minutes, saving now and then and at the end."""
    rank = dist.get_rank() if dist.is_initialized() else 0
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    supply = batches(pairs, tokenizer, random.Random(seed + rank))
    started, total, done, elapsed, averaged = common_start(), 0.0, 0, 0.0, 0
    saved = started
    model.train()
    while elapsed < 1:
        ids, mask, right = next(supply)
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(elapsed / WARM_UP, (1 - elapsed) / (1 - WARM_UP)) if elapsed else RATE / 100
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(ids, mask)
        loss = loss_of(logits, right)
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
        if rank == 0 and done % 40 == 0:
            print(f"{elapsed:6.1%} of the time, {done} steps, loss {total / 40:.3f}", flush=True)
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
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="self-made pairs; a file named twice counts twice")
    parser.add_argument("--public", type=Path, required=True, help="folder of the public sets (see training.relation.public)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--layers", type=int, default=8, help="layers kept, counted from the first")
    parser.add_argument("--frozen", type=int, default=2, help="first layers that stay as they are, with the embeddings")
    parser.add_argument("--resume", type=Path, help="continue from a saved model instead of the base")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    logging.set_verbosity_error()  # the layers that are left out are meant to be
    if dist.is_torchelastic_launched():
        dist.init_process_group("gloo")
    torch.manual_seed(options.seed)
    tokenizer = Tokenizer.from_file(str(options.base / "tokenizer.json"))
    pairs = [pair for path in options.pairs for pair in read_pairs(path)]
    pairs += training_pairs(options.public, random.Random(options.seed))
    model = CrossEncoder.load(options.resume) if options.resume else CrossEncoder.from_base(options.base, options.layers)
    model.freeze(options.frozen)
    options.out.mkdir(parents=True, exist_ok=True)
    print(f"{len(pairs)} pairs, {sum(p.numel() for p in model.parameters() if p.requires_grad):,} trained weights", flush=True)
    train(model, pairs, tokenizer, options.minutes, options.out, options.seed)
    (options.out / "run.json").write_text(json.dumps({name: str(value) for name, value in vars(options).items()}, indent=1))


if __name__ == "__main__":
    main()
