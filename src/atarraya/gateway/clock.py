"""What time it is: this machine's clock, set right by what the platform's says in each of its answers.

A laptop's clock may be hours or years off. What is dated by it would be a fresh warning of something old, or an old one
of something that happens now; so hours are counted by the platform's clock, and waiting by one that nobody sets.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from atarraya.gateway.spool import Spool

_FACT = "clock"
# Off by more than this, people are told: the hours on what phones sign, and certificates, depend on it too.
TOLERATED = timedelta(minutes=5)
# The hour in an answer that took longer says too little.
PROMPT = 10.0
# Runs through sleep, and nobody sets it. Where there is none, this machine's clock must do.
_STEADY = getattr(time, "CLOCK_BOOTTIME", None)


class Clock:
    """Safe to ask from several threads."""

    def __init__(self, spool: Spool) -> None:
        self._spool, self._lock = spool, threading.Lock()
        kept = spool.fact(_FACT)
        self.off = timedelta(seconds=int(kept)) if kept else timedelta(0)
        self.known = False
        self._arrived: dict[str, float] = {}

    def heard(self, theirs: datetime, took: float) -> None:
        """Compare with what the platform's clock said in an answer that took so many seconds."""
        if took > PROMPT:
            return
        off = timedelta(seconds=round((theirs - datetime.now(UTC)).total_seconds() + took / 2))
        with self._lock:
            changed = abs(off - self.off) > timedelta(seconds=30)
            self.known = True
            if changed:
                self.off = off
        if changed:
            self._spool.keep_fact(_FACT, str(int(off.total_seconds())))

    @property
    def is_wrong(self) -> bool:
        """Return whether this machine's clock is so far off that a person should set it."""
        return self.known and abs(self.off) > TOLERATED

    def now(self) -> datetime:
        """Return what time it is, as far as it is known."""
        return datetime.now(UTC) + self.off

    def since(self, sent: datetime, *, here: bool) -> timedelta:
        """Return how long ago something was sent. `here`: by this machine's own clock, else by another's.

        An hour still to come is none: what carries it came just now.
        """
        ago = datetime.now(UTC) - sent
        if not here or ago < timedelta(minutes=-1):
            ago = self.now() - sent
        return max(ago, timedelta(0))

    def arrived(self, id_: str) -> None:
        """Begin to count how long something waits."""
        if _STEADY is not None:
            with self._lock:
                self._arrived[id_] = time.clock_gettime(_STEADY)

    def waited(self, id_: str) -> timedelta | None:
        """Return how long it has waited in this run; None where it came in an earlier one."""
        with self._lock:
            begun = self._arrived.get(id_)
        return None if begun is None or _STEADY is None else timedelta(seconds=time.clock_gettime(_STEADY) - begun)

    def left(self, id_: str) -> None:
        """It waits no more."""
        with self._lock:
            self._arrived.pop(id_, None)
