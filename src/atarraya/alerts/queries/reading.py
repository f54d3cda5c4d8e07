"""What one reader may see: the scope of a point or a member, and the alerts in it, as lines.

Everything that shows alerts asks here, so there is one place where held, delayed, near and hidden are decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from atarraya.alerts import rules
from atarraya.alerts.lines import Line
from atarraya.alerts.models import Alert
from atarraya.network import queries as network
from atarraya.network.models import Member, Point

COLUMNS = (
    "id", "kind", "municipality", "zone__name", "zone_hidden", "urgency", "state", "doubt", "corrected", "at",
    "when_part", "summary", "summary_hidden", "advice", "expires_at", "issuer", "seconders", "still", "passed",
    "outcome", "news_at", "next_news_at", "responsible_role", "version", "seq", "open", "top_until",
)  # fmt: skip


@dataclass(frozen=True)
class Scope:
    """What a reader follows, in order. In `near` they also see what only neighbours may see (R15)."""

    municipalities: tuple[str, ...]
    near: frozenset[str]


def scope_of_point(point: Point) -> Scope:
    """Return what a point reads: its own municipality first, then those it follows (if none, its neighbours)."""
    known = network.municipalities()
    chosen = point.follows or network.neighbours(point.municipality)
    follows = [code for code in dict.fromkeys(chosen) if code in known and code != point.municipality]
    near = {code for code in known if point.municipality in network.neighbours(code)}
    return Scope((point.municipality, *follows), frozenset(near | {point.municipality}))


def scope_of_member(member: Member) -> Scope:
    """Return what a member reads in full: the municipalities they serve, in the network's order."""
    served = [code for code in network.municipalities() if code in member.municipalities]
    return Scope(tuple(served), frozenset(served))


def scope_of_place(member: Member, code: str) -> Scope:
    """Return what a member sees of one municipality: all if they serve it, else what the whole network sees."""
    return Scope((code,), frozenset({code} & set(member.municipalities)))


def near_stands(code: str) -> bool:
    """Return whether a warning stands in a municipality that only it and its neighbours read."""
    return Alert.objects.filter(municipality=code, reach="NEAR", open=True).exists()


def within(scope: Scope) -> QuerySet[Alert]:
    """Return the alerts of the scope's municipalities whose reach includes this reader, shown or not."""
    far = [code for code in scope.municipalities if code not in scope.near]
    near = [code for code in scope.municipalities if code in scope.near]
    place = Q(municipality__in=near)
    if far:
        place |= Q(municipality__in=far, reach="NETWORK")
    return Alert.objects.filter(place)


def shown(scope: Scope, now: datetime) -> QuerySet[Alert]:
    """Return the alerts of the scope that others may see at `now`: neither held, nor waiting for their hour.

    One that ended before anybody could see it is never shown.
    """
    return within(scope).filter(held=False, shows_from__lte=now).exclude(open=False, seq=0)


def reads(scope: Scope, alert: Alert, now: datetime) -> bool:
    """Return whether `shown` would hold this alert, without asking the database: for one alert and many readers."""
    return reaches(scope, alert) and is_shown(alert, now)


def reaches(scope: Scope, alert: Alert) -> bool:
    """Return whether `within` would hold this alert: the first half of `reads`, whatever the hour."""
    near, followed = alert.municipality in scope.near, alert.municipality in scope.municipalities
    return followed and (near or alert.reach == "NETWORK")


def is_shown(alert: Alert, now: datetime) -> bool:
    """Return whether anybody may see the alert at `now`: the second half of `shown`."""
    return not alert.held and alert.shows_from <= now and (alert.open or alert.seq > 0)


def lines(alerts: QuerySet[Alert], names: dict[str, str], now: datetime) -> list[Line]:
    """Read alerts as lines at `now`, in the order of the query. One query."""
    return [_line(row, names, now) for row in alerts.values(*COLUMNS)]


def line_of(alert_id: UUID, scope: Scope, names: dict[str, str], now: datetime) -> Line | None:
    """Return one alert as a line, or None if this reader may not see it."""
    found = lines(shown(scope, now).filter(pk=alert_id), names, now)
    return found[0] if found else None


def _line(row: dict[str, Any], names: dict[str, str], now: datetime) -> Line:
    lapsed = row["expires_at"] is not None and row["expires_at"] <= now and row["state"] in rules.EXPIRES
    top = row["top_until"]
    return Line(
        id=row["id"],
        kind=row["kind"],
        municipality=row["municipality"],
        place=names.get(row["municipality"], row["municipality"]),
        zone="" if row["zone_hidden"] else row["zone__name"] or "",
        urgency=row["urgency"],
        state="EXPIRED" if lapsed else row["state"],
        doubt=row["doubt"],
        corrected=row["corrected"],
        at=row["at"],
        part=row["when_part"],
        summary="" if row["summary_hidden"] else row["summary"],
        advice=row["advice"],
        expires_at=row["expires_at"],
        issuer=row["issuer"],
        seconders=row["seconders"],
        still=row["still"],
        passed=row["passed"],
        outcome=row["outcome"],
        news_at=row["news_at"],
        next_news_at=row["next_news_at"],
        role=row["responsible_role"],
        version=row["version"],
        seq=row["seq"],
        open=row["open"],
        top_until=top if top is not None and top > now else None,
    )
