"""A second collective that saw the same (R18). It changes the words of a line and nothing else."""

from __future__ import annotations

from uuid import UUID

from atarraya.alerts.acts_refused import NotSecond
from atarraya.alerts.models import Alert, Second
from atarraya.alerts.services import changing
from atarraya.alerts.services.events import turn
from atarraya.alerts.services.tapping import tappable
from atarraya.network.services.points import PointAccess


def add_second(*, access: PointAccess, alert_id: UUID, seen: str, knew: bool | None = None) -> Alert:
    """Count a point's collective as one more that saw an alert, and return the alert.

    `seen` is SAW or TOLD, as this point answered. `knew` says whether its phone had fetched the alert before it
    wrote its own (None: not known, and counted). Raises NotSecond with the reason in `code`.
    """
    with turn():
        alert = tappable(access, alert_id)
        collective = access.point.collective_id
        reasons = {
            "settled": alert.issuer != "POINT" or alert.state == "EXPIRED",
            "same_collective": collective == alert.collective_id,
            "not_seen": not (alert.seen == seen == "SAW"),
            "knew": knew is True,
            "twice": Second.objects.filter(alert=alert, collective=collective).exists(),
        }
        for code, stands in reasons.items():
            if stands:
                raise NotSecond(code=code)
        Second.objects.create(alert=alert, collective_id=collective)
        return changing.change(alert, "second", seconders=alert.seconders + 1)
