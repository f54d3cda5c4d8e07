"""The one way an alert's row is written: with its version, its event and its counters, or not at all.

Callers hold `events.turn` and have asked their policy; nothing here decides who may do what.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from atarraya.alerts import rules
from atarraya.alerts.acts_refused import NoSuchAlert
from atarraya.alerts.models import Alert, AlertVersion
from atarraya.alerts.services import counting
from atarraya.alerts.services.events import emit
from atarraya.kernel import clock

# What a version remembers: everything shared that an act may change.
REMEMBERED = (
    "kind", "municipality", "zone_id", "zone_hidden", "urgency", "state", "doubt", "seen", "when_part",
    "summary", "summary_hidden", "advice", "reach", "at", "expires_at", "next_news_at", "responsible_role",
    "outcome", "answer", "merged_into_id", "corrected", "public_at", "public_day", "public_summary",
    "held",
)  # fmt: skip


def lock(alert_id: UUID) -> Alert:
    """Return the alert, locked until the transaction ends. Raises NoSuchAlert."""
    alert = Alert.objects.select_for_update().filter(pk=alert_id).first()
    if alert is None:
        raise NoSuchAlert()
    return alert


def begin(alert: Alert, act: str = "publish") -> Alert:
    """Write a new alert with its first version; announce and count it unless it is held or delayed."""
    alert.version = 1
    alert.rank = rules.RANK[alert.urgency]
    if _announced(alert):
        alert.seq = emit(alert, act)
    alert.save(force_insert=True)
    _remember(alert, act)
    counting.move(None, counting.key_of(alert))
    return alert


def change(alert: Alert, act: str, **values: Any) -> Alert:
    """Write `values` over a locked alert as its next version, with one event, and move the counters."""
    before = counting.key_of(alert)
    for name, value in values.items():
        setattr(alert, name, value)
    alert.rank = rules.RANK[alert.urgency]
    alert.version += 1
    if _announced(alert):
        alert.seq = emit(alert, act)
    alert.save()
    _remember(alert, act)
    counting.move(before, counting.key_of(alert))
    return alert


def settle(alert: Alert, act: str, state: str, **values: Any) -> Alert:
    """End an alert: no clock runs any more, its point is forgotten (R24), and its end stands first."""
    seen_by_others = alert.seq > 0
    forget_point(alert)
    return change(
        alert,
        act,
        state=state,
        open=False,
        doubt=False,
        expires_at=None,
        next_news_at=None,
        announce_at=None,
        news_at=clock.this_hour(),
        top_until=clock.this_hour() + timedelta(hours=rules.TOP_HOURS) if seen_by_others else None,
        **values,
    )


def forget_point(alert: Alert) -> None:
    """Drop the point from a locked alert and from its taps; the collective stays (R24)."""
    alert.taps.exclude(point=None).update(point=None)
    alert.point = None


def _announced(alert: Alert) -> bool:
    return not alert.held and alert.announce_at is None and (alert.open or alert.seq > 0)


def _remember(alert: Alert, act: str) -> None:
    codes = {name: _plain(getattr(alert, name)) for name in REMEMBERED}
    AlertVersion.objects.create(alert=alert, number=alert.version, act=act, codes=codes, at=clock.this_hour())


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
