"""A client process: keeps N connections busy with prepared requests and prints each one's time as JSON.

    python -m bench.load PORT REQUESTS [--clients N] [--seconds S] [--again] [--together] [--every S] [--etags]

REQUESTS is a file of whole HTTP/1.1 requests, made before the clock starts, so that the client costs as little of the
machine as it can: one thread, one `epoll`, bytes sent as they lie. Each connection sends its next request when the
answer to the last has come. With `--again` the requests are sent over and over until the time is up; with
`--together` every connection sends one request at the same moment and the round ends with the last answer. With
`--every` each connection waits that many seconds from question to question, as a page that polls does, and a time is
counted from the moment the question was due. With `--etags` each remembers the tag of its last answer and shows it.
"""

from __future__ import annotations

import argparse
import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import cycle
from pathlib import Path

PATIENCE = 60.0  # seconds without any answer before the rest counts as failed


def pack(requests: list[bytes], path: Path) -> None:
    """Write requests to a file: each one's length (4 bytes, big-endian), then its bytes."""
    path.write_bytes(b"".join(len(request).to_bytes(4, "big") + request for request in requests))


def unpack(path: Path) -> list[bytes]:
    """Read what `pack` wrote."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """Return one request's bytes. Header names are given with _ for -."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in given.items())]
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Client:
    """One connection and the requests it still has to send."""

    port: int
    mine: Iterator[bytes]
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    got: bytes = b""
    started: float = 0.0
    etags: bool = False
    etag: bytes = b""

    def __post_init__(self) -> None:
        self.line = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> bool:
        """Send the next request; return False when there is none."""
        following = next(self.mine, None)
        if following is None:
            return False
        if self.etag:
            head, end, body = following.partition(b"\r\n\r\n")
            following = head + b"\r\nIf-None-Match: " + self.etag + end + body
        self.got = b""
        self.started = time.perf_counter()
        self.line.sendall(following)
        return True

    def take(self) -> bool:
        """Read what came; return whether the answer is whole."""
        piece = self.line.recv(65536)
        if not piece:
            raise ConnectionError("the server closed the line")
        self.got += piece
        if not whole(self.got):
            return False
        status = self.got[9:12].decode()
        self.statuses[status] += 1
        self.received[status] += len(self.got)
        if status[0] == "2" or status == "304":
            self.seconds.append(time.perf_counter() - self.started)
        if self.etags:
            self.etag = header(self.got, b"etag")
        return True


def header(answer: bytes, wanted: bytes) -> bytes:
    """Return the value of a header (its name in lower case), or nothing."""
    for line in answer.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == wanted:
            return value.strip()
    return b""


def whole(answer: bytes) -> bool:
    """Return whether an HTTP/1.1 answer has come to its end."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    if answer[9:12] in {b"304", b"204"}:
        return True
    length = header(head + found, b"content-length")
    return len(body) >= int(length) if length else body.endswith(b"0\r\n\r\n")


def drive(clients: list[Client], until: float) -> int:
    """Keep every client busy until the clock or its requests end; return how many broke off."""
    poll, broken = selectors.DefaultSelector(), 0
    for client in clients:
        poll.register(client.line, selectors.EVENT_READ, client)
    busy = {id(client) for client in clients if client.send()}
    while busy:
        ready = poll.select(PATIENCE)
        if not ready:
            return broken + len(busy)
        for key, _ in ready:
            client: Client = key.data
            try:
                done = client.take() and not (time.perf_counter() < until and client.send())
            except OSError:
                done, broken = True, broken + 1
            if done:
                busy.discard(id(client))
                poll.unregister(client.line)
                client.line.close()
    return broken


def poll(clients: list[Client], every: float, until: float) -> int:
    """Have each client ask once every `every` seconds, spread evenly; return how many questions broke off."""
    waiting = selectors.DefaultSelector()
    begin = time.perf_counter()
    due = [(begin + every * number / len(clients), number) for number in range(len(clients))]
    heapify(due)
    asked: set[int] = set()
    broken = 0
    while due or asked:
        now = time.perf_counter()
        while due and due[0][0] <= now:
            moment, number = heappop(due)
            broken += _ask(clients[number], moment, waiting, asked, number)
        pause = max(0.0, due[0][0] - now) if due else PATIENCE
        ready = waiting.select(pause)
        if not ready and not due:
            return broken + len(asked)
        for key, _ in ready:
            broken += _heard(key.data, clients, waiting, asked, due, (every, until))
    return broken


def _ask(client: Client, moment: float, waiting: selectors.BaseSelector, asked: set[int], number: int) -> int:
    try:
        client.send()
    except OSError:
        return 1
    client.started = moment
    waiting.register(client.line, selectors.EVENT_READ, number)
    asked.add(number)
    return 0


def _heard(
    number: int,
    clients: list[Client],
    waiting: selectors.BaseSelector,
    asked: set[int],
    due: list[tuple[float, int]],
    pace: tuple[float, float],
) -> int:
    client, broken = clients[number], 0
    try:
        if not client.take():
            return 0
    except OSError:
        broken = 1
    waiting.unregister(client.line)
    asked.discard(number)
    following = client.started + pace[0]
    if following < pace[1] and not broken:
        heappush(due, (following, number))
    return broken


def shares(requests: list[bytes], clients: int, *, again: bool, together: bool) -> list[Iterator[bytes]]:
    """Share requests among clients: each its own, round and round, or one each."""
    each = [requests[number::clients] or [requests[number % len(requests)]] for number in range(clients)]
    if together:
        each = [mine[:1] for mine in each]
    return [cycle(mine) if again else iter(mine) for mine in each]


def main() -> int:
    """Load the file of prepared requests, share it among the clients, and print what happened."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("requests", type=Path)
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--every", type=float, default=0)
    parser.add_argument("--etags", action="store_true")
    asked = parser.parse_args()
    again = asked.again or asked.every > 0
    shared = shares(unpack(asked.requests), asked.clients, again=again, together=asked.together)
    clients = [Client(asked.port, mine, etags=asked.etags) for mine in shared]
    start = time.perf_counter()
    until = start + asked.seconds
    broken = poll(clients, asked.every, until) if asked.every else drive(clients, until)
    wall = time.perf_counter() - start
    statuses: Counter[str] = sum((client.statuses for client in clients), Counter())
    seconds = [one for client in clients for one in client.seconds]
    body = {
        "seconds": [round(one, 7) for one in seconds],
        "wall": wall,
        "failed": broken + sum(statuses.values()) - len(seconds),
        "statuses": statuses,
        "received": sum((client.received for client in clients), Counter()),
    }
    json.dump(body, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
