"""The point's map: a second look at its board, drawn by the server, with nothing on it that the board does not say."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from atarraya.alerts.queries import mapping
from atarraya.alerts.queries.board import Place
from atarraya.alerts.queries.board import board as read_board
from atarraya.alerts.queries.reading import scope_of_point
from atarraya.alerts.refusals import OnlyPresentLink
from atarraya.alerts.views.api.door import NoToken
from atarraya.kernel import clock
from atarraya.network.services import points
from atarraya.territory.rules import MapState, Mark
from atarraya.web.compression import compressed
from atarraya.web.verbs import POINT, verb

ADDRESS = "#m-{}"


@csrf_exempt
@require_safe
@verb("point.map", POINT)
@compressed
def draw(request: HttpRequest) -> HttpResponse:
    """Answer the map of what this point reads, as SVG; each municipality is a link to its place on the board."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "point" or not token:
        raise NoToken()
    access = points.authenticate(token.strip()[:200])
    if access.previous_link:
        raise OnlyPresentLink()
    shown = read_board(scope_of_point(access.point), clock.now())
    marks = {place.code: _mark(place) for place in shown.places}
    svg = mapping.drawn([place.code for place in shown.places], marks, ADDRESS)
    named = str(svg).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return HttpResponse(named, content_type="image/svg+xml")


def _mark(place: Place) -> Mark:
    standing = sum(line.open for line in place.lines) + place.more
    if standing:
        return Mark(MapState.ALERTS, str(standing))
    return Mark(MapState.SPOKE if place.state == "SPOKE" else MapState.UNKNOWN)
