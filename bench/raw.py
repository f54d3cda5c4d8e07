"""The raw side of the ratio: the same rows, indexes and durability, committed without the application.

Runs as its own process beside the database, as the application does. It writes Entry, Envelope and StorageKey rows of
the same sizes into a copy of the application's own schema, one transaction a report.
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
from datetime import date, timedelta
from typing import Any

ENTRY = (
    "INSERT INTO alerts_entry (id, inbox_id, number, municipality, urgency, age, day, size, expires, mark, "
    "lookup_hash, erase_hash, reply) VALUES ({p})"
)
ENVELOPE = "INSERT INTO alerts_envelope (entry_id, body) VALUES ({p})"
KEY = "INSERT INTO alerts_storagekey (id, key) VALUES ({p})"


def rows(inbox: str, body_size: int, text_ids: bool) -> tuple[tuple[Any, ...], ...]:
    """Return the three rows of one report."""
    made = uuid.uuid4()
    key: Any = made.hex if text_ids else made
    box: Any = uuid.UUID(inbox).hex if text_ids else uuid.UUID(inbox)
    today = date.today()  # noqa: DTZ011 (a row like the application's)
    days = (today.isoformat(), (today + timedelta(days=30)).isoformat()) if text_ids else (today, today + timedelta(30))
    hashes = (os.urandom(32), os.urandom(32), os.urandom(96))
    entry = (key, box, 1, "27099", "NOW", "H1", days[0], body_size, days[1], "", *hashes)
    return entry, (key, os.urandom(body_size)), (key, os.urandom(32))


def marks(count: int, mark: str) -> str:
    """Return `count` placeholders."""
    return ", ".join([mark] * count)


STATEMENTS = {mark: (ENTRY.format(p=marks(13, mark)), ENVELOPE.format(p=marks(2, mark)), KEY.format(p=marks(2, mark))) for mark in ("?", "%s")}


def sqlite_worker(path: str, inbox: str, size: int, until: float, taken: list[float]) -> None:
    """Commit reports with sqlite3 until the clock says so, with the same lock and pragmas as the application."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=20)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute("PRAGMA " + pragma)
    lock = os.open(path + ".writer", os.O_RDWR | os.O_CREAT, 0o600)
    while time.perf_counter() < until:
        written = rows(inbox, size, True)
        start = time.perf_counter()
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection.execute("BEGIN IMMEDIATE")
        for statement, values in zip(STATEMENTS["?"], written, strict=True):
            connection.execute(statement, values)
        connection.execute("COMMIT")
        fcntl.flock(lock, fcntl.LOCK_UN)
        taken.append(time.perf_counter() - start)


def postgres_worker(url: str, inbox: str, size: int, until: float, taken: list[float]) -> None:
    """Commit reports with psycopg until the clock says so."""
    import psycopg

    with psycopg.connect(url, autocommit=False) as connection:
        while time.perf_counter() < until:
            written = rows(inbox, size, False)
            start = time.perf_counter()
            for statement, values in zip(STATEMENTS["%s"], written, strict=True):
                connection.execute(statement, values)
            connection.commit()
            taken.append(time.perf_counter() - start)


def main() -> int:
    """Run the workers and print their times as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("where")
    parser.add_argument("inbox")
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--size", type=int, default=2800)
    asked = parser.parse_args()
    work = postgres_worker if asked.where.startswith("postgres") else sqlite_worker
    until = time.perf_counter() + asked.seconds
    times: list[list[float]] = [[] for _ in range(asked.clients)]
    threads = [threading.Thread(target=work, args=(asked.where, asked.inbox, asked.size, until, taken)) for taken in times]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump({"seconds": sum(times, []), "wall": time.perf_counter() - start}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
