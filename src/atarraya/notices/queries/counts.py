"""Numbers for a steward: how many by way and by reason. Never who, never of what."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count

from atarraya.notices import carriers
from atarraya.notices.carriers import Carrier
from atarraya.notices.models import Delivery


@dataclass
class Way:
    """One way out: deliveries that wait, that went out (until 14 days after their alert ended), given up by reason."""

    name: str
    label: str
    ready: bool
    pulls: bool = False
    state: str = ""
    waiting: int = 0
    sent: int = 0
    given_up: dict[str, int] = field(default_factory=dict)


def ways() -> list[Way]:
    """Return every way out that is known or has deliveries, by name. One query."""
    found = {one.name: _way(one) for one in carriers.every()}
    counted = Delivery.objects.values_list("carrier", "state", "reason").annotate(Count("id")).order_by("carrier")
    for name, state, reason, count in counted:
        way = found.setdefault(name, Way(name, name, ready=False))
        if state == Delivery.State.WAITING:
            way.waiting += count
        elif state == Delivery.State.SENT:
            way.sent += count
        else:
            way.given_up[reason] = way.given_up.get(reason, 0) + count
    return [found[name] for name in sorted(found)]


def _way(carrier: Carrier) -> Way:
    able = carriers.can_send(carrier)
    return Way(carrier.name, str(carrier.label), able, carrier.pulls, carrier.state() if able else "")
