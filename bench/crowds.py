"""A whole assembly sends at one moment, and a line that keeps breaking: what one router and 2G do to a server."""

from __future__ import annotations

import fcntl
import os
import socket
import sqlite3
import struct
import time
import urllib.request

from bench import reports
from bench.figures import Row
from bench.run import LIFTED, POSTGRES, SQLITE, Bench, send, where
from support.living import Home, Live

SECTION = "Many at once, and lines that break"
STORMS, UPLOADS = 20, 16


def run(bench: Bench) -> list[Row]:
    """Measure both databases."""
    rows: list[Row] = []
    for database in (SQLITE, POSTGRES):
        home = bench.home(database)
        with home.live("serve", "--plain-http", **LIFTED) as live:
            stock = reports.Stock(reports.Sender.of(live))
            send(bench, live.port, stock.json(100), clients=16)
            for people in (16, 64):
                bench.say(f"crowds: {database}, {people} at one moment")
                rows += _assembly(bench, database, live, stock, people)
            bench.say(f"crowds: {database}, {STORMS} storms of {UPLOADS} broken uploads")
            rows += _storms(bench, database, home, live, stock)
    return rows


def _assembly(bench: Bench, database: str, live: Live, stock: reports.Stock, people: int) -> list[Row]:
    timings = [send(bench, live.port, stock.json(people), clients=people, together=True) for _ in range(bench.rounds)]
    name = f"{database}: {people} reports at one moment, one address"
    return [
        Row(SECTION, f"{name}: accepted", "reports", [len(timing.seconds) for timing in timings], bar=str(people)),
        Row(SECTION, f"{name}: last answer after", "ms", [1000 * timing.wall for timing in timings]),
    ]


def _storms(bench: Bench, database: str, home: Home, live: Live, stock: reports.Stock) -> list[Row]:
    next_after, opened = [], []
    for _ in range(bench.rounds):
        for _ in range(STORMS):
            break_off(live.port, stock.json(UPLOADS))
        timing = send(bench, live.port, stock.json(1))
        next_after.append(1000 * timing.wall if timing.seconds else float("nan"))
        opened.append(float(open_transactions(home)))
    name = f"{database}: after {STORMS} storms of {UPLOADS} uploads broken off"
    return [
        Row(SECTION, f"{name}: next report answered after", "ms", next_after, bar="< 1,000 ms"),
        Row(SECTION, f"{name}: transactions left open", "", opened, bar="0"),
        Row(SECTION, f"{name}: still healthy", "", [_healthy(live)], bar="1"),
    ]


def break_off(port: int, requests: list[bytes]) -> None:
    """Send a part of each request at once, each a different part, then reset every line as lost signal does."""
    lines = []
    for number, request in enumerate(requests):
        line = socket.create_connection(("127.0.0.1", port), timeout=10)
        # Closing with nothing to linger for sends a reset, not a polite end.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        line.sendall(request[: len(request) * (number + 1) // len(requests)])  # the last one whole
        lines.append(line)
    time.sleep(0.01)
    for line in lines:
        line.close()


def open_transactions(home: Home) -> int:
    """Return how many write transactions stay open on an installation's database a second after the last request."""
    time.sleep(1)
    if home.database:
        return _open_on_postgres(home)
    path = where(home)
    lock = os.open(path + ".writer", os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        connection = sqlite3.connect(path, isolation_level=None, timeout=0)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
        connection.close()
        return 0
    except (OSError, sqlite3.OperationalError):
        return 1
    finally:
        os.close(lock)


def _open_on_postgres(home: Home) -> int:
    import psycopg

    with psycopg.connect(where(home)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
        ).fetchone()
    return int(found[0]) if found else -1


def _healthy(live: Live) -> float:
    with urllib.request.urlopen(live.url + "/health", timeout=10) as answer:
        return float(answer.status == 200)
