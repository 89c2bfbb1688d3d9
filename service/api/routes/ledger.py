"""Following and auditing the ledger from outside."""

from __future__ import annotations

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter, QueryParameter

from index.errors import UnknownRecord
from index.kinds import Scope
from index.store.store import StatementStore
from service.access.guards import needs
from service.api.problems import documented
from service.api.wire.ledger import InclusionProof, LedgerPage

LAST = 2**53 - 1

Sequence = Annotated[int, PathParameter(ge=1, le=LAST, description="An entry's sequence")]


@get(
    "/v1/ledger",
    sync_to_thread=True,
    summary="Follow the ledger",
    tags=["ledger"],
    guards=[needs(Scope.READ)],
    responses=documented(400, 503),
)
def follow(
    store: NamedDependency[StatementStore],
    after: Annotated[int, QueryParameter(ge=0, le=LAST, description="The last sequence that is known")] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=1_000, description="Entries on a page")] = 100,
) -> LedgerPage:
    """Entries in their order. They hold hashes of what records said, not the records."""
    return LedgerPage.of(store.ledger.entries(after, limit + 1), limit)


@get(
    "/v1/ledger/checkpoint",
    sync_to_thread=True,
    media_type=MediaType.TEXT,
    summary="Read the signed checkpoint",
    tags=["ledger"],
    guards=[needs(Scope.READ)],
    responses={
        200: ResponseSpec(str, description="A signed note", media_type="text/plain", generate_examples=False),
        **documented(404, 503),
    },
)
def read_checkpoint(store: NamedDependency[StatementStore]) -> str:
    """The ledger's size and root, signed: a C2SP checkpoint. Keep one to see later that nothing was taken away."""
    stands = store.ledger.checkpoint()
    if stands is None or stands[1] is None:
        raise UnknownRecord("signed checkpoint", "latest")
    return stands[1]


@get(
    "/v1/ledger/key",
    sync_to_thread=True,
    media_type=MediaType.TEXT,
    summary="Read the public key",
    tags=["ledger"],
    guards=[needs(Scope.READ)],
    responses={
        200: ResponseSpec(str, description="Name, id and key", media_type="text/plain", generate_examples=False),
        **documented(404, 503),
    },
)
def read_key(store: NamedDependency[StatementStore]) -> str:
    """What checkpoints are checked with, as `name+id+key`."""
    key = store.ledger.public_key
    if key is None:
        raise UnknownRecord("public key", "ledger")
    return key.told() + "\n"


@get(
    "/v1/ledger/{sequence:int}/proof",
    sync_to_thread=True,
    summary="Prove that an entry is in the ledger",
    tags=["ledger"],
    guards=[needs(Scope.READ)],
    responses=documented(400, 404, 503),
)
def prove(store: NamedDependency[StatementStore], sequence: Sequence) -> InclusionProof:
    """The hashes that lead from an entry to the root in the checkpoint (RFC 6962)."""
    return InclusionProof.of(store.ledger.proof(sequence))
