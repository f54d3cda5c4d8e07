"""What came on paper, by voice, by radio or with a boatman: the page where a member writes it down, and its door."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from atarraya.alerts import labels, rules
from atarraya.alerts.queries.zones import shown_zones
from atarraya.alerts.services import transport_keys
from atarraya.alerts.services.limits import Limit
from atarraya.alerts.shapes import Received
from atarraya.channels.sms import queries as sms
from atarraya.channels.sms.services import arriving
from atarraya.channels.sms.shapes import Transcribed
from atarraya.desk.answers import as_json, member_of
from atarraya.desk.bodies import Unreadable
from atarraya.desk.words import CAME, WAYS
from atarraya.network import queries as network
from atarraya.network.models import Inbox, Member, Point
from atarraya.sealing.encoding import to_b64
from atarraya.territory import queries as territory
from atarraya.web.verbs import MEMBER, verb

# A whole month of sheets in one evening passes; a runaway script does not.
SHEETS = Limit(600, 3600)
MOST_SEALED = 48 * 1024
BANDS = ("1-5", "6-20", "21-100", "100+")


@require_http_methods(["GET", "POST"])
@verb("paper.write", MEMBER)
def paper(request: HttpRequest) -> HttpResponse:
    """Show the page, or keep one sealed sheet as the browser's outbox held it."""
    return _keep(request) if request.method == "POST" else _page(request)


def _keep(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    if len(request.body) > MOST_SEALED:
        raise Unreadable()
    fields, envelope = transport_keys.open_outbox(request.body)
    try:
        report = msgspec.convert(fields, Transcribed)
    except msgspec.ValidationError as wrong:
        raise Unreadable() from wrong
    waited = request.headers.get("Waited", "H1")
    if waited not in rules.AGES:
        raise Unreadable()
    SHEETS.check(member.pk)
    report = msgspec.structs.replace(report, age=rules.age_after(report.age, waited))
    received = arriving.write_down(member, report, envelope)
    if received.new:
        SHEETS.add(member.pk)
    return as_json(Received(True, received.board), status=201 if received.new else 200)


def _page(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    inboxes = list(network.inboxes_of(member))
    places = territory.names([code for code in network.municipalities() if code in member.municipalities])
    context = {
        "facts": _facts(member, list(places)) if inboxes else None,
        "inboxes": [(inbox.pk, inbox.name) for inbox in inboxes],
        "municipalities": list(places.items()),
        "points": _points(member, inboxes, places),
        "families": [
            (labels.FAMILIES[family], [(kind, labels.KINDS[kind]) for kind in kinds])
            for family, kinds in rules.FAMILIES.items()
        ],
        "urgencies": list(labels.URGENCIES.items()),
        "parts": list(labels.PARTS.items()),
        "bands": BANDS,
        "seen": list(labels.SEEN.items()),
        "ways": list(WAYS.items()),
        "came": list(CAME.items()),
    }
    return render(request, "desk/paper.html", context)


def _points(member: Member, inboxes: list[Inbox], places: dict[str, str]) -> list[tuple[str, str]]:
    rows = Point.objects.filter(inbox__in=inboxes, municipality__in=member.municipalities, state=Point.State.ACTIVE)
    found = rows.select_related("collective").order_by("collective__name", "pk")
    return [(str(one.pk), f"{one.collective.name} · {one.label or places.get(one.municipality, '')}") for one in found]


def _facts(member: Member, codes: list[str]) -> dict[str, Any]:
    """Return what the page's scripts need from here on without a line. What words mean comes sealed."""
    here, zones = network.the_network(), territory.zones(codes)
    shown = shown_zones([zone.pk for zone in zones])
    rows = Point.objects.filter(inbox__in=network.inboxes_of(member), municipality__in=codes)
    return {
        "network": str(here.id),
        "demo": here.demo,
        "transport": transport_keys.public_key(),
        "policies": {kind: rules.policy_of(kind, here.policy).value for kind in rules.KINDS},
        "words": {
            "kind": {code: str(label) for code, label in labels.KINDS.items()},
            "urgency": {code: str(label) for code, label in labels.URGENCIES.items()},
            "zone": {str(zone.pk): zone.name for zone in zones},
        },
        "zones": [[str(zone.pk), zone.municipality_id, zone.name, zone.pk in shown] for zone in zones],
        "points": [
            {
                "id": str(one.pk),
                "inbox": str(one.inbox_id),
                "municipality": one.municipality,
                "collective": str(one.collective_id),
                "name": one.collective.name,
            }
            for one in rows.select_related("collective").order_by("collective__name", "pk")
        ],
        "books": [
            {
                "id": str(book.pk),
                "inbox": str(book.gateway.inbox_id),
                "collective": str(book.collective_id),
                "municipality": book.point.municipality,
                "sealed": to_b64(bytes(book.for_people)),
            }
            for book in sms.read_by(member)
        ],
    }
