"""What crosses a slow line: weights in real Chromium through TLS, and how long a phone at 50 kbit/s, 800 ms waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench import reports
from bench.board import board_path, fill
from bench.figures import Row
from bench.load import request
from bench.run import SQLITE, Bench, send
from bench.tls import Answer, Front, front
from shaper import SLOW, Line, Shaper
from support import pointpage, walking
from support.living import COMMAND, Home, Live

SECTION = "On the wire"
SETTLED = 2.0  # seconds without a new answer after which a page has what it wants
KB = 1024
_NUMBER = """
import sys
import django
django.setup()
from atarraya.network.models import Inbox
Inbox.objects.update(sms_lines=sys.argv[1:])
"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
USABLE = """() => new Promise((done) => {
  const look = () => {
    const home = document.querySelector('[data-s=home]'), starting = document.querySelector('[data-starting]');
    if (home && !home.hidden && starting.hidden) done(performance.now()); else setTimeout(look, 20);
  };
  look();
})"""


def run(bench: Bench) -> list[Row]:
    """Measure weights without a slow line, then times through it."""
    home = bench.home(SQLITE)
    rows: list[Row] = []
    with home.live("serve") as live, front(bench.work, live.port) as proxy, browser(proxy) as chromium:
        bench.say("wire: weights in Chromium")
        rows += _weights(bench, live, proxy, chromium)
        rows += _bodies(live)
        rows += _apart(bench, live, proxy, chromium)
        for number in range(bench.rounds):
            bench.say(f"wire: a phone at 50 kbit/s and 800 ms, round {number + 1} of {bench.rounds}")
            rows += _slow(live, proxy, chromium)
    return _by_name(rows) + _boards(bench)


@contextmanager
def browser(proxy: Front) -> Iterator[Browser]:
    """Start Chromium; it trusts the proxy's key and no other fault of TLS."""
    pin = f"--ignore-certificate-errors-spki-list={proxy.pin}"
    with sync_playwright() as playwright, walking.chromium(playwright, pin) as started:
        yield started


@contextmanager
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """Open a phone with nothing on it."""
    context = chromium.new_context(**{**walking.COMMON, **walking.PHONE})
    context.set_default_timeout(120_000)
    try:
        yield context
    finally:
        context.close()


def _settled(proxy: Front) -> None:
    count, since = len(proxy.answers), time.monotonic()
    while time.monotonic() - since < SETTLED:
        time.sleep(0.1)
        if len(proxy.answers) != count:
            count, since = len(proxy.answers), time.monotonic()


def _row(name: str, unit: str, value: float, note: str = "", bar: str = "") -> Row:
    return Row(SECTION, name, unit, [value], note, bar)


def _by_name(rows: list[Row]) -> list[Row]:
    """Join the rounds of rows that measured the same."""
    joined: dict[str, Row] = {}
    for row in rows:
        if row.name in joined:
            joined[row.name].rounds += row.rounds
        else:
            joined[row.name] = row
    return list(joined.values())


def _first_visit(context: BrowserContext, live: Live, base: str) -> Page:
    page = context.new_page()
    page.goto(live.point_url("leader", base))
    page.evaluate(USABLE)
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    return page


def _weights(bench: Bench, live: Live, proxy: Front, chromium: Browser) -> list[Row]:
    rows: list[Row] = []
    for _ in range(bench.rounds):
        with Shaper(Line(), to=proxy.port) as line, phone(chromium) as context:
            seen = len(proxy.answers)
            page = _first_visit(context, live, line.url.replace("http:", "https:"))
            _settled(proxy)
            rows += _first_rows(proxy.since(seen), line.bytes_down)
            rows += _report_rows(page, proxy)
            page.close()
            _settled(proxy)
            seen = len(proxy.answers)
            again = context.new_page()
            again.goto(line.url.replace("http:", "https:") + "/")
            again.evaluate(USABLE)
            _settled(proxy)
            rows += _second_rows(proxy.since(seen))
    return rows


def _first_rows(answers: list[Answer], down: int) -> list[Row]:
    document = next(each for each in answers if each.path == "/")
    needed = [each for each in answers if not each.path.startswith("/api/")]
    data = sum(each.down for each in answers if each.path.startswith("/api/"))
    bodies = sum(each.down for each in needed)
    return [
        _row("first document", "bytes", document.weight, "one request, headers as text", "≤ 14 KB (14,336)"),
        _row("all that offline use needs, bodies", "bytes", bodies, "brotli", "≤ 72 KB (73,728)"),
        _row("all that offline use needs, on the line", "bytes", down - data, "TLS, headers too", "≤ 72 KB (73,728)"),
        _row("requests for it", "requests", len(needed), "page, scripts, icon, manifest, worker"),
        _row("data of the first visit, bodies", "bytes", data, "link exchanged, setup"),
    ]


def _second_rows(answers: list[Answer]) -> list[Row]:
    page = [each for each in answers if not each.path.startswith("/api/")]
    data = [each for each in answers if each.path.startswith("/api/")]
    told = ", ".join(sorted({each.path for each in page})) or "nothing asked"
    return [
        _row("second visit, page", "bytes", sum(each.weight for each in page), told, "0"),
        _row("second visit, data", "bytes", sum(each.weight for each in data), "is the setup still the same? (304)"),
    ]


def _report_rows(page: Page, proxy: Front) -> list[Row]:
    seen = len(proxy.answers)
    pointpage.to_ready(page)
    pointpage.tell(page, reports.TEXT)
    pointpage.to_team(page)
    pointpage.waiting(page, 0)
    _settled(proxy)
    sent = [each for each in proxy.since(seen) if each.path == "/api/point/sealed"]
    return [_row("text report as the page sends it", "bytes", max(each.up for each in sent), "body", "≤ 4,096")]


def _bodies(live: Live) -> list[Row]:
    sender = reports.Sender.of(live)
    sealed = reports.envelope(sender)
    return [_row("text report as JSON", "bytes", reports.body_size(reports.as_json(sender, sealed)), "body", "≤ 4,096")]


def _apart(bench: Bench, live: Live, proxy: Front, chromium: Browser) -> list[Row]:
    """Weigh what offers an SMS, which a phone keeps after all else where its network told a number."""
    live.home.run([COMMAND[0], "-c", _NUMBER, "+573001112233"], DJANGO_SETTINGS_MODULE="atarraya.settings.production")
    rows = []
    for _ in range(bench.rounds):
        with Shaper(Line(), to=proxy.port) as line, phone(chromium) as context:
            seen = len(proxy.answers)
            _first_visit(context, live, line.url.replace("http:", "https:"))
            _settled(proxy)
            part = [each for each in proxy.since(seen) if "/bysms" in each.path or each.path.startswith("/k/")]
            assert len(part) == 2, [each.path for each in part]
            weight = sum(each.down for each in part)
            rows.append(_row("Warn by SMS, kept apart, bodies", "bytes", weight, "brotli", "≤ 24 KB (24,576)"))
    live.home.run([COMMAND[0], "-c", _NUMBER], DJANGO_SETTINGS_MODULE="atarraya.settings.production")
    return rows


def _slow(live: Live, proxy: Front, chromium: Browser) -> list[Row]:
    with Shaper(SLOW, to=proxy.port) as line, phone(chromium) as context:
        base = line.url.replace("http:", "https:")
        page = context.new_page()
        page.goto(live.point_url("leader", base), wait_until="commit")
        usable = float(page.evaluate(USABLE)) / 1000
        painted = float(page.evaluate(PAINTED)) / 1000
        rows = [
            _row("50 kbit/s, 800 ms: first words painted", "s", painted, "first contentful paint"),
            _row("50 kbit/s, 800 ms: usable form", "s", usable, "a tap is answered; link exchanged", "≤ 12 s"),
        ]
        rows += _report_sent(page)
        page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        ready = float(page.evaluate("performance.now()")) / 1000
        rows += [
            _row("50 kbit/s, 800 ms: kept for no signal", "s", ready, "a report sent beside"),
            _row("50 kbit/s, 800 ms: all bytes down", "bytes", line.bytes_down, "with TLS and headers"),
            _row("50 kbit/s, 800 ms: all bytes up", "bytes", line.bytes_up, "with TLS and headers"),
        ]
        page.close()
        return rows + _slow_again(context, base)


def _report_sent(page: Page) -> list[Row]:
    pointpage.to_ready(page)
    pointpage.tell(page, reports.TEXT)
    start = time.monotonic()
    with page.expect_response(lambda answer: answer.url.endswith("/api/point/sealed"), timeout=180_000) as sent:
        pointpage.to_team(page)
        shown = time.monotonic() - start
    assert sent.value.status == 201
    took = time.monotonic() - start
    whole = float(page.evaluate("performance.now()")) / 1000
    return [
        _row("50 kbit/s, 800 ms: report sealed, receipt shown", "s", shown, "from the tap; what seals comes meanwhile"),
        _row("50 kbit/s, 800 ms: report acknowledged", "s", took, "from the tap, line open"),
        _row("50 kbit/s, 800 ms: from the link to a report acknowledged", "s", whole, "nobody stops to think"),
    ]


def _slow_again(context: BrowserContext, base: str) -> list[Row]:
    page = context.new_page()
    page.goto(base + "/", wait_until="commit")
    usable = float(page.evaluate(USABLE)) / 1000
    pointpage.to_ready(page)
    start = time.monotonic()
    with page.expect_response(lambda answer: answer.url.endswith("/api/point/sealed"), timeout=180_000) as sent:
        pointpage.to_team(page)
        shown = time.monotonic() - start
    took = time.monotonic() - start
    page.close()
    assert sent.value.status == 201
    return [
        _row("50 kbit/s, 800 ms: second visit, usable form", "s", usable, "from what the phone keeps"),
        _row("50 kbit/s, 800 ms: second visit, report sealed", "s", shown, "from the tap; needs no signal"),
        _row("50 kbit/s, 800 ms: second visit, report acknowledged", "s", took, "from the tap"),
    ]


def _boards(bench: Bench) -> list[Row]:
    """Weigh the board of all fifteen municipalities in brotli: as the demonstration has it, and full."""
    rows = []
    full = bench.home(SQLITE)
    fill(full, 1_000 if bench.quick else 50_000)
    with full.live("serve", "--plain-http") as live:
        told = _weigh(bench, live, live.secrets["points"]["leader"]["device"])
        rows.append(_row("board.json, 15 municipalities, each with 20 lines", "bytes", told, "the most it can hold"))
    if not bench.quick:
        bench.say("wire: building the demonstration")
        told = _demo_board(bench)
        rows.append(_row("board.json, 15 municipalities of the demonstration", "bytes", told, "", "≤ 8 KB (8,192)"))
    return rows


def _weigh(bench: Bench, live: Live, token: str) -> float:
    asked = request("GET", board_path(live), Authorization=f"Point {token}", Accept_Encoding="br")
    timing = send(bench, live.port, [asked])
    return timing.answers["200"] / 1


def _demo_board(bench: Bench) -> float:
    import json
    import os

    home = Home(bench.work / "demo")
    url = os.environ.pop("DATABASE_URL", "")
    try:
        home.atarraya("demo", "--build-only", "--data", str(home.folder))
        known: dict[str, Any] = json.loads((home.folder / "access.json").read_text())
        with home.live("demo") as live:
            return _weigh(bench, live, known["points"][0]["token"])
    finally:
        home.remove()
        if url:
            os.environ["DATABASE_URL"] = url
