"""Who may change records: whoever knows the secret of the settings. The only place that decides it."""

from __future__ import annotations

import hmac

from service.editing.errors import EditingOff, NotAllowed
from service.settings import Settings

EDITOR = "editor"
"""What the ledger calls whoever has the secret."""


def editor_of(authorization: str | None, settings: Settings) -> str | None:
    """The name of who asks, if they may change records; None if they do not claim to.

    Args:
        authorization: the `Authorization` header.

    Raises:
        NotAllowed: if the header holds anything else than the secret.
    """
    if authorization is None or not settings.edit_token:
        return None
    scheme, _, token = authorization.partition(" ")
    given, secret = token.strip().encode(), settings.edit_token.encode()
    if scheme.lower() != "bearer" or not hmac.compare_digest(given, secret):
        raise NotAllowed("Authorization: is not a Bearer token that may change records")
    return EDITOR


def required_editor(authorization: str | None, settings: Settings) -> str:
    """The name of who asks.

    Raises:
        EditingOff: if nobody may.
        NotAllowed: if they have not shown that they may.
    """
    if not settings.edit_token:
        raise EditingOff("editing is off: the operator turns it on with the setting REBUT_EDIT_TOKEN")
    editor = editor_of(authorization, settings)
    if editor is None:
        raise NotAllowed("Authorization: a Bearer token is needed")
    return editor
