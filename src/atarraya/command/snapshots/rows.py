"""Which tables a backup holds, which go into the file of keys, and which are never kept; and rows as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.apps import apps
from django.db import connection

# Destroying these erases, so they go into the file of keys, of which only the last days exist.
APART = ("alerts_storagekey", "odk_odkpartkey", "sealing_transportkey")
# Worthless after a restore, and dangerous before: sessions, and the server's half of a short PIN.
NEVER = frozenset({"django_session", "network_reopening"})
BATCH = 2000


def every_table() -> list[str]:
    """Return the tables of all installed models."""
    return sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)})


def kept_tables() -> dict[str, list[str]]:
    """Return the tables of the data file with their columns."""
    return {table: columns(table) for table in every_table() if table not in NEVER and table not in APART}


def apart_tables() -> dict[str, list[str]]:
    """Return the tables of the file of keys with their columns."""
    there = every_table()
    return {table: columns(table) for table in APART if table in there}


def columns(table: str) -> list[str]:
    """Return the columns of a table, in the order of its model."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            return [str(field.column) for field in model._meta.local_concrete_fields]
    raise LookupError(table)


def write_lines(table: str, out: IO[bytes]) -> int:
    """Write a table's rows as JSON lines; return how many. Bytes are `{"hex": …}`."""
    names = columns(table)
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted} FROM {connection.ops.quote_name(table)}")  # nosec B608 # names from models
        while rows := cursor.fetchmany(BATCH):
            out.write(b"".join(json.dumps([_plain(value) for value in row]).encode() + b"\n" for row in rows))
            count += len(rows)
    return count


def read_lines(table: str, names: list[str], source: Iterable[bytes]) -> int:
    """Insert what `write_lines` wrote of the columns `names`, into the caller's transaction; return how many rows."""
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    marks = ", ".join(["%s"] * len(names))
    sql = f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES ({marks})"  # nosec B608
    count = 0
    with connection.cursor() as cursor:
        for batch in _batches(source):
            cursor.executemany(sql, batch)
            count += len(batch)
    return count


def _batches(source: Iterable[bytes]) -> Iterator[list[list[Any]]]:
    batch: list[list[Any]] = []
    for line in source:
        batch.append([_rich(value) for value in json.loads(line)])
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview | bytearray):
        return {"hex": bytes(value).hex()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _rich(value: Any) -> Any:
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
