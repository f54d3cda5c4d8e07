"""A client process: keeps N connections busy with prepared requests and prints each one's time as JSON.

Runs apart from the server it loads. Bodies are prepared before the clock starts, so only the application is measured.
"""

from __future__ import annotations

import argparse
import http.client
import json
import pickle
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Request:
    """One prepared request and the statuses that count as accepted."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]
    accepted: tuple[int, ...] = (200, 201, 304)


def client(host: str, port: int, mine: list[Request], until: float, taken: list[float], failed: list[int]) -> None:
    """Send `mine` one after the other over one connection until the clock or the requests end."""
    connection = http.client.HTTPConnection(host, port, timeout=30)
    for request in mine:
        if time.perf_counter() > until:
            break
        start = time.perf_counter()
        try:
            connection.request(request.method, request.path, request.body or None, request.headers)
            answer = connection.getresponse()
            answer.read()
            ok = answer.status in request.accepted
        except (OSError, http.client.HTTPException):
            connection.close()
            ok = False
        if ok:
            taken.append(time.perf_counter() - start)
        else:
            failed.append(1)
    connection.close()


def main() -> int:
    """Load the file of prepared requests, share it among the clients, and print what happened."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("requests", type=Path)
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3)
    asked = parser.parse_args()
    prepared: list[Request] = pickle.loads(asked.requests.read_bytes())  # made by this bench a moment ago
    shares = [prepared[number :: asked.clients] for number in range(asked.clients)]
    taken: list[list[float]] = [[] for _ in shares]
    failed: list[int] = []
    until = time.perf_counter() + asked.seconds
    threads = [
        threading.Thread(target=client, args=("127.0.0.1", asked.port, share, until, times, failed))
        for share, times in zip(shares, taken, strict=True)
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - start
    json.dump({"seconds": sum(taken, []), "wall": wall, "failed": len(failed)}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
