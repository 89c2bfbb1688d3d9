"""`rebut load`: statements from files and addresses into the store."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec
import rich_click as click

from service.cli.ledger import AT_TERMINAL
from service.cli.show import progress_bars
from service.cli.show_reports import show_alike, show_loaded
from service.settings import read_settings

if TYPE_CHECKING:
    from index.progress import Progress
    from index.readers.loading import ReadAs
    from index.readers.reports import FileReport
    from index.records import Statement
    from index.store.reports import Origin
    from index.store.store import StatementStore
    from service.check.alike import Alike
    from service.integrations.fetch import File

OUTPUT = click.Path(dir_okay=False, writable=True, path_type=Path)


class FileOrUrl(click.Path):
    """A file that exists, as a path; or an address, as it is given."""

    name = "file or url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See click."""
        if str(value).startswith(("http://", "https://")):
            return value
        return super().convert(value, param, ctx)


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=FileOrUrl(exists=True, dir_okay=False, path_type=Path), metavar="FILE_OR_URL..."
)
@click.option(
    "--map", "mapped", multiple=True, metavar="COLUMN=FIELD", help="Which field a column holds: claim, rating, review_url, none, …"
)
@click.option("--encoding", help="The encoding of the tables and feeds, where it cannot be told from them.")
@click.option("--own", is_flag=True, help="The reviews in these files are the desk's own: they count.")
@click.option("--vouch", is_flag=True, help="These files may change reviews of others, as if they came from these.")
@click.option("--alike", "look_alike", is_flag=True, help="Look for statements that mean the same as new ones; needs the models.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done. Fails if anything would be skipped.")
@click.option("--skipped", "list_of_skipped", type=OUTPUT, help="Write what was skipped, and why, here (JSON lines).")
def load(
    files: tuple[Path | str, ...],
    mapped: tuple[str, ...],
    encoding: str | None,
    own: bool,
    vouch: bool,
    look_alike: bool,
    dry_run: bool,
    list_of_skipped: Path | None,
) -> None:
    """Add or update statements; nothing is ever deleted, and what a person changed is kept. A running service follows at once.

    Seed files (TOML) are loaded first, together: all or nothing. Of a ClaimReview feed (JSON), a page with embedded ClaimReview
    (HTML), a table (CSV with any delimiter, XLSX, XLSB, XLS, ODS, JSON, JSON lines), what is good is loaded, and what is not is
    reported. An address is fetched first: at most 1 GB, in at most 15 minutes.

    Reviews of publishers that nobody named are kept, and do not count. What a publisher wrote is changed by their own site's feed
    only; what other files say of it is listed, and waits (`rebut conflicts`).
    """
    from index.readers.loading import ReadAs
    from index.store.reports import Origin
    from service.integrations.fetch import fetched
    from service.opening import open_store

    read_as = ReadAs(_pairs(mapped), _known_encoding(encoding))
    store = open_store(read_settings())
    with progress_bars() as progress, fetched(files, progress) as found:
        reports = load_all(store, found, progress, read_as, Origin(own=own, vouched=vouch), dry_run=dry_run)
    skipped = [item for report in reports for item in report.skipped]
    if list_of_skipped:
        list_of_skipped.write_bytes(
            b"".join(msgspec.json.encode({"place": item.place, "reason": item.reason}) + b"\n" for item in skipped)
        )
    show_loaded(reports, skipped, dry_run=dry_run)
    store.close()
    if look_alike:
        show_alike(_alike([one for report in reports for one in report.new]))
    if dry_run and skipped:
        sys.exit(1)
    if any(report.skipped and not any(msgspec.structs.astuple(report.loaded)) for report in reports):
        sys.exit(1)  # a file of which nothing could be used


def _alike(new: Sequence[Statement]) -> list[Alike]:
    """The new statements that seem to mean the same as others on record."""
    from service.app import assemble
    from service.check.alike import MOST, alike

    if not new:
        return []
    with progress_bars() as progress:
        parts = assemble(read_settings(), progress=progress)
        found = alike(parts.matcher, parts.matcher.judge, new[:MOST])
    parts.store.close()
    return found


def _pairs(mapped: Sequence[str]) -> dict[str, str]:
    """`COLUMN=FIELD` as a pair each; a column's name may hold `=`."""
    pairs = [pair.rpartition("=") for pair in mapped]
    if wrong := next((pair for pair, (column, _, field) in zip(mapped, pairs, strict=True) if not column or not field), None):
        raise click.BadParameter(f"{wrong!r} is not COLUMN=FIELD", param_hint="--map")
    return {column.strip(): field.strip() for column, _, field in pairs}


def _known_encoding(encoding: str | None) -> str | None:
    from index.readers.decoding import Undecodable, encoding_named

    try:
        return encoding_named(encoding) if encoding else None
    except Undecodable as error:
        raise click.BadParameter(str(error), param_hint="--encoding") from error


def load_all(
    store: StatementStore, found: Mapping[str, File], progress: Progress, read_as: ReadAs, origin: Origin, *, dry_run: bool
) -> list[FileReport]:
    """Load the seed files together, then the other files one by one.

    Args:
        found: the name that reports use -> the file.
        origin: what is said of all of them.
        dry_run: whether only to tell what would be loaded.

    Raises:
        InvalidRecord: if a seed file is wrong; then nothing was loaded.
    """
    from index.ledger.entries import By
    from index.readers.loading import Format, format_of, load_file
    from index.readers.reports import FileReport
    from index.readers.seeds import read_seeds

    seeds = [path for path, _ in found.values() if format_of(path) is Format.SEEDS]
    by = By(AT_TERMINAL, f"import of {', '.join(_called(name) for name, file in found.items() if file.path in seeds)}")
    reports = [FileReport(store.load(read_seeds(seeds, store.owners()), by=by, dry_run=dry_run), [], 0)] if seeds else []
    for name, (path, site) in found.items():
        if path not in seeds:
            by = By(AT_TERMINAL, f"import of {_called(name)}")
            came = msgspec.structs.replace(origin, site=site)
            reports.append(load_file(store, path, name, progress, read_as, by=by, origin=came, dry_run=dry_run))
    return reports


def _called(name: str) -> str:
    """What the ledger, which all can read, calls a file: its name without folders, or its address without what may be secret."""
    if not name.startswith(("http://", "https://")):
        return "".join(character if character.isprintable() else "\ufffd" for character in Path(name).name)
    address = urlsplit(name)
    return f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path}"
