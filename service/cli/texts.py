"""Whole documents in the terminal: reading the file, showing what was found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from service.api.text_wire import TextAnswer
from service.api.wire import Match
from service.check.texts.documents import TextFormat

FORMATS = {
    ".html": TextFormat.HTML,
    ".htm": TextFormat.HTML,
    ".xhtml": TextFormat.HTML,
    ".md": TextFormat.MARKDOWN,
    ".markdown": TextFormat.MARKDOWN,
}


def format_of(path: Path) -> TextFormat:
    """The format that a file's name tells; plain text if it tells none."""
    return FORMATS.get(path.suffix.lower(), TextFormat.PLAIN)


def read_document(path: Path) -> str:
    """A file's text: UTF-8, or whatever encoding it most likely has.

    Raises:
        OSError: if it cannot be read.
    """
    import charset_normalizer

    written = path.read_bytes()
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError:
        return str(charset_normalizer.from_bytes(written).best() or written.decode("utf-8", "replace"))


def show_text(out: Console, answer: TextAnswer, document: str, show_match: Callable[[int, Match], None]) -> None:
    """Print findings, the most important first, then what is worth checking without a known statement."""
    found, open_ = len(answer.findings), len(answer.unmatched)
    out.print(f"\n[bold]{answer.sentences} sentences: {found} with known statements, {open_} worth checking without one.[/]\n")
    for finding in answer.findings:
        where = _line(document, finding.start)
        out.print(f"[bold reverse] {where} [/] {escape(finding.text)}", highlight=False)
        if finding.context:
            out.print(f"[yellow]matches only together with the sentence before:[/] {escape(finding.context.text)}", highlight=False)
        out.print(f"[bold]{finding.verdict.sentence}[/]", highlight=False)
        for number, match in enumerate(finding.matches, 1):
            show_match(number, match)
    if answer.unmatched:
        out.print("[bold]Worth checking, nothing known:[/]")
    for sentence in answer.unmatched:
        reasons = ", ".join(reason.value for reason in sentence.worth.reasons)
        out.print(f"  {_line(document, sentence.start)}: {escape(sentence.text)} [dim]({reasons})[/]", highlight=False)


def _line(document: str, start: int | None) -> str:
    return "line ?" if start is None else f"line {document.count(chr(10), 0, start) + 1}"
