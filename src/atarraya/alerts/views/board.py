"""Boards of members: all they serve, and one municipality with everything that was said of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from atarraya.alerts import labels, phrases
from atarraya.alerts.queries import mapping
from atarraya.alerts.queries.board import board as read_board
from atarraya.alerts.queries.history import history
from atarraya.alerts.queries.places import Place
from atarraya.alerts.queries.reading import scope_of_member, scope_of_place
from atarraya.alerts.queries.speaking import heard
from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound
from atarraya.kernel.kept import Kept
from atarraya.network import queries as network
from atarraya.network.models import Member
from atarraya.territory import queries as territory
from atarraya.web.compression import compressed
from atarraya.web.verbs import MEMBER, verb

_sections: Kept[SafeString] = Kept(256)
# Every municipality's page has this address; the map's links are made from it.
PLACE = "/municipio/{}/"


@require_safe
@verb("alert.board", MEMBER)
@compressed
def board(request: HttpRequest) -> HttpResponse:
    """Show every municipality the member serves, and the map of the whole network."""
    now, scope = clock.now(), scope_of_member(_member(request))
    shown = read_board(scope, now)
    everywhere = network.municipalities()
    page = {
        "first": [line for line in shown.lines if line.first],
        "sections": [_section(place, now) for place in shown.places],
        "map": mapping.drawn(everywhere, mapping.marks(everywhere, heard(everywhere)), PLACE),
    }
    return render(request, "alerts/board.html", page | _words(now))


@require_safe
@verb("alert.municipality", MEMBER)
@compressed
def municipality(request: HttpRequest, code: str) -> HttpResponse:
    """Show what stands in a municipality and all that was said of it, page by page (`desde` is the cursor)."""
    if code not in network.municipalities():
        raise NotFound()
    now, scope = clock.now(), scope_of_place(_member(request), code)
    cursor = request.GET.get("desde", "")
    page = {
        "code": code,
        "name": territory.labels([code])[code],
        "serves": bool(scope.near),
        "place": None if cursor else read_board(scope, now).places[0],
        "history": history(scope, now, cursor),
    }
    return render(request, "alerts/municipality.html", page | _words(now))


def _section(place: Place, now: datetime) -> SafeString:
    """Return a municipality's part of the page, made once for everybody while nothing changes there."""

    def make() -> SafeString:
        names = territory.labels([place.code])
        page = {"place": place, "name": names[place.code]}
        # Made by a template that escapes what it is given.
        return SafeString(render_to_string("alerts/board_place.html", page | _words(now)))  # nosec B703

    return _sections.get((place.mark, get_language()), make)


def _member(request: HttpRequest) -> Member:
    member = request.user
    if not isinstance(member, Member):
        raise NotFound()
    return member


def _words(now: datetime) -> dict[str, Any]:
    return {"labels": labels, "say": phrases, "now": now, "hour": _hour}


def _hour(at: datetime) -> str:
    """Return a day and hour as members read them: “21 nov, 10 h”."""
    here = timezone.localtime(at)
    return f"{formats.date_format(here, 'j M')}, {here.hour} h"
