"""On a slow line the form answers before what seals has come: nothing is kept, sent or promised until then (R3, R9)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from support.living import Live
from support.pointpage import done, five_words, kept, stored, tap, tell, to_ready, until, waiting
from support.walking import Visit

SEALS = re.compile(r"/built/seals\.[^/?]*\.js(\?\d+)?$")  # asked for again, it has another address
CANARY = "canario que espera en memoria"
WAIT = "Espere un momento."


class Held:
    """Keeps what seals on its way until it is let go."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.waits: list[Route] = []
        visit.context.route(SEALS, lambda route: self.waits.append(route))

    def go(self) -> None:
        for route in self.waits:
            route.continue_()
        self.visit.context.unroute(SEALS)


def opened(live: Live, visit: Visit) -> Page:
    """Open a point's link and wait until the form may be answered."""
    page = visit.open(live.point_url("leader"))
    expect(page.locator("[data-starting]")).to_be_hidden()
    expect(page.locator("[data-s=home]")).to_be_visible()
    return page


def test_what_is_answered_meanwhile_is_in_memory_only_and_is_sealed_as_soon_as_it_can(live: Live, phone: Visit) -> None:
    held = Held(phone)
    page = opened(live, phone)
    to_ready(page, "THREATS")
    tell(page, CANARY)
    until(lambda: page.wait_for_timeout(50) is None and bool(held.waits), "what seals was not asked for")
    page.wait_for_timeout(1000)
    there = stored(page)
    assert (there["box"], there["slices"]) == (0, 0) and "setup" not in there["keep"]
    assert page.locator("[data-state]").inner_text() == ""
    held.go()
    # Nobody taps: the step is kept because it can be now.
    until(lambda: stored(page)["box"] == 1, "the step was not sealed")
    assert "setup" in stored(page)["keep"]
    tap(page, "[data-s=ready] [data-do=team]")
    five_words(page)
    waiting(page, 0)
    assert [account["text"] for account in kept(live).opened("verifiers")] == [CANARY]


def test_a_report_sent_meanwhile_goes_as_it_was_when_it_was_sent(live: Live, phone: Visit) -> None:
    held = Held(phone)
    page = opened(live, phone)
    to_ready(page)
    tap(page, "[data-do=warn]")
    shown = page.locator("[data-exact] [data-what]").inner_text()
    tap(page, "[data-do=send-now]")
    expect(page.locator("[data-state]")).to_have_text(WAIT)
    # Back, and another answer: others read what the line said when it was sent (R15).
    for _ in range(3):
        tap(page, "[data-do=back]")
    expect(page.locator("[data-s=where]")).to_be_visible()
    tap(page, "[data-s=where] summary")
    tap(page, "[data-others] [data-pick=place]")
    assert page.locator("[data-s=saved]").is_hidden() and stored(page)["box"] == 0
    held.go()
    expect(page.locator("[data-s=saved]")).to_be_visible()
    waiting(page, 0)
    done(page)
    tap(page, "[data-tab=board]")
    expect(page.locator("[data-groups] [data-what]").first).to_have_text(shown)
    assert [alert["municipality"] for alert in kept(live).alerts] == ["27099"]


def _forged(route: Route) -> None:
    given = route.fetch()
    answer: dict[str, Any] = given.json()
    for signed in answer["lists"]:
        document = json.loads(signed["document"])
        document["number"] += 1
        signed["document"] = json.dumps(document, sort_keys=True, separators=(",", ":"))
    route.fulfill(response=given, json=answer)


def test_a_list_that_is_refused_at_last_stops_everything_that_waited(shared: Live, phone: Visit) -> None:
    sent: list[str] = []
    phone.context.on("request", lambda each: sent.append(each.url) if "/sealed" in each.url else None)
    phone.context.route("**/api/point/setup.json*", _forged)
    held = Held(phone)
    page = opened(shared, phone)
    to_ready(page, "THREATS")
    tap(page, "[data-s=ready] [data-do=team]")
    expect(page.locator("[data-state]")).to_have_text(WAIT)
    held.go()
    stop = page.locator("[data-s=stop]")
    expect(stop).to_be_visible()
    expect(stop).to_contain_text("No envíe por aquí")
    # Neither what waited nor a tap that was on its way passes it, and nothing of it was kept.
    page.evaluate("document.querySelector('[data-pick=family][data-v=ARMED]').click()")
    page.evaluate("document.querySelector('[data-do=checkin]').click()")
    page.wait_for_timeout(4000)
    expect(stop).to_be_visible()
    assert page.locator("[data-s]:visible").count() == 1
    expect(page.locator("[data-tabs]")).to_be_hidden()
    expect(page.locator("[data-state]")).to_be_hidden()
    there = stored(page)
    assert (there["box"], there["slices"]) == (0, 0) and "setup" not in there["keep"] and sent == []
    with page.expect_response("**/api/point/setup.json*"):
        page.reload()
    expect(stop).to_be_visible()


def test_where_the_line_breaks_it_is_said_and_the_same_tap_works_later(
    live: Live, new_phone: Callable[..., Visit]
) -> None:
    visit = new_phone()
    visit.context.route(SEALS, lambda route: route.abort())
    page = opened(live, visit)
    to_ready(page, "THREATS")
    tell(page, CANARY)
    tap(page, "[data-s=ready] [data-do=team]")
    expect(page.locator("[data-state]")).to_have_text("No se pudo guardar. No salga. Pruebe otra vez.")
    expect(page.locator("[data-s=ready]")).to_be_visible()
    visit.context.unroute(SEALS)
    tap(page, "[data-s=ready] [data-do=team]")
    five_words(page)
    waiting(page, 0)
    assert [account["text"] for account in kept(live).opened("verifiers")] == [CANARY]


def test_salir_ya_leaves_at_once_while_it_is_waited_for(shared: Live, phone: Visit) -> None:
    held = Held(phone)
    page = opened(shared, phone)
    to_ready(page, "THREATS")
    tap(page, "[data-s=ready] [data-do=team]")
    expect(page.locator("[data-state]")).to_have_text(WAIT)
    tap(page, "[data-do=leave]")
    page.wait_for_url("**/m/")
    assert held.waits and stored(page)["box"] == 0
    held.go()
