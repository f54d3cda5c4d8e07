"""Builds the whole demonstration in an empty database, step by step, and hands its secrets back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import connection

from atarraya.demo.founding import raise_cast
from atarraya.demo.history import History
from atarraya.demo.keyring import Cast
from atarraya.demo.timeline import Timeline
from atarraya.demo.today import Today
from atarraya.kernel import clock
from atarraya.network.queries import forget_network

DAYS = 91


def build(progress: Callable[[int, int], None]) -> Cast:
    """Make the invented network as of now. `progress` gets (steps done, steps known so far)."""
    _hurry()
    now = clock.now()
    begin = now - timedelta(days=DAYS)
    with clock.freeze(begin):
        cast = raise_cast()
    forget_network()
    timeline = Timeline(begin, now)
    history = History(cast, timeline)
    history.plan()
    Today(history).plan()
    timeline.run(progress)
    cast.refused = timeline.refused
    return cast


def _hurry() -> None:
    """Do not wait for the disk at each step: if the machine stops now, the demonstration is simply built again."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
