"""What anybody may read, without signing in: the same bytes for everyone, made once for each change (R19)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from atarraya.alerts import labels, phrases
from atarraya.alerts.queries import mapping, public
from atarraya.alerts.queries.places import last_event
from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound
from atarraya.kernel.kept import Kept
from atarraya.network import queries as network
from atarraya.territory import queries as territory
from atarraya.web import furniture
from atarraya.web.compression import compressed
from atarraya.web.verbs import PUBLIC, verb

PLACE = "/publico/{}/"
_pages: Kept[bytes] = Kept(128)


@require_safe
@verb("alert.public", PUBLIC)
@compressed
def board(request: HttpRequest) -> HttpResponse:
    """Show the newest public alerts of each municipality, and the public map."""
    return _answer(request, ("board",), lambda: _render("alerts/public.html", _board()))


@require_safe
@verb("alert.public", PUBLIC)
@compressed
def municipality(request: HttpRequest, code: str) -> HttpResponse:
    """Show a municipality's public alerts, page by page (`desde` is the cursor)."""
    if code not in network.municipalities():
        raise NotFound()
    cursor = request.GET.get("desde", "")
    if cursor:
        # Pages behind the first are many and seldom read: they are not kept.
        return _answer(request, None, lambda: _render("alerts/public_municipality.html", _place(code, cursor)))
    return _answer(request, ("place", code), lambda: _render("alerts/public_municipality.html", _place(code, "")))


def _board() -> dict[str, Any]:
    now, codes = clock.now(), network.municipalities()
    names = territory.labels(codes)
    pages = {code: public.public_page(code, now, size=public.SHOWN) for code in codes}
    places = [
        {"code": code, "name": names[code], "lines": page.lines, "more": bool(page.cursor)}
        for code, page in pages.items()
        if page.lines
    ]
    return {
        "places": places,
        "silent": [(code, names[code]) for code, page in pages.items() if not page.lines],
        "map": mapping.drawn(codes, public.public_marks(codes, now), PLACE),
    }


def _place(code: str, cursor: str) -> dict[str, Any]:
    page = public.public_page(code, clock.now(), cursor)
    return {"code": code, "name": territory.labels([code])[code], "page": page}


def _render(template: str, page: dict[str, Any]) -> bytes:
    # Rendered without the request: nothing of the reader can be in it.
    known = {"labels": labels, "say": phrases, "furniture": furniture.current(), "user": None}
    return render_to_string(template, page | known).encode()


def _answer(request: HttpRequest, kept_as: Hashable, make: Callable[[], bytes]) -> HttpResponse:
    if kept_as is None:
        body = make()
    else:
        key = (network.the_network().id, furniture.current(), last_event(), clock.this_hour(), get_language())
        body = _pages.get((kept_as, *key), make)
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:20]}"'
    if request.headers.get("If-None-Match") == etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body)
    response["ETag"] = etag
    response["Cache-Control"] = "public, no-cache"
    return response
