"""Figures and how they are summed up: percentiles, medians of rounds, ratios round by round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Timing:
    """Seconds of each operation of one round, and how long the round took on the wall."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    failed: int = 0

    @property
    def rate(self) -> float:
        """Operations per second over the whole round."""
        return len(self.seconds) / self.wall if self.wall else 0.0

    def percentile(self, share: float) -> float:
        """Return the time below which `share` (0–1) of the operations stayed, in milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


@contextmanager
def round_of(timing: Timing) -> Iterator[None]:
    """Measure the wall time of a round into `timing`."""
    start = time.perf_counter()
    yield
    timing.wall = time.perf_counter() - start


@dataclass
class Row:
    """One line of the table: what was measured, the median of its rounds and their spread."""

    section: str
    name: str
    unit: str
    rounds: list[float]
    note: str = ""

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rounds)

    def as_json(self) -> dict[str, object]:
        """Return the row as JSON-ready values."""
        return {
            "section": self.section,
            "name": self.name,
            "unit": self.unit,
            "median": round(self.median, 4),
            "min": round(min(self.rounds), 4),
            "max": round(max(self.rounds), 4),
            "rounds": [round(value, 4) for value in self.rounds],
            "note": self.note,
        }


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return ours/theirs round by round, so that a drift of the machine cancels out."""
    return [a / b for a, b in zip(ours, theirs, strict=True)]
