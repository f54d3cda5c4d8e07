"""Phones that vanish: storms of uploads cut in the middle, then the next request is served and nothing hangs."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sqlite3
import struct
import time
from uuid import uuid4

import pytest

from support.ledger import kept, make
from support.phone import half
from support.server import Server, Site, libpq

pytestmark = pytest.mark.slow
STORMS, PHONES = 20, 16


def upload(server: Server, *, path: str, kind: str, body: bytes, more: str = "", part: float = 0.5) -> socket.socket:
    """Open a connection, send the head and a part of the body, and return the socket."""
    head = (
        f"{'PUT' if 'attachments' in path else 'POST'} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Point {server.site.token()}\r\nContent-Type: {kind}\r\n{more}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    sock = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    sock.sendall(head.encode() + body[: int(len(body) * part)])
    return sock


def half_sent(server: Server, part: float) -> socket.socket:
    """Half a slice, or half a report."""
    if part < 0.5:
        body = json.dumps(make(server.site).body).encode()
        return upload(server, path="/api/point/reports", kind="application/json", body=body, part=part)
    path, more = f"/api/point/attachments/{uuid4()}/0", f"Erase-Hash: {half()}\r\n"
    kind = "application/octet-stream"
    return upload(server, path=path, kind=kind, body=os.urandom(16_400), more=more, part=part)


def cut(sock: socket.socket) -> None:
    """Vanish without a goodbye (a reset), as a phone that lost its signal."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def nothing_is_open(place: Site) -> bool:
    """Return whether no transaction is open and the writer's place is free."""
    if place.url:
        import psycopg

        with psycopg.connect(libpq(place.url)) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
            ).fetchone()
        return row == (0,)
    name = place.folder / "atarraya.sqlite3"
    with open(f"{name}.writer") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with sqlite3.connect(name, timeout=0, isolation_level=None) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    return True


def test_after_storms_of_cut_uploads_the_next_request_is_served(place: Site, server: Server) -> None:
    before = kept(place)
    for storm in range(STORMS):
        socks = [half_sent(server, 0.1 + 0.8 * phone / PHONES) for phone in range(PHONES)]
        time.sleep(0.05 * (storm % 3))
        for sock in socks:
            cut(sock)
        began = time.monotonic()
        answer = server.post("/api/point/reports", make(place).body, token=place.token(), timeout=20)
        assert answer.status == 201 and time.monotonic() - began < 10
    assert nothing_is_open(place)
    after = kept(place)
    assert len(after["entries"]) == len(before["entries"]) + STORMS and after["chunks"] == before["chunks"]


def test_phones_that_stop_in_the_middle_hold_nobody_up(place: Site, server: Server) -> None:
    """Twice as many slow uploads as the server has threads: another phone's report still passes."""
    slow = [half_sent(server, 0.1 + 0.8 * phone / 32) for phone in range(32)]
    try:
        time.sleep(0.5)
        began = time.monotonic()
        answer = server.post("/api/point/reports", make(place).body, token=place.token("second"), timeout=20)
        assert answer.status == 201 and time.monotonic() - began < 10
        assert nothing_is_open(place)
    finally:
        for sock in slow:
            cut(sock)
