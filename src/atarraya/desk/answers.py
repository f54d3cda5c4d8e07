"""How the desk's addresses answer: JSON with an ETag, never cached on disk."""

from __future__ import annotations

import hashlib

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from atarraya.network.models import Member


def member_of(request: HttpRequest) -> Member:
    """Return the signed-in member; the door has already seen that there is one."""
    user = request.user
    assert isinstance(user, Member)
    return user


def as_json(body: object, status: int = 200) -> HttpResponse:
    """Return `body` as JSON; bytes become standard base64."""
    return HttpResponse(msgspec.json.encode(body), status=status, content_type="application/json")


def unless_same(request: HttpRequest, body: object) -> HttpResponse:
    """Return `body` as JSON, or 304 when the desk already has exactly this."""
    encoded = msgspec.json.encode(body)
    etag = f'"{hashlib.sha256(encoded).hexdigest()[:32]}"'
    answer: HttpResponse = HttpResponse(encoded, content_type="application/json")
    if request.headers.get("If-None-Match") == etag:
        answer = HttpResponseNotModified()
    answer.headers["ETag"] = etag
    return answer
