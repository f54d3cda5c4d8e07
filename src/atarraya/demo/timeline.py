"""A queue of what happens when: each step runs with the clock stopped at its hour, oldest first.

Between steps the days pass as they do for the worker: alerts lapse, and what reached its last day goes once its
readers were told.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

from atarraya.alerts.models import RetentionNotice
from atarraya.alerts.queries import retention as retention_queries
from atarraya.alerts.services import expiring, retention
from atarraya.kernel import clock
from atarraya.kernel.errors import DomainError
from atarraya.network.models import Member

Step = Callable[[], object]
WEEK = timedelta(days=7)


class Timeline:
    """Steps by hour. A step may add later ones while it runs."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self.begin, self.end = begin, end
        self.refused: list[str] = []
        self._queue: list[tuple[datetime, int, Step]] = []
        self._count = 0
        self._week = begin + WEEK

    def at(self, moment: datetime, step: Step) -> None:
        """Do `step` at `moment`; what lies in the future of the demonstration never happens."""
        if moment <= self.end:
            heapq.heappush(self._queue, (moment, self._count, step))
            self._count += 1

    def before_now(self, step: Step, *, days: float = 0, hours: float = 0) -> None:
        """Do `step` so long before the demonstration's present."""
        self.at(self.end - timedelta(days=days, hours=hours), step)

    def run(self, progress: Callable[[int, int], None]) -> None:
        """Let it all happen. A step that the rules refuse is noted and left out, as in life."""
        done = 0
        while self._queue:
            moment, _order, step = heapq.heappop(self._queue)
            with clock.freeze(moment):
                self._let_time_pass(moment)
                try:
                    step()
                except DomainError as refusal:
                    where = getattr(step, "__qualname__", "")
                    self.refused.append(f"{type(refusal).__name__} {refusal.code} {where} {moment:%Y-%m-%dT%H}")
            done += 1
            progress(done, done + len(self._queue))
        with clock.freeze(self.end):
            expiring.run()

    def _let_time_pass(self, moment: datetime) -> None:
        expiring.run()
        if moment >= self._week:
            self._week = moment + WEEK
            for notice in RetentionNotice.objects.all():
                serving = retention_queries.serving(notice.inbox, notice.municipality)
                for member in Member.objects.filter(pk__in=serving):
                    retention.tell(member, notice)
            retention.run()
