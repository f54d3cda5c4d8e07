"""That a point spoke on a day: the only mark a report may leave that others can see (R17)."""

from __future__ import annotations

from datetime import timedelta

from atarraya.alerts import rules
from atarraya.alerts.models import Spoken
from atarraya.alerts.services.rows import insert_new
from atarraya.kernel import clock, ids
from atarraya.network.models import Point


def speak(point: Point, age: str = "H1") -> None:
    """Mark that `point` spoke, inside the caller's transaction: once a day, on the day it was said.

    What waited too long to know the day (`OLD`) leaves no mark.
    """
    hours = rules.AGES[age]
    if hours is None:
        return
    day = clock.today() - timedelta(days=hours // 24)
    insert_new(Spoken, id=ids.new_id(), point_id=point.pk, municipality=point.municipality, day=day)
