"""Who sends what: deliveries are leased to one worker, kept alive while it works, and finished only by who holds them.

A lease is a random mark and a moment. Whoever comes back late finds another mark there, or none, and changes nothing.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from atarraya.kernel import clock, ids
from atarraya.kernel.transactions import write
from atarraya.notices import rules
from atarraya.notices.models import Delivery, Receiver

Waits = dict[datetime, list[int]]


@dataclass(frozen=True, slots=True)
class Leased:
    """One delivery in a worker's hands. `tries` counts this one."""

    id: int
    receiver: UUID
    alert: UUID
    version: int
    follows: bool
    tries: int


@dataclass
class Outcomes:
    """What became of some deliveries, to be written in one transaction.

    `handed`: with somebody who will say what became of it. `dropped`: nobody needs to hear of it any more. `later`:
    until a moment, not counted as a try. `again`: a try failed for a reason; `after` are seconds the other side asked
    for.
    """

    sent: list[int] = field(default_factory=list)
    handed: list[int] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)
    later: Waits = field(default_factory=dict)
    again: list[tuple[Leased, str, float | None]] = field(default_factory=list)
    given_up: dict[str, list[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.sent or self.handed or self.dropped or self.later or self.again or self.given_up)


def due(carrier: str, now: datetime) -> QuerySet[Delivery]:
    """Return what may be sent by a carrier now and is in nobody's hands.

    A moment farther ahead than anything waits was written under a wrong clock, and holds nothing back.
    """
    ready = Q(due__lte=now) | Q(due__gt=now + rules.FARTHEST)
    free = Q(leased_until=None) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * rules.LEASE)
    return Delivery.objects.filter(ready, free, carrier=carrier, state=Delivery.State.WAITING)


def lease(carrier: str, token: UUID) -> list[Leased]:
    """Take up to a batch of what is due, the longest waiting first; it counts as a try.

    What was taken too often by workers that never came back is given up.
    """
    now = clock.now()
    if not due(carrier, now).exists():
        return []  # without the writer's lock: this is asked twice a second
    with write():
        rows = due(carrier, now).select_for_update(skip_locked=True).order_by("due", "id")
        columns = rows.values_list("pk", "receiver_id", "alert_id", "version", "follows", "tries")
        taken = [Leased(*row[:5], row[5] + 1) for row in columns[: rules.BATCH]]
        lost = [one.id for one in taken if one.tries > rules.MOST_TRIES]
        kept = [one for one in taken if one.tries <= rules.MOST_TRIES]
        Delivery.objects.filter(pk__in=lost).update(**_settled(Delivery.State.GIVEN_UP), reason="UNFINISHED")
        mine = Delivery.objects.filter(pk__in=[one.id for one in kept])
        mine.update(lease=token, leased_until=now + rules.LEASE, tries=F("tries") + 1)
    return kept


def new_token() -> UUID:
    """Return the mark of one batch in one worker's hands."""
    return ids.new_id()


def renew(token: UUID) -> set[int]:
    """Keep what is still in one's hands a lease longer; return which deliveries those are."""
    with write():
        mine = _held(token)
        mine.update(leased_until=clock.now() + rules.LEASE)
        return set(mine.values_list("pk", flat=True))


def _held(token: UUID) -> QuerySet[Delivery]:
    """Return what is in the hands of `token`, locked in the order in which `ending.destroy` locks."""
    mine = Delivery.objects.filter(lease=token, state=Delivery.State.WAITING)
    list(mine.select_for_update().order_by("pk").values_list("pk", flat=True))
    return mine


def finish(token: UUID, outcomes: Outcomes) -> None:
    """Write what became of deliveries, of those only that are still in the hands of `token`."""
    if not outcomes:
        return
    with write():
        mine = _held(token)
        _sent(mine, outcomes.sent)
        mine.filter(pk__in=outcomes.dropped).delete()
        if outcomes.handed:
            due = clock.this_hour() + rules.HANDED
            mine.filter(pk__in=outcomes.handed).update(lease=None, leased_until=None, due=due, reason="")
        for until, keys in outcomes.later.items():
            mine.filter(pk__in=keys).update(lease=None, leased_until=None, due=until, tries=F("tries") - 1)
        for (until, reason), keys in _waits(outcomes).items():
            mine.filter(pk__in=keys).update(lease=None, leased_until=None, due=until, reason=reason)
        for reason, keys in _given_up(outcomes).items():
            mine.filter(pk__in=keys).update(**_settled(Delivery.State.GIVEN_UP), reason=reason)


def heard_of(keys: list[int], reason: str = "") -> None:
    """Write what became of deliveries that were handed on: delivered, or given up for a reason.

    What was settled or forgotten meanwhile stays so. Whoever still holds a lease on one of them finds it finished.
    """
    with write():
        rows = Delivery.objects.filter(pk__in=keys, state=Delivery.State.WAITING)
        if reason:
            rows.update(**_settled(Delivery.State.GIVEN_UP), reason=reason)
        else:
            _sent(rows, keys)


def _sent(mine: QuerySet[Delivery], keys: list[int]) -> None:
    if not keys:
        return
    receivers = list(mine.filter(pk__in=keys).values_list("receiver_id", flat=True))
    mine.filter(pk__in=keys).update(**_settled(Delivery.State.SENT), reason="")
    hour = clock.this_hour()
    late = Receiver.objects.filter(Q(last=None) | ~Q(last=hour), pk__in=receivers)
    # Another worker that holds one of them is writing this very hour there.
    free = list(late.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Receiver.objects.filter(pk__in=free).update(last=hour)


def _settled(state: str) -> dict[str, object]:
    """Return what a settled row keeps: how it ended and the hour, no moment."""
    return {"state": state, "lease": None, "leased_until": None, "due": None, "hour": clock.this_hour()}


def _waits(outcomes: Outcomes) -> Mapping[tuple[datetime, str], list[int]]:
    now, found = clock.now(), dict[tuple[datetime, str], list[int]]()
    for one, reason, after in outcomes.again:
        if one.tries < rules.MOST_TRIES:
            waits = rules.wait(one.tries, random.random())  # nosec B311 # spreads attempts, keeps no secret
            asked = timedelta(seconds=min(after or 0.0, 6 * 3600.0))
            # In steps of ten seconds, so that a whole batch is written in a few statements.
            steps = -(-max(waits, asked) // timedelta(seconds=10))
            found.setdefault((now + steps * timedelta(seconds=10), reason), []).append(one.id)
    return found


def _given_up(outcomes: Outcomes) -> Mapping[str, list[int]]:
    found = {reason: list(keys) for reason, keys in outcomes.given_up.items()}
    for one, reason, _after in outcomes.again:
        if one.tries >= rules.MOST_TRIES:
            found.setdefault(reason, []).append(one.id)
    return found


def put_back(token: UUID, left: Iterable[int]) -> None:
    """Give back what was not begun, for a worker that was told to stop."""
    with write():
        mine = _held(token).filter(pk__in=list(left))
        mine.update(lease=None, leased_until=None, tries=F("tries") - 1)
