"""Parameters in a request's address: unknown ones are refused, and those that every answer takes."""

from __future__ import annotations

import enum
from collections.abc import Container, Mapping
from typing import Annotated, Any, get_args

from litestar import Request
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter
from litestar.typing import FieldDefinition

from index.errors import InvalidInput
from service.api.allowed import among
from service.api.wire.fields import LONGEST_MASK, Shape, read_mask, refuse_unknown_fields

OWN_ROUTES = "/v1/"
"""Where addresses are read strictly. Pages are not: what others add to a link (`?utm_source=`) must not break it."""


async def refuse_unusable(request: Request[Any, Any, Any]) -> None:
    """Refuse a parameter that the route does not have, one given twice that is no list, and an unknown value of one that has few.

    Raises:
        InvalidInput: naming it and what is allowed.
    """
    if not request.url.path.startswith(OWN_ROUTES) or request.method == "OPTIONS":
        return
    known = parameters_of(request.route_handler)
    lists = [name for name, field in known.items() if field.is_non_string_sequence]
    for name, value in given_once(request, lists).items():
        if name not in known:
            raise InvalidInput(name, f"is not a parameter{among(name, known, 'parameters')}")
        allowed = _values_of(known[name])
        if allowed and value not in allowed:
            raise InvalidInput(name, f"Invalid enum value {value!r}{among(value, allowed, 'values')}")


def given_once(request: Request[Any, Any, Any], lists: Container[str] = ()) -> dict[str, str]:
    """Name -> value of the parameters in the request's address.

    Args:
        lists: names of those that may be given several times.

    Raises:
        InvalidInput: naming one that is given twice: of the two, one would be passed over.
    """
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given and name not in lists:
            raise InvalidInput(name, "is given more than once")
        given[name] = value
    return given


def parameters_of(handler: BaseRouteHandler) -> dict[str, FieldDefinition]:
    """The query parameters of a route, its dependencies' among them, by their names on the wire."""
    signatures = [handler.parsed_fn_signature, *(one.parsed_fn_signature for one in _dependencies(handler).values())]
    found = [item for signature in signatures for item in signature.parameters.items()]
    queried = ((name, field, field.kwarg_definition) for name, field in found)
    return {given.name or name: field for name, field, given in queried if isinstance(given, QueryParameter)}


def _dependencies(handler: BaseRouteHandler) -> Mapping[str, Provide]:
    taken = handler.parsed_fn_signature.parameters
    return {name: provided for name, provided in handler.resolve_dependencies().items() if name in taken}


def _values_of(field: FieldDefinition) -> list[str]:
    kinds = [kind for kind in (field.annotation, *get_args(field.annotation)) if isinstance(kind, type)]
    return [str(one.value) for kind in kinds if issubclass(kind, enum.Enum) for one in kind]


def shape_of(answer: type) -> Provide:
    """What gives a route the shape in which its client wants this sort of answer."""

    def read_shape(
        fields: Annotated[
            str | None,
            QueryParameter(
                max_length=LONGEST_MASK,
                description="Only these fields of the answer, as in Google's partial responses",
                schema_extra={"examples": ["verdict,matches(statement/text,probability)"]},
            ),
        ] = None,
        compact: Annotated[
            bool, QueryParameter(description="Each source once, in `sources` by id; fields that are null are left out")
        ] = False,
    ) -> Shape:
        if fields is None or not fields.strip():
            return Shape({}, compact)
        try:
            mask = read_mask(fields)
            refuse_unknown_fields(mask, answer)
        except ValueError as error:
            raise InvalidInput("fields", str(error)) from error
        return Shape(mask, compact)

    return Provide(read_shape, sync_to_thread=False)
