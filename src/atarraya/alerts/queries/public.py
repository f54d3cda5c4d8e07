"""What anybody may read (R19): what two people approved for the public, days later, by municipality, by day.

Never what nobody has checked, never a zone, an hour, a point, or who spoke. Every public page and feed asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from atarraya.alerts import rules
from atarraya.alerts.models import Alert
from atarraya.kernel.ids import parse_id
from atarraya.territory.rules import MapState, Mark

# A public alert that no longer holds is said to be withdrawn for so long, then it is gone.
TOLD = timedelta(days=30)
SHOWN = 5
PAGE = 20
COLUMNS = (
    "id", "kind", "municipality", "state", "doubt", "corrected", "public_day", "public_summary", "summary_hidden",
    "advice", "outcome", "open", "expires_at",
)  # fmt: skip


@dataclass(frozen=True)
class PublicLine:
    """An alert as the public reads it. `state` is CONF, CLOSED, EXPIRED, or GONE for what no longer holds."""

    id: UUID
    kind: str
    municipality: str
    day: date
    state: str
    doubt: bool
    corrected: bool
    summary: str
    advice: str
    outcome: str

    @property
    def shape(self) -> str:
        """Return the id of the shape that carries its state."""
        if self.doubt:
            return "s-doubt"
        return "s-ended" if self.state in {"CLOSED", "GONE"} else f"s-{self.state}"


@dataclass(frozen=True)
class PublicPage:
    """Some public alerts of a municipality, the newest day first, and the cursor of the next page ("" at the end)."""

    lines: list[PublicLine]
    cursor: str


def public_alerts(now: datetime) -> QuerySet[Alert]:
    """Return the alerts of which the public may know anything at `now`."""
    stands = Q(state__in=sorted(rules.PUBLIC_STATES | {"EXPIRED"}))
    # What ended before its public day was never public: to say that it was withdrawn would tell of it.
    gone = Q(state__in=["DISC", "WITHDRAWN", "INCONC"], news_at__gte=F("public_at"))
    told = gone & Q(news_at__gt=now - TOLD)
    return Alert.objects.filter(stands | told, public_at__isnull=False, public_at__lte=now, held=False)


def public_page(code: str, now: datetime, cursor: str = "", size: int = PAGE) -> PublicPage:
    """Return a page of a municipality's public alerts. Order and cursor know the day only.

    A bad cursor is the first page.
    """
    found = public_alerts(now).filter(municipality=code)
    after = _read_cursor(cursor)
    if after is not None:
        day, last = after
        found = found.filter(Q(public_day__lt=day) | Q(id__lt=last), public_day__lte=day)
    rows = list(found.order_by("-public_day", "-id").values(*COLUMNS)[: size + 1])
    read = [line(row, now) for row in rows[:size]]
    return PublicPage(read, f"{read[-1].day.isoformat()}.{read[-1].id}" if len(rows) > size else "")


def public_marks(codes: Iterable[str], now: datetime) -> dict[str, Mark]:
    """Return what the public map says: where a confirmed alert stands. Everywhere else the public does not know."""
    standing = public_alerts(now).filter(municipality__in=list(codes), open=True, state="CONF")
    standing = standing.exclude(expires_at__lte=now)
    counted = standing.values_list("municipality").annotate(Count("id"))
    return {code: Mark(MapState.ALERTS, str(count)) for code, count in counted}


def line(row: Mapping[str, Any], now: datetime) -> PublicLine:
    """Return what the public reads at `now` of a row with COLUMNS, of an alert that it may know of."""
    # Told by the hour, so that a worker that stands still leaves nothing old looking current.
    lapsed = row["state"] == "CONF" and row["expires_at"] is not None and row["expires_at"] <= now
    state = "EXPIRED" if lapsed else row["state"]
    holds = state in rules.PUBLIC_STATES | {"EXPIRED"}
    return PublicLine(
        id=row["id"],
        kind=row["kind"],
        municipality=row["municipality"],
        day=row["public_day"],
        state=state if holds else "GONE",
        doubt=row["open"] and row["doubt"] and holds,
        corrected=row["corrected"],
        summary="" if row["summary_hidden"] or not holds else row["public_summary"],
        advice=row["advice"] if row["open"] and state == "CONF" else "",
        outcome=row["outcome"] if row["state"] == "CLOSED" else "",
    )


def _read_cursor(text: str) -> tuple[date, UUID] | None:
    day, _, last = text.partition(".")
    found = parse_id(last)
    try:
        return (date.fromisoformat(day), found) if found is not None else None
    except ValueError:
        return None
