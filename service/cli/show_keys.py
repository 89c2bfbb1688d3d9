"""What `rebut keys` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from service.cli.show import err, out

if TYPE_CHECKING:
    from index.store.api_keys import ApiKey
    from service.access.keyring import Made
    from service.api.wire.keys import KeyView

COLOURS = {"valid": "green", "replaced": "yellow", "expired": "dim", "revoked": "dim"}


def show_made(made: Made) -> None:
    """Print a new key, alone on standard output, and what is to be known of it on standard error."""
    key = made.key
    scopes = ", ".join(sorted(scope.value for scope in key.scopes))
    until = f"until {key.expires:%Y-%m-%d %H:%M} UTC" if key.expires else "for ever"
    err.print(f"{escape(key.name)}: may {scopes}, {until}. Keep it now: it is not shown again.", highlight=False, soft_wrap=True)
    out.print(made.secret, markup=False, highlight=False, soft_wrap=True)


def show_revoked(key: ApiKey) -> None:
    """Print that a key was taken back."""
    out.print(f"{key.id} ({escape(key.name)}) was revoked at {key.revoked:%Y-%m-%d %H:%M} UTC.", highlight=False, soft_wrap=True)


def show_keys(keys: Sequence[KeyView]) -> None:
    """Print what is known of each key."""
    if not keys:
        out.print("There are no keys. Make one: rebut keys new NAME", highlight=False)
        return
    table = Table("id", "name", "may", "state", "last used (UTC)", box=None, header_style="bold")
    for key in keys:
        scopes = " ".join(scope.value for scope in key.scopes)
        table.add_row(key.id, escape(key.name), scopes, _state(key), _minute(key.last_used) if key.last_used else "never")
    out.print(table)


def _state(key: KeyView) -> str:
    replaced = f" by {key.replaced_by}" if key.replaced_by else ""
    until = f", good until {_minute(key.expires)}" if key.expires and key.state in ("valid", "replaced") else ""
    return f"[{COLOURS[key.state]}]{key.state}[/]{replaced}{until}"


def _minute(moment: str) -> str:
    """A moment to the minute, for people."""
    return moment.replace("T", " ")[:16]
