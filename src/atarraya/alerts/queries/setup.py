"""What a point's page is given to write, seal and send: whom to seal to, what may be said, who would read it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from atarraya.alerts import rules
from atarraya.alerts.queries.zones import shown_zones
from atarraya.alerts.shapes import (
    Setup,
    SetupCircle,
    SetupInbox,
    SetupKind,
    SetupMunicipality,
    SetupNetwork,
    SetupPoint,
    SetupPolicy,
    SetupZone,
    Signature,
    SignedList,
)
from atarraya.network import queries as network
from atarraya.network.models import Inbox, Network, Point, RecipientList
from atarraya.network.services.points import PointAccess, phones
from atarraya.sealing import lists as sealing
from atarraya.territory import queries as territory

_FAMILY = {kind: family for family, kinds in rules.FAMILIES.items() for kind in kinds}


def setup_for(access: PointAccess, transport_key: str, known: int = 0) -> Setup:
    """Return the page's setup. `known` is the number of the list the phone holds: later ones come along."""
    here, point = network.the_network(), access.point
    lists = network.lists_after(point.inbox, 0)
    codes = network.municipalities()
    return Setup(
        network=_network(here),
        point=_point(access),
        inbox=_inbox(lists[-1]),
        lists=[_signed(row) for row in lists if row.number > known],
        fingerprint=sealing.fingerprint(lists[0].document),
        transport_key=transport_key,
        kinds=[SetupKind(kind, _FAMILY.get(kind), _policy(kind, here)) for kind in rules.KINDS],
        policy=SetupPolicy(rules.WARNINGS_A_DAY, rules.DELAY_HOURS),
        municipalities=[SetupMunicipality(code, name) for code, name in territory.names(codes).items()],
        zones=_zones(codes),
        readers={} if access.previous_link else readers(codes),
    )


def readers(codes: list[str]) -> dict[str, int]:
    """Return code → how many points read what is warned there at once: its own and its neighbours' (R15)."""
    counted = Counter(Point.objects.filter(state=Point.State.ACTIVE).values_list("municipality", flat=True))
    return {code: sum(counted[near] for near in {code, *network.neighbours(code)}) for code in codes}


def _network(here: Network) -> SetupNetwork:
    return SetupNetwork(str(here.id), here.name, here.page_name, here.demo, here.team_hours)


def _point(access: PointAccess) -> SetupPoint:
    point, present = access.point, not access.previous_link
    return SetupPoint(point.municipality, point.collective.name, phones(point) if present else 0, present)


def _inbox(row: RecipientList) -> SetupInbox:
    fields = sealing.read(row.document)
    circles, lines = _circles(row.inbox), _lines(row, fields)
    return SetupInbox(str(row.inbox_id), row.number, list(fields["recipients"]), circles, _signed(row), lines)


def _lines(row: RecipientList, fields: dict[str, Any]) -> list[str]:
    """Return the numbers to write to; none while no circle has a key for what would be written."""
    return list(row.inbox.sms_lines) if any(fields.get("sms", ())) else []


def _circles(inbox: Inbox) -> list[SetupCircle]:
    places = inbox.places.select_related("circle").order_by("position")
    return [SetupCircle(place.circle.purpose, network.keyholders(place.circle).count()) for place in places]


def _signed(row: RecipientList) -> SignedList:
    return SignedList(row.document, [Signature(one["key"], one["signature"]) for one in row.signatures])


def _policy(kind: str, here: Network) -> Any:
    return rules.policy_of(kind, here.policy).value


def _zones(codes: list[str]) -> list[SetupZone]:
    found = territory.zones(codes)
    shown = shown_zones([zone.pk for zone in found])
    return [SetupZone(str(zone.pk), zone.municipality_id, zone.name, zone.pk in shown) for zone in found]
