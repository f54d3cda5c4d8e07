"""A machine interface as data, and the OpenAPI 3.1 document made from it.

An Operation names the same Structs the views decode and encode, and the URLs are made from the same list, so the
document cannot say what the code does not do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from atarraya.alerts.shapes import Problem

REF = "#/components/schemas/{name}"


@dataclass(frozen=True)
class Caller:
    """Who asks at an interface: the word before the token in `Authorization`, and what its document says of it."""

    scheme: str
    says: str
    token: str


POINT = Caller(
    "Point",
    "What a reporting point's page asks of its server.",
    "The word Point, a space, and the token of a link or of a phone that opened it.",
)


@dataclass(frozen=True)
class Raw:
    """A body of bytes: from `least` to `most` of them."""

    least: int
    most: int


@dataclass(frozen=True)
class Parameter:
    """A part of the path (`place` "path"), of the query or a header, of type `kind` (as msgspec reads it)."""

    name: str
    kind: Any
    says: str
    place: str = "path"
    required: bool = True


@dataclass(frozen=True)
class Operation:
    """One thing a program may ask. `gives` maps status to the answer's type (None: no body)."""

    method: str
    path: str
    name: str
    verb: str
    says: str
    run: Callable[..., Any]
    gives: Mapping[int, Any]
    takes: Any = None
    refuses: tuple[int, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    signed_in: bool = True
    # Tried first, with the token in place of what it opens: a whole answer, or None and the long way is gone.
    at_once: Callable[..., Any] | None = None
    cached: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)


REASONS = {
    400: "The body or a parameter is not what this operation takes.",
    401: "There is no `Authorization` header of this interface, or it opens nothing.",
    403: "The link may not do this.",
    404: "There is nothing here.",
    405: "This address does not take this method.",
    409: "Somebody or something was faster, or keys have changed.",
    410: "The outbox was closed with a key that is gone.",
    413: "The body is larger than this operation takes.",
    415: "The body is not of the type this operation takes.",
    422: "The body is well formed, and says something this network does not take.",
    429: "More in a short time than one point needs.",
    503: "The database is busy; nothing was kept. Send it again.",
    507: "There is no room left.",
}


def refusals(operation: Operation) -> list[int]:
    """Return every status with which an operation may refuse, in order."""
    found = {405, 503, *operation.refuses}
    if operation.signed_in:
        found |= {401, 403}
    if operation.takes is not None:
        found |= {400, 413, 415}
    if operation.parameters:
        found |= {400, 404}
    return sorted(found)


# The one address a program may ask that is no room's operation: whoever watches the machine.
HEALTH = {
    "get": {
        "operationId": "health",
        "summary": "Whether the server and its database answer",
        "security": [],
        "responses": {
            "200": {
                "description": "They do.",
                "content": {"text/plain": {"schema": {"type": "string", "const": "ok\n"}}},
            }
        },
    }
}


def document(operations: Iterable[Operation], version: str, caller: Caller = POINT) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of `operations`, and of `/health`."""
    listed = list(operations)
    types = [one for operation in listed for one in (operation.takes, *operation.gives.values()) if _is_type(one)]
    kinds = [parameter.kind for operation in listed for parameter in operation.parameters]
    shapes, components = msgspec.json.schema_components([*types, *kinds, Problem], ref_template=REF)
    schemas = dict(zip(map(str, [*types, *kinds, Problem]), shapes, strict=True))
    paths: dict[str, dict[str, Any]] = {"/health": HEALTH}
    for operation in listed:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas, caller)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": caller.scheme,
            "version": version,
            "description": caller.says,
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                caller.scheme: {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": caller.token,
                }
            },
        },
    }


def _is_type(one: Any) -> bool:
    return one is not None and not isinstance(one, Raw)


def _operation(operation: Operation, schemas: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.says,
        "responses": _responses(operation, schemas),
        "security": [{caller.scheme: []}] if operation.signed_in else [],
    }
    if operation.parameters:
        said["parameters"] = [
            {
                "name": parameter.name,
                "in": parameter.place,
                "required": parameter.required,
                "description": parameter.says,
                "schema": schemas[str(parameter.kind)],
            }
            for parameter in operation.parameters
        ]
    if operation.takes is not None:
        said["requestBody"] = {"required": True, "content": _body(operation.takes, schemas)}
    return said


def _body(takes: Any, schemas: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(takes, Raw):
        sized = {"type": "string", "format": "binary", "minLength": takes.least}
        return {"application/octet-stream": {"schema": sized}}
    return {"application/json": {"schema": schemas[str(takes)]}}


def _responses(operation: Operation, schemas: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for status, gives in operation.gives.items():
        said[str(status)] = {"description": "Done."}
        if gives is not None:
            said[str(status)]["content"] = {"application/json": {"schema": schemas[str(gives)]}}
    if operation.cached:
        said["304"] = {"description": "Nothing has changed since the ETag you hold."}
        said["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
    problem = {"application/problem+json": {"schema": schemas[str(Problem)]}}
    for status in refusals(operation):
        said[str(status)] = {"description": REASONS[status], "content": problem}
    return said
