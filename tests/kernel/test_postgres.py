"""A connection whose server has ended it is noticed before a request uses it, without asking the server each time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection, connections

from atarraya.kernel.postgres.base import is_quiet

pytestmark = pytest.mark.django_db(transaction=True)


def _pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _end(pid: int) -> None:
    other: Any = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    finally:
        other.close()


def _next_request() -> None:
    # What Django does when a request begins, with CONN_HEALTH_CHECKS.
    database: Any = connection
    database.health_check_enabled = True
    database.health_check_done = False


@pytest.mark.only_on("postgresql", reason="SQLite has no server that could end a connection")
def test_a_connection_that_the_server_ended_is_opened_anew() -> None:
    before = _pid()
    _end(before)
    patience = time.monotonic() + 10
    while is_quiet(connection.connection) and time.monotonic() < patience:
        time.sleep(0.01)
    assert not is_quiet(connection.connection)
    _next_request()
    assert _pid() != before


@pytest.mark.only_on("postgresql", reason="SQLite has no server that could end a connection")
def test_a_quiet_connection_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _pid()
    _next_request()
    asked: list[str] = []
    monkeypatch.setattr(type(connections["default"]), "is_usable", lambda _self: asked.append("SELECT 1") or True)
    assert _pid() == before
    assert not asked and connections["default"].health_check_done
