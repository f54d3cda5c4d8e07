"""Numbers of events. One row is locked from the first number of a transaction to its commit (R30).

So the order of `seq` is the order of commit on both databases: who has seen 7 never meets a late 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from atarraya.alerts.models import Alert, Event
from atarraya.kernel import clock
from atarraya.kernel.transactions import write

NAME = "alerts"
_TAKE = (
    "INSERT INTO alerts_sequence (name, value) VALUES (%s, %s) "
    "ON CONFLICT (name) DO UPDATE SET value = alerts_sequence.value + excluded.value RETURNING value"
)

EmittedHook = Callable[[Alert, str, int], None]
_when_emitted: list[EmittedHook] = []


def when_emitted(hook: EmittedHook) -> None:
    """Call `hook(alert, act, number)` inside the transaction that announces an act: what it writes commits with it."""
    _when_emitted.append(hook)


@contextmanager
def turn() -> Iterator[None]:
    """Open (or join) a write transaction and wait for the turn to change alerts.

    Every change takes the turn before it reads what it changes, so two changes never cross nor deadlock.
    Lines of the trail come after it, never before.
    """
    with write():
        _take(0)
        yield


def emit(alert: Alert, act: str) -> int:
    """Append the event that announces `act` on `alert` and return its number. Only inside `turn`."""
    number = _take(1)
    Event.objects.create(seq=number, alert=alert, municipality=alert.municipality, act=act, at=clock.this_hour())
    for hook in _when_emitted:
        hook(alert, act, number)
    return number


def _take(steps: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [NAME, steps])
        return int(cursor.fetchone()[0])
