"""Forget in which order sealed rows came.

Random keys are not enough. Inside a page, and in the pages long bodies spill into, a row lies where there was room when
it came; PostgreSQL also numbers every transaction and every long value. Beside the hours of published alerts that order
would say whose account is whose. So each night the rows of the last days are laid anew in random order; PostgreSQL's
tables are then rewritten (`CLUSTER`), because it keeps the old rows' bytes until something does.
What is left is the order of one day's rows until that night, and what a disk keeps of files that were rewritten.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, models

from atarraya.alerts.models import Chunk, Entry, Envelope, Erasure, Spoken, StorageKey
from atarraya.alerts.services.erasing import forget_journal
from atarraya.kernel import clock
from atarraya.kernel.transactions import write

BATCH = 200
# The night's work reaches back this far, so that a night without it is made up for.
DAYS_BACK = 3
UNORDERED: tuple[type[models.Model], ...] = (StorageKey, Entry, Envelope, Spoken, Erasure, Chunk)
# A day, to the ids of what came since then in tables of rooms above, by table.
Recent = Callable[[date], list[tuple[type[models.Model], list[UUID]]]]
_above: list[Recent] = []
_shuffle = random.SystemRandom().shuffle


def register(recent: Recent) -> None:
    """Let a room above have the order of its rows forgotten too. Once a process, at its start."""
    _above.append(recent)


def forget_order(progress: Callable[[int], None] | None = None) -> int:
    """Lay the rows of the last three days anew in random order; return how many rows were moved.

    Holds the writer's place for one batch at a time: 200 rows, or as many as a model with large ones says
    (`laid_at_once`). On PostgreSQL each table is then rewritten, waiting at most five seconds for its lock; a table in
    use is left for the next night, and so are old rows that a view of the database from before still sees.
    """
    since = clock.today() - timedelta(days=DAYS_BACK)
    moved = 0
    for model, rows in _recent(since):
        for batch in _batches(rows, getattr(model, "laid_at_once", BATCH)):
            moved += _lay_anew(model, batch)
            if progress:
                progress(moved)
    if connection.vendor == "postgresql":
        _rewrite_tables()
    forget_journal()
    return moved


def _recent(since: date) -> list[tuple[type[models.Model], list[UUID]]]:
    entries = _ids(Entry.objects.filter(day__gte=since))
    chunks = _ids(Chunk.objects.filter(day__gte=since))
    return [
        (StorageKey, [*entries, *chunks]),
        (Entry, entries),
        (Envelope, entries),
        (Chunk, chunks),
        (Spoken, _ids(Spoken.objects.filter(day__gte=since))),
        (Erasure, _ids(Erasure.objects.filter(day__gte=since))),
        *(rows for recent in _above for rows in recent(since)),
    ]


def _ids(rows: models.QuerySet[Any]) -> list[UUID]:
    return list(rows.values_list("pk", flat=True))


def _batches(rows: list[UUID], size: int) -> list[list[UUID]]:
    shuffled = list(rows)
    _shuffle(shuffled)
    return [shuffled[at : at + size] for at in range(0, len(shuffled), size)]


def _lay_anew(model: type[models.Model], batch: list[UUID]) -> int:
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    key = model._meta.pk
    fields = model._meta.concrete_fields
    names = ", ".join(quote(str(field.column)) for field in fields)
    wanted = [key.get_db_prep_value(pk, connection) for pk in batch]
    where = f"WHERE {quote(str(key.column))} IN ({', '.join(['%s'] * len(wanted))})"
    marks = ", ".join(["%s"] * len(fields))
    with write(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table} {where}", wanted)  # nosec B608
        rows = [_plain(row) for row in cursor.fetchall()]
        _shuffle(rows)
        cursor.execute(f"DELETE FROM {table} {where}", wanted)  # nosec B608
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # nosec B608
    return len(rows)


def _plain(row: tuple[Any, ...]) -> list[Any]:
    return [bytes(value) if isinstance(value, memoryview) else value for value in row]


def _rewrite_tables() -> None:
    for model in [*UNORDERED, *(model for recent in _above for model, _rows in recent(clock.today()))]:
        table = model._meta.db_table
        try:
            # Each in a transaction of its own: a table that is in use spoils nothing of the others.
            with write(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '5s'")  # a report never waits long for this
                cursor.execute(f'CLUSTER "{table}" USING "{table}_pkey"')
        except DatabaseError:
            continue
