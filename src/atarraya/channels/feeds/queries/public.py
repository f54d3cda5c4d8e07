"""The public feed: exactly what the public page shows, by the page's own query and the page's own reading of a row.

First what stands, and what ended or changed in the last month, the latest first; then, page after page, the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q, QuerySet

from atarraya.alerts import rules as alert_rules
from atarraya.alerts.models import Alert, AlertVersion, Event
from atarraya.alerts.queries import public
from atarraya.alerts.queries.public import PublicLine
from atarraya.channels.feeds import rules
from atarraya.channels.feeds.queries.items import Item, Listing, items, moment, tellings
from atarraya.channels.feeds.telling import Message, Said, Telling, Told, Version
from atarraya.network import queries as network

_TELLS = alert_rules.PUBLIC_STATES | {"EXPIRED", "DISC", "WITHDRAWN", "INCONC"}


def listing(
    now: datetime, page: int, size: int, municipality: str = "", first: Sequence[Item] | None = None
) -> Listing:
    """Return a page (the first is 1) of what the public may know, of all municipalities or of one.

    `first` is what `lately` returned, for whoever keeps it: every page needs it, whichever is asked for.
    """
    start, known = (page - 1) * size, lately(now) if first is None else first
    first = [item for item in known if item.place.code == municipality] if municipality else known
    found = list(first[start : start + size + 1])
    if len(found) <= size:
        codes = [municipality] if municipality else network.municipalities()
        alerts = public.public_alerts(now).filter(municipality__in=codes)
        rest = alerts.exclude(_late(now)).order_by("-public_day", "-id")
        skip = max(0, start - len(first))
        found += _items(rest[skip : skip + size + 1 - len(found)], now)
    return Listing(found[:size], len(found) > size)


def lately(now: datetime) -> list[Item]:
    """Return what stands, and what ended or changed in the last month, of all municipalities, in the feed's order."""
    alerts = public.public_alerts(now).filter(municipality__in=network.municipalities())
    return sorted(_items(alerts.filter(_late(now)), now), key=lambda item: item.order)


def _late(now: datetime) -> Q:
    return Q(open=True) | Q(seq__gt=_month_ago(now))


def message(identifier: str, now: datetime) -> tuple[Item | None, str]:
    """Return the entry whose standing message has this name; or None, and the name of the one that replaced it."""
    first = _id_of(identifier)
    version = AlertVersion.objects.filter(pk=first).values_list("alert", flat=True).first() if first else None
    if version is None:
        return None, ""
    codes = network.municipalities()
    found = _items(public.public_alerts(now).filter(pk=version, municipality__in=codes), now)
    if not found:
        return None, ""
    stands = found[0].telling.message.identifier
    return (found[0], stands) if stands == identifier else (None, stands)


def _id_of(identifier: str) -> UUID | None:
    try:
        return UUID(identifier[:36])
    except ValueError:
        return None


def _month_ago(now: datetime) -> int:
    """Return the last event before what may have changed for the public in the last month."""
    cut = now - timedelta(days=rules.TOLD_DAYS + 2, hours=network.the_network().public_delay_hours)
    return Event.objects.filter(at__lt=cut).order_by("-seq").values_list("seq", flat=True).first() or 0


def _items(alerts: QuerySet[Alert], now: datetime) -> list[Item]:
    """Read alerts as entries in the order of the query: what each says is what the page says of its row."""
    lines = [public.line(row, now) for row in alerts.values(*public.COLUMNS)]
    told = tellings([line.id for line in lines], _tells, now)
    return items([_agreed(line, told.get(line.id)) for line in lines])


def _agreed(line: PublicLine, told: Telling | None) -> Telling:
    """Return what is told with what the page says: the page decides, versions only say since when."""
    said = _said(line)
    if told is None:  # its versions do not say so: it is told, and named by nothing that says which alert it is
        name = str(uuid5(line.id, "feed"))
        message = Message(name, line.day, line.day + timedelta(days=rules.TOLD_DAYS))
        return Telling(name, message, (), said)
    return Telling(told.entry, told.message, told.references, said)


def _tells(alert: UUID, version: Version) -> Told | None:
    codes = version.codes
    public_at = moment(codes.get("public_at"))
    if public_at is None or codes.get("held") or codes["state"] not in _TELLS:
        return None
    row = _row(alert, codes)
    return Told(max(version.at, public_at), _lapses(row), lambda now: _said(public.line(row, now)))


def _row(alert: UUID, codes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a version's codes as the page's query returns a row."""
    read = {name: codes.get(name) for name in public.COLUMNS}
    return read | {
        "id": alert,
        "public_day": date.fromisoformat(codes["public_day"]),
        "expires_at": moment(codes["expires_at"]),
        "open": codes["state"] not in alert_rules.SETTLED,
    }


def _lapses(row: Mapping[str, Any]) -> datetime | None:
    lapses: datetime | None = row["expires_at"] if row["state"] == rules.STANDS else None
    return lapses


def _said(line: PublicLine) -> Said:
    return Said(
        kind=line.kind,
        municipality=line.municipality,
        day=line.day,
        state=line.state,
        doubt=line.doubt,
        corrected=line.corrected,
        urgency=rules.NOT_TOLD,
        summary=line.summary,
        advice=line.advice,
        outcome=line.outcome,
    )


def everything(now: datetime, size: int) -> Sequence[Item]:
    """Return every entry, page by page (for tests and checks)."""
    found: list[Item] = []
    page, more = 1, True
    while more:
        part = listing(now, page, size)
        found += part.items
        page, more = page + 1, part.more
    return found
