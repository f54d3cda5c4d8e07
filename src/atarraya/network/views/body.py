"""Bodies that scripts send: JSON with text, and bytes as b64. Anything else is refused in one place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.shortcuts import resolve_url

from atarraya.kernel import ids
from atarraya.network.refusals import Incomplete
from atarraya.sealing.encoding import from_b64
from atarraya.sealing.refusals import NotEncoded


def read(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object of a request; raise Incomplete."""
    try:
        fields = json.loads(request.body)
        json.dumps(fields, ensure_ascii=False).encode()  # half a surrogate is no text that a database keeps
    except (ValueError, RecursionError) as fault:
        raise Incomplete() from fault
    if not isinstance(fields, dict):
        raise Incomplete()
    return fields


def text(fields: Mapping[str, Any], name: str) -> str:
    """Return a text field."""
    value = fields.get(name)
    if not isinstance(value, str):
        raise Incomplete()
    return value


def blob(value: object) -> bytes:
    """Return the bytes of a b64 text."""
    try:
        return from_b64(value)  # type: ignore[arg-type]
    except NotEncoded as fault:
        raise Incomplete() from fault


def uuid(value: object) -> UUID:
    """Return a UUIDv4."""
    parsed = ids.parse_id(str(value))
    if parsed is None:
        raise Incomplete()
    return parsed


def mapping(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return a field that is an object."""
    value = fields.get(name)
    if not isinstance(value, dict):
        raise Incomplete()
    return value


def epochs(value: object) -> dict[int, bytes]:
    """Return {epoch number: age file} from {"1": b64, …}."""
    if not isinstance(value, dict) or not all(key.isascii() and key.isdigit() for key in value):
        raise Incomplete()
    return {int(key): blob(one) for key, one in value.items()}


def wrappings(value: object) -> dict[UUID | None, bytes]:
    """Return {member id or None for the offline identity: age file} from {"<uuid>"|"offline": b64}."""
    if not isinstance(value, dict):
        raise Incomplete()
    return {None if key == "offline" else uuid(key): blob(one) for key, one in value.items()}


def go(to: str, *args: object) -> JsonResponse:
    """Tell the script which page comes next."""
    return JsonResponse({"next": resolve_url(to, *args)})
