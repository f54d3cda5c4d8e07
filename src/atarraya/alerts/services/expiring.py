"""What the clock does to alerts: shows the delayed ones, lets those without news lapse (R15, R16).

Boards decide by the hour themselves, so a worker that stands still never leaves an old alert looking current; this
job writes down what they show, as versions and events.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from atarraya.alerts import rules
from atarraya.alerts.models import Alert
from atarraya.alerts.services import changing
from atarraya.alerts.services.events import turn
from atarraya.kernel import clock


@dataclass(frozen=True)
class Ran:
    """How many alerts the clock showed and how many it let lapse."""

    announced: int
    expired: int


def run(now: datetime | None = None) -> Ran:
    """Do what is due at `now` (aware; the present by default), in small transactions. Safe to run at any time."""
    now = now or clock.now()
    announced = sum(_announce(alert_id, now) for alert_id in _due("announce_at", now))
    expired = sum(_expire(alert_id, now) for alert_id in _due("expires_at", now))
    return Ran(announced, expired)


def _due(field: str, now: datetime) -> list[UUID]:
    return list(Alert.objects.filter(**{f"{field}__lte": now}).order_by(field).values_list("id", flat=True))


def _announce(alert_id: UUID, now: datetime) -> int:
    with turn():
        alert = changing.lock(alert_id)
        if alert.announce_at is None or alert.announce_at > now:
            return 0
        changing.change(alert, "announce", announce_at=None)
        return 1


def _expire(alert_id: UUID, now: datetime) -> int:
    """Let one alert lapse: it stays on the board and asks; its point is forgotten (R24)."""
    with turn():
        alert = changing.lock(alert_id)
        if alert.expires_at is None or alert.expires_at > now or alert.state not in rules.EXPIRES:
            return 0
        changing.forget_point(alert)
        changing.change(alert, "expire", state="EXPIRED", expires_at=None, **_for_the_public(alert))
        return 1


def _for_the_public(alert: Alert) -> dict[str, Any]:
    """Return what the public may no longer read: of an expired alert it is told “it was confirmed” (R19)."""
    if alert.state in rules.PUBLIC_STATES:
        return {}
    return {"public_at": None, "public_day": None, "public_summary": ""}
