"""What a process keeps on disk of an index whose entries stand in Milvus: arrays in one file."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexInvalid
from index.search.milvus.keys import KeyedRows
from index.search.rows import Rows

Arrays = Mapping[str, NDArray[Any]]


def save(path: Path, keyed: KeyedRows, more: Arrays) -> None:
    """Write rows, keys and other arrays to a file that does not exist yet."""
    with path.open("xb") as file:
        np.savez(file, allow_pickle=False, present=keyed.rows.present, keys=keyed.keys, **more)


def load(path: Path, names: tuple[str, ...] = ()) -> tuple[KeyedRows, list[NDArray[Any]]]:
    """Read rows and keys, and the other arrays of these names.

    Raises:
        IndexInvalid: if the file is missing or cannot be read.
    """
    try:
        with path.open("rb") as file, np.load(file) as parts:
            return KeyedRows(Rows(parts["present"]), parts["keys"]), [parts[name] for name in names]
    except FileNotFoundError as error:
        raise IndexInvalid(f"{path} is missing: it cannot be read") from error
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise IndexInvalid(f"{path} cannot be read: {error}") from error
