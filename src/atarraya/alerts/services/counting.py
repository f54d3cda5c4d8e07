"""Counters, moved in the transaction that changes an alert and equal to a recount at any moment.

Two rows a step: one by kind and month, and one total (kind and month empty) that maps read in a few
microseconds whatever the history. Only announced alerts count: one that is held or waits for its hour changes
no number.
"""

from __future__ import annotations

from collections import Counter as Tally
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from atarraya.alerts.models import Alert, Counter
from atarraya.kernel.transactions import write


class Key(NamedTuple):
    """What a counter counts: codes, and the month (YYYY-MM, network's time zone) of the alert's time."""

    municipality: str
    state: str
    month: str
    kind: str


_ADD = (
    "INSERT INTO alerts_counter (municipality, state, month, kind, count) VALUES {} "
    "ON CONFLICT (municipality, state, month, kind) "
    "DO UPDATE SET count = alerts_counter.count + excluded.count"
)


def key_of(alert: Alert) -> Key | None:
    """Return where `alert` is counted, or None while it is not announced."""
    if alert.seq == 0:
        return None
    month = timezone.localtime(alert.at).strftime("%Y-%m")
    return Key(alert.municipality, alert.state, month, alert.kind)


def move(before: Key | None, after: Key | None) -> None:
    """Count one less at `before` and one more at `after`. Only inside `events.turn`."""
    if before == after:
        return
    steps: Tally[Key] = Tally()
    for key, step in ((before, -1), (after, 1)):
        if key is not None:
            steps[key] += step
            steps[_total(key)] += step
    rows = [(*key, step) for key, step in sorted(steps.items()) if step]
    if not rows:
        return
    marks = ", ".join(["(%s, %s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(_ADD.format(marks), [value for row in rows for value in row])


def _total(key: Key) -> Key:
    return Key(key.municipality, key.state, "", "")


def recount() -> dict[Key, int]:
    """Count every announced alert anew. Reads the whole table; for tests, `doctor` and `repair`."""
    tally: Tally[Key] = Tally()
    rows = Alert.objects.filter(seq__gt=0).only("municipality", "state", "at", "kind", "seq")
    for alert in rows.iterator(chunk_size=2000):
        key = key_of(alert)
        if key is not None:
            tally[key] += 1
            tally[_total(key)] += 1
    return dict(tally)


def counted() -> dict[Key, int]:
    """Return the counters as they stand, without those at zero."""
    rows = Counter.objects.exclude(count=0).values_list("municipality", "state", "month", "kind", "count")
    return {Key(*row[:4]): row[4] for row in rows}


def differences() -> dict[Key, tuple[int, int]]:
    """Return the counters that are not equal to a recount, as (stands at, should be)."""
    there, true = counted(), recount()
    keys = sorted(there.keys() | true.keys())
    return {key: (there.get(key, 0), true.get(key, 0)) for key in keys if there.get(key, 0) != true.get(key, 0)}


def repair() -> int:
    """Make the counters equal to a recount and return how many were wrong."""
    from atarraya.alerts.services.events import turn

    with write(), turn():
        wrong = differences()
        for key, (_, count) in wrong.items():
            Counter.objects.update_or_create(**key._asdict(), defaults={"count": count})
    return len(wrong)
