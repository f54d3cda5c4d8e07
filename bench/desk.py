"""A desk that has five hundred envelopes to open, in a browser four times slower: how long, and whether it answers."""

from __future__ import annotations

import json
import sys

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.board import inside
from bench.figures import Row
from bench.load import request
from bench.run import LIFTED, SQLITE, Bench, on, send
from support import walking
from support.desks import ask, sign_in
from support.living import Home, Live
from support.phone import seal_report
from support.walking import Visit

SECTION = "The desk"
ENVELOPES = 500
SLOWER = 4
# Of every ten: four addressed to this circle, four for nobody in it, two sealed before the circle changed its key.
MINE, OLD = {0, 3, 5, 8}, {2, 7}
WATCH = """() => {
  let last = performance.now();
  window.longestWait = 0;
  setInterval(() => {
    const now = performance.now();
    window.longestWait = Math.max(window.longestWait, now - last);
    last = now;
  }, 4);
}"""
DONE = """(expected) => document.querySelectorAll("#items button").length >= expected
  && document.querySelector("#progress").textContent === "" && performance.now()"""


def run(bench: Bench) -> list[Row]:
    """Fill an inbox once, then open it anew in each round."""
    home = founded(bench)
    count = 50 if bench.quick else ENVELOPES
    took, longest, shown = [], [], []
    with home.live("serve", "--plain-http", **LIFTED) as live, sync_playwright() as playwright:
        bench.say(f"desk: sending {count} envelopes")
        expected = fill(bench, live, count)
        with walking.chromium(playwright) as chromium:
            for number in range(bench.rounds):
                bench.say(f"desk: {count} envelopes, round {number + 1} of {bench.rounds}")
                seconds, wait, lines = opened(live, chromium, expected)
                took.append(seconds)
                longest.append(wait)
                shown.append(float(lines))
    name = f"{count} envelopes, tab {SLOWER}× slower"
    told = "40 % addressed to this circle, 40 % decoys, 20 % sealed before the change"
    return [
        Row(SECTION, f"{name}: from the phrase to the whole list", "s", took, told),
        Row(SECTION, f"{name}: longest time a tap would wait", "ms", longest, bar="< 500 ms"),
        Row(SECTION, f"{name}: accounts shown", "", shown, bar=str(expected)),
    ]


def founded(bench: Bench) -> Home:
    """Return a network whose verifiers have begun their second key."""
    with on(SQLITE):
        home = Home.empty(bench.work)
    bench.stack.callback(home.remove)
    home.run([sys.executable, "-m", "bench.renewed", str(home.folder)], PYTHONPATH=inside()["PYTHONPATH"])
    home.secrets = json.loads(home.folder.with_suffix(".json").read_text())
    return home


def fill(bench: Bench, live: Live, count: int) -> int:
    """Send envelopes of all three sorts; return how many the verifiers can open."""
    known = live.secrets["points"]["leader"]
    now = ask(live, "/api/point/setup.json")["inbox"]
    old = {"number": now["number"] - 1, "recipients": live.secrets["first_recipients"]}
    bodies = []
    for number in range(count):
        place = number % 10
        listed = old if place in OLD else now
        made = seal_report(
            now["id"],
            listed["number"],
            listed["recipients"],
            addressed=(place in MINE | OLD, False, False),
            text=f"{number}: DATO DE PRUEBA DE CARGA. Piden que los acompañen hoy.",
            municipality=known["municipality"],
            urgency="DAYS",
        )
        bodies.append(json.dumps(made.body).encode())
    headers = {"Authorization": f"Point {known['device']}", "Content_Type": "application/json"}
    made_ready = [request("POST", "/api/point/reports", body, **headers) for body in bodies]
    sent = send(bench, live.port, made_ready, clients=8)
    if sent.failed or len(sent.seconds) != count:
        raise RuntimeError(f"{count - len(sent.seconds)} of {count} envelopes were not taken: {sent.statuses}")
    return sum(number % 10 in MINE | OLD for number in range(count))


def opened(live: Live, chromium: Browser, expected: int) -> tuple[float, float, int]:
    """Open the key in a slow tab; return seconds until all is listed, the longest wait (ms), and the lines shown."""
    context = chromium.new_context(**{**walking.COMMON, **walking.DESKTOP})
    context.set_default_timeout(120_000)
    try:
        page = sign_in(live, Visit(context), "verifier")
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.locator("#k-phrase").fill(live.secrets["people"]["verifier"]["phrase"])
        page.evaluate(WATCH)
        began = page.evaluate("() => performance.now()")
        page.locator("[data-unlock-form] button.main").click()
        ended = page.wait_for_function(DONE, arg=expected, timeout=300_000).json_value()
        return (ended - began) / 1000, longest(page), _lines(page, expected)
    finally:
        context.close()


def longest(page: Page) -> float:
    """Return the longest time (ms) in which the tab did nothing a person asked."""
    return float(page.evaluate("() => window.longestWait"))


def _lines(page: Page, expected: int) -> int:
    lines = page.locator("#items button")
    expect(lines).to_have_count(expected)
    return lines.count()
