"""PostgreSQL: COPY of every table inside one repeatable-read transaction; no tool of the server is needed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from atarraya.command.snapshots import rows

PIECE = 1 << 20
MIGRATIONS = "django_migrations"


def write_data(packed: zipfile.ZipFile, step: Callable[[], None]) -> None:
    """Add every kept table to the zip; all of them as of one moment."""
    with transaction.atomic(), connection.cursor() as first:
        first.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table, names in rows.kept_tables().items():
            with (
                _raw().cursor() as cursor,
                packed.open(f"tables/{table}.copy", "w", force_zip64=True) as out,
                cursor.copy(f"COPY {_listed(table, names)} TO STDOUT") as copy,
            ):
                for piece in copy:
                    out.write(piece)
            step()


def read_data(packed: zipfile.ZipFile, tables: dict[str, list[str]], step: Callable[[], None]) -> None:
    """Fill the empty tables of a schema at the backup's migrations, in one transaction."""
    with transaction.atomic(), _raw().cursor() as cursor:
        here = [name for name in connection.introspection.table_names() if name != MIGRATIONS]
        cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, here))} CASCADE")
        for table, names in tables.items():
            with (
                packed.open(f"tables/{table}.copy") as source,
                cursor.copy(f"COPY {_listed(table, names)} FROM STDIN") as copy,
            ):
                while piece := source.read(PIECE):
                    copy.write(piece)
            step()


def set_sequences() -> None:
    """Let the next row of each table take a number above those put back. Needs the present schema."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(apps.get_models())):
            cursor.execute(statement)


def is_empty() -> bool:
    """Return whether the database holds no table."""
    return not connection.introspection.table_names()


def remove_tables() -> None:
    """Remove every table a failed restore left half filled."""
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names():
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(name)} CASCADE")


def _raw() -> Any:
    connection.ensure_connection()
    return connection.connection


def _listed(table: str, names: list[str]) -> str:
    quote: Callable[[str], str] = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(map(quote, names))})"
