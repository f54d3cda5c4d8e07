"""Zones of the network, as acts of a steward with a line in the trail (the places themselves are territory's)."""

from __future__ import annotations

from uuid import UUID

from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Member
from atarraya.network.refusals import Incomplete
from atarraya.territory.models import Zone
from atarraya.territory.services import zones
from atarraya.trail.services import record


def define_zone(municipality: str, name: str, communities: int, *, by: Member | None) -> Zone:
    """Define a zone of three communities or more in one of the network's municipalities."""
    policy.steward(by)
    if municipality not in queries.municipalities():
        raise Incomplete(code="municipality")
    with write():
        zone = zones.define_zone(municipality, name, communities)
        record("zone.define", actor=by.pk if by else "operator", subject=zone.pk)
    return zone


def open_zone(zone: UUID, active: bool, *, by: Member | None) -> Zone:
    """Close a zone (nothing new names it) or open it again."""
    policy.steward(by)
    with write():
        changed = zones.change_zone(zone, active=active)
        record("zone.open" if active else "zone.close", actor=by.pk if by else "operator", subject=zone)
    return changed
