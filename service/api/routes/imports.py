"""Importing a file over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from litestar import Request, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType
from litestar.params import QueryParameter
from litestar.status_codes import HTTP_200_OK

from index.errors import InvalidInput
from index.kinds import Scope
from index.store.store import StatementStore
from service.access.door import Caller
from service.access.guards import needs
from service.api.bodies import body_of, form_of, media_type_of
from service.api.importing import SentFile, import_sent, same_as
from service.api.problems import InvalidBody, documented
from service.api.uploads import FORM
from service.api.wire.imports import ImportReport
from service.api.wire.states import FieldProblem
from service.check.matcher import Matcher
from service.editing.importing import file_name
from service.editing.whys import LONGEST_WHY
from service.scheduling.desk import Desk
from service.settings import Settings

A_FILE = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.BINARY)
BODY = RequestBody(
    {
        "application/octet-stream": OpenAPIMediaType(A_FILE),
        FORM: OpenAPIMediaType(Schema(type=OpenAPIType.OBJECT, properties={"file": A_FILE}, required=["file"])),
    },
    description="The file, or a form with it",
    required=True,
)


@dataclass
class Import(Operation):
    """The operation, with its body, which is none of Litestar's."""

    request_body: RequestBody | None = field(default_factory=lambda: BODY)


@post(
    "/v1/imports",
    status_code=HTTP_200_OK,
    summary="Import a file",
    tags=["editing"],
    guards=[needs(Scope.EDIT)],
    request_class=Request,
    operation_class=Import,
    responses=documented(400, 401, 403, 413, 415, 429, 503, 504),
)
async def import_records(
    request: Request[Any, Any, Any],
    store: NamedDependency[StatementStore],
    caller: NamedDependency[Caller],
    settings: NamedDependency[Settings],
    desk: NamedDependency[Desk],
    matcher: NamedDependency[Matcher],
    why: Annotated[str, QueryParameter(min_length=1, max_length=LONGEST_WHY, description="Why; it stands in the ledger for good")],
    name: Annotated[
        str | None, QueryParameter(max_length=200, description="The file's name, such as claims.csv; in a form, it has its own")
    ] = None,
    dry_run: Annotated[bool, QueryParameter(description="Only tell what would be done")] = False,
    mapped: Annotated[
        list[str] | None, QueryParameter(name="map", max_length=200, description="COLUMN=FIELD: which field a column holds")
    ] = None,
    encoding: Annotated[str | None, QueryParameter(max_length=50, description="Where it cannot be told from the file")] = None,
    vouch: Annotated[bool, QueryParameter(description="It may change reviews of others, as if it came from these")] = False,
    find_alike: Annotated[
        bool, QueryParameter(name="alike", description="Look for statements that mean the same as new ones; takes its time")
    ] = False,
    own: Annotated[bool, QueryParameter(description="Its reviews are the desk's own: they count; needs `admin`")] = False,
) -> ImportReport:
    """Load a table, a feed, a page or a seed file, as `rebut load` does: the body is the file, or a form with it as `file`.

    What is good is loaded, in one act that is undone whole; what is not is told with its line. The same file again changes nothing.
    Where another person publishes what one wrote, it takes the scope `admin`.
    """
    columns, (name, content) = _pairs(mapped or []), await _file(request, name)
    sent = SentFile(name=name, content=content, why=why, mapped=columns, encoding=encoding, vouch=vouch, own=own)
    report, found = await import_sent(store, settings, caller, sent, dry_run=dry_run or find_alike), None
    if find_alike:  # first: what is refused, or takes too long, has written nothing
        found = await same_as(report.new, caller, desk, matcher, request.receive)
        report = report if dry_run else await import_sent(store, settings, caller, sent, dry_run=False)
    return ImportReport.of(report, found, dry_run=dry_run)


async def _file(request: Request[Any, Any, Any], name: str | None) -> tuple[str, bytes]:
    if media_type_of(request) == FORM:
        file = (await form_of(request)).get("file")
        if not isinstance(file, UploadFile):
            raise InvalidBody([FieldProblem("file", "is required, and must be a file")])
        return file_name(name or file.filename), await file.read()
    if name is None:
        raise InvalidInput("name", "is required where the body is the file: its ending tells what it is")
    return file_name(name), await body_of(request)


def _pairs(mapped: list[str]) -> dict[str, str]:
    pairs = [pair.rpartition("=") for pair in mapped]
    if wrong := next((given for (column, _, field), given in zip(pairs, mapped, strict=True) if not column or not field), None):
        raise InvalidInput("map", f"{wrong!r} is not COLUMN=FIELD")
    return {column.strip(): field.strip() for column, _, field in pairs}
