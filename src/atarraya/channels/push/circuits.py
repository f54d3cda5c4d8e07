"""Which push services are left alone for now, and how long: kept from one batch to the next, by this process."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from atarraya.kernel import clock

FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=10)
# A service that nobody subscribes to any more is forgotten when more than these are known.
MOST = 256


@dataclass(frozen=True)
class Shut:
    """A service that kept others waiting: until when, how often in a row, and whether it answered at all."""

    until: datetime
    strikes: int
    silent: bool


class Circuits:
    """Services by origin. Of one that was shut, the first message after its time is the trial."""

    def __init__(self) -> None:
        self._shut: dict[str, Shut] = {}
        self._lock = threading.Lock()

    def left(self, origin: str) -> float:
        """Return for how many seconds a service is left alone yet; 0 when it may be asked."""
        shut, now = self._shut.get(origin), clock.now()
        if shut is None or shut.until > now + LONGEST:  # written under a clock that was ahead
            return 0.0
        return max(0.0, (shut.until - now).total_seconds())

    def is_silent(self, origin: str) -> bool:
        """Return whether a service gave no answer when it was last asked."""
        shut = self._shut.get(origin)
        return shut is not None and shut.silent

    def is_suspect(self, origin: str) -> bool:
        """Return whether a service kept others waiting and has not been quick since."""
        return origin in self._shut

    def shut(self, origin: str, *, silent: bool) -> float:
        """Leave a service alone, twice as long each time; return for how many seconds."""
        with self._lock:
            before = self._shut.pop(origin, None)
            strikes = before.strikes + 1 if before else 1
            wait = min(FIRST * (1 << min(strikes - 1, 10)), LONGEST)
            self._shut[origin] = Shut(clock.now() + wait, strikes, silent)
            while len(self._shut) > MOST:
                self._shut.pop(next(iter(self._shut)))
        return wait.total_seconds()

    def well(self, origin: str) -> None:
        """Note that a service answers, and soon enough."""
        self._shut.pop(origin, None)

    def forget(self) -> None:
        """Forget all (for tests)."""
        self._shut.clear()
