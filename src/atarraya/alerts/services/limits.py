"""Limits kept in memory, by what was asked for and never by who asked: no address is read, none can be delayed.

Each process counts for itself and forgets at a restart; a limit here stops a flood, it is no proof of anything.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from atarraya.kernel.errors import TooMany


class Limit:
    """At most `count` of one key in a window of `seconds`. Keys are remembered only inside the window."""

    def __init__(self, count: int, seconds: int, keys: int = 20_000) -> None:
        self.count, self.seconds, self.keys = count, seconds, keys
        self._seen: OrderedDict[object, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()
        self._used_up = float("-inf")  # when a window last began in which a key used its count

    def leaves_all(self) -> bool:
        """Return whether no key at all has used its count: then nobody need be asked who they are to be let through."""
        return time.monotonic() - self._used_up >= self.seconds

    def check(self, key: object) -> None:
        """Raise TooMany if `key` has used its count."""
        with self._lock:
            start, used = self._seen.get(key, (0.0, 0))
            if used >= self.count and time.monotonic() - start < self.seconds:
                raise TooMany()

    def add(self, key: object, amount: int = 1) -> None:
        """Count one more of `key`, or `amount`."""
        now = time.monotonic()
        with self._lock:
            start, used = self._seen.pop(key, (now, 0))
            if now - start >= self.seconds:
                start, used = now, 0
            self._seen[key] = (start, used + amount)
            if used + amount >= self.count:
                self._used_up = max(self._used_up, start)
            if len(self._seen) > self.keys:
                self._seen.popitem(last=False)

    def take(self, key: object) -> None:
        """Raise TooMany if `key` has used its count, else count one more."""
        self.check(key)
        self.add(key)

    def clear(self) -> None:
        """Forget everything (for tests)."""
        with self._lock:
            self._seen.clear()
            self._used_up = float("-inf")
