"""What waits is asked to be kept, and leaves as soon as it can: on opening, with signal, when looked at, when the page
is closed (R22)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from support.living import Live
from support.pointpage import enter, kept, stored, tap, to_ready, to_team, until, waiting
from support.walking import Visit


@pytest.fixture(scope="module")
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("granted", "Lo que espera queda guardado 30 días."),
        ("denied", "Este teléfono puede borrarlo; envíe antes de cerrar."),
    ],
)
def test_the_page_asks_that_it_be_kept_and_says_what_it_got(
    live: Live, browser: Browser, phone: Visit, setting: str, says: str
) -> None:
    page = phone.context.new_page()
    _answer_persist(browser, page, live, setting)
    page.goto(live.point_url("leader"))
    expect(page.locator("[data-starting]")).to_be_hidden()
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    live.stop()
    to_ready(page)
    to_team(page)
    told = page.locator("[data-s=saved] [data-kept]")
    expect(told).to_have_text(says)
    expect(told).to_be_visible()
    live.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    # What has left waits no more.
    expect(told).to_be_hidden()
    tap(page, "[data-do=finish]")
    tap(page, "[data-go=phone]")
    expect(page.locator("[data-s=phone] [data-kept]")).to_have_text(says)


def _answer_persist(browser: Browser, page: Page, live: Live, setting: str) -> None:
    """Let the browser itself answer as a person or its own measure would."""
    info = page.context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]
    permission = {"permission": {"name": "persistent-storage"}, "setting": setting, "origin": live.url}
    session = browser.new_browser_cdp_session()
    session.send("Browser.setPermission", permission | {"browserContextId": info["browserContextId"]})


def _one_waits(live: Live, page: Page) -> None:
    """Save one report while there is no server; then bring the server back, and tell the page nothing."""
    live.stop()
    to_ready(page)
    to_team(page)
    waiting(page, 1)
    live.start()


def _arrived(live: Live) -> None:
    until(lambda: len(kept(live).opened("verifiers")) == 1, "it did not leave")


def test_it_leaves_when_the_page_is_opened(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    _one_waits(live, page)
    page.close()
    assert kept(live).entries == []
    page = phone.open(live.url + "/")
    waiting(page, 0)
    _arrived(live)


@pytest.mark.parametrize("moment", ["online", "focus"])
def test_it_leaves_with_signal_or_when_looked_at_and_waits_for_no_clock(live: Live, phone: Visit, moment: str) -> None:
    phone.context.clock.install()
    page = enter(live, phone)
    _one_waits(live, page)
    # From here no timer of the page runs: only what the browser tells it can make it try.
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    if moment == "online":
        phone.context.set_offline(True)
        phone.context.set_offline(False)
    else:
        page.evaluate("dispatchEvent(new Event('focus'))")
    until(lambda: stored(page)["box"] == 0, "it did not leave")
    _arrived(live)


def test_it_leaves_with_the_page_closed_where_the_browser_can(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    blank = phone.open(live.url + "/m/")
    session = phone.context.new_cdp_session(blank)
    known: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda event: known.extend(event["registrations"]))
    session.send("ServiceWorker.enable")
    _one_waits(live, page)
    tags = page.evaluate("navigator.serviceWorker.ready.then((one) => one.sync.getTags())")
    assert tags == ["send"], "the browser was not asked"
    page.close()
    until(lambda: bool(known), "no worker is registered")
    told = {"origin": live.url + "/", "registrationId": known[-1]["registrationId"]}
    session.send("ServiceWorker.dispatchSyncEvent", told | {"tag": "send", "lastChance": False})
    _arrived(live)


def test_two_tabs_send_what_waits_once(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    other = phone.open(live.url + "/")
    expect(other.locator("[data-s=home]")).to_be_visible()
    sent: list[str] = []
    for one in (page, other):
        one.on("request", lambda each: sent.append(each.url) if "/sealed" in each.url else None)
    _one_waits(live, page)
    sent.clear()
    for one in (page, other):
        one.evaluate("dispatchEvent(new Event('online'))")
    waiting(page, 0)
    _arrived(live)
    assert len(kept(live).entries) == 1


def test_a_report_saved_with_signal_says_only_that_it_left(live: Live, new_phone: Callable[..., Visit]) -> None:
    page = enter(live, new_phone())
    to_ready(page, "THREATS")
    to_team(page)
    expect(page.locator("[data-sent]")).to_contain_text("Salió del teléfono")
    expect(page.locator("[data-s=saved] [data-kept]")).to_be_hidden()
