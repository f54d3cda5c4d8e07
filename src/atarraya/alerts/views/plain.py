"""Pages without scripts (R25): a short code opens them; codes of at-once kinds can be given, and the board read.

Nothing a person could write travels here in clear: every field is a code. What the browser holds is a cookie of this
folder with the phone's own token, until the browser closes; no session row is made.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from atarraya.alerts import labels, phrases, rules
from atarraya.alerts.lines import Line
from atarraya.alerts.queries.board import board as read_board
from atarraya.alerts.queries.reading import scope_of_point
from atarraya.alerts.queries.setup import readers
from atarraya.alerts.queries.zones import may_show
from atarraya.alerts.refusals import OnlyPresentLink
from atarraya.alerts.services.receive import Received, receive_report
from atarraya.alerts.shapes import ReportHeader
from atarraya.alerts.views.api.links import CODE_PREFIX, WRONG_CODES
from atarraya.alerts.views.api.reports import ENTRIES
from atarraya.kernel import clock, ids
from atarraya.kernel.errors import DomainError
from atarraya.network import queries as network
from atarraya.network.refusals import LinkRefused
from atarraya.network.services import points
from atarraya.network.services.points import PointAccess
from atarraya.network.services.secrets import as_written
from atarraya.sealing import envelopes, lists
from atarraya.territory import queries as territory
from atarraya.web.verbs import POINT, PUBLIC, verb

COOKIE = "p"
HOME = "/sin/"
P = ParamSpec("P")
Opened = Callable[Concatenate[HttpRequest, PointAccess, P], HttpResponse]


class OldPage(DomainError):
    """The form lacks a code, or has one that is not known: an old page, or a program."""

    status = 422
    code = "old_page"
    message = gettext_lazy("Something was not chosen. Go back and choose again.")


def opened(view: Opened[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Hand the view the point that the cookie opens; without one, go to the page that asks for the code."""

    @wraps(view)
    def check(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            access = points.authenticate(request.COOKIES.get(COOKIE, ""))
        except DomainError:
            return HttpResponseRedirect(HOME)
        if access.previous_link:
            raise OnlyPresentLink()
        return view(request, access, *args, **kwargs)

    return check


@require_http_methods(["GET", "HEAD", "POST"])
@verb("point.plain", PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    """Ask for the short code, or show what can be given."""
    if request.method == "POST":
        return _open(request)
    try:
        access = points.authenticate(request.COOKIES.get(COOKIE, ""))
    except DomainError:
        return render(request, "alerts/sin_code.html", {"wrong": False})
    return render(
        request, "alerts/sin.html", {"kinds": _kinds(), "labels": labels, "zones": _zones(access), "id": ids.new_id()}
    )


def _open(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("code", "")[:40]
    prefix = as_written(code)[:CODE_PREFIX]
    try:
        WRONG_CODES.check(prefix)
        token = points.redeem_code(code)
    except LinkRefused:
        WRONG_CODES.add(prefix)
        return render(request, "alerts/sin_code.html", {"wrong": True}, status=401)
    response = HttpResponseRedirect(HOME)
    response.set_cookie(
        COOKIE, token, path=HOME, secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True, samesite="Strict"
    )
    return response


def _kinds() -> list[str]:
    policy = network.the_network().policy
    return [kind for kind in rules.KINDS if rules.policy_of(kind, policy) is rules.Policy.AT_ONCE]


def _zones(access: PointAccess) -> list[Any]:
    return [zone for zone in territory.zones([access.point.municipality]) if may_show(zone)]


@require_POST
@verb("point.plain_warn", POINT)
@opened
def warn(request: HttpRequest, access: PointAccess) -> HttpResponse:
    """Show the exact line that others will read; at the second tap, give it."""
    header = _header(request, access)
    if request.POST.get("way") not in {"now", "later"}:
        return render(request, "alerts/sin_line.html", _preview(request, access, header))
    ENTRIES.check(access.point.pk)
    received = receive_report(access=access, header=header, envelope=_empty(access))
    ENTRIES.add(access.point.pk)
    return render(request, "alerts/sin_done.html", {"said": _said(received)})


def _header(request: HttpRequest, access: PointAccess) -> ReportHeader:
    chosen = request.POST
    share = {"kind": chosen.get("kind"), "delay": chosen.get("way") == "later"}
    if chosen.get("zone"):
        share["zone"] = chosen["zone"]
    if chosen.get("kind") not in _kinds():
        raise OldPage()
    here = network.current_list(access.point.inbox)
    fields = {
        "id": chosen.get("id"),
        "inbox": str(access.point.inbox_id),
        "number": here.number,
        "municipality": access.point.municipality,
        "urgency": chosen.get("urgency"),
        "age": "H1",
        "lookup": _half(),
        "erase_hash": _half(),
        "share": share,
    }
    try:
        return msgspec.convert(fields, ReportHeader)
    except msgspec.ValidationError:
        raise OldPage() from None


def _half() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


def _empty(access: PointAccess) -> bytes:
    """Return an envelope that nobody opens: there is nothing to tell but the codes (R12)."""
    recipients = lists.read(network.current_list(access.point.inbox).document)["recipients"]
    return envelopes.seal({"v": 1, "type": "report"}, recipients, [False] * len(recipients))


def _preview(request: HttpRequest, access: PointAccess, header: ReportHeader) -> dict[str, Any]:
    now, municipality = clock.this_hour(), access.point.municipality
    zones = {str(zone.pk): zone.name for zone in _zones(access)}
    assert header.share is not None and header.urgency is not None
    limit = rules.expiry(header.share.kind)
    line = Line(
        id=ids.new_id(),
        kind=header.share.kind,
        municipality=municipality,
        place=territory.names([municipality])[municipality],
        zone=zones.get(header.share.zone or "", ""),
        urgency=header.urgency,
        state="UNCONF",
        doubt=False,
        corrected=False,
        at=now,
        part="",
        summary="",
        advice=rules.advice(header.share.kind),
        expires_at=now + limit if limit else None,
        issuer="POINT",
        seconders=0,
        still=0,
        passed=0,
        outcome="",
        news_at=now,
        next_news_at=None,
        version=1,
        seq=0,
        open=True,
        top_until=None,
        role="VERIFIER",
    )
    read = readers([municipality])[municipality]
    return {"line": line, "now": now, "say": phrases, "labels": labels, "readers": read, "chosen": request.POST}


def _said(received: Received) -> str:
    if received.board == "shown" or not received.new:
        return _("It left the phone and is on the board.")
    if received.board == "held":
        return _("It left the phone. You warned a lot today: the team sees it first.")
    return _("This is not shown to others at once. Your team receives it.")


@require_safe
@verb("point.plain_board", POINT)
@opened
def board(request: HttpRequest, access: PointAccess) -> HttpResponse:
    """Show the point's board."""
    now = clock.now()
    shown = read_board(scope_of_point(access.point), now)
    first = [line for line in shown.lines if line.first]
    words = {"labels": labels, "say": phrases, "now": now, "board": shown, "first": first}
    return render(request, "alerts/sin_board.html", words)


@require_POST
@verb("point.plain_leave", PUBLIC)
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the phone's token and go to the neutral page."""
    response = HttpResponseRedirect("/m/")
    response.delete_cookie(COOKIE, path=HOME, samesite="Strict")
    return response
