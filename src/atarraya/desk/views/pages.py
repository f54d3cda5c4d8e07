"""The desk's page, its words, and what its forms choose from."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from atarraya.alerts import labels, rules
from atarraya.alerts.queries.zones import shown_zones
from atarraya.desk.answers import as_json, member_of
from atarraya.desk.team import Team
from atarraya.desk.words import all_words
from atarraya.network import queries as network
from atarraya.territory import queries as territory
from atarraya.web.verbs import MEMBER, verb

# A mark of this browser, so that one machine in one hand is not two people. Says nothing of the machine.
DEVICE_COOKIE = "d"
_YEAR = 365 * 24 * 3600


@require_GET
@verb("desk.read", MEMBER)
def home(request: HttpRequest) -> HttpResponse:
    """The desk: everything on it is opened by the page's scripts, on the member's device."""
    may_write = bool(rules.ACTS["publish"].roles & set(member_of(request).roles))
    response = render(request, "desk/desk.html", {"may_write": may_write})
    if DEVICE_COOKIE not in request.COOKIES:
        response.set_cookie(
            DEVICE_COOKIE,
            secrets.token_urlsafe(24),
            max_age=_YEAR,
            httponly=True,
            samesite="Strict",
            secure=request.is_secure(),
            path="/equipo/",
        )
    return response


@require_GET
@verb("desk.read", MEMBER)
def words(request: HttpRequest) -> HttpResponse:
    """The page's words by code."""
    lists = {name: {code: str(label) for code, label in given.items()} for name, given in all_words().items()}
    return as_json(lists)


@require_GET
@verb("desk.read", MEMBER)
def sheet(request: HttpRequest) -> HttpResponse:
    """What the publish form chooses from, among what the member serves."""
    member = member_of(request)
    served = [code for code in network.municipalities() if code in member.municipalities]
    zones = territory.zones(served)
    shown = shown_zones([zone.pk for zone in zones])
    team = Team(besides=member)
    return as_json(
        {
            "municipalities": territory.names(served),
            "zones": [
                {"id": zone.pk, "municipality": zone.municipality_id, "name": zone.name, "may_show": zone.pk in shown}
                for zone in zones
            ],
            "seconds": {code: team.seconds(code)["APPROVER"] for code in served},
            "approvers": str(labels.ROLES["APPROVER"]),
            "needs_consent": sorted(rules.ON_A_PERSON),
            "families": {kind: family for family, kinds in rules.FAMILIES.items() for kind in kinds},
        }
    )
