"""One batch: what is still worth saying goes to its carrier, and what became of it is written as it goes.

Whether somebody may hear is asked again at this moment, for minutes or a night may have passed since the row was
written: they may have ended it, been stopped, moved away, or the alert may have been settled.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from atarraya.alerts.models import Alert
from atarraya.alerts.queries.reading import is_shown
from atarraya.kernel import clock
from atarraya.notices import rules
from atarraya.notices.carriers import (
    Again,
    Carrier,
    CarrierDown,
    Delivered,
    GivenUp,
    Gone,
    Handed,
    Item,
    Later,
    Said,
    can_send,
)
from atarraya.notices.models import Delivery, Receiver, Subscription
from atarraya.notices.queries.readers import Readers, Target, fits, targets
from atarraya.notices.services import confirming, ending, leasing
from atarraya.notices.services.leasing import Leased, Outcomes

log = logging.getLogger(__name__)
# What became of a batch is written at least this often (seconds), and the lease renewed with it.
WRITE_EVERY = 2.0
NOT_YET = timedelta(minutes=10)


def step(carrier: Carrier, stop: threading.Event | None = None) -> bool:
    """Send one batch by a carrier; return False when nothing was due or the way is closed for now."""
    if not can_send(carrier):
        return False
    confirmed = confirming.step(carrier)
    token = leasing.new_token()
    batch = leasing.lease(carrier.name, token)
    if not batch:
        return confirmed
    items, settled = _sorted(carrier, batch)
    leasing.finish(token, settled)
    return _Sending(carrier, token, {one.id: one for one in batch}, items, stop or threading.Event()).run()


def _sorted(carrier: Carrier, batch: list[Leased]) -> tuple[list[Item], Outcomes]:
    """Return what to send now, and what became of the rest."""
    now, settled = clock.now(), Outcomes()
    found = targets(Receiver.objects.filter(pk__in={one.receiver for one in batch}))
    alerts = Alert.objects.in_bulk({one.alert for one in batch})
    asked = _Asked(batch, Readers(found.values(), clock.today()))
    sent: list[tuple[Target, Leased]] = []
    for one in batch:
        target, alert = found.get(one.receiver), alerts.get(one.alert)
        if target is None or alert is None or not asked.worth_saying(one, target, alert):
            settled.dropped.append(one.id)
            continue
        if not is_shown(alert, now):
            # Written under a clock that was ahead: boards do not show it yet.
            settled.later.setdefault(now + NOT_YET, []).append(one.id)
            continue
        quiet = rules.quiet_until(timezone.localtime(now), target.quiet_from, target.quiet_to)
        if quiet is not None and not (target.now_passes and _urgent(alert)):
            morning = quiet + rules.after_quiet(target.id.int, carrier.spread[1])
            settled.later.setdefault(morning, []).append(one.id)
        else:
            sent.append((target, one))
    return _items(carrier, sent, alerts), settled


class _Asked:
    """What a batch must be asked before it is sent: two queries, and one for each version of an alert in it."""

    def __init__(self, batch: list[Leased], readers: Readers) -> None:
        self.readers = readers
        receivers = {one.receiver for one in batch}
        self.newest: dict[tuple[UUID, UUID], int] = {}
        for alert, version in {(one.alert, one.version) for one in batch}:
            newer = Delivery.objects.filter(alert=alert, version__gt=version).exclude(state=Delivery.State.GIVEN_UP)
            if newer.exists():
                rows = newer.filter(receiver__in=receivers).values_list("receiver_id").annotate(Max("version"))
                self.newest |= {(receiver, alert): newest for receiver, newest in rows}
        self.wants: dict[UUID, list[Subscription]] = {}
        for want in Subscription.objects.filter(receiver__in=receivers, paused=False):
            self.wants.setdefault(want.receiver_id, []).append(want)

    def worth_saying(self, one: Leased, target: Target, alert: Alert) -> bool:
        """Return whether they may hear, nothing newer says it, and it still fits (or corrects what they heard)."""
        if self.newest.get((one.receiver, one.alert), 0) > one.version or not self.readers.listens(target):
            return False
        if one.follows:
            return True
        wanted = {want.municipality for want in self.wants.get(one.receiver, ()) if fits(want, alert)}
        return alert.open and self.readers.reaches(target, alert, wanted)


def _urgent(alert: Alert) -> bool:
    return alert.open and alert.rank == 0


def _items(carrier: Carrier, sent: list[tuple[Target, Leased]], alerts: dict[UUID, Alert]) -> list[Item]:
    """Return messages: one a receiver if the carrier says nothing, else one a delivery."""
    grouped: dict[object, list[tuple[Target, Leased]]] = {}
    for target, one in sent:
        grouped.setdefault(target.id if carrier.says_nothing else one.id, []).append((target, one))
    return [
        Item(
            keys=tuple(one.id for _, one in group),
            receiver=group[0][0].id,
            address=group[0][0].address,
            urgent=any(_urgent(alerts[one.alert]) for _, one in group),
            told=tuple((one.alert, one.version) for _, one in group),
        )
        for group in grouped.values()
    ]


def _in_steps(seconds: float) -> datetime:
    """Return the moment after some seconds, in steps of ten, so that a whole batch is written in a few statements."""
    steps = -(-min(seconds, rules.FARTHEST.total_seconds()) // 10)
    return clock.now().replace(microsecond=0) + timedelta(seconds=10 * steps)


@dataclass
class _Sending:
    """A batch on its way: writes outcomes as they come, keeps the lease, and stops when told or when it lost it."""

    carrier: Carrier
    token: UUID
    leased: dict[int, Leased]
    items: list[Item]
    stop: threading.Event

    def run(self) -> bool:
        self.left = {key for item in self.items for key in item.keys}
        self.outcomes, self.gone = Outcomes(), list[UUID]()
        self.written = self.renewed = time.monotonic()
        try:
            for said in self.carrier.deliver(self._still_mine()):
                if said is not None:
                    self._note(said)
                if self._due_to_write() and not self._write():
                    break
                if self.stop.is_set():
                    break
            closed = self._left_out("UNANSWERED" if not self.stop.is_set() else "")
        except CarrierDown as down:
            closed = self._left_out(down.reason)
        except Exception as problem:  # a carrier's fault makes its items wait, and keeps nobody else
            log.error("the way %s failed (%s)", self.carrier.name, type(problem).__name__)
            closed = self._left_out("FAILED")
        self._write()
        return not closed

    def _still_mine(self) -> Iterable[Item]:
        for item in self.items:
            if self.stop.is_set():
                return
            if self.left.issuperset(item.keys):
                yield item

    def _note(self, said: Said) -> None:
        keys, outcome = [key for key in said.item.keys if key in self.left], said.outcome
        self.left.difference_update(keys)
        if isinstance(outcome, Delivered):
            self.outcomes.sent += keys
        elif isinstance(outcome, Handed):
            self.outcomes.handed += keys
        elif isinstance(outcome, Again):
            self.outcomes.again += [(self.leased[key], outcome.reason, outcome.after) for key in keys]
        elif isinstance(outcome, Later):
            self.outcomes.later.setdefault(_in_steps(outcome.after), []).extend(keys)
        elif isinstance(outcome, GivenUp):
            self.outcomes.given_up.setdefault(outcome.reason, []).extend(keys)
        elif isinstance(outcome, Gone):
            self.gone.append(said.item.receiver)

    def _left_out(self, reason: str) -> bool:
        """Let what has no outcome wait: counted as a try for a reason, given back without one."""
        if reason:
            self.outcomes.again += [(self.leased[key], reason, None) for key in sorted(self.left)]
        elif self.left:
            leasing.put_back(self.token, self.left)
        closed = bool(self.left)
        self.left.clear()
        return closed

    def _due_to_write(self) -> bool:
        return time.monotonic() - self.written >= min(WRITE_EVERY, rules.LEASE.total_seconds() / 3)

    def _write(self) -> bool:
        """Write what there is, and keep the lease; return whether anything is still in these hands."""
        leasing.finish(self.token, self.outcomes)
        if self.gone:
            ending.gone(self.gone)
        self.outcomes, self.gone, self.written = Outcomes(), [], time.monotonic()
        if self.left:
            self.left &= leasing.renew(self.token)
        return bool(self.left)
