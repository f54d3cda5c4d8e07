"""Made once, given many times: a small keep in each process for what many readers ask alike.

The key says everything the value depends on (the last event, the hour, the reader's scope, the language), so a
change anywhere is a new key and nothing has to be told to forget. When a thousand readers ask for what has just
changed, one thread makes it and the others wait for that one.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Keeps the `size` values asked for most recently."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value kept for `key`, made now if there is none.

        `make` must not ask this same keep for `key`. If it fails, the next who waits tries.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            with self._lock:
                if key in self._values:
                    return self._values[key]
            try:
                value = make()
            except BaseException:
                with self._lock:
                    self._making.pop(key, None)
                raise
            self._keep(key, value)
            return value

    def _keep(self, key: Hashable, value: Value) -> None:
        with self._lock:
            self._making.pop(key, None)
            self._values[key] = value
            while len(self._values) > self.size:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything (for tests that write rows past the acts)."""
        with self._lock:
            self._values.clear()
