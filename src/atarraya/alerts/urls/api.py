"""Doors: the point's machine interface, made from the same operations as its OpenAPI document."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path

from atarraya.alerts.openapi import Operation
from atarraya.alerts.views.api.document import OPERATIONS, nothing_here
from atarraya.alerts.views.api.door import door
from atarraya.web.compression import compressed

# The one answer that is long; it repeats nothing of the request (see `web.compression`).
COMPRESSED = frozenset({"/api/point/board.json"})


def _route(address: str) -> str:
    return re.sub(r"\{(\w+)\}", r"<str:\1>", address.removeprefix("/"))


def _view(address: str, operations: Sequence[Operation]) -> Callable[..., HttpResponse]:
    view = door(operations)
    return compressed(view) if address in COMPRESSED else view


urlpatterns: list[URLPattern | URLResolver] = [
    path(_route(address), _view(address, list(operations)))
    for address, operations in groupby(
        # Reports first: the others need not be tried for each of them.
        sorted(OPERATIONS, key=lambda operation: (operation.verb != "report.send", operation.path)),
        key=lambda operation: operation.path,
    )
]
urlpatterns.append(re_path(r"^api/point/", nothing_here))
