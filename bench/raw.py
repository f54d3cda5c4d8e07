"""The raw side of the ratio: the rows of one report, committed durably without the application.

    python -m bench.raw WHERE ENTRY [--threads N] [--seconds S]

WHERE is the application's own database, a SQLite file or a postgresql:// address; ENTRY is the id of a report the
application has just kept. Its rows are read as the pattern: the same tables, columns, sizes, indexes and durability,
with a fresh id and fresh random bytes each time, one transaction a report. One process with several threads writes
them, as the application does; on SQLite its threads queue on the same lock file, with the application's own pragmas.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import sqlite3
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

# Every table a report's rows go to, and the column that holds its id.
TABLES = (("alerts_entry", "id"), ("alerts_storagekey", "id"), ("alerts_envelope", "entry_id"))
SPARE = 64  # random bodies made beforehand, used in turn


@dataclass(frozen=True)
class Pattern:
    """The rows of one kept report, by table, as (INSERT statement, values)."""

    entry: Any
    rows: list[tuple[str, list[Any]]]

    def fresh(self) -> Iterator[list[tuple[str, list[Any]]]]:
        """Yield the rows of one new report after another."""
        bodies = [[(sql, [_random(value) for value in values]) for sql, values in self.rows] for _ in range(SPARE)]
        number = 0
        while True:
            made = uuid.uuid4()
            entry = made if isinstance(self.entry, uuid.UUID) else made.hex
            yield [
                (sql, [entry if value == self.entry else value for value in values])
                for sql, values in bodies[number % SPARE]
            ]
            number += 1


def _random(value: Any) -> Any:
    return os.urandom(len(value)) if isinstance(value, bytes) else value


def read_pattern(entry: Any, mark: str, run: Callable[[str, list[Any]], Any]) -> Pattern:
    """Read the pattern through `run(sql, values)`, which returns a cursor. Raises LookupError if a row is missing."""
    rows = []
    for table, key in TABLES:
        cursor = run(f"SELECT * FROM {table} WHERE {key} = {mark}", [entry])
        found = cursor.fetchone()
        if found is None:
            raise LookupError(f"no row of {entry} in {table}")
        columns = ", ".join(f'"{column[0]}"' for column in cursor.description)
        marks = ", ".join([mark] * len(found))
        rows.append((f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(found)))
    return Pattern(entry, rows)


@contextmanager
def sqlite(path: str) -> Iterator[tuple[Callable[..., Any], Callable[[], None], Callable[[], None]]]:
    """Open a connection as the application's backend does; yield (run, begin, commit)."""
    from atarraya.kernel.sqlite.base import PRAGMAS

    connection = sqlite3.connect(path, isolation_level=None, timeout=20)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    lock = os.open(path + ".writer", os.O_RDWR | os.O_CREAT, 0o600)

    def begin() -> None:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection.execute("BEGIN IMMEDIATE")

    def commit() -> None:
        connection.execute("COMMIT")
        fcntl.flock(lock, fcntl.LOCK_UN)

    try:
        yield connection.execute, begin, commit
    finally:
        connection.close()
        os.close(lock)


@contextmanager
def postgres(url: str) -> Iterator[tuple[Callable[..., Any], Callable[[], None], Callable[[], None]]]:
    """Open a psycopg connection; yield (run, begin, commit)."""
    import psycopg

    with psycopg.connect(url, autocommit=False) as connection:
        yield connection.execute, lambda: None, connection.commit


def work(where: str, entry: uuid.UUID, until: list[float], ready: threading.Barrier, taken: list[float]) -> None:
    """Commit reports until the clock says so. `until` is filled by the barrier's last arrival."""
    on_sqlite = not where.startswith("postgres")
    key, mark = (entry.hex, "?") if on_sqlite else (entry, "%s")
    with (sqlite if on_sqlite else postgres)(where) as (run, begin, commit):
        pattern = read_pattern(key, mark, run)
        commit_nothing = commit if not on_sqlite else (lambda: None)
        commit_nothing()
        reports = pattern.fresh()
        next(reports)
        ready.wait()
        while time.perf_counter() < until[0]:
            written = next(reports)
            start = time.perf_counter()
            begin()
            for sql, values in written:
                run(sql, values)
            commit()
            taken.append(time.perf_counter() - start)


def main() -> int:
    """Run the threads and print their times as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("where")
    parser.add_argument("entry", type=uuid.UUID)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3)
    asked = parser.parse_args()
    times: list[list[float]] = [[] for _ in range(asked.threads)]
    until, began = [0.0], [0.0]

    def go() -> None:
        began[0] = time.perf_counter()
        until[0] = began[0] + asked.seconds

    ready = threading.Barrier(asked.threads, action=go)
    threads = [threading.Thread(target=work, args=(asked.where, asked.entry, until, ready, taken)) for taken in times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - began[0]
    seconds = [round(one, 7) for taken in times for one in taken]
    json.dump({"seconds": seconds, "wall": wall, "failed": 0}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
