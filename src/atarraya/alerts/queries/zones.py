"""Which zones may be shown: naming a place where one or two points speak would name who spoke (R15)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count

from atarraya.alerts import rules
from atarraya.network.models import Point
from atarraya.territory.models import Zone


def may_show(zone: Zone) -> bool:
    """Return whether `zone` has the three active points that let it be named at once."""
    return zone.pk in shown_zones([zone.pk])


def shown_zones(zone_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of `zone_ids` that may be named at once. One query."""
    counted = (
        Point.objects.filter(zone__in=list(zone_ids), state=Point.State.ACTIVE)
        .values("zone")
        .annotate(points=Count("id"))
        .filter(points__gte=rules.POINTS_FOR_ZONE)
    )
    return {row["zone"] for row in counted}
