"""An entry of a feed: what is told of one alert, with its place by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from atarraya.alerts.models import AlertVersion
from atarraya.channels.feeds import rules
from atarraya.channels.feeds.telling import Said, Telling, Told, Version, steps, telling
from atarraya.kernel import clock
from atarraya.territory import queries as territory


@dataclass(frozen=True)
class Place:
    """A municipality: the finest place a feed knows. The point is the municipality's own, never an alert's."""

    code: str
    name: str
    department: str
    label: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True)
class Item:
    """An entry of a feed."""

    telling: Telling
    place: Place

    @property
    def said(self) -> Said:
        """Return what it says."""
        return self.telling.said

    @property
    def stands(self) -> bool:
        """Return whether it is told as standing."""
        return self.said.state == rules.STANDS

    @property
    def order(self) -> tuple[bool, int, str]:
        """Return what feeds sort by: what stands, then what changed last."""
        return (not self.stands, -self.telling.message.sent.toordinal(), self.telling.entry)


@dataclass(frozen=True)
class Listing:
    """A page of a feed; `more` tells whether another follows."""

    items: list[Item]
    more: bool


Tells = Callable[[UUID, Version], Told | None]


def tellings(alerts: Iterable[UUID], tells: Tells, now: datetime) -> dict[UUID, Telling]:
    """Return alert → what is told of it, for those of which anything is. One query for all."""
    rows = AlertVersion.objects.filter(alert__in=list(alerts)).order_by("alert", "number")
    found = {}
    for alert, group in groupby(rows.values_list("alert", "id", "at", "codes"), key=lambda row: row[0]):
        versions = [Version(row[1], row[2], row[3]) for row in group]
        told = steps(versions, lambda version, alert=alert: tells(alert, version), now)  # type: ignore[misc]
        if told:
            found[alert] = telling(told, clock.today())
    return found


def places(codes: Iterable[str]) -> dict[str, Place]:
    """Return code → place; a code that the territory does not know stands for itself."""
    asked = list(dict.fromkeys(codes))
    units = territory.municipalities(asked)
    found = {}
    for code in asked:
        unit = units.get(code)
        found[code] = (
            Place(code, unit.name, unit.department, unit.label, unit.lat, unit.lon)
            if unit
            else Place(code, code, "", code, None, None)
        )
    return found


def items(told: Sequence[Telling]) -> list[Item]:
    """Return entries in the order given."""
    where = places(each.said.municipality for each in told)
    return [Item(each, where[each.said.municipality]) for each in told]


def moment(text: Any) -> datetime | None:
    """Return a moment as a version keeps it."""
    return parse_datetime(text) if text else None
