"""`rebut merge`: one statement for two that mean the same."""

from __future__ import annotations

import rich_click as click

from service.cli.ledger import WHY, told_by
from service.cli.show import out, way_back
from service.settings import read_settings


@click.command()
@click.argument("merged", metavar="ID")
@click.argument("into", metavar="INTO")
@WHY
def merge(merged: str, into: str, why: str) -> None:
    """Let the statement INTO stand for the statement ID, too: it gets its words, and what is on record about it.

    Both ids stay: who asks for ID is told where it went. All of it is taken back by `rebut undo`.
    """
    from service.editing import merging
    from service.opening import open_base

    store = open_base(read_settings())
    act = merging.merge(store.ledger, merged, into, told_by(why))
    store.close()
    out.print(f"{into} stands for {merged}, too", highlight=False)
    if act is not None:
        out.print(way_back(act), highlight=False, soft_wrap=True)
