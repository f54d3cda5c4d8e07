"""Every operation, and the document that describes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from atarraya import __version__
from atarraya.alerts.openapi import Operation, document
from atarraya.alerts.views.api import board, links, receipts, reports
from atarraya.alerts.views.api.door import Answer, Call
from atarraya.kernel.errors import NotFound
from atarraya.web import refusals, verbs


@cache
def _made() -> bytes:
    return msgspec.json.format(msgspec.json.encode(document(every(), __version__)), indent=1)


_of_other_rooms: list[Operation] = []


def describe_too(operations: Iterable[Operation]) -> None:
    """Describe a point's operations that another room answers; called where that room's doors are made."""
    _of_other_rooms.extend(operation for operation in operations if operation not in _of_other_rooms)


def every() -> tuple[Operation, ...]:
    """Return all operations of the point's machine interface."""
    return (*OPERATIONS, *_of_other_rooms)


def describe(call: Call) -> Answer:
    """Answer the OpenAPI document."""
    body = _made()
    return Answer(body, etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"')


@verbs.verb("point.nothing", verbs.PUBLIC)
@csrf_exempt
def nothing_here(request: HttpRequest, **_path: str) -> HttpResponse:
    """Refuse an address of the interface that does not exist, in words."""
    refusal = NotFound()
    return refusals.problem(refusal.status, refusal.code, str(refusal.message))


OPERATIONS: tuple[Operation, ...] = (
    *links.OPERATIONS,
    *reports.OPERATIONS,
    *receipts.OPERATIONS,
    *board.OPERATIONS,
    Operation(
        "GET",
        "/api/openapi.json",
        "describe",
        "point.describe",
        "This document",
        describe,
        {200: dict[str, Any]},
        signed_in=False,
        cached=True,
    ),
)
