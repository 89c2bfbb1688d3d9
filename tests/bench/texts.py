"""Speed of whole documents, as a ratio to the bare batch check of their sentences: part of `make bench`."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from service.app import assemble
from service.check.texts.documents import TextFormat, blocks_of
from service.check.texts.findings import Document, answer_text
from service.check.texts.sentences import sentences_of
from service.settings import Settings
from tests.bench.check import ENCODERS, machine, paired
from tests.quality.claims import DEVELOPMENT, read_claims

CHARACTERS = 20_000
ROUNDS = 5


def main() -> None:
    """Measure and print."""
    article = an_article()
    document = Document(text=article, format=TextFormat.HTML)
    claims = [document.claim(sentence.text, sentence.language) for sentence in sentences_of(blocks_of(article, TextFormat.HTML))]
    with tempfile.TemporaryDirectory() as data:
        parts = assemble(Settings(data_dir=Path(data), encoders_dir=str(ENCODERS)))
        answer = answer_text(parts.matcher, document)
        whole, bare = paired(
            lambda _: answer_text(parts.matcher, document),
            lambda _: parts.matcher.match(claims),
            [""] * ROUNDS,
            turn=1,
        )
        parts.store.close()
    one, other = statistics.median(whole), statistics.median(bare)
    table = Table("figure", "document", "bare batch of its sentences", "ratio", "target", title=machine())
    name = f"{CHARACTERS} characters of HTML, {answer.sentences} sentences"
    table.add_row(name, f"{one / 1000:.2f} s", f"{other / 1000:.2f} s", f"{one / other:.2f}", "3 s")
    table.add_row("findings", str(len(answer.findings)), "", "", "")
    Console(width=120).print(table)


def an_article() -> str:
    """A page whose paragraphs are development claims with sentences about nothing known between them."""
    claims = [claim.text for claim in read_claims(DEVELOPMENT)]
    filler = (
        "The weather that day was mild, and the market in the old town was as crowded as on any other Saturday before the harvest."
    )
    paragraphs = []
    while sum(map(len, paragraphs)) < CHARACTERS:
        at = 2 * len(paragraphs) % len(claims)
        paragraphs.append(f"<p>{claims[at]}. {filler} <b>{claims[(at + 1) % len(claims)]}</b>.</p>\n")
    return f"<html><body><article>{''.join(paragraphs)[:CHARACTERS]}</article></body></html>"


if __name__ == "__main__":
    main()
