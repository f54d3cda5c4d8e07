"""A river of five municipalities and the people on it: rows made directly, for tests of acts on alerts."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import Any

from atarraya.alerts.shapes import Share
from atarraya.kernel import clock, ids
from atarraya.network.models import (
    Circle,
    CircleEpoch,
    CircleMember,
    Collective,
    Inbox,
    InboxCircle,
    Member,
    Network,
    Point,
    RecipientList,
)
from atarraya.network.queries import forget_network
from atarraya.network.services.points import PointAccess
from atarraya.sealing import bundles, envelopes
from atarraya.territory.models import Edition, Unit, Zone

BOJAYA, MEDIO, VIGIA, QUIBDO, ACANDI = "27099", "27425", "05873", "27001", "27006"
NAMES = {BOJAYA: "Bojayá", MEDIO: "Medio Atrato", VIGIA: "Vigía del Fuerte", QUIBDO: "Quibdó", ACANDI: "Acandí"}
SEATS = {
    BOJAYA: (6.56, -76.89),
    MEDIO: (5.99, -76.78),
    VIGIA: (6.59, -76.9),
    QUIBDO: (5.69, -76.66),
    ACANDI: (8.51, -77.28),
}
# A Saturday, ten in the morning in Bogotá.
NOON = datetime(2026, 11, 21, 15, 20, tzinfo=UTC)


def found() -> Network:
    """Five municipalities; Bojayá, Medio Atrato and Vigía list each other as neighbours."""
    edition = Edition.objects.create(id="CO-test", country="CO", name="Test", valid_from="2020-01-01", digest="0" * 64)
    for code, name in NAMES.items():
        lat, lon = SEATS[code]
        Unit.objects.create(code=code, name=name, edition=edition, department="Chocó", lat=lat, lon=lon)
    river = [BOJAYA, MEDIO, VIGIA]
    forget_network()
    return Network.objects.create(
        name="Red de prueba",
        municipalities=list(NAMES),
        neighbours={code: [other for other in river if other != code] for code in river},
        created=clock.today(),
    )


class Cast:
    """Makes collectives, points and members by need."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.inbox = Inbox.objects.create(name="Atrato", created=clock.today())
        self.circle, self.recipient = _circle(self.inbox)
        self._count = 0

    def collective(self, name: str = "", municipality: str = BOJAYA) -> Collective:
        self._count += 1
        return Collective.objects.create(name=name or f"Consejo {self._count}", municipality=municipality)

    def point(self, municipality: str = BOJAYA, zone: Zone | None = None, **fields: Any) -> Point:
        collective = fields.pop("collective", None) or self.collective(municipality=municipality)
        return Point.objects.create(
            collective=collective,
            inbox=self.inbox,
            municipality=municipality,
            zone=zone,
            link_hash=os.urandom(32),
            created=clock.today(),
            **fields,
        )

    def access(self, point: Point | None = None, previous_link: bool = False) -> PointAccess:
        return PointAccess(point or self.point(), previous_link, None)

    def member(
        self, *roles: str, municipalities: tuple[str, ...] = tuple(NAMES), collective: Collective | None = None
    ) -> Member:
        self._count += 1
        member = Member.objects.create(
            login=f"member{self._count}",
            alias=f"Member {self._count}",
            roles=list(roles or ("VERIFIER",)),
            municipalities=list(municipalities),
            collective=collective,
            state=Member.State.ACTIVE,
            since=clock.today(),
        )
        CircleMember.objects.create(circle=self.circle, member=member, since=clock.today(), first_epoch=1, last_epoch=1)
        return member

    def sealed(self, **payload: Any) -> bytes:
        """Return an envelope to the verifiers' circle."""
        return envelopes.seal({"v": 1, "type": "draft", **payload}, [self.recipient], [True])

    def zone(self, municipality: str = BOJAYA, name: str = "río Agua Mansa", points: int = 0) -> Zone:
        zone = Zone.objects.create(municipality_id=municipality, name=name, communities=4)
        for _ in range(points):
            self.point(municipality, zone)
        return zone


def _circle(inbox: Inbox) -> tuple[Circle, str]:
    public = bundles.public_half(bundles.new_bundle())
    circle = Circle.objects.create(
        name="Verificadores", purpose="VERIFIERS", offline_recipient=public["age"], created=clock.today()
    )
    CircleEpoch.objects.create(
        circle=circle, number=1, recipient=public["age"], signing_key=public["ed25519"], day=clock.today()
    )
    InboxCircle.objects.create(inbox=inbox, circle=circle, position=0)
    document = json.dumps({"recipients": [public["age"]]})
    RecipientList.objects.create(inbox=inbox, number=1, document=document, day=clock.today())
    return circle, public["age"]


def share(kind: str = "ARMED_PRESENCE", **fields: Any) -> Share:
    return Share(kind=kind, **fields)


def device() -> bytes:
    """Return the mark of a fresh browser."""
    return ids.new_id().bytes * 2
