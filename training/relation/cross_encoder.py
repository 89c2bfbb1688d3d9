"""The relation model in torch: what is trained and exported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertConfig, BertModel

CLASSES = ("repeats", "denies", "reverses", "differs", "related", "unrelated")
MOST_TOKENS = 96


def encode(tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> tuple[Tensor, Tensor]:
    """Token ids and mask, each of shape (pairs, longest)."""
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")
    encoded = tokenizer.encode_batch(list(pairs))
    return torch.tensor([e.ids for e in encoded]), torch.tensor([e.attention_mask for e in encoded])


class CrossEncoder(nn.Module):
    """A BERT over claim and statement; from its first token and its mean, one logit a class."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.bert = BertModel(config, add_pooling_layer=False)
        self.hidden = nn.Linear(2 * config.hidden_size, config.hidden_size)
        self.out = nn.Linear(config.hidden_size, len(CLASSES))
        self.dropout = nn.Dropout(0.1)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Logits, shape (pairs, classes)."""
        states = self.bert(ids, mask).last_hidden_state
        weights = mask.unsqueeze(-1).to(states.dtype)
        mean = (states * weights).sum(1) / weights.sum(1)
        both = torch.cat([states[:, 0], mean], dim=-1)
        return self.out(self.dropout(nn.functional.gelu(self.hidden(self.dropout(both)))))  # type: ignore[no-any-return]

    @classmethod
    def from_base(cls, folder: Path, layers: int) -> CrossEncoder:
        """A fresh head over the first layers of the base."""
        config = BertConfig.from_pretrained(folder, num_hidden_layers=layers, attn_implementation="eager")
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

    def freeze(self, layers: int) -> None:
        """Leave the embeddings and the first layers as they are."""
        for module in [self.bert.embeddings, *self.bert.encoder.layer[:layers]]:
            module.requires_grad_(False)
