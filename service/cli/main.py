"""The `rebut` command: its group, and the commands that start, prepare or describe the service.

`check.py`, `load.py`, `ledger.py`, `seeds.py`, `moving.py`, `keys.py`, `people.py`, `evaluate.py` and `calibrate.py` have the
others. Whatever needs the models is imported inside a command, so that `rebut --help` answers at once.
"""

from __future__ import annotations

import signal
import sys

import msgspec
import rich_click as click

from index.errors import InvalidRecord, RebutError
from service.build import build as build_id
from service.build import service_name
from service.cli.calibrate import calibrate
from service.cli.check import check
from service.cli.completion import completion
from service.cli.conflicts import conflicts
from service.cli.entry import INTERRUPTED, end_at_once, end_in_order
from service.cli.evaluate import evaluate, selftest
from service.cli.keys import keys
from service.cli.ledger import erase, history, undo, verify
from service.cli.load import load
from service.cli.merge import merge
from service.cli.moving import backup, export, restore
from service.cli.people import people
from service.cli.seeds import seeds
from service.cli.show import out, progress_bars, show_error, show_json, show_problems
from service.cli.show_reports import show_built, show_info
from service.settings import SettingsInvalid, read_settings

HAND_OVER_S = 0.0005
"""Seconds after which a thread that works hands the interpreter over; with Python's 5 ms the event loop waits that long for the
models' thread at every message that it reads or sends."""

click.rich_click.TEXT_MARKUP = "markdown"


class Rebut(click.RichGroup):
    """The command group; errors raised on purpose become one readable message and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the chosen command."""
        end_in_order()
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except InvalidRecord as error:
            show_problems(error.problems)
        except (RebutError, SettingsInvalid, OSError) as error:
            show_error(str(error))
        sys.exit(1)


def tell_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """`rebut --version`."""
    if wanted and not ctx.resilient_parsing:
        out.print(service_name(), highlight=False)
        ctx.exit()


@click.group(cls=Rebut, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=tell_version, help="Show the version and the build."
)
def main() -> None:
    """Claim verification: the closest known statements, their sources and their official refutations.

    Settings are environment variables that start with `REBUT_`; `rebut info` shows them all.
    """


@main.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; 0 for any free one.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the HTTP API. The first start prepares both encoders, which takes a minute or two."""
    from service.cli.listening import refuse_unusable

    settings = read_settings()
    place = host or settings.host, settings.port if port is None else port
    refuse_unusable(*place)  # before the imports and the models, which take seconds
    from service.api.logs import configure_logging
    from service.app import assemble, create_app
    from service.server import server_of

    configure_logging(settings.log_format)
    sys.setswitchinterval(HAND_OVER_S)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn shuts down gracefully, then raises it once more
    with progress_bars() as progress:
        app = create_app(assemble(settings, progress=progress))
    server_of(app, settings, *place).run()


@main.command()
def mcp() -> None:
    """Serve a language-model assistant over standard input and output (Model Context Protocol); assistants start this."""
    import anyio

    from service.api.logs import configure_logging
    from service.app import assemble, desk_of
    from service.integrations.mcp import create_server, serve_stdio

    settings = read_settings()
    configure_logging(settings.log_format)
    with progress_bars() as progress:
        parts = assemble(settings, progress=progress)
    desk = desk_of(parts)
    end_at_once()  # else it would wait for a line of input
    with parts.retriever.live.following():
        anyio.run(serve_stdio, create_server(desk, parts.store, settings), desk)
    parts.store.close()


@main.command()
def build() -> None:
    """Prepare both encoders, load the seed files and build the index, so that `serve` starts at once."""
    from service.api.logs import configure_logging
    from service.app import assemble

    settings = read_settings()
    configure_logging(settings.log_format)
    with progress_bars() as progress:
        retriever = assemble(settings, progress=progress).retriever
    retriever.live.write(wait=True)
    show_built(retriever.manifest)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def info(as_json: bool) -> None:
    """Show the settings, how much is known, and what the index was made of."""
    from index.models.cross_encoder import fingerprint_of
    from index.search.folders import read_manifest
    from service.api.logs import configure_logging
    from service.check.own_calibration import look_up, made_for
    from service.opening import open_store

    settings = read_settings()
    configure_logging(settings.log_format)
    store = open_store(settings)
    counts, version = store.counts(), store.version()
    manifest = read_manifest(settings.index_dir)
    own = look_up(settings.data_dir, made_for(fingerprint_of(), manifest.encoder_fingerprint) if manifest else None)
    if as_json:
        shown = msgspec.to_builtins(settings, enc_hook=str)
        shown |= {name: settings.shown()[name] for name in ("database_url", "milvus_url", "key", "traces_to")}
        show_json(
            {
                "version": build_id(),
                "settings": shown,
                "store": counts,
                "store_version": version,
                "seeds": store.seed_versions(),
                "tiers": store.tiers.fingerprint(),
                "index": manifest,
                "calibration": own and own.told(),
            }
        )
    else:
        show_info(build_id(), settings, counts, store, manifest, own)


for command in (
    check,
    completion,
    load,
    conflicts,
    merge,
    history,
    undo,
    erase,
    verify,
    seeds,
    export,
    restore,
    backup,
    keys,
    people,
    evaluate,
    calibrate,
    selftest,
):
    main.add_command(command)
