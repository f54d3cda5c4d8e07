"""What is asked of gateways: what they need to know, and whether SMS are being read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from atarraya.alerts import rules
from atarraya.alerts.shapes import SetupKind, Signature, SignedList
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.shapes import GatewayCircle, GatewaySetup
from atarraya.kernel import clock
from atarraya.network import queries as network
from atarraya.sealing import lists as sealing

# A gateway tells every minute that it lives; after this long the team hears that it does not.
SILENT = timedelta(minutes=10)
_FAMILY = {kind: family for family, kinds in rules.FAMILIES.items() for kind in kinds}


def setup_for(gateway: Gateway) -> GatewaySetup:
    """Return what a gateway must know to seal and hand in."""
    here, inbox = network.the_network(), gateway.inbox
    rows = network.lists_after(inbox, 0)
    places = inbox.places.select_related("circle").order_by("position")
    return GatewaySetup(
        network=str(here.id),
        demo=here.demo,
        recipient=gateway.recipient,
        inbox=str(inbox.pk),
        number=rows[-1].number,
        circles=[
            GatewayCircle(str(place.circle_id), place.circle.purpose, network.keyholders(place.circle).count())
            for place in places
        ],
        lists=[
            SignedList(row.document, [Signature(one["key"], one["signature"]) for one in row.signatures])
            for row in rows
        ],
        fingerprint=sealing.fingerprint(rows[0].document),
        municipalities=network.municipalities(),
        kinds=[
            SetupKind(kind, _FAMILY.get(kind), rules.policy_of(kind, here.policy).value)
            for kind in rules.KINDS
        ],
    )


def active() -> list[Gateway]:
    """Return the gateways that may hand in, by name."""
    return list(Gateway.objects.filter(state=Gateway.State.ACTIVE).select_related("inbox").order_by("name", "pk"))


def is_silent(gateway: Gateway) -> bool:
    """Return whether a gateway has given no sign of life for too long."""
    return gateway.seen is None or clock.now() - gateway.seen > SILENT


def troubles(inboxes: Iterable[UUID]) -> list[tuple[str, str, datetime | None]]:
    """Return (`silent` or `no_key`, name, last sign of life) of each gateway of these inboxes that needs a person."""
    found: list[tuple[str, str, datetime | None]] = []
    for gateway in Gateway.objects.filter(state=Gateway.State.ACTIVE, inbox__in=list(inboxes)).order_by("name", "pk"):
        if is_silent(gateway):
            found.append(("silent", gateway.name, gateway.seen))
        elif not gateway.with_key:
            found.append(("no_key", gateway.name, None))
    return found
