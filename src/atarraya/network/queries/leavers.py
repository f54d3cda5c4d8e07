"""What somebody who left could have read: circles, periods and counts. Never content (US-8 AC2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from atarraya.network.models import Circle, CircleEpoch, CircleMember, Member


@dataclass(frozen=True)
class Period:
    """A member's time in one circle, by day. `until` None means they belong to it still."""

    circle: Circle
    since: date
    until: date | None


Counter = Callable[[Member, Period], int]
_counter: Counter | None = None


def register_counter(counter: Counter) -> None:
    """Say how many sealed entries a member could have opened in a period (the alerts room knows)."""
    global _counter
    _counter = counter


def exposure(member: Member) -> list[Period]:
    """Return the periods whose arrivals the member could have opened, oldest first.

    A period begins with the oldest key the member was given, which may be older than their membership.
    """
    rows = CircleMember.objects.filter(member=member).select_related("circle").order_by("since")
    days = _first_days([(row.circle_id, row.first_epoch) for row in rows])
    return [
        Period(row.circle, min(row.since, days.get((row.circle_id, row.first_epoch), row.since)), row.until)
        for row in rows
    ]


def _first_days(wanted: list[tuple[UUID, int]]) -> dict[tuple[UUID, int], date]:
    epochs = CircleEpoch.objects.filter(circle__in=[circle for circle, _ in wanted])
    return {(epoch.circle_id, epoch.number): epoch.day for epoch in epochs}


def counted(member: Member) -> list[tuple[Period, int | None]]:
    """Return each period with its count, or None where no room has said how to count."""
    return [(period, _counter(member, period) if _counter else None) for period in exposure(member)]
