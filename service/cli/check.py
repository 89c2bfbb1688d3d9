"""`rebut check`: one claim, or a whole document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
import rich_click as click

from index.errors import InvalidInput
from service.cli.show import progress_bars, show_answer, show_document, show_json
from service.settings import read_settings

if TYPE_CHECKING:
    from service.api.wire.requests import CheckRequest

RequestT = TypeVar("RequestT", bound="CheckRequest")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
DOCUMENT = {"text": "document"}
"""What a field of the request is called here."""


@click.command()
@click.argument("claim", required=False)
@click.option("--file", type=FILE, help="Check a document instead: text, subtitles, Markdown (.md), HTML (.html), PDF or DOCX.")
@click.option(
    "--format", "text_format", type=click.Choice(["plain", "markdown", "html"]), help="The document's, if its name misleads."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the API gives it.")
@click.option("--limit", type=click.IntRange(1, 50), help="The most matches to show: 5, or 1 for each sentence of a document.")
@click.option("--language", help="The claim's language (ISO 639 code); detected if not given.")
@click.option("--min-probability", type=click.FloatRange(0, 1), help="Leave out matches below it.")
@click.option("--claimant", help="Only statements of this claimant (part of name, role or side).")
@click.option("--topic", help="Only statements on this topic.")
@click.option("--date", help="Only statements about this date or period, such as 2024-06 or 2024-06/2024-10.")
@click.option("--place", help="Only statements about this place (part of its name).")
@click.option("--explain", is_flag=True, help="Show what each probability was made of.")
def check(claim: str | None, file: Path | None, text_format: str | None, as_json: bool, **options: object) -> None:
    """Check one CLAIM, or a whole document with `--file`.

    Put the claim in quotation marks; `-` reads it from standard input.
    """
    from service.api.logs import configure_logging

    if (claim is None) == (file is None) or (text_format and not file):
        raise click.UsageError("give either a CLAIM or a --file; --format goes with --file")
    configure_logging("pretty")
    given = {name: value for name, value in options.items() if value is not None}
    if file:
        check_file(file, text_format, as_json, given)
    else:
        check_claim(sys.stdin.read() if claim == "-" else str(claim), as_json, given)


def check_claim(text: str, as_json: bool, given: dict[str, object]) -> None:
    """Check a claim and print the answer."""
    from service.api.wire.answers import Answer
    from service.api.wire.requests import CheckRequest
    from service.app import assemble

    settings = read_settings()
    request = _decode({"text": text, **given}, CheckRequest, "claim", settings.max_claim_characters)
    with progress_bars() as progress:
        found = assemble(settings, progress=progress).matcher.match([request.claim()])
    answer = Answer.of(found.answers[0])
    if as_json:
        show_json(answer)
    else:
        show_answer(answer)


def check_file(file: Path, text_format: str | None, as_json: bool, given: dict[str, object]) -> None:
    """Check a document and print what was found in it."""
    from service.api.wire.requests import TextRequest
    from service.api.wire.texts import TextAnswer
    from service.app import assemble
    from service.check.texts.files import read_file
    from service.check.texts.findings import answer_text

    settings = read_settings()
    longest = settings.max_text_characters
    try:
        found = read_file(file.name, file.read_bytes(), longest)
        fields = {"text": found.text, "format": text_format or found.format.value, **given}
        document = _decode(fields, TextRequest, "document", longest).document(longest)
        with progress_bars() as progress:
            checked = answer_text(assemble(settings, progress=progress).matcher, document, progress)
    except InvalidInput as error:
        raise click.UsageError(f"the {DOCUMENT.get(error.field, error.field)} {error.reason}") from error
    answer = TextAnswer.of(checked)
    if as_json:
        show_json(msgspec.structs.replace(answer, extracted=found.text) if found.extracted else answer)
    else:
        show_document(answer, found.text)


def _decode(fields: dict[str, object], kind: type[RequestT], name: str, longest: int) -> RequestT:
    """The request that the options make; what is wrong with them is wrong usage."""
    from service.api.problems import InvalidBody, decode

    try:
        request = decode(fields, kind)
        request.refuse_longer(longest)
    except InvalidBody as error:
        raise click.UsageError(str(error)) from error
    except InvalidInput as error:
        raise click.UsageError(f"the {name} {error.reason}") from error
    return request
