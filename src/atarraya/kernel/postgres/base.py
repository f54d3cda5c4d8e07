"""PostgreSQL whose connections are asked for a sign of life only when there is a reason to doubt them.

Django sends `SELECT 1` before the first statement of every request: one journey more to the server for each report.
A server that stops, restarts or throws us out closes its side, and then the socket has something to read. When nothing
is there, nothing was closed.
"""

from __future__ import annotations

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at the socket first; asks the server when something lies there unread."""

    health_check_enabled: bool
    health_check_done: bool
    _standing: tuple[Any, dict[str, Any]] = (None, {})

    def standing_cursor(self, sql: str) -> Any:
        """Return this connection's own psycopg cursor for a statement that comes with every report.

        A new one each time would learn anew how the statement's values are written. For few, fixed statements.
        """
        import psycopg

        connection, cursors = self._standing
        if connection is not self.connection:
            self._standing = self.connection, (cursors := {})
        if sql not in cursors:
            cursors[sql] = psycopg.Cursor(self.connection)
        return cursors[sql]

    def close_if_health_check_failed(self) -> None:
        if self.connection is None or not self.health_check_enabled or self.health_check_done:
            return
        if is_quiet(self.connection):
            self.health_check_done = True
            return
        super().close_if_health_check_failed()


def is_quiet(connection: Any) -> bool:
    """Return whether a psycopg connection is open and its socket has nothing unread, an end neither."""
    if connection.closed:
        return False
    look = select.poll()
    look.register(connection.fileno(), select.POLLIN)
    return not look.poll(0)
