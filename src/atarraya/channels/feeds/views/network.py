"""The network's own feed: the token in the address opens it, and no document repeats the token.

Feed readers take an address and nothing else, so the secret is in the path. No log of ours holds a path (R20); what a
reader's own program or proxy keeps is said to the steward who makes the token.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from atarraya.channels.feeds import about as words
from atarraya.channels.feeds import cap, indexes, tables
from atarraya.channels.feeds.about import About, about
from atarraya.channels.feeds.queries import network
from atarraya.channels.feeds.queries.items import Item, Listing
from atarraya.channels.feeds.services import tokens
from atarraya.channels.feeds.views.answers import answer, entries, page_of
from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound
from atarraya.web.compression import compressed
from atarraya.web.verbs import PUBLIC, verb

SIZE = 500
Make = Callable[[Listing, About, str], bytes]


@require_safe
@verb("feed.read_network", PUBLIC)
@compressed
def atom(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the index as Atom; its addresses are relative."""
    return _feed(
        request,
        token,
        "atom.xml",
        lambda listing, about, following: indexes.atom(listing, about, "", following),
        indexes.ATOM_TYPE,
    )


@require_safe
@verb("feed.read_network", PUBLIC)
@compressed
def csv(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the entries as CSV; `hxl=1` adds HXL's row."""
    hxl = request.GET.get("hxl") == "1"
    return _feed(
        request,
        token,
        f"lista.csv{'?hxl=1' if hxl else ''}",
        lambda listing, about, following: tables.as_csv(listing, hxl=hxl),
        tables.CSV_TYPE,
    )


@require_safe
@verb("feed.read_network", PUBLIC)
@compressed
def geojson(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the entries as GeoJSON."""
    return _feed(request, token, "mapa.geojson", tables.as_geojson, tables.GEOJSON_TYPE)


@require_safe
@verb("feed.read_network", PUBLIC)
@compressed
def message(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """Answer one message that stands, as CAP."""
    tokens.check(token)
    now = clock.now()
    item = network.message(name, now, _known(now))
    if item is None:
        raise NotFound()
    speaker = _about()
    return answer(request, None, lambda: cap.document(item, speaker), cap.TYPE, everybody=False)


def _known(now: datetime) -> list[Item]:
    return entries("network", lambda: network.everything(now))


def _about() -> About:
    return about(words.RESTRICTED, "", "")


def _feed(request: HttpRequest, token: str, name: str, make: Make, kind: str) -> HttpResponse:
    tokens.check(token)
    page = page_of(request)

    def made() -> bytes:
        now = clock.now()
        listing = network.listing(now, page, SIZE, _known(now))
        mark = "&" if "?" in name else "?"
        return make(listing, _about(), f"{name}{mark}pagina={page + 1}" if listing.more else "")

    return answer(request, ("network", name) if page == 1 else None, made, kind, everybody=False)
