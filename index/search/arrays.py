"""Arrays on disk: written once, and mapped into memory when read, so that processes share what is looked at and hold no more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexInvalid

Array = NDArray[Any]


def save(folder: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays into a folder that does not exist yet, one a file.

    Raises:
        OSError: if they cannot be written.
    """
    folder.mkdir()
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)


def mapped(folder: Path, name: str) -> Array:
    """An array that was written by `save`; it cannot be changed.

    Raises:
        IndexInvalid: if it is missing or cannot be read.
    """
    path = folder / f"{name}.npy"
    try:
        return np.asarray(np.load(path, mmap_mode="r"))  # as a plain array: slicing a `memmap` takes twice as long
    except (OSError, ValueError, EOFError) as error:
        raise IndexInvalid(f"{path} cannot be read: {error}") from error
