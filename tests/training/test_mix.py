from __future__ import annotations

import torch
from transformers import BertConfig

from training.relation.cross_encoder import CrossEncoder


def tiny(value: float) -> CrossEncoder:
    """A model all of whose weights are one figure."""
    config = BertConfig(vocab_size=8, hidden_size=4, num_hidden_layers=2, num_attention_heads=2, intermediate_size=4)
    config.separate_layers = 1
    model = CrossEncoder(config)
    for parameter in model.parameters():
        torch.nn.init.constant_(parameter, value)
    return model


def test_mixed_weights_lie_between_those_trained_and_those_begun_with() -> None:
    model = tiny(1.0)
    model.mix(tiny(0.0), 0.6)
    assert all(torch.allclose(parameter, torch.full_like(parameter, 0.6)) for parameter in model.parameters())
