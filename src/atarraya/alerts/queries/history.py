"""Everything that was said of a municipality, the newest first, page by page: flat however long it grows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from atarraya.alerts.lines import Line
from atarraya.alerts.models import Alert, AlertVersion
from atarraya.alerts.queries.reading import Scope, lines, shown
from atarraya.kernel.ids import parse_id
from atarraya.territory import queries as territory

PAGE = 20


@dataclass(frozen=True)
class Page:
    """Alerts of one page, what was done to each (act and hour, oldest first), and the cursor of the next page."""

    lines: list[Line]
    acts: dict[UUID, list[tuple[str, datetime]]]
    cursor: str


def history(scope: Scope, now: datetime, cursor: str = "", size: int = PAGE) -> Page:
    """Return a page of all alerts of a scope of one municipality, standing or ended. A bad cursor is the first page."""
    return page(shown(scope, now), territory.names(scope.municipalities), now, cursor, size)


def page(alerts: QuerySet[Alert], names: dict[str, str], now: datetime, cursor: str, size: int = PAGE) -> Page:
    """Return a page of `alerts` by time, newest first."""
    after = read_cursor(cursor)
    if after is not None:
        at, last = after
        alerts = alerts.filter(Q(at__lt=at) | Q(id__lt=last), at__lte=at)
    found = lines(alerts.order_by("-at", "-id")[: size + 1], names, now)
    more = len(found) > size
    found = found[:size]
    return Page(found, _acts(found), write_cursor(found[-1]) if more else "")


def write_cursor(line: Line) -> str:
    """Return the cursor that begins after `line`."""
    return f"{int(line.at.timestamp()):x}.{line.id}"


def read_cursor(text: str) -> tuple[datetime, UUID] | None:
    """Return where a cursor points, or None for anything that is not one."""
    hours, _, last = text.partition(".")
    found = parse_id(last)
    try:
        at = datetime.fromtimestamp(int(hours, 16), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return (at, found) if found is not None else None


def _acts(found: list[Line]) -> dict[UUID, list[tuple[str, datetime]]]:
    acts: dict[UUID, list[tuple[str, datetime]]] = {line.id: [] for line in found}
    rows = AlertVersion.objects.filter(alert__in=list(acts)).order_by("alert", "number")
    for alert_id, act, at in rows.values_list("alert", "act", "at"):
        acts[alert_id].append((act, at))
    return acts
