"""What the platform refused: tried again ever more seldom, counted for people, and let go of after a month."""

from __future__ import annotations

import time
from datetime import date, timedelta

from atarraya.gateway.spool import Spool, Waiting

FIRST, SLOWEST = 60.0, 3600.0  # seconds until what was refused is tried again
# So long a steward has had to mend what is refused: after that nothing will take it.
KEEP = timedelta(days=30)
_FACT = "dropped"


class Later:
    """The refused SMS of this run. Used by the one thread that hands on; others read how many."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._waiting: dict[str, tuple[float, float, str]] = {}
        self.dropped = int(spool.fact(_FACT) or 0)

    @property
    def stuck(self) -> int:
        """Return how many are refused and tried again."""
        return len(self._waiting)

    def put(self, number: str, waiting: Waiting, today: date) -> bool:
        """Let one wait for its next try; return True where it was let go of instead."""
        if today - waiting.day > KEEP:
            self._waiting.pop(waiting.id, None)
            self.dropped += 1
            self._spool.handed_on(waiting.id)
            self._spool.keep_fact(_FACT, str(self.dropped))
            return True
        _due, waited, _number = self._waiting.get(waiting.id, (0.0, 0.0, ""))
        waits = min(SLOWEST, max(FIRST, waited * 2))
        self._waiting[waiting.id] = (time.monotonic() + waits, waits, number)
        return False

    def due(self) -> list[tuple[str, str]]:
        """Return (number, id) of those whose time has come. They count as stuck until they are `taken`."""
        now = time.monotonic()
        found = [(number, id_) for id_, (due, _waits, number) in self._waiting.items() if due <= now]
        for number, id_ in found:
            self._waiting[id_] = (float("inf"), self._waiting[id_][1], number)
        return found

    def taken(self, id_: str) -> None:
        """The platform has it after all."""
        self._waiting.pop(id_, None)
