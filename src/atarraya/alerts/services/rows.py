"""Insert rows at most once, as cheaply as the database allows.

Reports are counted in transactions a second on a small machine, so the way in writes plain SQL made from the models
(the same columns and conversions as Django's own) instead of building model objects and reading them back. A row is
made ready before its transaction begins: on SQLite everybody waits for whoever is inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from atarraya.kernel.prepared import ran
from atarraya.kernel.sqlite.together import Together

# One place for all threads of the process.
_TOGETHER = Together()


@dataclass(frozen=True)
class Row:
    """A row made ready: its model, the attributes it names, and their values as the database takes them."""

    model: type[models.Model]
    names: tuple[str, ...]
    values: list[Any]

    @classmethod
    def of(cls, model: type[models.Model], **values: Any) -> Row:
        """Make a row ready. `values` names every column by its attribute (`inbox_id`)."""
        names = tuple(values)
        database = connections[DEFAULT_DB_ALIAS]  # looked up once, not once a column as `connection` would be
        fields = _fields(model, names)
        prepared = [f.get_db_prep_save(value, database) for f, value in zip(fields, values.values(), strict=True)]
        return cls(model, names, prepared)


def insert_new(model: type[models.Model], **values: Any) -> bool:
    """Insert a row unless its key is there already; return whether it was inserted.

    Two transactions with one key: the second waits for the first, then answers False.
    """
    row = Row.of(model, **values)
    return _run(_insert(model, row.names) + " ON CONFLICT DO NOTHING", row.values) == 1


def insert(model: type[models.Model], **values: Any) -> None:
    """Insert a row; raise IntegrityError if its key is there already."""
    row = Row.of(model, **values)
    _run(_insert(model, row.names), row.values)


def insert_new_unless(row: Row, others: tuple[Row, Row], unless: Row) -> bool:
    """Insert a row and the two that go with it, unless its key or a row like `unless` is there; return whether it did.

    All or none, also outside a transaction. `unless` names one column. On PostgreSQL it is one statement, for each one
    more is a journey to the server; on SQLite reports that arrive at once share a transaction.
    """
    if connection.vendor == "postgresql":
        values = row.values + unless.values + others[0].values + others[1].values
        sql = _together(
            (row.model, row.names), *((other.model, other.names) for other in others), unless=_named(unless)
        )
        return _run(sql, values) == 1
    return bool(_TOGETHER.write(lambda: _one_by_one(row, others, unless)))


def insert_new_if_opened(row: Row, others: tuple[Row, Row], unless: Row, opened: Opened) -> Any | None:
    """Insert as `insert_new_unless` does, if `opened` finds its row too; return what it found, None if nothing went in.

    PostgreSQL alone: one statement, where asking first would be another journey to the server.
    """
    values = [*opened[1], *row.values, *unless.values, *others[0].values, *others[1].values]
    named = ((row.model, row.names), *((other.model, other.names) for other in others))
    sql = _together(*named, unless=_named(unless), opened=opened[0])
    with ran(connections[DEFAULT_DB_ALIAS], sql, values) as cursor:
        found = cursor.fetchone()
    return found[0] if found else None


def _one_by_one(row: Row, others: tuple[Row, Row], unless: Row) -> bool:
    if _run(_insert_unless(row.model, row.names, _named(unless)), row.values + unless.values) != 1:
        return False
    for other in others:
        _run(_insert(other.model, other.names), other.values)
    return True


# A SELECT of one column and at most one row, and its values.
Opened = tuple[str, list[Any]]
_Named = tuple[type[models.Model], tuple[str, ...]]


def _named(row: Row) -> _Named:
    return row.model, row.names


def _run(sql: str, values: list[Any]) -> int:
    with ran(connections[DEFAULT_DB_ALIAS], sql, values) as cursor:
        return int(cursor.rowcount)


@cache
def _fields(model: type[models.Model], names: tuple[str, ...]) -> list[Any]:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in names]


def _into(model: type[models.Model], names: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in _fields(model, names))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns})"


def _marks(names: tuple[str, ...]) -> str:
    return ", ".join(["%s"] * len(names))


@cache
def _insert(model: type[models.Model], names: tuple[str, ...]) -> str:
    return f"{_into(model, names)} VALUES ({_marks(names)})"


@cache
def _insert_unless(model: type[models.Model], names: tuple[str, ...], unless: _Named, source: str = "") -> str:
    quote = connection.ops.quote_name
    table, (field,) = quote(unless[0]._meta.db_table), _fields(*unless)
    absent = f"NOT EXISTS (SELECT 1 FROM {table} WHERE {quote(str(field.column))} = %s)"  # nosec B608
    return f"{_into(model, names)} SELECT {_marks(names)}{source} WHERE {absent} ON CONFLICT DO NOTHING"


@cache
def _together(first: _Named, second: _Named, third: _Named, *, unless: _Named, opened: str = "") -> str:
    """Return one statement with one row if the first row, and so the others, went in: what `opened` found."""
    rest = [f"{_into(*named)} SELECT {_marks(named[1])} FROM one" for named in (second, third)]  # nosec B608
    before, source, found = (f"opened (it) AS ({opened}), ", " FROM opened", "it") if opened else ("", "", "1")
    one = f"{before}one AS ({_insert_unless(*first, unless, source)} RETURNING 1)"
    two, three = (f"{name} AS ({sql} RETURNING 1)" for name, sql in zip(("two", "three"), rest, strict=True))
    return f"WITH {one}, {two}, {three} SELECT {found} FROM one{source.replace(' FROM', ',')}"  # nosec B608
