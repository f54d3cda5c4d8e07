"""Smaller answers over a slow line, only for views that ask for it.

Compressing a page that holds a secret next to something the reader can choose lets a listener guess the secret by
its size (BREACH). So nothing is compressed by default: a view opts in with `@compressed` when its body repeats
nothing of the request. Form marks are safe in it: Django masks them anew in every answer.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import brotli  # type: ignore[import-untyped]
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from atarraya.kernel.kept import Kept

View = TypeVar("View", bound=Callable[..., Any])
# Below this, headers cost more than the body saves.
SMALLEST = 400
# Bodies with an ETag are asked for again and again; pressing them harder once pays.
QUALITY, QUALITY_KEPT = 5, 9
# Bodies longer than this are pressed anew each time: they are few, and kept they would fill a small machine.
LONGEST_KEPT = 128 * 1024
_kept: Kept[bytes] = Kept(64)


def compressed(view: View) -> View:
    """Let a view's answers travel in brotli or gzip, as the client accepts. See the module before using it."""

    @wraps(view)
    def smaller(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponse):
            compress(request, response)
        return response

    return smaller  # type: ignore[return-value]


def compress(request: HttpRequest, response: HttpResponse) -> None:
    """Put `response` into the best encoding the client accepts, if that makes it smaller."""
    patch_vary_headers(response, ["Accept-Encoding"])
    if response.status_code != 200 or "Content-Encoding" in response or len(response.content) < SMALLEST:
        return
    encoding = accepted(request.headers.get("Accept-Encoding", ""))
    if not encoding:
        return
    whole: bytes = response.content
    if "ETag" in response and len(whole) <= LONGEST_KEPT:
        body = _kept.get((encoding, whole), lambda: _pressed(whole, encoding, True))
    else:
        body = _pressed(whole, encoding, False)
    if len(body) < len(response.content):
        response.content = body
        response["Content-Encoding"] = encoding


def accepted(header: str) -> str:
    """Return `br` or `gzip` if an Accept-Encoding header takes it (and not with q=0), else an empty text."""
    taken = {}
    for part in header.lower().split(","):
        name, _, weight = part.strip().partition(";")
        taken[name.strip()] = weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in ("br", "gzip") if taken.get(name)), "")


def _pressed(body: bytes, encoding: str, hard: bool) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(body, quality=QUALITY_KEPT if hard else QUALITY))
    return gzip.compress(body, compresslevel=9 if hard else 6, mtime=0)
