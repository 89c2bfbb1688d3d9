"""Keys that signed the ledger before they were replaced: how commands take them, and what is told of who signed what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from service.cli.show import err
from service.cli.show_ledger import print_line

if TYPE_CHECKING:
    from index.ledger.notes import PublicKey
    from index.ledger.signatures import Stretch

EARLIER = click.option(
    "--earlier-key",
    "earlier",
    multiple=True,
    metavar="KEY|FILE",
    help="A public key that signed before it was replaced: NAME+ID+KEY, or a file with one on each line. May come several times.",
)


def earlier_keys(told: Sequence[str]) -> list[PublicKey]:
    """The keys that were given.

    Raises:
        LedgerKeyInvalid: if one is none.
    """
    from index.ledger.notes import PublicKey

    return [PublicKey.read(line) for one in told for line in _lines(one)]


def _lines(told: str) -> Iterator[str]:
    """A key as it was given, or those in the file of that name; there, empty lines and those that begin with # are passed over."""
    if not Path(told).is_file():
        yield told
        return
    lines = map(str.strip, Path(told).read_text("utf-8").splitlines())
    yield from (line for line in lines if line and not line.startswith("#"))


def show_signers(signed: Sequence[Stretch], key: PublicKey | None, earlier: Sequence[PublicKey]) -> None:
    """Print which key signed which checkpoints, as they say; and how to give a key that is missing."""
    known = {one.key_id.hex(): "an earlier key" for one in earlier} | ({key.key_id.hex(): "the ledger's key"} if key else {})
    for one in signed:
        which = f"checkpoint {one.first}" if one.first == one.last else f"checkpoints {one.first} to {one.last}"
        told = f"signed with {one.key_id}, {known.get(one.key_id, 'which was not given')}" if one.key_id else "not signed"
        print_line(f"{which}: {told}")
    named = {one.key_id for one in signed if one.key_id}
    if key and signed and key.key_id.hex() not in named:
        print_line(f"{key.key_id.hex()}, the ledger's key, has signed nothing yet")
    if named - known.keys():
        err.print("If the ledger's key was replaced, give its earlier public keys, too: `--earlier-key`.", highlight=False)
