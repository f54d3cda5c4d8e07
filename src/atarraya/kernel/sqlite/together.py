"""Threads that write at the same moment share one transaction, and so one wait for the disk.

Each small write costs one turn at the writer's lock and one flush of the disk, whatever its size. Sixteen phones that
send at once would wait for sixteen of them, one behind the other. Here whoever comes first writes; who comes meanwhile
waits in a list, and the next one of them writes the whole list. Nobody is answered before the shared commit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction


@dataclass
class _Write:
    """One thread's write: what to run, and how it ended."""

    run: Callable[[], Any]
    woken: threading.Event = field(default_factory=threading.Event)
    leads: bool = False
    ended: bool = False
    result: Any = None
    problem: BaseException | None = None

    def alone(self) -> None:
        """Run it in a transaction of its own."""
        try:
            with transaction.atomic():
                self.result = self.run()
        except BaseException as problem:
            self.problem = problem


class Together:
    """A place where threads of one process meet to write."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[_Write] = []
        self._busy = False

    def write(self, run: Callable[[], Any]) -> Any:
        """Run `run()` in a transaction that others may share; return its result, durable, or raise what it raised.

        `run` may be run by another thread, and again if a write that shared its transaction failed: it must hold all
        that it needs, and have no effect but on the database. Inside a transaction it simply runs.
        """
        if connection.in_atomic_block:
            return run()
        mine = _Write(run)
        with self._lock:
            self._waiting.append(mine)
            if not self._busy:
                self._busy = mine.leads = True
        if not mine.leads:
            mine.woken.wait()
        if not mine.ended:
            self._lead(mine)
        if mine.problem is not None:
            raise mine.problem
        return mine.result

    def _lead(self, mine: _Write) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, []
        try:
            _write_all(batch)
        finally:
            with self._lock:
                following = self._waiting[0] if self._waiting else None
                self._busy = following is not None
            for each in batch:
                each.ended = True
                if each is not mine:
                    each.woken.set()
            if following is not None:
                following.woken.set()  # it has not ended, so it leads the next ones


def _write_all(batch: list[_Write]) -> None:
    if len(batch) > 1:
        try:
            with transaction.atomic():
                results = [each.run() for each in batch]
        except Exception:  # one of them spoilt it for all: each for itself, so that each knows what became of it
            results = None
        if results is not None:
            for each, result in zip(batch, results, strict=True):
                each.result = result
            return
    for each in batch:
        each.alone()
