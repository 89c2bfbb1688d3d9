"""API keys, for those whose key may manage them."""

from __future__ import annotations

from typing import Annotated

import structlog
from litestar import Response, delete, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.openapi.spec import Example
from litestar.params import BodyKwarg, PathParameter
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED

from index.kinds import Scope
from service.access.clocks import Clocks
from service.access.door import Caller
from service.access.guards import needs
from service.access.keyring import Keyring
from service.access.lifetimes import duration_of, lifetime_of
from service.api.problems import documented
from service.api.wire.keys import KeyList, KeyView, MadeKey, NewKey, Rotation

log = structlog.get_logger(__name__)

KeyId = Annotated[str, PathParameter(pattern="^[0-9a-f]{8}$", description="The visible part of the key")]
CMS = {"name": "newsroom CMS", "scopes": ["read", "check"], "lifetime": "90d"}
NEW = BodyKwarg(media_type=RequestEncodingType.JSON, examples=[Example("For a CMS", value=CMS)])
ROTATION = BodyKwarg(media_type=RequestEncodingType.JSON, examples=[Example("Within an hour", value={"grace": "1h"})])
UNCACHED = {"cache-control": "no-store"}


@get("/v1/keys", summary="List keys", tags=["keys"], guards=[needs(Scope.ADMIN)], responses=documented(503))
async def list_keys(keyring: NamedDependency[Keyring], clocks: NamedDependency[Clocks]) -> KeyList:
    """All keys, those of no use as well, the newest first."""
    now = clocks.now()
    return KeyList([KeyView.of(key, now) for key in await sync_to_thread(keyring.all)])


@post(
    "/v1/keys",
    sync_to_thread=True,
    status_code=HTTP_201_CREATED,
    summary="Make a key",
    response_description="The key, told this once",
    tags=["keys"],
    guards=[needs(Scope.ADMIN)],
    responses=documented(400, 413, 415, 503),
)
def make_key(
    data: Annotated[NewKey, NEW],
    caller: NamedDependency[Caller],
    keyring: NamedDependency[Keyring],
    clocks: NamedDependency[Clocks],
) -> Response[MadeKey]:
    """Make a key. The answer has it this once: only its hash is kept."""
    made = keyring.new(data.name, set(data.scopes), lifetime_of(data.lifetime, "lifetime"), caller.name)
    log.info("key made", key=made.key.id, by=caller.name, scopes=[scope.value for scope in data.scopes])
    return Response(MadeKey.of(made, clocks.now()), headers=UNCACHED)


@post(
    "/v1/keys/{key_id:str}/rotate",
    sync_to_thread=True,
    status_code=HTTP_201_CREATED,
    summary="Replace a key",
    response_description="The new key, told this once",
    tags=["keys"],
    guards=[needs(Scope.ADMIN)],
    responses=documented(400, 404, 409, 413, 415, 503),
)
def rotate_key(
    key_id: KeyId,
    data: Annotated[Rotation, ROTATION],
    caller: NamedDependency[Caller],
    keyring: NamedDependency[Keyring],
    clocks: NamedDependency[Clocks],
) -> Response[MadeKey]:
    """Make a key that may do the same and lives as long; the old one is good a while longer."""
    made = keyring.rotate(key_id, duration_of(data.grace, "grace"), caller.name)
    log.info("key replaced", key=key_id, by=caller.name, new=made.key.id)
    return Response(MadeKey.of(made, clocks.now()), headers=UNCACHED)


@delete(
    "/v1/keys/{key_id:str}",
    sync_to_thread=True,
    status_code=HTTP_200_OK,
    summary="Revoke a key",
    tags=["keys"],
    guards=[needs(Scope.ADMIN)],
    responses=documented(400, 404, 503),
)
def revoke_key(
    key_id: KeyId, caller: NamedDependency[Caller], keyring: NamedDependency[Keyring], clocks: NamedDependency[Clocks]
) -> KeyView:
    """Take a key back: from the next request on it is of no use. It stays in the list."""
    revoked = keyring.revoke(key_id)
    log.info("key revoked", key=key_id, by=caller.name)
    return KeyView.of(revoked, clocks.now())
