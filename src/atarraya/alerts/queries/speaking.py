"""Who has spoken lately, by municipality: a number that changes once a day and never names a point (R17)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Count

from atarraya.alerts import rules
from atarraya.alerts.models import Spoken
from atarraya.kernel import clock
from atarraya.network.models import Point


class Heard(NamedTuple):
    """How many of a municipality's active points spoke on the seven days before today."""

    said: int
    points: int

    @property
    def told(self) -> bool:
        """Return whether the numbers may be told: with fewer than three points they would name who spoke."""
        return self.points >= rules.POINTS_FOR_COUNT


NOBODY = Heard(0, 0)


def heard(codes: Iterable[str]) -> dict[str, Heard]:
    """Return code → how many points have spoken. Two queries.

    Today's words count from tomorrow on: a number that moved within the day would say who had just spoken.
    """
    wanted, today = list(codes), clock.today()
    active = Point.objects.filter(state=Point.State.ACTIVE, municipality__in=wanted)
    points = _counted(active.values_list("municipality").annotate(Count("id")))
    spoken = Spoken.objects.filter(
        day__gte=today - timedelta(days=rules.SPOKEN_DAYS),
        day__lt=today,
        municipality__in=wanted,
        point__state=Point.State.ACTIVE,
    )
    said = _counted(spoken.values_list("municipality").annotate(Count("point", distinct=True)))
    return {code: Heard(min(said.get(code, 0), points.get(code, 0)), points.get(code, 0)) for code in wanted}


def _counted(rows: Iterable[Any]) -> dict[str, int]:
    return {code: count for code, count in rows}
