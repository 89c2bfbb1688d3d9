"""Signing in and out through the real application: what is refused, what is told, and what a browser is given."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from lxml import html

from index.kinds import Scope
from service.access.clocks import Clocks
from service.access.errors import LimitReached
from service.access.limits import SignInAttempts
from service.access.people import People, people_of
from service.access.tally import Tally
from service.api.logs import configure_logging
from service.app import Parts, create_app
from service.settings import Settings
from tests.conftest import fake_parts
from tests.service.access.test_keys import Hands
from tests.service.pages.test_pages import said

Client = TestClient[Litestar]
PASSWORD, OTHER = "correct horse battery", "another long password"


class Desk(NamedTuple):
    """A service with people who may sign in: `anna` edits, `rita` reviews, `ada` administers, `rob` reads."""

    client: Client
    parts: Parts
    people: People
    hands: Hands


def desk_of(settings: Settings, base: str = "http://testserver.local", **changed: Any) -> Iterator[Desk]:
    """The desk's service; its parts are closed in the end."""
    hands = Hands()
    parts = fake_parts(msgspec.structs.replace(settings, **changed))
    people = people_of(parts.settings, parts.store.people, hands.now)
    for name, scope in (("anna", Scope.EDIT), ("rita", Scope.REVIEW), ("ada", Scope.ADMIN), ("rob", Scope.READ)):
        people.add(name, PASSWORD, {scope, Scope.CHECK})
    app = create_app(parts, Clocks(hands.now, hands.seconds))
    with TestClient(app, base_url=base, raise_server_exceptions=False) as client:
        client.follow_redirects = False
        yield Desk(client, parts, people, hands)
        assert list(parts.store.ledger.verify()) == []


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    yield from desk_of(settings)


def page_of(response: httpx.Response, status: int = 200) -> html.HtmlElement:
    assert response.status_code == status, response.text
    return html.document_fromstring(response.text)


def token_on(page: html.HtmlElement) -> str:
    """The token in the page's forms: one for all of them."""
    (token,) = {field.get("value") for field in page.cssselect("main input[name=token]")}
    return str(token)


def sign_in(client: Client, name: str = "anna", password: str = PASSWORD, **fields: str) -> httpx.Response:
    token = token_on(page_of(client.get("/sign-in")))
    return client.post("/sign-in", data={"token": token, "name": name, "password": password, **fields})


def as_anna(served: Desk) -> Iterator[Desk]:
    """A service that several tests share, with Anna signed in for one of them."""
    served.client.cookies.clear()
    sign_in(served.client)
    yield served
    served.client.cookies.clear()


def signed_in(client: Client) -> str | None:
    """Who is signed in, as the page says."""
    names = said(page_of(client.get("/")), "nav a[href='/account']")
    return names[0] if names else None


def test_who_signs_in_is_shown_as_such_and_goes_where_they_wanted(desk: Desk) -> None:
    assert signed_in(desk.client) is None
    led = desk.client.get("/account?x=1")
    assert (led.status_code, led.headers["location"]) == (303, "/sign-in?to=%2Faccount%3Fx%3D1")
    page = page_of(desk.client.get(led.headers["location"]))
    assert [field.get("value") for field in page.cssselect("input[name=to]")] == ["/account?x=1"]
    done = sign_in(desk.client, "ANNA", to="/account?x=1")
    assert (done.status_code, done.headers["location"]) == (303, "/account?x=1")
    assert signed_in(desk.client) == "anna"
    again = desk.client.get("/sign-in?to=/statements")
    assert (again.status_code, again.headers["location"]) == (303, "/statements")


@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nx: y", "a", ""]
)
def test_nobody_is_led_elsewhere_after_signing_in(desk: Desk, to: str) -> None:
    assert sign_in(desk.client, to=to).headers["location"] == "/desk"


def test_everybody_begins_where_their_work_is(desk: Desk) -> None:
    begun = {}
    for name in ("anna", "rita", "ada", "rob"):
        desk.client.cookies.clear()
        begun[name] = sign_in(desk.client, name).headers["location"]
        assert desk.client.get(begun[name]).status_code == 200
    assert begun == {"anna": "/desk", "rita": "/desk/queue", "ada": "/desk", "rob": "/"}


def test_the_cookie_is_the_browsers_alone(desk: Desk) -> None:
    given = sign_in(desk.client).headers["set-cookie"]
    assert given.startswith("rebut-session=")
    flags = {part.strip().lower() for part in given.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= flags
    assert not {flag for flag in flags if flag.startswith("domain") or flag == "secure"}
    assert desk.client.get("/").headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("public_url", "base"), [("https://facts.example", "http://testserver.local"), ("", "https://testserver.local")]
)
def test_the_cookie_keeps_to_https_where_the_service_has_it(settings: Settings, public_url: str, base: str) -> None:
    for desk in desk_of(settings, base, public_url=public_url):
        desk.client.base_url = httpx.URL("https://testserver.local")
        given = sign_in(desk.client).headers["set-cookie"]
        assert given.startswith("__Host-rebut-session=")
        assert "secure" in {part.strip().lower() for part in given.split(";")}
        assert signed_in(desk.client) == "anna"


def test_wrong_names_and_wrong_passwords_are_told_alike(desk: Desk) -> None:
    told = set()
    for name, password in (("anna", OTHER), ("nobody", OTHER), ("nobody", PASSWORD), ("anna", ""), ("", ""), ("x" * 101, PASSWORD)):
        response = sign_in(desk.client, name, password)
        page = page_of(response, 401)
        assert [field.get("value") for field in page.cssselect("input[name=name]")] == [name]
        assert [field.get("value") for field in page.cssselect("input[name=password]")] == [None]
        told.add((*said(page, "main [role=alert]"), response.headers.get("set-cookie", "").partition("=")[0]))
    assert told == {("You are not signed in The name or the password is wrong.", "rebut-form")}
    assert signed_in(desk.client) is None


def test_a_form_from_elsewhere_signs_nobody_in(desk: Desk) -> None:
    fields = {"name": "anna", "password": PASSWORD}
    token = token_on(page_of(desk.client.get("/sign-in")))
    for sent in (fields, {**fields, "token": ""}, {**fields, "token": token[:-1]}, {**fields, "token": "я"}):
        page_of(desk.client.post("/sign-in", data=sent), 403)
    desk.client.cookies.clear()
    page_of(desk.client.post("/sign-in", data={**fields, "token": token}), 403)
    assert signed_in(desk.client) is None


def test_attempts_are_limited_by_name_and_by_address(settings: Settings) -> None:
    for desk in desk_of(settings, sign_ins_per_minute=3):
        assert [sign_in(desk.client, name, OTHER).status_code for name in ("anna", "Anna ", "ANNA")] == [401] * 3
        stopped = sign_in(desk.client, "rita")
        assert (stopped.status_code, stopped.headers["retry-after"]) == (429, "20")  # the address, which is the same
        desk.hands.ticks += 20
        assert sign_in(desk.client, "rita").status_code == 303


def test_one_name_is_tried_so_often_from_everywhere_together(settings: Settings) -> None:
    attempts = SignInAttempts(
        msgspec.structs.replace(settings, sign_ins_per_minute=2), Hands().seconds, Tally(settings.data_dir / "limits")
    )
    for address in ("192.0.2.1", "192.0.2.2"):
        attempts.count("anna", address)
    with pytest.raises(LimitReached, match="2 attempts to sign in a minute"):
        attempts.count("anna", "192.0.2.3")
    attempts.count("rita", "192.0.2.3")


def test_signing_out_ends_the_session_everywhere_if_that_is_asked(desk: Desk) -> None:
    mine, other = ({}, {})
    for held in (mine, other):
        desk.client.cookies.clear()
        sign_in(desk.client)
        held.update(desk.client.cookies)

    def with_cookies(held: dict[str, str]) -> Client:
        desk.client.cookies.clear()
        desk.client.cookies.update(held)
        return desk.client

    token = token_on(page_of(with_cookies(mine).get("/account")))
    page_of(with_cookies(other).post("/sign-out", data={"token": token}), 403)  # another session's token
    assert with_cookies(mine).post("/sign-out", data={"token": token}).headers["location"] == "/"
    assert signed_in(with_cookies(mine)) is None  # a cookie that was kept is of no use
    assert signed_in(with_cookies(other)) == "anna"

    desk.client.cookies.clear()
    sign_in(desk.client)
    third = dict(desk.client.cookies)
    desk.client.post("/sign-out-everywhere", data={"token": token_on(page_of(desk.client.get("/account")))})
    assert [signed_in(with_cookies(held)) for held in (third, other)] == [None, None]


def test_a_session_ends_after_its_hours_and_by_the_command_line(desk: Desk) -> None:
    sign_in(desk.client)
    desk.hands.moment += dt.timedelta(hours=12)
    assert signed_in(desk.client) is None
    assert desk.client.get("/account").status_code == 303
    sign_in(desk.client)
    desk.people.set_password("anna", OTHER)
    assert signed_in(desk.client) is None
    sign_in(desk.client, password=OTHER)
    desk.people.remove("anna")
    assert signed_in(desk.client) is None


def test_who_changes_the_password_signs_in_with_the_new_one(desk: Desk) -> None:
    sign_in(desk.client)
    token = token_on(page_of(desk.client.get("/account")))

    def sent(old: str, new: str, again: str, **fields: str) -> httpx.Response:
        return desk.client.post("/account/password", data={"token": token, "old": old, "new": new, "again": again, **fields})

    for old, new, again, field, reason in (
        (OTHER, OTHER, OTHER, "old", "is not your password"),
        (PASSWORD, OTHER, PASSWORD, "again", "is not the same as the new password"),
        (PASSWORD, "short", "short", "new", "must have 12 to 1,000 characters"),
    ):
        page = page_of(sent(old, new, again), 401 if field == "old" else 400)
        assert said(page, f"#{field}-wrong") == [reason]
        (box,) = page.cssselect(f"input[name={field}]")
        assert (box.get("aria-invalid"), box.get("aria-describedby"), box.get("value")) == ("true", f"{field}-wrong", None)
    desk.client.cookies.set("language", "pl")
    page = page_of(sent(PASSWORD, "short", "short"), 400)
    assert (said(page, "#new-wrong"), page.cssselect("[lang=en].wrong")) == (["musi mieć od 12 do 1 000 znaków"], [])
    assert said(page_of(sent(OTHER, OTHER, OTHER), 401), "#old-wrong") == ["to nie jest twoje hasło"]
    page_of(sent(PASSWORD, OTHER, OTHER, token="x"), 403)
    assert sent(PASSWORD, OTHER, OTHER).headers["location"] == "/sign-in"
    assert signed_in(desk.client) is None
    assert sign_in(desk.client).status_code == 401
    assert sign_in(desk.client, password=OTHER).status_code == 303


def test_the_api_takes_no_cookie(desk: Desk) -> None:
    sign_in(desk.client, "ada")
    body = {"record": {}, "why": "x"}
    for method, path in (("POST", "/v1/statements"), ("PATCH", "/v1/statements/north-masses-troops"), ("GET", "/v1/keys")):
        assert desk.client.request(method, path, json=body).status_code == 401


def test_in_a_keyed_service_people_are_led_to_the_form_and_keys_still_open_pages(settings: Settings) -> None:
    for desk in desk_of(settings, access="keyed"):
        led = desk.client.get("/statements?q=a")
        assert (led.status_code, led.headers["location"]) == (303, "/sign-in?to=%2Fstatements%3Fq%3Da")
        assert "www-authenticate" not in led.headers
        sign_in(desk.client, "rob")
        assert desk.client.get("/statements").status_code == 200
        assert desk.client.get("/v1/statements").status_code == 401


def test_passwords_and_sessions_stand_in_no_log(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json")
    sign_in(desk.client, "anna", OTHER)
    sign_in(desk.client, OTHER, PASSWORD)  # into the wrong field
    sign_in(desk.client)
    secret = desk.client.cookies["rebut-session"]
    desk.client.get("/account")
    logged = "".join(capsys.readouterr())
    for hidden in (PASSWORD, OTHER, secret):
        assert hidden not in logged
    lines = [json.loads(line) for line in logged.splitlines() if line.startswith("{")]
    assert {line.get("person") for line in lines if line.get("route") == "/account"} == {"anna"}
    assert len([line for line in lines if line["event"] == "sign-in refused"]) == 2


def test_a_choice_of_language_leads_back_to_a_form_that_was_refused(desk: Desk) -> None:
    def back(page: html.HtmlElement) -> str:
        return str(page.cssselect(".languages [name=back]")[0].get("value"))

    refused = sign_in(desk.client, password="a wrong password", to="/desk/queue")
    assert back(html.document_fromstring(refused.text)) == "/sign-in?to=%2Fdesk%2Fqueue"
    sign_in(desk.client)
    token = token_on(page_of(desk.client.get("/account")))
    refused = desk.client.post("/account/password", data={"token": token, "old": "x", "new": "y"})
    assert back(html.document_fromstring(refused.text)) == "/account"
    refused = desk.client.post("/desk/new/statements", data={"token": token, "text": ""})
    assert back(html.document_fromstring(refused.text)) == "/desk/new/statements"
