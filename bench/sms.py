"""SMS: from a phone handing one over until its warning stands, ten at once; and what reading with a book takes."""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from atarraya.gateway.matching import Entry, read
from bench.figures import Row, Timing
from bench.run import POSTGRES, SQLITE, Bench, where
from support import smsgate
from support.living import Home

SECTION = "SMS"
SENDERS = 10
BURSTS = 12
LONGEST = 60.0
# A book larger than any workshop made, and the longest chain of SMS that operators join. Invented words.
WORDS = 60
TEXT = " ".join(f"cosa{each} de siempre" for each in range(80)) + " palabra07 relleno plátano"


@dataclass
class _Place:
    """What `support.smsgate` asks of an installation, on one of the bench's."""

    home: Home
    facts: dict[str, Any]

    def run(self, code: str, *words: str) -> str:
        program = f"import django; django.setup()\n{code}"
        settings = {"DJANGO_SETTINGS_MODULE": "atarraya.settings.production"}
        return self.home.run([sys.executable, "-c", program, *words], **settings).stdout


def run(bench: Bench) -> list[Row]:
    """Measure the whole way on both databases, then the reading alone."""
    rows: list[Row] = []
    for database in (SQLITE, POSTGRES):
        bench.say(f"sms: {database}, {SENDERS} senders at once")
        timings = [_bursts(bench, database) for _ in range(bench.rounds)]
        name = f"{database}: SMS handed over → its warning stands, {SENDERS} at once"
        note = (
            "real gateway with its key; one book; the fourth warning of a day and later ones are held, at the same work"
        )
        rows.append(Row(SECTION, f"{name}: p50", "ms", [timing.p50 for timing in timings], note))
        rows.append(Row(SECTION, f"{name}: p99", "ms", [timing.p99 for timing in timings], note, "≤ 60,000 (US-2 AC1)"))
    return [*rows, *_reading(bench)]


def _bursts(bench: Bench, database: str) -> Timing:
    home = bench.home(database)
    place = _Place(home, _facts(home))
    gateway = smsgate.made(place, bench.work / f"gateway-{home.folder.name}")  # type: ignore[arg-type]
    numbers = [f"+57300111{each:04d}" for each in range(SENDERS)]
    smsgate.book(gateway, "leader", numbers=numbers)
    timing = Timing()
    with home.live("serve", "--plain-http", "--no-worker") as live, gateway.running(live), counter(home) as count:  # type: ignore[arg-type]
        process = smsgate.Process(gateway, True)
        for burst in range(2 if bench.quick else BURSTS):
            timing.seconds += _burst(process, numbers, burst, count)
    return timing


def _facts(home: Home) -> dict[str, Any]:
    code = "from atarraya.network.models import Member, Point; import json;"
    said = (
        "print(json.dumps([str(Point.objects.get(municipality='27001').pk), str(Member.objects.get(login='ivan').pk)]))"
    )
    place = _Place(home, {})
    point, member = json.loads(place.run(code + said))
    return {"points": {"leader": {"id": point}}, "people": {"verifier": {"id": member}}}


def _burst(process: smsgate.Process, numbers: list[str], burst: int, count: Callable[[], int]) -> list[float]:
    """Hand over one SMS of each number at the same moment; return when each further warning stood, in seconds."""
    before, stood = count(), []
    threads = [
        threading.Thread(
            target=process.phone, args=(f"{burst} {number}", number, f"llegó la panga con plátano {burst}")
        )
        for number in numbers
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    while len(stood) < len(numbers):
        now = time.perf_counter() - begun
        if now > LONGEST:
            raise RuntimeError("an SMS did not become a warning")
        stood += [now] * (count() - before - len(stood))
        time.sleep(0.002)
    for thread in threads:
        thread.join()
    return stood


@contextmanager
def counter(home: Home) -> Iterator[Callable[[], int]]:
    """Yield what counts the warnings that stand, straight from the database."""
    asked = "SELECT count(*) FROM alerts_alert"
    if home.database:
        import psycopg

        with psycopg.connect(where(home), autocommit=True) as connection:
            yield lambda: int(connection.execute(asked).fetchone()[0])  # type: ignore[index]
        return
    base = sqlite3.connect(f"file:{where(home)}?mode=ro", uri=True)
    try:
        yield lambda: int(base.execute(asked).fetchone()[0])
    finally:
        base.close()


def _reading(bench: Bench) -> list[Row]:
    book = [Entry(f"palabra{each:02d} relleno", "kind", "COMBAT") for each in range(WORDS)]
    book += [Entry("plátano", "urgency", "NOW"), Entry("abuela", "duress", "1")]
    assert (found := read(book, TEXT)) is not None and found.sure
    rounds = []
    for _ in range(bench.rounds):
        seconds = []
        for _turn in range(20 if bench.quick else 200):
            begun = time.perf_counter()
            read(book, TEXT)
            seconds.append(time.perf_counter() - begun)
        rounds.append(Timing(seconds))
    name = f"reading {len(TEXT)} letters with a book of {len(book)} words"
    return [
        Row(SECTION, f"{name}: p50", "ms", [timing.p50 for timing in rounds]),
        Row(SECTION, f"{name}: p99", "ms", [timing.p99 for timing in rounds]),
    ]
