"""How long work shows: a bar for a person, a plain line now and then for a log. Writes to standard error only."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TextIO, TypeVar

from atarraya.terminal.words import _

WIDTH = 28
BAR_EVERY = 0.1  # seconds between redraws of a bar
LINE_EVERY = 5.0  # seconds between plain lines

Item = TypeVar("Item")


class Progress:
    """Counts steps towards `total` (0 = not known) under `label`. Use as a context manager."""

    def __init__(self, label: str, total: int = 0, stream: TextIO | None = None) -> None:
        self.label, self.total, self.done = label, total, 0
        self.stream = stream or sys.stderr
        self.bar = self.stream.isatty()
        self._shown = 0.0

    def __enter__(self) -> Progress:
        self._shown = time.monotonic() if not self.bar else 0.0
        self._show()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar:
            self._draw()
            self.stream.write("\n")
        elif error is None:
            self.stream.write(_("%(label)s: done") % {"label": self.label} + "\n")
        self.stream.flush()

    def step(self, count: int = 1) -> None:
        """Note that `count` more are done."""
        self.reach(self.done + count)

    def reach(self, done: int) -> None:
        """Note that `done` are done in all."""
        self.done = done
        self._show()

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield `items`, counting each when the next is asked for."""
        for item in items:
            yield item
            self.step()

    def _show(self) -> None:
        now = time.monotonic()
        if now - self._shown < (BAR_EVERY if self.bar else LINE_EVERY):
            return
        self._shown = now
        if self.bar:
            self._draw()
        else:
            self.stream.write(f"{self.label}: {self._count()}\n")
        self.stream.flush()

    def _count(self) -> str:
        return f"{self.done}/{self.total}" if self.total else str(self.done)

    def _draw(self) -> None:
        filled = min(WIDTH, WIDTH * self.done // self.total) if self.total else 0
        drawn = "█" * filled + "·" * (WIDTH - filled) if self.total else ""
        self.stream.write(f"\r\x1b[2K{self.label} {drawn} {self._count()}")
