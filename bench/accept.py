"""Reports accepted a second through the whole application, beside raw durable commits of the same rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from bench import reports
from bench.figures import Row, Timing, ratio
from bench.run import LIFTED, POSTGRES, SQLITE, Bench, raw, send
from support.living import Home, Live

SECTION = "Reports accepted"
THREADS = 8  # requests `atarraya serve` answers at once, unless told otherwise
MOST_A_SECOND = 2500  # requests made ready for each second of a measurement


@dataclass
class Rounds:
    """What the rounds of one database measured, by name."""

    timings: dict[str, list[Timing]] = field(default_factory=dict)

    def add(self, name: str, timing: Timing) -> None:
        self.timings.setdefault(name, []).append(timing)

    def of(self, name: str, figure: Callable[[Timing], float]) -> list[float]:
        return [figure(timing) for timing in self.timings[name]]

    def rates(self, name: str) -> list[float]:
        return self.of(name, lambda timing: timing.rate)

    def failed(self, name: str) -> int:
        return sum(timing.failed for timing in self.timings[name])


def run(bench: Bench) -> list[Row]:
    """Measure both databases."""
    rows: list[Row] = []
    for database in (SQLITE, POSTGRES):
        home = bench.home(database)
        with home.live("serve", "--plain-http", **LIFTED) as live:
            rows += _summed(database, _rounds(bench, database, home, live))
    return rows


def _rounds(bench: Bench, database: str, home: Home, live: Live) -> Rounds:
    stock = reports.Stock(reports.Sender.of(live))
    pattern = keep_one(bench, live, stock)
    wanted = int(MOST_A_SECOND * bench.seconds)
    measured = Rounds()
    _round(bench, home, live, stock, pattern, 200, Rounds())  # both sides warm
    for number in range(bench.rounds):
        bench.say(f"accept: {database}, round {number + 1} of {bench.rounds}")
        _round(bench, home, live, stock, pattern, wanted, measured)
    return measured


def _round(bench: Bench, home: Home, live: Live, stock: reports.Stock, pattern: str, wanted: int, into: Rounds) -> None:
    ready = [stock.json(wanted), stock.outbox(wanted // 2), stock.json(wanted)]
    into.add("raw 1", raw(bench, home, pattern, threads=1))
    into.add("json 1", send(bench, live.port, ready[0]))
    into.add("outbox 1", send(bench, live.port, ready[1]))
    into.add("raw 16", raw(bench, home, pattern, threads=THREADS))
    into.add("json 16", send(bench, live.port, ready[2], clients=16))


def keep_one(bench: Bench, live: Live, stock: reports.Stock) -> str:
    """Have the application keep one report and return its id: the pattern of the raw side."""
    sender = stock.sender
    told = reports.as_json(sender, stock.envelopes[0])
    kept = send(bench, live.port, [told])
    if kept.failed or not kept.seconds:
        raise RuntimeError("the application did not keep the first report")
    at = told.index(b'"id":"') + 6
    return str(uuid.UUID(told[at : at + 36].decode()))


def _summed(database: str, measured: Rounds) -> list[Row]:
    def row(name: str, unit: str, values: list[float], note: str = "", bar: str = "") -> Row:
        return Row(SECTION, f"{database}: {name}", unit, values, note, bar)

    rates = measured.rates
    refused = sum(measured.failed(name) for name in measured.timings)
    rows = [
        row("raw durable commits, 1 thread", "/s", rates("raw 1")),
        row("reports as JSON, 1 client", "/s", rates("json 1")),
        row("share of raw, 1 client", "ratio", ratio(rates("json 1"), rates("raw 1")), "same round", "≥ 0.15 (0.3)"),
        row("reports as a phone's outbox, 1 client", "/s", rates("outbox 1"), "the outer seal is opened too"),
        row("share of raw, outbox, 1 client", "ratio", ratio(rates("outbox 1"), rates("raw 1")), "same round"),
        row(f"raw durable commits, {THREADS} threads", "/s", rates("raw 16")),
        row("reports as JSON, 16 clients", "/s", rates("json 16")),
        row("share of raw, 16 clients", "ratio", ratio(rates("json 16"), rates("raw 16")), "same round"),
    ]
    p50, p99 = (measured.of("json 16", figure) for figure in (lambda t: t.p50, lambda t: t.p99))
    aims = ("≤ 50 ms", "≤ 3") if database == SQLITE else ("", "")
    return [
        *rows,
        row("p50, 16 clients", "ms", p50),
        row("p99, 16 clients", "ms", p99, bar=aims[0]),
        row("p99 ÷ p50, 16 clients", "ratio", ratio(p99, p50), bar=aims[1]),
        row("reports refused or lost in all of these", "reports", [refused], bar="0"),
    ]
