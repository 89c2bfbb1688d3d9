"""`rebut conflicts`: what files say of somebody else's reviews, to be taken or left."""

from __future__ import annotations

import rich_click as click

from service.cli.ledger import told_by
from service.cli.show import out, show_json
from service.cli.show_reports import show_conflicts
from service.settings import read_settings

MOST = 100
"""That are listed at a time, the oldest first."""


@click.command()
@click.option("--take", "taken", multiple=True, metavar="ID", help="Let the review say what the file says.")
@click.option("--leave", "left", multiple=True, metavar="ID", help="Leave it as it is; the same is not asked again.")
@click.option("--why", help="Why; it stands in the ledger for good. Needed to take or leave.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def conflicts(taken: tuple[str, ...], left: tuple[str, ...], why: str | None, as_json: bool) -> None:
    """List what files say of reviews that they may not change, field by field; take it, or leave it.

    A review is changed by a feed from its publisher's own site only. What another file says of it is kept here, and changes nothing
    until somebody decides.
    """
    from service.opening import open_base

    if (taken or left) and not (why or "").strip():
        raise click.BadParameter("say why", param_hint="--why")
    store = open_base(read_settings())
    for take, ids in ((True, taken), (False, left)):
        for id_ in ids:
            one = store.conflicts.decide(id_, take=take, by=told_by(why or ""))
            out.print(f"{one.record_id}: {'taken' if take else 'left as it is'}", highlight=False)
    if not (taken or left):
        waiting = store.conflicts.waiting(None, MOST)
        show_json(waiting) if as_json else show_conflicts(waiting)
    store.close()
