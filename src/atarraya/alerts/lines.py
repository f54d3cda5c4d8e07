"""A line of a board, apart from rows and pages: what one reader may see of one alert at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from atarraya.alerts import labels, rules


@dataclass(frozen=True, slots=True)
class Line:
    """What a board says of one alert. Times are aware and whole hours; `zone` is empty when none may be named."""

    id: UUID
    kind: str
    municipality: str
    place: str
    zone: str
    urgency: str
    # As it stands at the moment of reading: an alert past its hour is EXPIRED whether or not the clock's job ran.
    state: str
    doubt: bool
    corrected: bool
    at: datetime
    part: str
    summary: str
    advice: str
    expires_at: datetime | None
    # POINT or MEMBER: who says so while nobody has checked it.
    issuer: str
    seconders: int
    still: int
    passed: int
    outcome: str
    news_at: datetime
    next_news_at: datetime | None
    # The role that answers for the next news (R19).
    role: str
    version: int
    seq: int
    open: bool
    # Stands first until then: corrected or ended not long ago.
    top_until: datetime | None

    @property
    def first(self) -> bool:
        """Return whether it stands before the others of its municipality."""
        return self.top_until is not None

    @property
    def points(self) -> int:
        """Return how many collectives say so (R18); 0 when the team published it."""
        return 1 + self.seconders if self.issuer == "POINT" else 0

    @property
    def shape(self) -> str:
        """Return the id of the shape that carries its state."""
        if self.open and self.doubt:
            return labels.SHAPES["DOUBT"]
        if self.open and self.corrected:
            return labels.SHAPES["CORRECTED"]
        return labels.SHAPES[self.state]

    @property
    def order(self) -> tuple[bool, int, float, str]:
        """Return what boards sort by: corrections and ends first, then urgency, then the newest."""
        return (not self.first, rules.RANK[self.urgency], -self.at.timestamp(), str(self.id))

    def overdue(self, now: datetime) -> bool:
        """Return whether the promised next news did not come in time (R19)."""
        return self.open and self.next_news_at is not None and self.next_news_at < now


def part_of(at: datetime, part: str = "") -> str:
    """Return the part of the day: as said, or of the hour of `at` (in its own time zone)."""
    return part or rules.WHEN_PARTS[at.hour // 6]
