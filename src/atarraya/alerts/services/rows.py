"""Insert one row, at most once, as cheaply as the database allows.

Reports are counted in transactions a second on a small machine, so the way in writes plain SQL made from the models
(the same columns and conversions as Django's own) instead of building model objects and reading them back.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from atarraya.kernel.prepared import ran


def insert_new(model: type[models.Model], **values: Any) -> bool:
    """Insert a row unless its key is there already; return whether it was inserted.

    `values` names every column by its attribute (`inbox_id`). Two transactions with one key: the second waits for
    the first, then answers False.
    """
    sql, fields = _statement(model, tuple(values))
    return _run(sql + " ON CONFLICT DO NOTHING", fields, values) == 1


def insert(model: type[models.Model], **values: Any) -> None:
    """Insert a row; raise IntegrityError if its key is there already."""
    sql, fields = _statement(model, tuple(values))
    _run(sql, fields, values)


def _run(sql: str, fields: list[Any], values: dict[str, Any]) -> int:
    database = connections[DEFAULT_DB_ALIAS]  # looked up once, not once a column as `connection` would be
    prepared = [field.get_db_prep_save(value, database) for field, value in zip(fields, values.values(), strict=True)]
    with ran(database, sql, prepared) as cursor:
        return int(cursor.rowcount)


@cache
def _statement(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Any]]:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})", fields  # nosec B608
