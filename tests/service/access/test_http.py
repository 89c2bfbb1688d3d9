"""Who may do what, through the real application and store: every route and method is walked."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from litestar import Litestar, get
from litestar.routes import ASGIRoute, HTTPRoute
from litestar.testing import TestClient

from index.kinds import Scope
from index.store.tables import metadata
from service.access.clocks import Clocks
from service.access.door import OPEN
from service.access.errors import LimitReached
from service.access.guards import DOOR, anybody, refuse_unguarded, scopes_of
from service.access.keyring import Keyring
from service.api.logs import configure_logging
from service.app import Parts, create_app
from service.settings import Settings
from tests.conftest import fake_parts
from tests.service.access.test_keys import DAY, HOUR, Hands
from tests.service.api.test_editing import BEES, DENIAL, REVIEW, SOURCE

Client = TestClient[Litestar]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY")
PARAMETERS = {
    "statements/{record_id}": "statements/north-masses-troops",
    "refutations/{record_id}": "refutations/observers-saw-nothing",
    "sources/{record_id}": "sources/paper-1",
    "reviews/{record_id}": "reviews/nothing",
    "claimants/{name}": "claimants/South",
    "topics/{name}": "topics/arms",
    "{plural}/{record_id}": "statements/north-masses-troops",
    "{plural}": "statements",
    "{number}": "1",
    "{source_id}": "paper-1",
    "{answer_id}": "0" * 32,
    "{conflict_id}": "0" * 16,
    "{statement_id}": "north-masses-troops",
    "{sequence}": "1",
    "{file_path}": "page.css",
    "{path}": "nowhere",
}
OPEN_ROUTES = {
    "/health/live",
    "/health/ready",
    "/assets/{file_path}",
    "/docs/assets/{file_path}",
    "/guide",
    "/guide/{file_path}",
    "/language",
    "/sign-in",
    "/sign-out",
    "/sign-out-everywhere",
} | {f"/docs{rest}" for rest in ("", "/{path}", "/openapi.json", "/oauth2-redirect.html")}
SIGNING_ROUTES = {"/sign-in", "/sign-out", "/sign-out-everywhere"}
"""Open, and counted, as guesses would be: a key of no use is refused there, too."""
CLAIM = {"text": "North is massing troops near the river"}
BODIES: dict[str, Any] = {
    "/v1/claims/check/batch": {"claims": [CLAIM]},
    "/v1/answers/{answer_id}/compare": CLAIM,
    "/v1/statements/{record_id}/merge": {"into": "nowhere", "why": "new"},
    "/v1/conflicts/{conflict_id}": {"take": True, "why": "new"},
    "/v1/keys": {"name": "another", "scopes": ["admin"]},
    "/v1/keys/{key_id}/rotate": {"grace": "1h"},
    "/mcp": {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "check_claim", "arguments": CLAIM}},
}
QUERIES = {
    "/v1alpha1/claims:search": "?query=troops",
    "/v1/imports": "?name=claims.csv&why=new",
    "/claimants": "?name=South",
    "/topics": "?name=arms",
}
MCP = {"accept": "application/json, text/event-stream", "host": "localhost"}
NEW = {
    "statements": BEES,
    "refutations": {**DENIAL, "denies": ["north-masses-troops"]},
    "sources": {name: value for name, value in SOURCE.items() if name != "id"},
}
BODIES |= {f"/v1/{kind}": {"record": record, "why": "new"} for kind, record in NEW.items()}
BODIES["/v1/reviews"] = {"record": {**REVIEW, "statement_id": "north-masses-troops"}, "why": "new"}
ONE = "/desk/{plural}/{record_id}"
DESK = {
    ("GET", "/desk"): Scope.EDIT,
    **{(method, "/desk/new/{plural}"): Scope.EDIT for method in ("GET", "POST")},
    **{(method, f"{ONE}{rest}"): Scope.EDIT for method in ("GET", "POST") for rest in ("", "/retire", "/history")},
    **{(method, f"{ONE}/erase"): Scope.ADMIN for method in ("GET", "POST")},
    ("GET", "/desk/queue"): Scope.REVIEW,
    **{(method, "/desk/queue/{plural}/{record_id}"): Scope.REVIEW for method in ("GET", "POST")},
    ("GET", "/desk/imports"): Scope.EDIT,
    **{(method, f"/desk/{acts}/{{number}}"): Scope.EDIT for method in ("GET", "POST") for acts in ("imports", "merges")},
    ("GET", "/desk/conflicts"): Scope.EDIT,
    ("POST", "/desk/conflicts/{conflict_id}"): Scope.EDIT,
    **{(method, "/desk/upload"): Scope.EDIT for method in ("GET", "POST")},
    ("GET", "/desk/alike"): Scope.EDIT,
    **{(method, f"{ONE}/merge"): Scope.EDIT for method in ("GET", "POST")},
}
"""The desk's pages: each with the scope that who is signed in needs."""
KINDS = ("statements", "refutations", "reviews", "sources")
NO_CHANGE = {"record": {}, "why": "none"}


class Keys(NamedTuple):
    """Keys of all sorts; the last three are of no use."""

    read: str
    check: str
    edit: str
    review: str
    admin: str
    expired: str
    revoked: str
    unknown: str


class Service(NamedTuple):
    """A service that runs."""

    client: Client
    app: Litestar
    parts: Parts
    keys: Keys
    hands: Hands


def made_keys(parts: Parts, hands: Hands) -> Keys:
    """One key with each scope alone, and those of no use."""
    keyring = Keyring(parts.store.keys, hands.now)
    good = [keyring.new(scope.value, {scope}, None, "test").secret for scope in Scope]
    expired = keyring.new("expired", {Scope.ADMIN}, DAY, "test").secret
    revoked = keyring.new("revoked", {Scope.ADMIN}, None, "test")
    hands.moment += DAY
    keyring.revoke(revoked.key.id)
    return Keys(*good, expired, revoked.secret, f"rebut_{'0' * 8}_{'0' * 64}")


def served(settings: Settings, **changed: Any) -> Iterator[Service]:
    hands = Hands()
    parts = fake_parts(msgspec.structs.replace(settings, **changed))
    keys = made_keys(parts, hands)
    app = create_app(parts, Clocks(hands.now, hands.seconds))
    client: Client
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Service(client, app, parts, keys, hands)


@pytest.fixture(params=["open", "keyed"])
def service(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Service]:
    yield from served(settings, access=request.param)


@pytest.fixture
def keyed(settings: Settings) -> Iterator[Service]:
    yield from served(settings, access="keyed")


@pytest.fixture
def limited(settings: Settings) -> Iterator[Service]:
    yield from served(
        settings,
        key_requests_per_minute=6,
        key_claims_per_minute=12,
        address_requests_per_minute=3,
        address_claims_per_minute=5,
    )


def bearing(key: str | None) -> dict[str, str]:
    return {} if key is None else {"authorization": f"Bearer {key}"}


def rows(parts: Parts) -> dict[str, list[Any]]:
    """All that the database holds, but for the moments at which keys were used, and the answers that anybody may have kept."""
    tables = {name: table for name, table in metadata.tables.items() if name != "kept_answers"}
    with parts.store._connect() as connection:
        return {name: list(connection.execute(_untouched(table))) for name, table in tables.items()}


def _untouched(table: sa.Table) -> sa.Select[Any]:
    columns = [column for column in table.columns if column.name != "last_used"]
    return sa.select(*columns).order_by(*table.primary_key)


def walk(service: Service) -> Iterator[tuple[str, str, str]]:
    """Every path, with each method that there is, and its address with ids that exist."""
    key_id = service.keys.admin.split("_")[1]
    for route in service.app.routes:
        path = route.path_format if isinstance(route, HTTPRoute) else route.path
        address = path.replace("{key_id}", key_id) + QUERIES.get(path, "")
        for name, known in PARAMETERS.items():
            address = address.replace(name, known)
        for method in METHODS:
            yield method, path, address


def ask(service: Service, method: str, path: str, address: str, key: str | None) -> httpx.Response:
    headers = bearing(key) | (MCP if path == "/mcp" else {})
    if (method, path) == ("POST", "/file"):
        return service.client.post(address, files={"file": ("claim.txt", CLAIM["text"])}, headers=headers)
    if method == "POST" and not path.startswith(("/v1/", "/mcp")):  # a page's form
        return service.client.post(address, data={"text": CLAIM["text"]}, headers=headers, follow_redirects=False)
    if method == "PATCH":
        return service.client.request(method, address, json=NO_CHANGE, headers=headers | {"if-match": "*"})
    follow = not for_people(path)
    return service.client.request(method, address, json=BODIES.get(path, CLAIM), headers=headers, follow_redirects=follow)


def for_people(path: str) -> bool:
    """Whether a page is for who is signed in: no key opens it, whatever it may."""
    return path.startswith(("/desk", "/account"))


def test_every_route_says_whom_it_is_for(service: Service) -> None:
    found = {}
    for route in service.app.routes:
        if isinstance(route, HTTPRoute):
            handlers = {method: handler for method, (handler, _) in route.route_handler_map.items() if method != "OPTIONS"}
            found[route.path_format] = {method: scopes_of(handler) for method, handler in handlers.items()}
        else:
            assert isinstance(route, ASGIRoute)
            found[route.path] = {"any": scopes_of(route.route_handler)}
    assert {path for path, methods in found.items() if not all(methods.values())} == OPEN_ROUTES
    writing = {(method, path) for path, methods in found.items() for method, scopes in methods.items() if set(scopes) - OPEN}
    assert writing == {
        *(("POST", f"/v1/{kind}") for kind in KINDS),
        *((method, f"/v1/{kind}/{{record_id}}") for kind in KINDS for method in ("PUT", "PATCH", "DELETE")),
        *(("GET", f"/v1/{kind}/{{record_id}}/record") for kind in KINDS),
        ("GET", "/v1/keys"),
        ("POST", "/v1/keys"),
        ("DELETE", "/v1/keys/{key_id}"),
        ("POST", "/v1/keys/{key_id}/rotate"),
        ("POST", "/v1/imports"),
        ("GET", "/v1/conflicts"),
        ("POST", "/v1/conflicts/{conflict_id}"),
        ("POST", "/v1/statements/{record_id}/merge"),
        *DESK,
    }
    for (method, path), scope in DESK.items():
        assert found[path][method] == [scope]


def test_a_route_without_a_guard_stops_the_start() -> None:
    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "x"

    @get("/", sync_to_thread=False, guards=[anybody])
    def told() -> str:
        return "x"

    with pytest.raises(RuntimeError, match="/forgotten declares no guard"):
        refuse_unguarded(Litestar([forgotten, told], openapi_config=None))
    refuse_unguarded(Litestar([told], openapi_config=None))


def test_nothing_changes_without_a_key_that_may(service: Service) -> None:
    before = rows(service.parts)
    useless = (None, *service.keys[5:])
    for method, path, address in walk(service):
        if ask(service, method, path, address, None).status_code == 405:
            continue  # a method that the path does not have is refused before anybody looks at keys
        for key in (*useless, service.keys.read, service.keys.check, service.keys.review):
            response = ask(service, method, path, address, key)
            assert response.status_code < 500, (method, path)
            if path in SIGNING_ROUTES and method == "POST":
                assert response.status_code == (401 if key in useless[1:] else 403 if path == "/sign-in" else 303)
            elif path in OPEN_ROUTES and path not in SIGNING_ROUTES:
                assert response.status_code in (200, 400, 404), (method, path, response.text)
            elif key in service.keys[5:]:
                assert response.status_code == 401, (method, path, response.text)
    assert rows(service.parts) == before


def test_what_is_open_and_what_is_not(service: Service) -> None:
    """Each route with each key: let in or not as its scopes and the settings say."""
    implied = {"read": {"read"}, "check": {"check"}, "edit": {"edit", "read"}, "review": {"review", "read"}}
    everything = {scope.value for scope in Scope}
    allowed = {None: set(), **{getattr(service.keys, name): own for name, own in implied.items()}, service.keys.admin: everything}
    if service.parts.settings.access == "open":
        allowed = {key: own | {"read", "check"} for key, own in allowed.items()}
    for route in service.app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            needed = {scope.value for scope in scopes_of(handler)}
            if not needed or method == "OPTIONS":
                continue
            for key, own in allowed.items():
                path = route.path_format
                address = next(there for _, other, there in walk(service) if other == path)
                if ("{key_id}" in path or method in ("PUT", "DELETE")) and needed <= own:
                    continue  # it would revoke the very key, or change the record
                response = ask(service, method, path, address, key)
                expected = {
                    True: {404}
                    if "reviews/nothing" in address or {"answer_id", "conflict_id", "merge"} & {*re.findall(r"\w+", path)}
                    else {200, 201},
                    False: {401} if key is None else {403},
                }[needed <= own]
                if for_people(path):
                    expected = {303, 401, 403} if method == "GET" else {401, 403}
                assert response.status_code in expected, (method, path, key, response.text)


def test_who_may_not_is_told_how_to(keyed: Service) -> None:
    missing = keyed.client.get("/v1/statements")
    assert (missing.status_code, missing.headers["www-authenticate"]) == (401, 'Bearer realm="rebut"')
    assert missing.headers["content-type"].startswith("application/problem+json")
    assert missing.json()["type"] == "urn:rebut:problem:key-missing"

    for key, reason in zip(keyed.keys[5:], ("the key has expired", "the key was revoked", "there is no such key"), strict=True):
        refused = keyed.client.get("/v1/statements", headers=bearing(key))
        assert (refused.status_code, refused.json()["detail"]) == (401, reason)
        challenge = f'Bearer realm="rebut", error="invalid_token", error_description="{reason}"'
        assert refused.headers["www-authenticate"] == challenge

    small = keyed.client.get("/v1/keys", headers=bearing(keyed.keys.edit))
    assert (small.status_code, small.json()["type"]) == (403, "urn:rebut:problem:scope-missing")
    assert small.headers["www-authenticate"] == 'Bearer realm="rebut", error="insufficient_scope", scope="admin"'

    google = keyed.client.get("/v1alpha1/claims:search", params={"query": "troops"})
    assert (google.status_code, google.json()["error"]["status"]) == (401, "UNAUTHENTICATED")


def test_the_scheme_may_be_written_in_any_case_and_others_are_no_keys(keyed: Service) -> None:
    for header, status in {
        f"bearer {keyed.keys.read}": 200,
        f"BEARER  {keyed.keys.read} ": 200,
        f"Basic {keyed.keys.read}": 401,
        f"Token {keyed.keys.read}": 401,
        keyed.keys.read: 401,
        "Bearer": 401,
        "Bearer \xff": 401,
        "": 401,
    }.items():
        response = keyed.client.get("/v1/sources", headers={"authorization": header.encode("latin-1")})
        assert response.status_code == status, header


def test_a_page_asks_for_the_key_as_browsers_do(keyed: Service) -> None:
    page = keyed.client.get("/")
    assert (page.status_code, page.headers["www-authenticate"]) == (401, 'Basic realm="rebut"')
    assert page.headers["content-type"].startswith("text/html")

    def basic(password: str) -> dict[str, str]:
        return {"authorization": f"Basic {base64.b64encode(f'anybody:{password}'.encode()).decode()}"}

    assert keyed.client.get("/", headers=basic(keyed.keys.check)).status_code == 200
    assert keyed.client.post("/", data={"text": CLAIM["text"]}, headers=basic(keyed.keys.check)).status_code == 200
    for password in (*keyed.keys[5:], "guess", ""):
        assert keyed.client.get("/", headers=basic(password)).status_code == 401
    assert keyed.client.get("/", headers={"authorization": "Basic x"}).status_code == 401
    # browsers send it by themselves with whatever another page makes them ask for: nothing else takes it
    assert keyed.client.get("/v1/statements", headers=basic(keyed.keys.read)).status_code == 401
    assert keyed.client.post("/v1/keys", json=BODIES["/v1/keys"], headers=basic(keyed.keys.admin)).status_code == 401


def test_the_password_of_a_proxy_before_an_open_service_is_passed_over(client: Client) -> None:
    header = {"authorization": f"Basic {base64.b64encode(b'desk:theirs').decode()}"}
    assert client.get("/", headers=header).status_code == 200
    assert client.get("/v1/statements", headers=header).status_code == 200


def test_a_key_is_managed_over_http(keyed: Service) -> None:
    admin = bearing(keyed.keys.admin)
    made = keyed.client.post("/v1/keys", json={"name": "CMS", "scopes": ["read", "check"], "lifetime": "1d"}, headers=admin)
    assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
    secret, key_id = made.json()["secret"], made.json()["key"]["id"]
    assert made.json()["key"]["made_by"] == f"key {keyed.keys.admin.split('_')[1]}"
    assert made.json()["key"]["scopes"] == ["read", "check"]
    assert keyed.client.post("/v1/claims/check", json=CLAIM, headers=bearing(secret)).status_code == 200

    rotated = keyed.client.post(f"/v1/keys/{key_id}/rotate", json={"grace": "1h"}, headers=admin).json()
    assert keyed.client.get("/v1/sources", headers=bearing(secret)).status_code == 200
    again = keyed.client.post(f"/v1/keys/{key_id}/rotate", json={}, headers=admin)
    assert (again.status_code, again.json()["type"]) == (409, "urn:rebut:problem:key-spent")
    keyed.hands.moment += HOUR
    assert keyed.client.get("/v1/sources", headers=bearing(secret)).status_code == 401
    assert keyed.client.get("/v1/sources", headers=bearing(rotated["secret"])).status_code == 200

    revoked = keyed.client.delete(f"/v1/keys/{rotated['key']['id']}", headers=admin)
    assert (revoked.status_code, revoked.json()["state"]) == (200, "revoked")
    assert keyed.client.get("/v1/sources", headers=bearing(rotated["secret"])).status_code == 401

    listed = keyed.client.get("/v1/keys", headers=admin)
    states = {key["id"]: key["state"] for key in listed.json()["keys"]}
    assert (states[key_id], states[rotated["key"]["id"]]) == ("expired", "revoked")
    for key in (*keyed.keys, secret, rotated["secret"]):
        assert key not in listed.text
    for key in keyed.parts.store.keys.all():
        assert key.sha256 not in listed.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"name": "", "scopes": ["read"]},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["root"]},
        {"name": "x", "scopes": ["read"], "lifetime": "1y"},
        {"name": "x", "scopes": ["read"], "lifetime": "999999d"},
        {"name": "a\u001bb", "scopes": ["read"]},
        {"name": "x", "scopes": ["read"], "id": "00000000"},
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(keyed: Service, body: dict[str, Any]) -> None:
    known = len(keyed.parts.store.keys.all())
    response = keyed.client.post("/v1/keys", json=body, headers=bearing(keyed.keys.admin))
    assert response.status_code == 400, response.text
    assert len(keyed.parts.store.keys.all()) == known


def test_a_key_stands_in_no_log_no_error_and_no_address(keyed: Service, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json")
    told = ""
    for key in keyed.keys:
        admin = bearing(keyed.keys.admin)
        for method, address, headers in (
            ("GET", "/v1/statements", bearing(key)),
            ("GET", "/v1/statements", {"authorization": key}),
            ("GET", f"/v1/statements?limit={key}", admin),
            ("GET", f"/v1alpha1/claims:search?query=troops&key={key}", admin),
            ("DELETE", f"/v1/keys/{key}", admin),
            ("GET", f"/v1/statements/{key}", admin),
            ("GET", f"/statements/{key}", admin),
            ("GET", f"/{key}", admin),
            ("POST", "/v1/claims/check", bearing(key)),
            ("POST", "/v1/keys", bearing(key)),
            ("POST", "/mcp", bearing(key)),
        ):
            response = keyed.client.request(method, address, headers=headers, content=b"{")
            assert response.status_code >= 400 or headers == bearing(key), address
            told += response.text + str(response.headers)
    in_address = keyed.client.get(f"/v1alpha1/claims:search?query=troops&key={keyed.keys.read}", headers=admin)
    assert (in_address.status_code, "revoke this one" in in_address.json()["error"]["message"]) == (400, True)
    logged = "".join(capsys.readouterr())
    for key in keyed.keys:
        assert key.split("_")[2] not in told + logged
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith('{"method"')]
    assert {line.get("key") for line in lines if line["status"] == 200} == {
        key.split("_")[1] for key in (keyed.keys.read, keyed.keys.edit, keyed.keys.review, keyed.keys.admin)
    }
    assert keyed.keys.check.split("_")[1] in {line.get("key") for line in lines if line["status"] == 403}
    assert {line.get("key") for line in lines if line["status"] == 401} == {None}


def test_requests_are_limited_by_address_and_by_key(limited: Service) -> None:
    client, read = limited.client, bearing(limited.keys.read)
    assert [client.get("/v1/sources").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [client.get("/v1/sources", headers=read).status_code for _ in range(7)] == [*[200] * 6, 429]
    refused = client.get("/v1/sources", headers=read)
    assert refused.json()["type"] == "urn:rebut:problem:limit-reached"
    assert refused.json()["detail"] == "6 requests a minute are allowed: try again in 10 s"
    assert refused.headers["retry-after"] == "10"
    assert refused.headers["ratelimit-policy"] == '"requests-a-minute";q=6;qu="requests";w=60'
    assert refused.headers["ratelimit"] == '"requests-a-minute";r=0;t=10'
    assert client.get("/v1/sources", headers=bearing(limited.keys.unknown)).status_code == 429
    assert client.get("/health/live").status_code == client.get("/assets/page.css").status_code == 200
    limited.hands.ticks += 10
    allowed = client.get("/v1/sources", headers=read)
    assert (allowed.status_code, allowed.headers["ratelimit"]) == (200, '"requests-a-minute";r=0;t=60')
    assert client.get("/v1/sources", headers=read).status_code == 429
    limited.hands.ticks += 60
    assert client.get("/v1/sources").status_code == 200


def test_keys_that_are_of_no_use_count_for_their_address(limited: Service) -> None:
    statuses = [limited.client.get("/v1/sources", headers=bearing(key)).status_code for key in limited.keys[5:] * 2]
    assert statuses == [401, 401, 401, 429, 429, 429]


@pytest.mark.parametrize(
    ("path", "body", "claims"),
    [
        ("/v1/claims/check", CLAIM, 1),
        ("/v1/claims/check/batch", {"claims": [CLAIM] * 6}, 6),
        ("/v1/texts/check", {"text": "North masses troops. " * 30}, 7),
        ("/v1/texts/check/stream", {"text": "North masses troops. " * 30}, 7),
        ("/v1alpha1/claims:search?query=troops", None, 1),
        ("/", "North is massing troops", 1),
        ("/mcp", BODIES["/mcp"], 1),
    ],
)
def test_claims_are_limited_wherever_they_are_checked(limited: Service, path: str, body: Any, claims: int) -> None:
    def asked() -> httpx.Response:
        headers = bearing(limited.keys.admin) | (MCP if path == "/mcp" else {})
        if body is None:
            return limited.client.get(path, headers=headers)
        sent = {"data": {"text": body}} if path == "/" else {"json": body}
        return limited.client.post(path, headers=headers, **sent)

    assert asked().status_code == 200
    counted = limited.app.state[DOOR]._limits.meter(limited.keys.admin.split("_")[1], "")
    counted.count_claims(12 - claims)
    with pytest.raises(LimitReached):
        counted.count_claims(1)


def test_a_claim_too_many_is_refused_before_it_is_checked(limited: Service) -> None:
    batch = limited.client.post("/v1/claims/check/batch", json={"claims": [CLAIM] * 6})
    assert (batch.status_code, "6 at once are more than that" in batch.json()["detail"]) == (429, True)
    assert limited.client.post("/v1/claims/check/batch", json={"claims": [CLAIM] * 5}).status_code == 200
    refused = limited.client.post("/v1/claims/check", json=CLAIM)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "12")
    tool = limited.client.post("/mcp", json=BODIES["/mcp"], headers=MCP)
    assert tool.status_code == 429  # the fourth request of this address
    limited.hands.ticks += 20
    tool = limited.client.post("/mcp", json=BODIES["/mcp"], headers=MCP)
    assert tool.status_code == 200


def test_an_assistant_is_told_of_the_limit(limited: Service) -> None:
    headers = MCP | bearing(limited.keys.admin)
    batch = limited.client.post("/v1/claims/check/batch", json={"claims": [CLAIM] * 12}, headers=bearing(limited.keys.admin))
    assert batch.status_code == 200
    result = limited.client.post("/mcp", json=BODIES["/mcp"], headers=headers).json()["result"]
    assert result["isError"] is True
    assert result["content"][0]["text"] == "12 claims a minute are allowed: try again in 5 s"


def test_assistants_need_a_key_where_the_service_is_keyed(keyed: Service) -> None:
    for key, status in ((None, 401), (keyed.keys.check, 403), (keyed.keys.read, 403), (keyed.keys.admin, 200)):
        response = keyed.client.post("/mcp", json=BODIES["/mcp"], headers=MCP | bearing(key))
        assert response.status_code == status, response.text
