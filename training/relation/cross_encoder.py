"""The relation model in torch: what is trained and exported.

A cross-encoder with a late join (Cao et al., DeFormer, ACL 2020): separate layers encode claim and statement each alone, then joint
layers encode both together. The separate states of a statement can be kept, and a claim goes through the separate layers once for
all its candidates. The last layer is computed for the first token only: the logits come from it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from transformers import BertConfig, BertModel
from transformers.models.bert.modeling_bert import BertLayer

from index.models.tokenizer import PADDING, PieceTokenizer

CLASSES = ("repeats", "denies", "reverses", "differs", "related", "unrelated")
MOST_TOKENS = 80
"""A claim or statement is cut to so many tokens."""


def encode(tokenizer: PieceTokenizer, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Token ids and mask, each of shape (texts, longest)."""
    rows = [torch.tensor(ids) for ids in tokenizer.ids(texts)]
    mask = [torch.ones(len(row), dtype=torch.long) for row in rows]
    return pad_sequence(rows, True, PADDING), pad_sequence(mask, True)


def padded(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Rows of unlike length as one tensor, and its mask of shape (rows, longest)."""
    return pad_sequence(list(rows), True), pad_sequence([torch.ones(len(row), dtype=torch.long) for row in rows], True)


def joined(claims: Sequence[Tensor], statements: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Claims before statements, as `CrossEncoder.joint` takes them.

    Args:
        claims: for each pair the claim's states, shape (tokens, width).
        statements: likewise.
    """
    states = [torch.cat(both) for both in zip(claims, statements, strict=True)]
    sides = [torch.arange(len(both)).ge(len(claim)).long() for claim, both in zip(claims, states, strict=True)]
    both, mask = padded(states)
    return both, pad_sequence(sides, True), mask


class CrossEncoder(nn.Module):
    """Separate BERT layers for each text alone, then joint layers for a claim and a statement together."""

    def __init__(self, config: BertConfig) -> None:
        """Random weights.

        Args:
            config: its `separate_layers` says how many layers see each text alone.
        """
        super().__init__()
        self.bert = BertModel(config, add_pooling_layer=False)
        self.sides = nn.Embedding(2, config.hidden_size)
        self.hidden = nn.Linear(config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, len(CLASSES))
        self.dropout = nn.Dropout(0.1)
        nn.init.normal_(self.sides.weight, std=0.02)

    def separate(self, ids: Tensor, mask: Tensor) -> Tensor:
        """States of texts that have seen no other text, shape (texts, tokens, width)."""
        return self.separate_after(self.separate_until(ids, mask, 0), mask, 0)

    def separate_until(self, ids: Tensor, mask: Tensor, layers: int) -> Tensor:
        """The same after the first so many layers."""
        return self._through(self.bert.encoder.layer[:layers], self.bert.embeddings(ids), mask)

    def separate_after(self, states: Tensor, mask: Tensor, layers: int) -> Tensor:
        """The same from `separate_until` of so many layers."""
        return self._through(self.bert.encoder.layer[layers : self.bert.config.separate_layers], states, mask)

    @staticmethod
    def _through(layers: nn.ModuleList, states: Tensor, mask: Tensor) -> Tensor:
        for layer in layers:
            states = layer(states, _additive(mask))[0]
        return states

    def joint(self, states: Tensor, sides: Tensor, mask: Tensor) -> Tensor:
        """Judge pairs.

        Args:
            states: what `separate` made of the claim's tokens and then the statement's, shape (pairs, tokens, width).
            sides: 0 for the claim's tokens, 1 for the statement's, shape (pairs, tokens).
            mask: 0 for padding, else 1; likewise.

        Returns:
            Logits, shape (pairs, classes).
        """
        states = states + self.sides(sides)
        *middle, last = self.bert.encoder.layer[self.bert.config.separate_layers :]
        for layer in middle:
            states = layer(states, _additive(mask))[0]
        first = _of_first_token(last, states, _additive(mask))
        return self.out(self.dropout(nn.functional.gelu(self.hidden(self.dropout(first)))))  # type: ignore[no-any-return]

    @classmethod
    def from_base(cls, folder: Path, separate: int, joint: int) -> CrossEncoder:
        """A fresh head over the first layers of the base."""
        config = BertConfig.from_pretrained(folder, num_hidden_layers=separate + joint, attn_implementation="eager")
        config.separate_layers = separate
        model = cls(config)
        model.bert = BertModel.from_pretrained(folder, config=config, add_pooling_layer=False, attn_implementation="eager")
        return model

    @classmethod
    def load(cls, folder: Path) -> CrossEncoder:
        """A model saved by `save`."""
        model = cls(BertConfig.from_pretrained(folder, attn_implementation="eager"))
        model.load_state_dict(torch.load(folder / "weights.pt", weights_only=True))
        return model

    def save(self, folder: Path) -> None:
        """Write `config.json` and `weights.pt`."""
        folder.mkdir(parents=True, exist_ok=True)
        self.bert.config.save_pretrained(folder)
        torch.save(self.state_dict(), folder / "weights.pt")

    def mix(self, start: CrossEncoder, share: float) -> None:
        """Take so much of these weights, and the rest of those that training began with: less is forgotten (WiSE-FT)."""
        before = start.state_dict()
        mixed = {name: share * value + (1 - share) * before[name] for name, value in self.state_dict().items()}
        self.load_state_dict(mixed)

    def freeze(self, layers: int) -> None:
        """Leave the embeddings and the first so many layers as they are."""
        for module in [self.bert.embeddings, *self.bert.encoder.layer[:layers]]:
            module.requires_grad_(False)
            module.eval()


def _additive(mask: Tensor) -> Tensor:
    return (1 - mask[:, None, None, :].float()) * -10000.0


def _of_first_token(layer: BertLayer, states: Tensor, mask: Tensor) -> Tensor:
    """What the layer makes of the first token, shape (pairs, width)."""
    attention, first = layer.attention.self, states[:, :1]
    shape = (states.shape[0], -1, attention.num_attention_heads, attention.attention_head_size)
    query, key, value = (
        part.view(shape).transpose(1, 2) for part in (attention.query(first), attention.key(states), attention.value(states))
    )
    weights = torch.softmax(query @ key.transpose(-1, -2) / math.sqrt(attention.attention_head_size) + mask, dim=-1)
    seen = (weights @ value).transpose(1, 2).reshape(first.shape)
    attended = layer.attention.output(seen, first)
    return layer.output(layer.intermediate(attended), attended)[:, 0]  # type: ignore[no-any-return]
