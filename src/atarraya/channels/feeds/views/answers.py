"""How a document of a feed is answered: made once for each change, with an ETag, and not sent twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from atarraya.alerts.queries.places import last_event
from atarraya.channels.feeds.queries.items import Item
from atarraya.kernel import clock
from atarraya.kernel.kept import Kept
from atarraya.network import queries as network
from atarraya.web import furniture

FARTHEST_PAGE = 10_000
# Only first pages are kept: those behind are many and seldom read.
_bodies: Kept[bytes] = Kept(24)
# What every page of a feed begins with, public and of the network.
_entries: Kept[list[Item]] = Kept(2)


def entries(scope: str, make: Callable[[], list[Item]]) -> list[Item]:
    """Return the entries of a scope, made once for each change and hour, whatever page or message is asked for."""
    return _entries.get((scope, network.the_network().id, last_event(), clock.this_hour()), make)


def forget() -> None:
    """Forget what is kept (for tests that write rows past the acts)."""
    _bodies.clear()
    _entries.clear()


def page_of(request: HttpRequest) -> int:
    """Return the number of the page that is asked for; anything that is no number is the first."""
    text = request.GET.get("pagina", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), FARTHEST_PAGE)


def answer(
    request: HttpRequest,
    kept_as: tuple[Hashable, ...] | None,
    make: Callable[[], bytes],
    kind: str,
    *,
    everybody: bool,
) -> HttpResponse:
    """Return the document, or 304. The same bytes for all who ask alike, until something changes or the hour does."""
    if kept_as is None:
        body = make()
    else:
        here = (request.scheme, request.get_host(), network.the_network().id, furniture.current())
        body = _bodies.get((*kept_as, *here, last_event(), clock.this_hour()), make)
    mark = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    known = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    unchanged = bool(known & {mark, "*"})
    response = HttpResponseNotModified() if unchanged else HttpResponse(body, content_type=kind)
    response["ETag"] = f"W/{mark}"
    response["Cache-Control"] = "public, no-cache" if everybody else "private, no-cache"
    if everybody:  # open data: another site's page may read it too
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
