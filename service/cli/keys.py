"""`rebut keys`: who may do what over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import rich_click as click

from index.kinds import Scope
from service.access.lifetimes import DAY, YEAR, duration_of, lifetime_of
from service.access.tokens import id_in
from service.cli.show import show_json
from service.cli.show_keys import show_keys, show_made, show_revoked
from service.cli.usage import told_as_usage
from service.settings import read_settings

if TYPE_CHECKING:
    from service.access.keyring import Keyring

DEFAULT_SCOPES = (Scope.READ.value, Scope.CHECK.value)


@click.group()
def keys() -> None:
    """API keys: who may read, check, edit, review and administer over HTTP.

    A key is shown once, when it is made: only its hash is kept. A running service knows of every change with its next request.
    """


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=DEFAULT_SCOPES,
    show_default=True,
    help="What it may do; several times for several. `edit` and `review` include `read`, `admin` includes all.",
)
@click.option("--lifetime", default=YEAR, show_default=True, help="After it, it expires: `90d`, `12h`, `never`.")
def new(name: str, scopes: tuple[str, ...], lifetime: str) -> None:
    """Make a key, and print it on standard output, this once. NAME tells what it is for."""
    from service.access.keyring import COMMAND_LINE

    with told_as_usage():
        lasting = lifetime_of(lifetime, "--lifetime")
        with _keyring() as keyring:
            made = keyring.new(name, {Scope(scope) for scope in scopes}, lasting, COMMAND_LINE)
    show_made(made)


@keys.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(as_json: bool) -> None:
    """Show all keys, the newest first, those of no use as well; never the keys themselves."""
    from service.access.clocks import utc_now
    from service.api.wire.keys import KeyList, KeyView

    with _keyring() as keyring:
        found = KeyList([KeyView.of(key, utc_now()) for key in keyring.all()])
    if as_json:
        show_json(found)
    else:
        show_keys(found.keys)


@keys.command()
@click.argument("key")
def revoke(key: str) -> None:
    """Take a key back, at once and for good. KEY is its id, or what stands at its beginning (`rebut_…`)."""
    key_id = _id(key)
    with _keyring() as keyring:
        revoked = keyring.revoke(key_id)
    show_revoked(revoked)


@keys.command()
@click.argument("key")
@click.option("--grace", default=DAY, show_default=True, help="How long the old one is still good: `24h`, `30m`, `0m`.")
def rotate(key: str, grace: str) -> None:
    """Make a key that may do the same and lives as long as another one, which is good a while longer."""
    from service.access.keyring import COMMAND_LINE

    key_id = _id(key)
    with told_as_usage():
        lasting = duration_of(grace, "--grace")
    with _keyring() as keyring:
        made = keyring.rotate(key_id, lasting, COMMAND_LINE)
    show_made(made)


@contextmanager
def _keyring() -> Iterator[Keyring]:
    """The keys of the store that the settings name."""
    from service.access.keyring import Keyring
    from service.opening import open_base

    store = open_base(read_settings())
    try:
        yield Keyring(store.keys)
    finally:
        store.close()


def _id(key: str) -> str:
    found = id_in(key)
    if found is None:
        raise click.BadParameter("is neither a key's id (8 hexadecimal digits) nor a key", param_hint="KEY")
    return found
