"""Signing in and out, and what a person can do about their own password and sessions."""

from __future__ import annotations

import re
import secrets
from typing import Annotated, Any

from litestar import Request, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import QueryParameter
from litestar.response import Redirect, Response, Template
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from index.errors import InvalidInput, Reason
from index.kinds import Scope
from service.access.door import SAFE_COOKIE, Caller, Door
from service.access.errors import FormRefused, LimitReached, NotSignedIn, SignInRefused
from service.access.guards import DOOR, needs
from service.access.people import Session, form_token
from service.access.sign_ins import SignIns
from service.api.wire.states import FieldProblem
from service.pages.complaints import complaint
from service.pages.form import fields_of, read_fields
from service.pages.problems import told_of

Asking = Request[Any, Caller, Any]
MOST_FIELDS = 1_000
TOKEN = "token"
"""The field of each form by which it is known to come from a page that was shown to who sends it."""
BEFORE = "rebut-form"
"""The cookie that stands for a session while there is none: another site's form cannot sign somebody in."""
To = Annotated[str, QueryParameter(max_length=2_000)]
OWN_PATH = re.compile(r"/(?![/\\])[!-~]{0,2000}")
UNCACHED = {"cache-control": "no-store"}
WRONG = Reason("is not your password")


class Sent:
    """A form as somebody sent it.

    Attributes:
        typed: its fields, to be shown again whatever is wrong.
    """

    def __init__(self, typed: dict[str, str], session: Session | None) -> None:
        self.typed, self._session = typed, session

    @property
    def fields(self) -> dict[str, str]:
        """Its fields, to be acted upon.

        Raises:
            FormRefused: if it does not come from a page of this very session.
        """
        token = self._session.form_token if self._session else ""
        if not token or not secrets.compare_digest(self.typed.get(TOKEN, "").encode(), token.encode()):
            raise FormRefused
        return self.typed


async def read_sent(request: Asking) -> Sent:
    """Dependency: the form in a request's body."""
    return Sent(await fields_of(request, MOST_FIELDS), request.auth.session)


SENT = {"sent": Provide(read_sent)}
"""The dependency of every route that a form of a session is sent to; it changes nothing but by `Sent.fields`."""


def session_of(request: Request[Any, Any, Any]) -> Session | None:
    """For templates: who is signed in, on pages that anybody may see, too."""
    caller = request.scope.get("auth")
    return caller.session if isinstance(caller, Caller) else None


def may(request: Request[Any, Any, Any], scope: str) -> bool:
    """For templates: whether somebody is signed in who may do this."""
    caller = request.scope.get("auth")
    return isinstance(caller, Caller) and caller.session is not None and caller.may(Scope(scope))


@get("/sign-in", guards=[needs()])
async def show_sign_in(request: Asking, to: To = "") -> Template | Redirect:
    """The form for name and password."""
    return (
        Redirect(_own_path(to, request.auth), status_code=HTTP_303_SEE_OTHER)
        if request.auth.session
        else _sign_in_page(request, to)
    )


@post("/sign-in", status_code=HTTP_200_OK, guards=[needs()])
async def sign_in(request: Asking, sign_ins: NamedDependency[SignIns]) -> Response[Any]:
    """Begin a session, and go where the person wanted to."""
    fields = await read_fields(request)
    name, to = fields.get("name", ""), fields.get("to", "")
    try:
        _refuse_elsewhere(request, fields.get(TOKEN, ""))
        address = request.client.host if request.client else ""
        secret = await sign_ins.sign_in(name, fields.get("password", ""), address)
    except (FormRefused, LimitReached, SignInRefused) as error:
        return _sign_in_page(request, to, name, error)
    session = await sync_to_thread(sign_ins.people.recognise, secret)
    lasting = int(sign_ins.people.lasting.total_seconds())
    return Redirect(
        _own_path(to, Caller(None, request.auth.meter, session)),
        status_code=HTTP_303_SEE_OTHER,
        cookies=[_cookie(request, secret, lasting)],
    )


@post("/sign-out", status_code=HTTP_303_SEE_OTHER, dependencies=SENT, guards=[needs()])
async def sign_out(request: Asking, sent: NamedDependency[Sent], sign_ins: NamedDependency[SignIns]) -> Redirect:
    """End this session."""
    if request.auth.session and sent.fields:
        await sync_to_thread(sign_ins.people.sign_out, _held(request))
    return _left(request)


@post("/sign-out-everywhere", status_code=HTTP_303_SEE_OTHER, dependencies=SENT, guards=[needs()])
async def sign_out_everywhere(request: Asking, sent: NamedDependency[Sent], sign_ins: NamedDependency[SignIns]) -> Redirect:
    """End all sessions of whoever is signed in."""
    if request.auth.session and sent.fields:
        await sync_to_thread(sign_ins.people.sign_out_everywhere, request.auth.session.person)
    return _left(request)


@get("/account", sync_to_thread=False, guards=[needs(Scope.READ)])
def show_account(request: Asking) -> Template:
    """What somebody may, and the way to another password."""
    return _account(request)


@post("/account/password", status_code=HTTP_200_OK, dependencies=SENT, guards=[needs(Scope.READ)])
async def change_password(request: Asking, sent: NamedDependency[Sent], sign_ins: NamedDependency[SignIns]) -> Template | Redirect:
    """Another password; all sessions end."""
    person, address = _signed_in(request).person, request.client.host if request.client else ""
    try:
        old, new = (sent.fields.get(name, "") for name in ("old", "new"))
        if new != sent.fields.get("again", ""):
            raise InvalidInput("again", Reason("is not the same as the new password"))
        await sign_ins.change_password(person.name, old, new, address)
    except (FormRefused, InvalidInput, LimitReached, SignInRefused) as error:
        return _account(request, error)
    return _left(request, "/sign-in")


def _account(request: Asking, error: Exception | None = None) -> Template:
    _signed_in(request)
    problem = told_of(error) if error else None
    fields = {"password": "new", "$": "old"}
    errors = {fields.get(one.field, one.field): one for one in problem.complaints} if problem else {}
    if isinstance(error, SignInRefused):
        errors = {"old": complaint(FieldProblem("old", str(WRONG)), WRONG)}
    context = {"problem": problem, "errors": errors, "scopes": [one.value for one in Scope if request.auth.may(one)]}
    return Template("desk/account.html", context=context, status_code=_status(problem), headers=UNCACHED)


def _status(problem: Any) -> int:
    return problem.status if problem else HTTP_200_OK


def _signed_in(request: Asking) -> Session:
    if request.auth.session is None:
        raise NotSignedIn
    return request.auth.session


def _sign_in_page(request: Asking, to: str, name: str = "", error: Exception | None = None) -> Template:
    before = request.cookies.get(BEFORE) or secrets.token_urlsafe(32)
    problem = told_of(error) if error else None
    context = {"to": to, "name": name, "problem": problem, "token": form_token(before)}
    headers = UNCACHED | (getattr(error, "headers", None) or {})
    secure = _door(request).cookie(request) == SAFE_COOKIE
    cookie = Cookie(BEFORE, path="/sign-in", value=before, httponly=True, secure=secure, samesite="strict")
    return Template("desk/sign_in.html", context=context, status_code=_status(problem), headers=headers, cookies=[cookie])


def _refuse_elsewhere(request: Asking, token: str) -> None:
    before = request.cookies.get(BEFORE, "")
    if not before or not secrets.compare_digest(token.encode(), form_token(before).encode()):
        raise FormRefused


def _own_path(to: str, caller: Caller) -> str:
    """Where to go after signing in: a path of this service, whatever somebody put into the address; else where the work is."""
    if OWN_PATH.fullmatch(to):
        return to
    return "/desk" if caller.may(Scope.EDIT) else "/desk/queue" if caller.may(Scope.REVIEW) else "/"


def _cookie(request: Asking, secret: str, lasting: int) -> Cookie:
    name = _door(request).cookie(request)
    return Cookie(name, path="/", value=secret, max_age=lasting, httponly=True, secure=name == SAFE_COOKIE, samesite="lax")


def _left(request: Asking, to: str = "/") -> Redirect:
    return Redirect(to, status_code=HTTP_303_SEE_OTHER, cookies=[_cookie(request, "", 0)])


def _held(request: Asking) -> str:
    return request.cookies.get(_door(request).cookie(request), "")


def _door(request: Asking) -> Door:
    door: Door = request.app.state[DOOR]
    return door
