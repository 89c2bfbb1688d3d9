"""Adapters: what our training adds to a packaged model, a product of two low matrices for each of its own (LoRA: Hu et al., 2022).

`training/encoder.py` makes them; `adapters/README.md` is their card.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.models.runtime import FloatArray

ADAPTERS = Path(__file__).with_name("adapters")
DOWN, UP = ".down", ".up"
"""The names of a module's two matrices end so: shapes (rank, inputs) and (outputs, rank)."""


def adapted(state: dict[str, FloatArray], adapter: Path) -> dict[str, FloatArray]:
    """A model's tensors by name, with what the adapter adds."""
    with np.load(adapter) as parts:
        matrices = {name: parts[name].astype(np.float32) for name in parts}
    modules = [name.removesuffix(UP) for name in matrices if name.endswith(UP)]
    added = {f"{module}.weight": matrices[module + UP] @ matrices[module + DOWN] for module in modules}
    return state | {name: state[name] + product for name, product in added.items()}
