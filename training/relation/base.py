"""The model that training starts from: multilingual-e5-small, its vocabulary pruned to the languages served.

    python -m training.relation.base --like index/models/relation --out FOLDER    # the pieces that a trained model has
    python -m training.relation.base --texts FILE... --out FOLDER                 # the pieces that these texts need

A piece of the vocabulary stays if the texts need it `--least` times or if it is a single character of the Latin, Cyrillic or
Arabic script, a digit or punctuation. A word whose piece is gone is spelled with shorter ones.
"""

from __future__ import annotations

import argparse
import gzip
import json
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from sentencepiece import SentencePieceProcessor
from transformers import BertConfig, BertModel

from index.models import e5_weights
from index.models.cross_encoder import TOKENIZER
from index.models.sources import RECIPES, packaged
from index.models.tokenizer import SPECIAL, PieceTokenizer, sentencepiece_model

LANGUAGES = {"en", "ru", "uk", "be", "pl", "de", "fr", "ar", "es"}
SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC", "DIGIT")
POSITIONS = 128
"""Positions kept: a text is cut to 80 tokens, and the rest is never used."""
NO_LIMIT = 1_000_000


def texts_of(path: Path) -> Iterator[str]:
    """Every string of a JSON lines file (gzipped or not) or of a text file; of rows with a `lang`, only the languages served."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("{"):
                yield line
                continue
            row = json.loads(line)
            if row.get("lang", "en") in LANGUAGES:
                yield from (value for value in row.values() if isinstance(value, str))


def kept_pieces(tokenizer: PieceTokenizer, pieces: list[tuple[str, float]], texts: Iterable[str], least: int) -> list[int]:
    """Ids of the pieces that stay, ascending: the special ones, single characters, and those that occur `least` times."""
    counts: Counter[int] = Counter()
    for text in texts:
        counts.update(*tokenizer.ids([text]))
    single = {id_ for id_, (piece, _) in enumerate(pieces) if len(piece.lstrip("▁")) <= 1 and _served(piece)}
    return sorted({0, 1, 2, 3} | single | {id_ for id_, count in counts.items() if count >= least})


def _served(piece: str) -> bool:
    character = piece.lstrip("▁") or "▁"
    return unicodedata.category(character[0])[0] in "PNS" or unicodedata.name(character[0], "").startswith(SCRIPTS)


def pieces_like(tokenizer: Path, pieces: Sequence[tuple[str, float]]) -> list[int]:
    """Ids of the special pieces and of those that a trained model's tokenizer has, ascending."""
    known = SentencePieceProcessor(model_proto=tokenizer.read_bytes())
    names = {known.id_to_piece(id_) for id_ in range(known.get_piece_size())}
    return [id_ for id_, (piece, _) in enumerate(pieces) if id_ < SPECIAL or piece in names]


def prune(out: Path, choose: Callable[[PieceTokenizer, list[tuple[str, float]]], list[int]]) -> int:
    """Write `config.json`, `model.safetensors` and `pieces.model`; return how many pieces were kept.

    Args:
        choose: takes the tokenizer of the whole vocabulary and its pieces; returns the ids of those that stay.

    Raises:
        EncoderFilesInvalid: if the packaged weights are not the expected ones.
    """
    packed = e5_weights.read_packed_model(packaged(RECIPES["rebut-e5-small"]))
    out.mkdir(parents=True, exist_ok=True)
    (out / TOKENIZER).write_bytes(sentencepiece_model(packed.pieces))
    whole = PieceTokenizer(out / TOKENIZER, NO_LIMIT)
    ids = choose(whole, packed.pieces)
    state = e5_weights.bert_state(packed)
    words = "embeddings.word_embeddings.weight"
    places = "embeddings.position_embeddings.weight"
    state |= {words: np.ascontiguousarray(state[words][ids]), places: np.ascontiguousarray(state[places][:POSITIONS])}
    size = packed.architecture
    config = BertConfig(
        vocab_size=len(ids),
        hidden_size=size.hidden,
        num_hidden_layers=size.layers,
        num_attention_heads=size.heads,
        intermediate_size=size.feed_forward,
        max_position_embeddings=POSITIONS,
        type_vocab_size=size.token_types,
        layer_norm_eps=size.epsilon,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    model.save_pretrained(out)
    (out / TOKENIZER).write_bytes(sentencepiece_model([packed.pieces[id_] for id_ in ids]))
    return len(ids)


def main() -> None:
    """Read the arguments and prune."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--texts", type=Path, nargs="+", help="files whose words the vocabulary should cover")
    source.add_argument("--like", type=Path, help="folder of a trained model, whose vocabulary is taken")
    parser.add_argument("--least", type=int, default=2, help="how often a piece must occur in them")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    def chosen(tokenizer: PieceTokenizer, pieces: list[tuple[str, float]]) -> list[int]:
        if options.like:
            return pieces_like(options.like / TOKENIZER, pieces)
        texts = (text for path in options.texts for text in texts_of(path))
        return kept_pieces(tokenizer, pieces, texts, options.least)

    print(f"{prune(options.out, chosen)} pieces kept")


if __name__ == "__main__":
    main()
