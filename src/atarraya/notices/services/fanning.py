"""From the outbox to deliveries: one row for each receiver that is to hear, in chunks that never hold others long.

A chunk is one transaction: its rows and the place it came to are written together, so a process that is killed
repeats a chunk or goes on after it, and never skips one. Several workers may do it at once.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from atarraya.alerts.models import Alert, AlertVersion
from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.notices import carriers, rules
from atarraya.notices.models import Delivery, Outbox, Receiver
from atarraya.notices.queries.readers import Readers, Target, fitting, targets
from atarraya.notices.rules import Tells

# Rows of one INSERT: fewer parameters than any database refuses.
_ROWS = 500
_COLUMNS = ("receiver_id", "alert_id", "version", "carrier", "follows", "state", "tries", "due", "reason")


@dataclass(frozen=True)
class Chunk:
    """Receivers in the order of their ids, and after which the next chunk begins (None: there is no next)."""

    ids: list[UUID]
    next: UUID | None


def step() -> bool:
    """Write one chunk of deliveries; return False when nothing waits to be told."""
    now = clock.now()
    with write():
        row = _next(now)
        if row is None:
            return False
        tells = _tells(row)
        if tells is Tells.NOBODY:
            row.delete()
            return True
        chunk = _chunk(row, tells)
        _insert(row, _chosen(row, tells, chunk), now)
        if chunk.next is None:
            row.delete()
        else:
            row.cursor = chunk.next
            row.save(update_fields=["cursor"])
    return True


def _next(now: datetime) -> Outbox | None:
    """Return the oldest row that boards show by now and that no other worker is at, locked."""
    rows = Outbox.objects.filter(alert__held=False, alert__shows_from__lte=now).order_by("seq")
    return rows.select_for_update(skip_locked=True, of=("self",)).select_related("alert").first()


def _tells(row: Outbox) -> Tells:
    tells = rules.tells(row.act)
    if tells is not Tells.BACK:
        return tells
    before = AlertVersion.objects.filter(alert=row.alert_id, number=row.version - 1).values_list("codes", flat=True)
    return Tells.ALL if any(codes["state"] == "EXPIRED" for codes in before) else Tells.NOBODY


def _heard(row: Outbox) -> QuerySet[Delivery]:
    """Return the deliveries of earlier versions that went out, or may have."""
    return Delivery.objects.filter(alert=row.alert_id, version__lt=row.version).filter(
        Q(state=Delivery.State.SENT) | Q(tries__gt=0)
    )


def _owed(row: Outbox) -> QuerySet[Delivery]:
    """Return the corrections of earlier versions that still wait: a newer row takes their place, and what they owe."""
    waiting = Delivery.objects.filter(follows=True, state=Delivery.State.WAITING)
    return waiting.filter(alert=row.alert_id, version__lt=row.version)


def _chunk(row: Outbox, tells: Tells) -> Chunk:
    after = {"receiver__gt": row.cursor} if row.cursor else {}
    fit = fitting(row.alert).filter(**after).order_by().values_list("receiver_id", flat=True)
    heard = _heard(row).filter(**after).order_by().values_list("receiver_id", flat=True)
    both: Any = {Tells.NEW: [fit], Tells.TOLD: [heard]}.get(tells, [fit, heard])
    rows = both[0].distinct() if len(both) == 1 else both[0].union(both[1])
    ids = list(rows.order_by("receiver_id")[: rules.CHUNK])
    return Chunk(ids, ids[-1] if len(ids) == rules.CHUNK else None)


def _chosen(row: Outbox, tells: Tells, chunk: Chunk) -> list[tuple[Target, bool]]:
    """Return the receivers of a chunk that are to hear, and whether it is owed to them whatever they want now."""
    if not chunk.ids:
        return []
    part = {"receiver__gte": chunk.ids[0], "receiver__lte": chunk.ids[-1]}
    _hold(chunk)
    found = targets(Receiver.objects.filter(pk__gte=chunk.ids[0], pk__lte=chunk.ids[-1]))
    readers = Readers(found.values(), clock.today())
    heard = set(_heard(row).filter(**part).values_list("receiver_id", flat=True))
    owed = heard if rules.corrects(row.act) else set(_owed(row).filter(**part).values_list("receiver_id", flat=True))
    wanted: dict[UUID, set[str]] = {}
    if tells is not Tells.TOLD and row.alert.open:
        for receiver, code in fitting(row.alert).filter(**part).values_list("receiver_id", "municipality"):
            wanted.setdefault(receiver, set()).add(code)
    # A way that is closed today is written for too: what waits is counted, and goes when it opens.
    able = {carrier.name for carrier in carriers.sending()}
    chosen = []
    for target in (found[pk] for pk in chunk.ids if pk in found):
        follows = target.id in owed
        if target.carrier not in able or not readers.listens(target) or (target.id in heard and tells is Tells.NEW):
            continue
        if follows or readers.reaches(target, row.alert, wanted.get(target.id, ())):
            chosen.append((target, follows))
    return chosen


def _hold(chunk: Chunk) -> None:
    """Keep the receivers of a chunk until its rows are written: whoever ends them waits, and ends these rows too.

    Held as a foreign key holds them, so that several workers may hold the same ones. SQLite has one writer at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT 1 FROM {Receiver._meta.db_table} WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE",  # nosec B608
                [chunk.ids],
            )


def _insert(row: Outbox, chosen: list[tuple[Target, bool]], now: datetime) -> None:
    """Write the deliveries; one that is there already (this chunk was begun before) stays as it is."""
    fields = {field.attname: field for field in Delivery._meta.concrete_fields}
    alert, due = fields["alert_id"].get_db_prep_save(row.alert_id, connection), _dues(row.alert, now)
    native = connection.features.has_native_uuid_field
    values = [
        (target.id if native else target.id.hex, alert, row.version, target.carrier, follows, "W", 0,
         due(target.carrier), "")
        for target, follows in chosen
    ]  # fmt: skip
    quoted = ", ".join(connection.ops.quote_name(str(fields[name].column)) for name in _COLUMNS)
    mark = f"({', '.join(['%s'] * len(_COLUMNS))})"
    with connection.cursor() as cursor:
        for at in range(0, len(values), _ROWS):
            part = values[at : at + _ROWS]
            cursor.execute(
                f"INSERT INTO {Delivery._meta.db_table} ({quoted}) VALUES {', '.join([mark] * len(part))} "  # nosec B608
                "ON CONFLICT DO NOTHING",
                [value for one in part for value in one],
            )


def _dues(alert: Alert, now: datetime) -> Callable[[str], Any]:
    """Return what tells from when a carrier may send, as the database takes it.

    Spread within seconds or minutes, so that not every phone asks at once; else the hour says less than the moment.
    """
    prepared = Delivery._meta.get_field("due").get_db_prep_save
    spreads = {one.name: one.spread[alert.rank] for one in carriers.sending()}
    hour = prepared(clock.this_hour(), connection)

    def due(carrier: str) -> Any:
        spread = spreads.get(carrier, 0)
        if not spread:
            return hour
        return prepared(now + timedelta(seconds=random.uniform(0, spread)), connection)  # nosec B311 # no secret

    return due
