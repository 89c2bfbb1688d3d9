"""`rebut check`: one claim, or a whole document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import rich_click as click

from index.errors import InvalidInput
from service.cli.show import err, progress_bars, show_answer, show_document, show_json
from service.settings import read_settings

if TYPE_CHECKING:
    from rebut import Client
    from service.api.wire.requests import CheckRequest
    from service.check.texts.files import FileText

RequestT = TypeVar("RequestT", bound="CheckRequest")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


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
@click.option("--claimant", help="Only statements of this claimant (words of name, role or side, or how they begin).")
@click.option("--topic", help="Only statements on this topic (its words, or how they begin).")
@click.option("--date", help="Only statements about this date or period, such as 2024-06 or 2024-06/2024-10.")
@click.option("--place", help="Only statements about this place (words of its name, or how they begin).")
@click.option("--url", help="Ask the service at this address; without it, one that runs here and has the same records, if any.")
@click.option("--explain", is_flag=True, help="Show what each probability was made of.")
def check(claim: str | None, file: Path | None, text_format: str | None, as_json: bool, url: str | None, **options: object) -> None:
    """Check one CLAIM, or a whole document with `--file`.

    Put the claim in quotation marks; `-` reads it from standard input. A service that runs answers at once; without one, the models
    are loaded first.
    """
    if (claim is None) == (file is None) or (text_format and not file):
        raise click.UsageError("give either a CLAIM or a --file; --format goes with --file")
    given = {name: value for name, value in options.items() if value is not None}
    if file:
        found = read_document(file)
        extracted = found.text if found.extracted else None
        fields = {"text": found.text, "format": text_format or found.format.value, **given}
        if not ask_service(url, fields, as_json, extracted):
            check_file(fields, as_json, extracted)
    else:
        text = sys.stdin.read() if claim == "-" else str(claim)
        if not text.strip():
            raise click.UsageError("the CLAIM must not be blank")
        fields = {"text": text, **given}
        if not ask_service(url, fields, as_json):
            check_claim(fields, as_json)


def ask_service(url: str | None, fields: dict[str, Any], as_json: bool, extracted: str | None = None) -> bool:
    """Have a running service check a claim, or a document if there is a format, and print the answer.

    Args:
        extracted: a document's text, if that was taken out of a PDF or DOCX file: the service is sent the text alone.

    Returns:
        Whether there is one: without one that was named, none need be there.
    """
    from service.cli.remote import ServiceFailed, running_service

    settings = read_settings()
    try:
        with running_service(url, settings) as client:
            if client is None:
                return False
            _print_answer_of(client, fields, as_json, extracted)
    except ServiceFailed as error:
        if url or settings.service_url:
            raise
        err.print(f"{error}: asking the models here", markup=False, highlight=False, soft_wrap=True)
        return False
    return True


def _print_answer_of(client: Client, fields: dict[str, Any], as_json: bool, extracted: str | None) -> None:
    from rebut import Answer, InvalidRequest, TextAnswer, Unreachable

    document = "format" in fields
    answer: Answer | TextAnswer
    try:
        content = client.raw("POST", "/v1/texts/check" if document else "/v1/claims/check", fields)
        answer = msgspec.json.decode(content, type=TextAnswer) if document else msgspec.json.decode(content, type=Answer)
    except InvalidRequest as error:
        raise click.UsageError(str(error)) from error
    except msgspec.MsgspecError as error:
        raise Unreachable("does not answer as a Rebut service does") from error
    if as_json:
        show_json(msgspec.json.decode(content) | ({"extracted": extracted} if extracted else {}))
    elif isinstance(answer, TextAnswer):
        show_document(answer, fields["text"])
    else:
        show_answer(answer)


def check_claim(fields: dict[str, Any], as_json: bool) -> None:
    """Check a claim here and print the answer."""
    from service.api.logs import configure_logging
    from service.api.wire.answers import Answer
    from service.api.wire.requests import CheckRequest
    from service.app import assemble

    configure_logging("pretty")
    settings = read_settings()
    request = _decode(fields, CheckRequest, "claim", settings.max_claim_characters)
    with progress_bars() as progress:
        found = assemble(settings, progress=progress).matcher.match([request.claim()])
    answer = Answer.of(found.answers[0])
    if as_json:
        show_json(answer)
    else:
        show_answer(answer)


def check_file(fields: dict[str, Any], as_json: bool, extracted: str | None) -> None:
    """Check a document here and print what was found in it.

    Args:
        extracted: its text, if that was taken out of a PDF or DOCX file.
    """
    from service.api.logs import configure_logging
    from service.api.wire.requests import TextRequest
    from service.api.wire.texts import TextAnswer
    from service.app import assemble
    from service.check.texts.findings import answer_text

    configure_logging("pretty")
    settings = read_settings()
    longest = settings.max_text_characters
    document = _decode(fields, TextRequest, "document", longest).document(longest)
    try:
        with progress_bars() as progress:
            checked = answer_text(assemble(settings, progress=progress).matcher, document, progress)
    except InvalidInput as error:
        raise _wrong_usage(error, "document") from error
    answer = TextAnswer.of(checked)
    if as_json:
        show_json(msgspec.structs.replace(answer, extracted=extracted))
    else:
        show_document(answer, document.text)


def read_document(path: Path) -> FileText:
    """What a file says, and how it is written; wrong usage if it cannot be read.

    Raises:
        OSError: if it cannot be opened.
    """
    from service.check.texts.files import read_file

    try:
        return read_file(path.name, path.read_bytes(), read_settings().max_text_characters)
    except InvalidInput as error:
        raise _wrong_usage(error, "document") from error


def _wrong_usage(error: InvalidInput, text_is: str) -> click.UsageError:
    """Args: text_is: what the field `text` is called here."""
    return click.UsageError(f"the {text_is if error.field == 'text' else error.field} {error.reason}")


def _decode(fields: dict[str, Any], kind: type[RequestT], name: str, longest: int) -> RequestT:
    """The request that the options make; what is wrong with them is wrong usage."""
    from service.api.problems import InvalidBody, decode

    try:
        request = decode(fields, kind)
        request.refuse_longer(longest)
    except InvalidBody as error:
        raise click.UsageError(str(error)) from error
    except InvalidInput as error:
        raise _wrong_usage(error, name) from error
    return request
