"""Doors: the point's machine interface, made from the same operations as its OpenAPI document."""

import re
from itertools import groupby

from django.urls import URLPattern, URLResolver, path, re_path

from atarraya.alerts.views.api.document import OPERATIONS, nothing_here
from atarraya.alerts.views.api.door import door


def _route(address: str) -> str:
    return re.sub(r"\{(\w+)\}", r"<str:\1>", address.removeprefix("/"))


urlpatterns: list[URLPattern | URLResolver] = [
    path(_route(address), door(list(operations)))
    for address, operations in groupby(
        sorted(OPERATIONS, key=lambda operation: operation.path), key=lambda operation: operation.path
    )
]
urlpatterns.append(re_path(r"^api/point/", nothing_here))
