"""`rebut seeds`: which seed files were loaded, and what is otherwise in the store than they say."""

from __future__ import annotations

import rich_click as click

from service.cli.show import show_json
from service.cli.show_reports import show_seeds
from service.settings import read_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def seeds(as_json: bool) -> None:
    """Tell which version of each seed file was loaded, and each record that is otherwise here, field by field.

    A seed file is loaded at a start if it is new or was changed. What was edited, retired or erased here stays as it is. Before the
    arrow is what is here, after it what the file says. Nothing is loaded by this command.
    """
    from index.readers.seeds import otherwise_here, read_seeds
    from service.opening import open_base

    settings = read_settings()
    store = open_base(settings)
    loaded, there = store.seed_versions(), settings.seed_versions()
    found = otherwise_here(store.ledger, read_seeds(settings.seed_files(), store.owners()))
    store.close()
    if as_json:
        show_json({"loaded": loaded, "files": there, "otherwise": found})
    else:
        show_seeds(loaded, there, found)
