"""Other alerts that may be the same event: kind, zone, two days before or after. A person decides (US-9 AC3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from atarraya.alerts.lines import Line
from atarraya.alerts.models import Alert
from atarraya.alerts.queries.reading import Scope, lines, shown
from atarraya.kernel import clock
from atarraya.territory import queries as territory

DAYS = timedelta(days=2)
SHOWN = 5


class Codes(NamedTuple):
    """What is compared: codes only. `zone` None may be anywhere in the municipality."""

    kind: str
    municipality: str
    zone: UUID | None
    at: datetime


def codes_of(alert: Alert) -> Codes:
    """Return what is compared of an alert."""
    return Codes(alert.kind, alert.municipality, alert.zone_id, alert.at)


def suggestions(codes: Codes, scope: Scope, *, besides: UUID | None = None) -> list[Line]:
    """Return up to five alerts of the scope that may be the same event, the nearest in time first.

    Ended ones too, but not one that was already joined to another. A zone that is not known matches any.
    """
    now = clock.now()
    if codes.municipality not in scope.municipalities:
        return []
    found = shown(scope, now).filter(
        kind=codes.kind, municipality=codes.municipality, at__range=(codes.at - DAYS, codes.at + DAYS)
    )
    if codes.zone is not None:
        found = found.filter(Q(zone=codes.zone) | Q(zone=None))
    found = found.exclude(state="MERGED")
    if besides is not None:
        found = found.exclude(pk=besides)
    read = lines(found.order_by("-at")[:100], territory.names([codes.municipality]), now)
    return sorted(read, key=lambda line: (not line.open, abs(line.at - codes.at), str(line.id)))[:SHOWN]
