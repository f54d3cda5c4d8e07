"""A point that a steward stopped: what it warned of stands in doubt, at once and in the same transaction (R13)."""

from __future__ import annotations

from atarraya.alerts.models import Alert
from atarraya.alerts.services import changing
from atarraya.alerts.services.events import turn
from atarraya.network.models import Point


def point_stopped(point: Point) -> None:
    """Put every open warning of a paused or revoked point in doubt. Called by the act that stops it."""
    with turn():
        for alert in Alert.objects.select_for_update().filter(point=point, open=True, doubt=False).order_by("id"):
            changing.change(alert, "doubt", doubt=True)
