"""SQLite for a small server: WAL, synchronous=FULL, and one writer at a time.

Why a lock of our own: with BEGIN IMMEDIATE alone, writers sleep in SQLite's busy handler and the slowest of
sixteen waits half a second; queuing on a lock keeps the slowest near thirty milliseconds. A file lock (and not a
thread lock) because web, worker and commands are separate processes. `flock` locks belong to the open file, and
each connection opens its own, so threads of one process queue as well.
"""

from __future__ import annotations

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base as sqlite3_base

from .schema import DatabaseSchemaEditor

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-8000",
    "PRAGMA temp_store=MEMORY",
)


class DatabaseWrapper(sqlite3_base.DatabaseWrapper):
    """Takes the writer's lock before BEGIN IMMEDIATE and gives it back when the transaction ends."""

    SchemaEditorClass = DatabaseSchemaEditor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lock_file: int | None = None
        self._holds_lock = False

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        # Django's own explicit BEGIN is issued by _start_transaction_under_autocommit below.
        params["isolation_level"] = None
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        for pragma in PRAGMAS:
            connection.execute(pragma).close()
        return connection

    def _start_transaction_under_autocommit(self) -> None:
        self._take_lock()
        try:
            self.cursor().execute("BEGIN IMMEDIATE")
        except BaseException:
            self._give_lock_back()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._give_lock_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_lock_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._give_lock_back()
            if self._lock_file is not None:
                os.close(self._lock_file)
                self._lock_file = None

    def _lock_path(self) -> str | None:
        name = str(self.settings_dict["NAME"])
        return None if self.is_in_memory_db() else name + ".writer"

    def _take_lock(self) -> None:
        if self._holds_lock:
            return
        path = self._lock_path()
        if path is None:
            return
        if self._lock_file is None:
            self._lock_file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock_file, fcntl.LOCK_EX)
        self._holds_lock = True

    def _give_lock_back(self) -> None:
        if self._holds_lock and self._lock_file is not None:
            self._holds_lock = False
            fcntl.flock(self._lock_file, fcntl.LOCK_UN)
