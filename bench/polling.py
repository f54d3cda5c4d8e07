"""A thousand pages that ask the board again and again, while something changes now and then."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bench.board import board_path, changer, fill
from bench.figures import Row, Timing
from bench.load import request
from bench.run import POSTGRES, SQLITE, Bench, send
from support.living import Home, Live

SECTION = "A thousand pages"
PAGES = 1000
EVERY = 60.0  # seconds from question to question of a point's page
CHANGES = 2.0  # seconds from one alert that changes to the next


def run(bench: Bench) -> list[Row]:
    """Measure what the server can give, and what a page waits at its own pace."""
    rows: list[Row] = []
    for database in (SQLITE, POSTGRES):
        home = bench.kept_home(f"polled {database}", database)
        fill(home, 1_000 if bench.quick else 10_000)
        with home.live("serve", "--plain-http") as live:
            rows += _measured(bench, database, home, live)
    return rows


def _measured(bench: Bench, database: str, home: Home, live: Live) -> list[Row]:
    token = live.secrets["points"]["leader"]["device"]
    asked = [request("GET", board_path(live), Authorization=f"Point {token}", Accept_Encoding="br")]
    pages = 50 if bench.quick else PAGES
    send(bench, live.port, asked * 50, clients=4)
    flat_out, paced = [], []
    for number in range(bench.rounds):
        bench.say(f"polling: {database}, {pages} pages, round {number + 1} of {bench.rounds}")
        with changing(home):
            flat_out.append(send(bench, live.port, asked, clients=pages, again=True, etags=True))
        with changing(home):
            seconds = 5.0 if bench.quick else 20.0
            paced.append(send(bench, live.port, asked, clients=pages, seconds=seconds, every=EVERY / 6, etags=True))
    return _told(f"{database}, {pages} pages", flat_out, paced)


def _told(name: str, flat_out: list[Timing], paced: list[Timing]) -> list[Row]:
    pace = f"each asks every {EVERY / 6:g} s, six times as often as the page does"
    return [
        Row(SECTION, f"{name}, without pause: answers", "/s", [one.rate for one in flat_out], _mix(flat_out)),
        Row(SECTION, f"{name}, without pause: p99", "ms", [one.p99 for one in flat_out]),
        Row(SECTION, f"{name}, at a pace: answers", "/s", [one.rate for one in paced], pace),
        Row(SECTION, f"{name}, at a pace: p50", "ms", [one.p50 for one in paced], _mix(paced)),
        Row(SECTION, f"{name}, at a pace: p99", "ms", [one.p99 for one in paced]),
        Row(SECTION, f"{name}: without an answer", "", [float(sum(one.failed for one in flat_out + paced))], bar="0"),
    ]


def _mix(timings: list[Timing]) -> str:
    same = sum(one.statuses.get("304", 0) for one in timings)
    return f"{100 * same / max(1, sum(sum(one.statuses.values()) for one in timings)):.0f} % are 304"


@contextmanager
def changing(home: Home) -> Iterator[None]:
    """Append an event in one municipality every two seconds during the block."""
    over = threading.Event()

    def keep_changing() -> None:
        with changer(home, one=True) as change:
            while not over.wait(CHANGES):
                change()

    thread = threading.Thread(target=keep_changing)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
