"""What must be told, written in the transaction that announces it: both stand, or neither."""

from __future__ import annotations

from atarraya.alerts.models import Alert
from atarraya.notices import rules
from atarraya.notices.models import Outbox


def write_down(alert: Alert, act: str, number: int) -> None:
    """Write the row of an act that somebody is told of (see `rules.TELLS`). Called by `alerts.services.events.emit`."""
    if rules.tells(act) is not rules.Tells.NOBODY:
        Outbox.objects.create(seq=number, alert=alert, version=alert.version, act=act)
