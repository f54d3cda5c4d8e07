"""What people read, at ten thousand, a hundred thousand and a million alerts: how long it takes and what it weighs."""

from __future__ import annotations

import json
import sqlite3
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from bench.figures import Row, Timing
from bench.load import request
from bench.run import POSTGRES, SQLITE, Bench, send, where
from support.living import Home, Live

SECTION = "Reading"
SIZES = (10_000, 100_000, 1_000_000)
FRESH, KEPT = 40, 400  # requests of one measurement: after a change everywhere, and while nothing changes
SIGN_IN = """
import django; django.setup()
from django.conf import settings
from django.test import Client
from atarraya.network.models import Member, Network
member = Member.objects.get(login="ivan")
Member.objects.filter(pk=member.pk).update(municipalities=Network.objects.get().municipalities)
client = Client(); client.force_login(member)
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


def run(bench: Bench) -> list[Row]:
    """Measure every size on both databases; ratios of the largest to the smallest say how flat it is."""
    rows: list[Row] = []
    sizes = (1_000, 5_000) if bench.quick else SIZES
    for database in (SQLITE, POSTGRES):
        home = bench.kept_home(f"history {database}", database)  # the section of memory goes on with it
        for size in sizes:
            bench.say(f"board: {database}, filling to {size:,} alerts")
            held = fill(home, size)
            bench.say(f"board: {database}, {size:,} alerts ({held['seconds']:.0f} s to fill), measuring")
            rows += _counts(bench, database, home, size)
            with home.live("serve", "--plain-http") as live:
                rows += _pages(bench, database, home, live, size)
        rows += _flat(database, rows, sizes)
    return rows


def program(home: Home, module: str, *words: object) -> Any:
    """Run one of the bench's programs inside an installation and return its JSON."""
    done = home.run([sys.executable, "-m", module, *map(str, words)], **inside())
    return json.loads(done.stdout)


def inside() -> dict[str, str]:
    """Return what a program needs beside an installation's environment to run the application itself."""
    from bench import ENVIRON

    return {"PYTHONPATH": ENVIRON["PYTHONPATH"], "DJANGO_SETTINGS_MODULE": "atarraya.settings.production"} | {
        "ATARRAYA_PLAIN_HTTP": "1"
    }


def fill(home: Home, size: int) -> dict[str, Any]:
    """Bring an installation to `size` alerts (nothing may be serving it) and return what it holds."""
    held: dict[str, Any] = program(home, "bench.history", size)
    return held


def cookie(home: Home) -> str:
    """Sign a verifier in who serves all fifteen municipalities, and return the session cookie."""
    return home.run([sys.executable, "-c", SIGN_IN], **inside()).stdout.strip()


def board_path(live: Live) -> str:
    """Return the address of the board of all fifteen municipalities."""
    from atarraya.demo.places import MUNICIPALITIES

    return "/api/point/board.json?places=" + ",".join(MUNICIPALITIES)


def reads(home: Home, live: Live) -> dict[str, bytes]:
    """Return the requests that are measured, by name."""
    token = live.secrets["points"]["leader"]["device"]
    session = cookie(home)
    point = {"Authorization": f"Point {token}", "Accept_Encoding": "br"}
    member = {"Cookie": f"s={session}", "Accept": "text/html", "Accept_Encoding": "br", "Accept_Language": "es"}
    anyone = {"Accept": "text/html", "Accept_Encoding": "br", "Accept_Language": "es"}
    return {
        "board.json, 15 municipalities": request("GET", board_path(live), **point),
        "member's board with map": request("GET", "/tablero/", **member),
        "municipality page": request("GET", "/municipio/27099/", **member),
        "public page with map": request("GET", "/publico/", **anyone),
        "public municipality page": request("GET", "/publico/27099/", **anyone),
    }


def _pages(bench: Bench, database: str, home: Home, live: Live, size: int) -> list[Row]:
    rows: list[Row] = []
    with changer(home) as change:
        for name, asked in reads(home, live).items():
            send(bench, live.port, [asked] * 20)
            kept = [send(bench, live.port, [asked] * KEPT) for _ in range(bench.rounds)]
            fresh = [after_changes(bench, live, asked, change, FRESH) for _ in range(bench.rounds)]
            rows += _told(f"{database}, {size:,} alerts: {name}", kept, fresh)
    return rows


def after_changes(bench: Bench, live: Live, asked: bytes, change: Callable[[], None], times: int) -> Timing:
    """Ask again and again, each time after an event in every municipality: nothing that was kept serves."""
    whole = Timing()
    for _ in range(5 if bench.quick else times):
        change()
        whole.seconds.append(once(live, asked))
    return whole


def once(live: Live, asked: bytes) -> float:
    """Send one prepared request from here and return its seconds."""
    from itertools import repeat

    from bench.load import Client

    client = Client(live.port, repeat(asked, 1))
    client.send()
    while not client.take():
        pass
    client.line.close()
    if not client.seconds:
        raise RuntimeError(f"answered {dict(client.statuses)}")
    return client.seconds[0]


def _told(name: str, kept: list[Timing], fresh: list[Timing]) -> list[Row]:
    sizes = [timing.answers["200"] / len(timing.seconds) for timing in kept if timing.seconds]
    changed = "after an event in every municipality"
    return [
        Row(SECTION, f"{name}: p50", "ms", [timing.p50 for timing in kept], "nothing changed"),
        Row(SECTION, f"{name}: p99", "ms", [timing.p99 for timing in kept], "nothing changed"),
        Row(SECTION, f"{name}: made anew, p50", "ms", [timing.p50 for timing in fresh], changed),
        Row(SECTION, f"{name}: made anew, p99", "ms", [timing.p99 for timing in fresh], changed),
        Row(SECTION, f"{name}: weight", "bytes", sizes, "with headers, brotli"),
    ]


@contextmanager
def changer(home: Home, *, one: bool = False) -> Iterator[Callable[[], None]]:
    """Yield a function that appends an event to an alert of each municipality, as every act does, past the act.

    With `one`, only of the first municipality, which has most of the alerts.
    """
    from atarraya.demo.places import MUNICIPALITIES

    if home.database:
        import psycopg

        mark, connection = "%s", psycopg.connect(where(home), autocommit=False)
    else:
        mark, connection = "?", sqlite3.connect(where(home), timeout=20)
    chosen = {}
    with closing(connection):
        for code in MUNICIPALITIES[:1] if one else MUNICIPALITIES:
            found = connection.execute(
                f"SELECT id FROM alerts_alert WHERE municipality = {mark} LIMIT 1", (code,)
            ).fetchone()
            chosen[code] = found[0]
        columns = [column[0] for column in connection.execute("SELECT * FROM alerts_event LIMIT 1").description]
        pattern = connection.execute("SELECT * FROM alerts_event LIMIT 1").fetchone()
        insert = f"INSERT INTO alerts_event ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"

        def change() -> None:
            for code, alert in chosen.items():
                connection.execute("UPDATE alerts_sequence SET value = value + 1 WHERE name = 'alerts'")
                seq = connection.execute("SELECT value FROM alerts_sequence WHERE name = 'alerts'").fetchone()[0]
                values = dict(zip(columns, pattern, strict=True))
                values |= {"seq": seq, "alert_id": alert, "municipality": code, "act": "still"}
                connection.execute(insert, tuple(values.values()))
            connection.commit()

        yield change


def _counts(bench: Bench, database: str, home: Home, size: int) -> list[Row]:
    told = [program(home, "bench.counts", 200) for _ in range(bench.rounds)]
    name = f"{database}, {size:,} alerts"
    timings = [(Timing(one["counts"]), Timing(one["marks"])) for one in told]
    return [
        Row(SECTION, f"{name}: map counts, p50", "ms", [counts.p50 for counts, _ in timings], bar="≤ 5 ms"),
        Row(SECTION, f"{name}: map counts, p99", "ms", [counts.p99 for counts, _ in timings], bar="≤ 5 ms"),
        Row(SECTION, f"{name}: map counts and who spoke, p50", "ms", [marks.p50 for _, marks in timings]),
        Row(SECTION, f"{name}: the same counts from the alerts", "ms", [1000 * one["recount"] for one in told]),
        Row(SECTION, f"{name}: counts equal to the recount", "", [float(one["equal"]) for one in told], bar="1"),
    ]


def _flat(database: str, rows: list[Row], sizes: tuple[int, ...]) -> list[Row]:
    """Return, for each figure in ms, its median at the largest size over that at the smallest."""
    smallest, largest = (f"{database}, {size:,} alerts: " for size in (sizes[0], sizes[-1]))
    found = {row.name: row for row in rows}
    flat = []
    for name, row in found.items():
        big = found.get(name.replace(smallest, largest)) if name.startswith(smallest) else None
        if big is not None and row.unit == "ms" and row.median and big.median and "from the alerts" not in name:
            words = name.removeprefix(smallest)
            flat.append(
                Row(
                    SECTION,
                    f"{database}: {words}, {sizes[-1]:,} against {sizes[0]:,}",
                    "ratio",
                    [big.median / row.median],
                    "of the medians",
                    "near 1",
                )
            )
    return flat


def healthy(live: Live) -> bool:
    """Tell whether a server answers."""
    with urllib.request.urlopen(live.url + "/health", timeout=10) as answer:
        return bool(answer.status == 200)
