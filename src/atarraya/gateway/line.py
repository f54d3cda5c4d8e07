"""The line in which taken SMS wait: each number has a place of its own, so that a flood from one delays no other."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque


class Line:
    """Gives one of each number in turn. Numbers are in memory only."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, deque[str]] = OrderedDict()
        self._changed = threading.Condition()

    def put(self, number: str, id_: str) -> None:
        """Let an SMS wait behind those of its own number."""
        with self._changed:
            self._waiting.setdefault(number, deque()).append(id_)
            self._changed.notify()

    def again(self, number: str, id_: str) -> None:
        """Put one back at the head of its number's place: it could not be handed on just now."""
        with self._changed:
            self._waiting.setdefault(number, deque()).appendleft(id_)
            self._changed.notify()

    def take(self, patience: float) -> tuple[str, str] | None:
        """Return (number, id) of the next, or None when none came within `patience` seconds."""
        with self._changed:
            if not self._waiting and not self._changed.wait(patience):
                return None
            if not self._waiting:
                return None
            number, ids = self._waiting.popitem(last=False)
            id_ = ids.popleft()
            if ids:
                self._waiting[number] = ids  # to the end: the others come first
            return number, id_

    def __len__(self) -> int:
        with self._changed:
            return sum(map(len, self._waiting.values()))
