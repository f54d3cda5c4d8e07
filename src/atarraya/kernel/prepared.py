"""A query that Django writes once and the process runs many times.

Writing the SQL of one look-up costs Django several times what the database needs to answer it, and the way in of
reports asks the same look-up for every request. A Prepared keeps the SQL and how its rows become objects; only the
value changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=models.Model)
_MARK = b"the value goes here"


@contextmanager
def ran(database: Any, sql: str, values: Sequence[Any]) -> Iterator[Any]:
    """Yield the cursor of a statement that comes with every report; `sql` marks each value with `%s`.

    Django's own cursor for PostgreSQL writes the values into the statement as text, a whole envelope too; here the
    server keeps the statement, and gets bytes as they are. For SQLite it spells the marks anew at every turn.
    """
    if database.queries_logged:  # somebody counts them: Django's cursor does
        with database.cursor() as counted:
            counted.execute(sql, values)
            yield counted
        return
    database.close_if_health_check_failed()
    database.ensure_connection()
    with database.wrap_database_errors:
        if database.vendor == "sqlite":
            with closing(database.connection.execute(_question_marks(sql), values)) as cursor:
                yield cursor
        else:
            standing = database.standing_cursor(sql)
            standing.execute(sql, values, prepare=True)
            yield standing


@cache
def _question_marks(sql: str) -> str:
    return sql.replace("%s", "?")


class Prepared(Generic[Row]):
    """The first row of `make(value)`, for a query whose one changing value is bytes. Related rows may be selected."""

    def __init__(self, make: Callable[[bytes], models.QuerySet[Row]]) -> None:
        self.make = make
        self._lock = threading.Lock()
        self._written: _Written | None = None

    def first(self, value: bytes) -> Row | None:
        """Run the query with `value` and return its first row, or None."""
        if self._written is None:
            with self._lock:
                self._written = self._written or _Written(self.make(_MARK)[:1])
        return cast("Row | None", self._written.first(value))


class _Written:
    """A query's SQL and how a row of it becomes an object."""

    def __init__(self, query: models.QuerySet[Any]) -> None:
        compiler: Any = query.query.get_compiler(connection=connection)
        self.sql, self.values = compiler.as_sql()
        self.at = [number for number, value in enumerate(self.values) if _is_mark(value)]
        if not self.at:
            raise TypeError("the query does not hold its value as bytes")
        self.converters = compiler.get_converters([column[0] for column in compiler.select]).items()
        info = compiler.klass_info
        fields = info["select_fields"]
        self.model = info["model"]
        self.start, self.end = fields[0], fields[-1] + 1
        self.names = [column[0].target.attname for column in compiler.select[self.start : self.end]]
        self.populators = get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]

    def first(self, value: bytes) -> Any:
        values = list(self.values)
        for number in self.at:
            values[number] = connection.Database.Binary(value)  # type: ignore[attr-defined]
        with ran(connections[DEFAULT_DB_ALIAS], self.sql, values) as cursor:
            found = cursor.fetchone()
        if found is None:
            return None
        row = list(found)
        for number, (converters, expression) in self.converters:
            for convert in converters:
                row[number] = convert(row[number], expression, connection)
        made = self.model.from_db(connection.alias, self.names, row[self.start : self.end])
        for populator in self.populators:
            populator.populate(row, made)
        return made


def _is_mark(value: object) -> bool:
    plain = getattr(value, "obj", value)  # psycopg wraps bytes in an object of its own
    return isinstance(plain, (bytes, memoryview)) and bytes(plain) == _MARK
