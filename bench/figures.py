"""Figures and how they are summed up: percentiles, medians of rounds, ratios round by round."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Timing:
    """Seconds of each operation of one round, how long the round took on the wall, and what went wrong in it."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0
    failed: int = 0
    # Bytes received for each kind of answer, by HTTP status.
    answers: dict[str, int] = field(default_factory=dict)
    # How many answers came, by HTTP status.
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Operations that went well a second, over the whole round."""
        return len(self.seconds) / self.wall if self.wall else 0.0

    def percentile(self, share: float) -> float:
        """Return the time within which `share` (0–1) of the operations ended, in milliseconds (nearest rank)."""
        ordered = sorted(self.seconds)
        if not ordered:
            return float("nan")
        rank = max(1, -(-len(ordered) * share // 1))  # the smallest rank that covers the share
        return 1000 * ordered[min(len(ordered), int(rank)) - 1]

    @property
    def p50(self) -> float:
        """The median of the operations, in milliseconds."""
        return self.percentile(0.50)

    @property
    def p99(self) -> float:
        """What all but one in a hundred stayed within, in milliseconds."""
        return self.percentile(0.99)


@dataclass
class Row:
    """One line of the table: what was measured, the median of its rounds and their spread.

    Without rounds it says that something was not measured, and why.
    """

    section: str
    name: str
    unit: str
    rounds: list[float]
    note: str = ""
    # What the project set itself, in words ("≥ 0.15"). Told beside the figure; nothing here compares them.
    bar: str = ""

    @property
    def median(self) -> float | None:
        """The median of the rounds, or None when it was not measured."""
        return statistics.median(self.rounds) if self.rounds else None

    def as_json(self) -> dict[str, object]:
        """Return the row as JSON-ready values."""
        return {
            "section": self.section,
            "name": self.name,
            "unit": self.unit,
            "median": _short(self.median),
            "min": _short(min(self.rounds, default=None)),
            "max": _short(max(self.rounds, default=None)),
            "rounds": [_short(value) for value in self.rounds],
            "bar": self.bar,
            "note": self.note,
        }

    @classmethod
    def from_json(cls, body: dict[str, object]) -> Row:
        """Return the row that `as_json` gave."""
        texts = {name: str(body[name]) for name in ("section", "name", "unit", "note", "bar")}
        rounds = body["rounds"]
        assert isinstance(rounds, list)
        return cls(rounds=[float(value) for value in rounds], **texts)


def absent(section: str, name: str, why: str) -> Row:
    """Return a line that says openly what was not measured."""
    return Row(section, name, "", [], f"not measured: {why}")


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return ours/theirs round by round, so that a drift of the machine cancels out."""
    return [a / b for a, b in zip(ours, theirs, strict=True)]


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
