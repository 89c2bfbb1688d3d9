"""Collections: where entries stand in Milvus. Each belongs to an alias, so that another one can take its place at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from index.search.milvus.connection import WORK_S, Connection

KEY = "key"
"""The primary field."""


class Layout(NamedTuple):
    """How a collection is made; its name tells.

    Attributes:
        index_type: Milvus' name of the index of its vectors.
        mean: of words' documents, the mean length that their impacts were worked out with, in thousandths.
    """

    index_type: str
    mean: int = 1


class Collection(NamedTuple):
    """A collection: `<alias>_<number>_<index>_<mean>`.

    Attributes:
        number: the later it was made, the higher.
    """

    name: str
    number: int
    layout: Layout


class Kind(NamedTuple):
    """What the entries of a collection are.

    Attributes:
        vector: the field to search by.
        metric: Milvus' name of what it finds by: IP for the inner product.
        dimension: of the vector; 0 if it is sparse.
        numbers: other fields, each a float32.
    """

    vector: str
    dimension: int = 0
    numbers: tuple[str, ...] = ()
    metric: str = "IP"


class Collections:
    """The collections of one alias."""

    def __init__(self, connection: Connection, alias: str, kind: Kind) -> None:
        self._connection = connection
        self.alias = alias
        self.kind = kind

    def all(self) -> list[Collection]:
        """Those of the alias, the ones that it does not stand for any more among them."""
        names = self._connection.ask("list_collections", probing=True)
        named = [re.fullmatch(rf"{self.alias}_([0-9]+)_([A-Z0-9_]+)_([0-9]+)", name) for name in names]
        return [Collection(one[0], int(one[1]), Layout(one[2], int(one[3]))) for one in named if one]

    def current(self, collections: Iterable[Collection]) -> Collection | None:
        """The one behind the alias; None if there is none."""
        for one in collections:
            if self.alias in self._connection.ask("list_aliases", one.name, probing=True)["aliases"]:
                return one
        return None

    def create(self, layout: Layout) -> str:
        """Make a collection without entries, behind no alias; gives its name."""
        number = 1 + max((one.number for one in self.all()), default=0)
        name = f"{self.alias}_{number}_{layout.index_type}_{layout.mean}"
        schema, types, params = self._connection.schema(), self._connection.field_types(), self._connection.index_params()
        schema.add_field(KEY, types.INT64, is_primary=True)
        for field in self.kind.numbers:
            schema.add_field(field, types.FLOAT)
        if self.kind.dimension:
            schema.add_field(self.kind.vector, types.FLOAT_VECTOR, dim=self.kind.dimension)
        else:
            schema.add_field(self.kind.vector, types.SPARSE_FLOAT_VECTOR)
        more = {"M": 16, "efConstruction": 200} if layout.index_type == "HNSW" else {}
        params.add_index(self.kind.vector, index_type=layout.index_type, metric_type=self.kind.metric, params=more)
        self._connection.ask("create_collection", name, schema=schema, index_params=params, seconds=WORK_S)
        self._connection.ask("load_collection", name, seconds=WORK_S)
        return name
