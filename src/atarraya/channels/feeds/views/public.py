"""The public feeds and the page that explains them. Nothing here asks who reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from atarraya.alerts import labels
from atarraya.channels.feeds import about as words
from atarraya.channels.feeds import cap, indexes, rules, tables
from atarraya.channels.feeds.about import About, about
from atarraya.channels.feeds.queries import public
from atarraya.channels.feeds.queries.items import Listing
from atarraya.channels.feeds.refusals import Replaced
from atarraya.channels.feeds.views.answers import answer, entries, page_of
from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound
from atarraya.network import queries as network
from atarraya.territory import queries as territory
from atarraya.web import refusals
from atarraya.web.compression import compressed
from atarraya.web.verbs import PUBLIC, verb

# Entries of one page: an index is read often, a table seldom.
INDEX, TABLE = 100, 500
Make = Callable[[Listing, About, str, str], bytes]


@require_safe
@verb("feed.explain", PUBLIC)
@compressed
def home(request: HttpRequest) -> HttpResponse:
    """Say what can be fetched here, and what each column and code means."""
    codes = network.municipalities()
    context = {
        "places": sorted(territory.labels(codes).items(), key=lambda pair: pair[1]),
        "columns": tables.COLUMNS,
        "kinds": [(code, labels.KINDS[code], row) for code, row in rules.KINDS.items()],
        "offered": offered(request),
        "delay": network.the_network().public_delay_hours,
        "index": INDEX,
        "table": TABLE,
    }
    return render(request, "feeds/home.html", context)


def offered(request: HttpRequest) -> dict[str, str]:
    """Return the addresses of the public feeds, by name."""
    return {name: request.build_absolute_uri(reverse(f"feeds:{name}")) for name in ("atom", "rss", "csv", "geojson")}


@require_safe
@verb("feed.read", PUBLIC)
@compressed
def atom(request: HttpRequest) -> HttpResponse:
    """Answer the index as Atom."""
    return _feed(request, "atom", INDEX, indexes.atom, indexes.ATOM_TYPE)


@require_safe
@verb("feed.read", PUBLIC)
@compressed
def rss(request: HttpRequest) -> HttpResponse:
    """Answer the index as RSS."""
    return _feed(request, "rss", INDEX, indexes.rss, indexes.RSS_TYPE)


@require_safe
@verb("feed.read", PUBLIC)
@compressed
def csv(request: HttpRequest) -> HttpResponse:
    """Answer the entries as CSV; `hxl=1` adds HXL's row."""
    hxl = request.GET.get("hxl") == "1"
    response = _feed(
        request,
        "csv",
        TABLE,
        lambda listing, about, here, following: tables.as_csv(listing, hxl=hxl),
        tables.CSV_TYPE,
        *([("hxl", "1")] if hxl else []),
    )
    if response.status_code == 200:
        response["Content-Disposition"] = 'inline; filename="lista.csv"'
    response.headers.setdefault("Link", f'<{request.build_absolute_uri(reverse("feeds:csvw"))}>; rel="describedby"')
    return response


@require_safe
@verb("feed.read", PUBLIC)
@compressed
def geojson(request: HttpRequest) -> HttpResponse:
    """Answer the entries as GeoJSON."""
    return _feed(
        request,
        "geojson",
        TABLE,
        lambda listing, about, here, following: tables.as_geojson(listing, about, following),
        tables.GEOJSON_TYPE,
    )


@require_safe
@verb("feed.explain", PUBLIC)
@compressed
def csvw(request: HttpRequest) -> HttpResponse:
    """Answer what the CSV's columns are, for programs."""
    address = request.build_absolute_uri(reverse("feeds:csv"))
    return answer(request, ("csvw",), lambda: tables.as_csvw(address), tables.CSVW_TYPE, everybody=True)


@require_safe
@verb("feed.read", PUBLIC)
@compressed
def message(request: HttpRequest, name: str) -> HttpResponse:
    """Answer one message as CAP; of one that was replaced only that it was (410): what it said may no longer hold."""
    found, stands = public.message(name, clock.now())
    speaker = _about(request)
    if found is not None:
        item = found
        return answer(request, None, lambda: cap.document(item, speaker), cap.TYPE, everybody=True)
    if not stands:
        raise NotFound()
    response = refusals.answer(request, Replaced())
    response["Link"] = f'<{speaker.cap(stands)}>; rel="latest-version"'
    return response


def _about(request: HttpRequest) -> About:
    base = request.build_absolute_uri(reverse("feeds:home"))
    return about(words.PUBLIC, base, request.build_absolute_uri(reverse("alerts:public")))


def _feed(request: HttpRequest, name: str, size: int, make: Make, kind: str, *said: tuple[str, str]) -> HttpResponse:
    page, place = page_of(request), request.GET.get("municipio", "")
    if place and place not in network.municipalities():
        raise NotFound()
    fixed = [*said, *([("municipio", place)] if place else [])]
    address = request.build_absolute_uri(reverse(f"feeds:{name}"))

    def made() -> bytes:
        now = clock.now()
        listing = public.listing(now, page, size, place, entries("public", lambda: public.lately(now)))
        return make(listing, _about(request), _at(address, fixed, page), _after(address, fixed, page, listing))

    return answer(request, (name, size, place, said) if page == 1 else None, made, kind, everybody=True)


def _at(address: str, fixed: list[tuple[str, str]], page: int) -> str:
    asked: list[tuple[str, Any]] = [*fixed, *([("pagina", page)] if page > 1 else [])]
    return f"{address}?{urlencode(asked)}" if asked else address


def _after(address: str, fixed: list[tuple[str, str]], page: int, listing: Listing) -> str:
    return _at(address, fixed, page + 1) if listing.more else ""
