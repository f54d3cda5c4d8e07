"""Ten reports at one moment, two desks on slow lines: when each reporter can learn that a person read theirs.

The drill of US-4 without its people: the two who read here open one account after the other and think about none. What
is left of the quarter of an hour is theirs.
"""

from __future__ import annotations

import copy
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Page, expect, sync_playwright

from atarraya.sealing import receipts
from atarraya.sealing.encoding import from_b64
from bench.figures import Row
from bench.run import SQLITE, Bench
from shaper import Line, Shaper
from support import walking
from support.desks import ask, desk, items
from support.living import Live
from support.opener import open_reply
from support.phone import Made, seal_report

SECTION = "A drill"
REPORTS = 10
READERS = ("verifier", "approver")
# A city's mobile line, shared: 256 kbit/s each way.
LINE = Line(up=256_000, down=256_000, rtt=0.3)
ASKED_EVERY = 1.5  # as often as receipts may be asked
AT_MOST = 300.0


def run(bench: Bench) -> list[Row]:
    """Measure the drill in each round, on an inbox that holds nothing else."""
    halves, lasts = [], []
    for number in range(bench.rounds):
        bench.say(f"drill: round {number + 1} of {bench.rounds}")
        with bench.home(SQLITE).live("serve", "--plain-http") as live:
            waited = sorted(_drill(live))
        halves.append(median(waited))
        lasts.append(waited[-1])
    name = f"{REPORTS} reports at one moment, {len(READERS)} desks at 256 kbit/s"
    return [
        Row(SECTION, f"{name}: median until “a person read it”", "s", halves, "machines alone", "≤ 900 s with people"),
        Row(SECTION, f"{name}: until the last", "s", lasts, "machines alone"),
    ]


@contextmanager
def through(live: Live, line: Shaper) -> Iterator[Live]:
    """Yield the same server as somebody sees it behind a line."""
    seen = copy.copy(live)
    seen.port = line.port
    yield seen


@dataclass
class _Desk:
    """One reader: waits for what arrives and opens what the other one is not opening."""

    live: Live
    who: str
    turn: int
    ready: threading.Barrier
    stop: threading.Event

    def read(self) -> None:
        """Open the key, wait for the reports, and open this desk's share of them."""
        with (
            Shaper(LINE, to=self.live.port) as line,
            through(self.live, line) as seen,
            sync_playwright() as playwright,
            walking.chromium(playwright) as chromium,
            walking.visit(chromium, walking.DESKTOP) as visit,
        ):
            visit.context.set_default_timeout(120_000)
            page = desk(seen, visit, self.who)
            self.ready.wait(180)
            self._open_all(page)
            self.stop.wait(AT_MOST)

    def _open_all(self, page: Page) -> None:
        expect(items(page)).to_have_count(REPORTS, timeout=120_000)
        share = REPORTS // len(READERS)
        for number in range(self.turn * share, (self.turn + 1) * share):
            items(page).nth(number).click()
            expect(page.locator("#side .history li")).not_to_have_count(0)  # that it was read is written there


def _drill(live: Live) -> list[float]:
    """Return, for each report, the seconds from the moment all were sent until its receipt says that it was read."""
    ready, stop = threading.Barrier(len(READERS) + 1), threading.Event()
    readers = [_Desk(live, who, turn, ready, stop) for turn, who in enumerate(READERS)]
    with ThreadPoolExecutor(len(READERS) + REPORTS) as pool:
        reading = [pool.submit(reader.read) for reader in readers]
        try:
            made = _made(live)
            ready.wait(180)
            began = time.monotonic()
            for sent in [pool.submit(ask, live, "/api/point/reports", "leader", each.body) for each in made]:
                sent.result(60)
            waited = _until_read(live, made, began)
        finally:
            stop.set()
        for reader in reading:
            reader.result(60)
    return waited


def _made(live: Live) -> list[Made]:
    inbox = ask(live, "/api/point/setup.json")["inbox"]
    place = live.secrets["points"]["leader"]["municipality"]
    return [
        seal_report(
            inbox["id"],
            inbox["number"],
            inbox["recipients"],
            text=f"SIMULACRO {number}. Piden que avisen.",
            municipality=place,
            urgency="NOW",
        )
        for number in range(REPORTS)
    ]


def _until_read(live: Live, made: list[Made], began: float) -> list[float]:
    waiting = list(made)
    waited: list[float] = []
    while waiting and time.monotonic() - began < AT_MOST:
        time.sleep(ASKED_EVERY)
        told = [each for each in waiting if _is_read(live, each)]
        waited += [time.monotonic() - began] * len(told)
        waiting = [each for each in waiting if each not in told]
    if waiting:
        raise RuntimeError(f"{len(waiting)} of {len(made)} reports were read by nobody")
    return waited


def _is_read(live: Live, made: Made) -> bool:
    """Ask as any phone with the receipt's words does, without the link, and open what only those words open."""
    body = json.dumps({"lookups": receipts.answer_lookups(made.reply)}).encode()
    asked = urllib.request.Request(live.url + "/api/point/receipt", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        replies = json.load(answer)["replies"]
    return any(open_reply(from_b64(reply, 96), made.reply) for reply in replies)
