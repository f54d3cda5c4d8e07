"""People and phones that want to hear, and a worker's whole round, for tests of notices."""

from __future__ import annotations

import os
from typing import Any

from atarraya.alerts.models import Alert
from atarraya.alerts.services import changing
from atarraya.alerts.services.events import turn
from atarraya.kernel import clock
from atarraya.network.models import Member, Point, PointDevice
from atarraya.network.services.points import PointAccess
from atarraya.notices import carriers
from atarraya.notices.models import Delivery, Receiver
from atarraya.notices.services import delivering, fanning
from atarraya.notices.services.subscribing import Quiet, Want, subscribe, subscribe_phone
from support.loopback import Loopback

EVERYTHING = Want("", "", "KNOW")


def phone(point: Point, *, previous_link: bool = False) -> PointDevice:
    """Open a point's link on another phone."""
    return PointDevice.objects.create(
        point=point, token_hash=os.urandom(32), previous_link=previous_link, day=clock.today()
    )


def hears(
    who: Member | PointDevice | Point, to: str = "x", *wants: Want, quiet: Quiet | None = None, way: str = "loopback"
) -> Receiver:
    """Let a member, or a point's phone that is only its holder's, hear at the address `to`: everything by default."""
    chosen = wants or (EVERYTHING,)
    if isinstance(who, Member):
        return subscribe(who, way, {"to": to}, chosen, quiet)
    device = phone(who) if isinstance(who, Point) else who
    access = PointAccess(device.point, device.previous_link, device)
    return subscribe_phone(access, way, {"to": to}, chosen, quiet or Quiet(), alone=True)


def fan_out() -> None:
    """Write all deliveries that wait to be written."""
    while fanning.step():
        pass


def drain() -> None:
    """Do what a worker does until nothing is due."""
    fan_out()
    for carrier in carriers.every():
        while delivering.step(carrier):
            pass


def told(way: Loopback) -> list[tuple[str, int]]:
    """Do what a worker does and return what the way delivered in this round, by address."""
    before = len(way.told)
    drain()
    return sorted(way.told[before:])


def done(alert: Alert, act: str, **values: Any) -> Alert:
    """Write an act on an alert as the acts do, whoever may do it."""
    with turn():
        return changing.change(changing.lock(alert.pk), act, **values)


def ended(alert: Alert, act: str, state: str) -> Alert:
    """End an alert."""
    with turn():
        return changing.settle(changing.lock(alert.pk), act, state)


def rows(**asked: Any) -> list[tuple[str, int, str]]:
    """Return deliveries as (address, version, state), in order."""
    found = Delivery.objects.filter(**asked).select_related("receiver").order_by("version", "receiver__address")
    return [(str(row.receiver.address.get("to")), row.version, row.state) for row in found]
