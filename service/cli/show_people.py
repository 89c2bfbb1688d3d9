"""What `rebut people` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from service.cli.show import out

if TYPE_CHECKING:
    from index.store.people import Person


def show_added(person: Person) -> None:
    """Print that somebody may sign in."""
    _print(f"{escape(person.name)} may sign in now: {', '.join(_scopes(person))}.")


def show_changed(name: str) -> None:
    """Print that a password was changed."""
    _print(f"{escape(name)} has another password now, and is signed out everywhere.")


def show_removed(person: Person) -> None:
    """Print that somebody was taken out."""
    _print(f"{escape(person.name)} may not sign in any more.")


def show_people(people: Sequence[Person]) -> None:
    """Print who may sign in."""
    if not people:
        _print("Nobody may sign in. Let somebody: rebut people add NAME")
        return
    table = Table("name", "may", "password set", "signed in last (UTC)", box=None, header_style="bold")
    for one in people:
        last = f"{one.last_signed_in:%Y-%m-%d %H:%M}" if one.last_signed_in else "never"
        table.add_row(escape(one.name), " ".join(_scopes(one)), f"{one.changed:%Y-%m-%d}", last)
    out.print(table)


def as_fields(person: Person) -> dict[str, Any]:
    """What is known of somebody, without the password's hash."""
    return {
        "name": person.name,
        "scopes": _scopes(person),
        "made": _moment(person.made),
        "password_set": _moment(person.changed),
        "last_signed_in": _moment(person.last_signed_in),
    }


def _scopes(person: Person) -> list[str]:
    from index.kinds import Scope

    return [scope.value for scope in Scope if scope in person.scopes]


def _moment(moment: Any) -> str | None:
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else None


def _print(text: str) -> None:
    out.print(text, highlight=False, soft_wrap=True)
