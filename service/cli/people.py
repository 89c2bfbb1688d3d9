"""`rebut people`: who may sign in on the pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import rich_click as click

from index.kinds import Scope
from service.cli.show import show_json
from service.cli.show_people import as_fields, show_added, show_changed, show_people, show_removed
from service.cli.usage import told_as_usage
from service.settings import read_settings

if TYPE_CHECKING:
    from service.access.people import People

DEFAULT_SCOPES = (Scope.CHECK.value, Scope.EDIT.value)


@click.group()
def people() -> None:
    """People: who may sign in on the pages, and edit there.

    Passwords are asked for here, and never given as an argument; only their hashes are kept. Names stand in the ledger, where
    everybody can read them. A running service knows of every change with its next request.
    """


@people.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=DEFAULT_SCOPES,
    show_default=True,
    help="What they may do; several times for several. `read` is always included, `admin` includes all.",
)
def add(name: str, scopes: tuple[str, ...]) -> None:
    """Let somebody sign in. NAME is told in the ledger with whatever they change."""
    with _people() as people, told_as_usage():
        added = people.add(name, _asked(), {Scope(scope) for scope in scopes})
    show_added(added)


@people.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_(as_json: bool) -> None:
    """Show who may sign in, what they may, and when they did last."""
    with _people() as people:
        found = people.all()
    if as_json:
        show_json([as_fields(one) for one in found])
    else:
        show_people(found)


@people.command()
@click.argument("name")
def password(name: str) -> None:
    """Give somebody another password. All of their sessions end."""
    with _people() as people, told_as_usage():
        people.get(name)  # before anything is asked
        people.set_password(name, _asked())
    show_changed(name)


@people.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take somebody out. All of their sessions end; what they changed keeps their name."""
    with _people() as people:
        removed = people.remove(name)
    show_removed(removed)


@contextmanager
def _people() -> Iterator[People]:
    """The people of the store that the settings name."""
    from service.access.people import people_of
    from service.opening import open_base

    settings = read_settings()
    store = open_base(settings)
    try:
        yield people_of(settings, store.people)
    finally:
        store.close()


def _asked() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True))
