"""A leader on a shared phone leaves a report without signal; it leaves the phone from the hill (US-1)."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from support.living import COMMAND, Live
from support.pointpage import (
    done,
    enter,
    five_words,
    kept,
    stored,
    tap,
    tell,
    to_ready,
    to_team,
    until,
    until_sealed,
    waiting,
)
from support.walking import Visit

CANARY = "canario de cuarenta letras que nadie vera jamas"


def test_three_taps_without_a_server_and_it_leaves_when_there_is_one(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    assert page.url == live.url + "/"
    live.stop()
    page.reload()
    expect(page.locator("[data-s=home]")).to_be_visible()
    to_ready(page)
    tell(page, CANARY)
    words = to_team(page)
    assert len(set(words)) > 1
    waiting(page, 1)
    assert CANARY not in page.content()
    done(page)
    page.reload()
    waiting(page, 1)
    assert page.locator("[data-state]").inner_text().split(" · ")[0] == "1 pendiente"
    assert stored(page)["box"] == 1
    live.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting(page, 0)
    assert stored(page) == {"keep": stored(page)["keep"], "box": 0, "slices": 0}
    there = kept(live)
    assert [account["text"] for account in there.opened("verifiers")] == [CANARY]
    assert there.opened("women") == there.opened("responders") == []
    assert there.entries[0]["urgency"] == "NOW" and there.alerts == []


def test_a_double_tap_and_the_same_item_again_make_one_report(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    to_ready(page, "THREATS")
    sent: list[bytes] = []
    page.on("request", lambda each: sent.append(each.post_data_buffer or b"") if "/sealed" in each.url else None)
    page.locator("[data-s=ready] [data-do=team]").dblclick()
    five_words(page)
    waiting(page, 0)
    assert len(sent) == 1
    again = page.request.post(
        live.url + "/api/point/sealed",
        data=sent[0],
        headers={
            "Authorization": f"Point {live.secrets['points']['leader']['device']}",
            "Content-Type": "application/octet-stream",
        },
    )
    assert again.status == 200
    assert len(kept(live).entries) == 1


def test_the_second_half_of_a_double_tap_answers_nothing_that_came_meanwhile(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    to_ready(page)
    tell(page, CANARY)
    tap(page, "[data-s=ready] [data-do=team]")
    five_words(page)
    for button in ("[data-pick=care][data-v=TALK]", "[data-do=finish]"):
        # As when the first half of it was the tap that sent, and this is what the finger now stands on.
        where = page.locator(f"[data-s=saved] {button}")
        where.scroll_into_view_if_needed()
        box = where.bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down(click_count=2)
        page.mouse.up(click_count=2)
    expect(page.locator("[data-s=saved]")).to_be_visible()
    waiting(page, 0)
    assert [account["type"] for account in kept(live).opened("verifiers")] == ["report"]
    done(page)


def test_many_wait_by_number_only_and_all_leave(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    live.stop()
    for number in range(1, 13):
        to_ready(page, "THREATS")
        to_team(page)
        done(page)
        state = page.locator("[data-state]")
        expect(state).to_contain_text("1 pendiente" if number == 1 else f"{number} pendientes")
    page.reload()
    expect(page.locator("[data-s=home]")).to_be_visible()
    waiting(page, 12)
    assert page.locator("[data-state]").inner_text().split(" · ")[0] == "12 pendientes"
    live.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting(page, 0)
    assert len(kept(live).opened("verifiers")) == 12


def test_back_after_sending_shows_nothing(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    before = page.evaluate("history.length")
    to_ready(page)
    tell(page, CANARY)
    words = to_team(page)
    assert page.evaluate("history.length") == before
    page.goto(live.url + "/que-revela")
    page.go_back()
    expect(page.locator("[data-s=home]")).to_be_visible()
    assert not any(word in page.locator("main").inner_text() for word in words if len(word) > 5)
    assert CANARY not in page.content()
    assert page.evaluate("document.querySelector('[data-field=text]').value") == ""


def test_a_killed_tab_leaves_something_unfinished_that_cannot_be_read(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    to_ready(page, "THREATS")
    tell(page, CANARY)
    until_sealed(page)
    _kill(page)
    page = phone.open(live.url + "/")
    expect(page.locator("[data-s=unfinished]")).to_be_visible()
    assert CANARY not in page.content()
    live.stop()
    tap(page, "[data-do=unfinished-send]")
    waiting(page, 1)
    live.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting(page, 0)
    drafts = kept(live).opened("verifiers")
    assert [(draft["type"], draft["kind"], draft["text"]) for draft in drafts] == [("draft", "THREAT", CANARY)]


def test_what_was_left_unfinished_can_be_begun_again_or_deleted(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    for way in ("unfinished-again", "unfinished-erase"):
        tap(page, "[data-pick=family][data-v=ATTACK]")
        expect(page.locator("[data-s=need]")).to_be_visible()
        until_sealed(page)
        _kill(page)
        page = phone.open(live.url + "/")
        tap(page, f"[data-do={way}]")
        expect(page.locator("[data-s=home]")).to_be_visible()
        assert stored(page)["box"] == 0
    assert kept(live).entries == []


def test_a_new_release_does_not_lose_a_full_outbox(live: Live, phone: Visit) -> None:
    # The old worker would be busy with the line that this test cuts: browsers wait for it before they change workers.
    # (A tab's first blank document is no secure place and has no such thing.)
    phone.context.add_init_script("self.ServiceWorkerRegistration && delete ServiceWorkerRegistration.prototype.sync")
    page = enter(live, phone)
    phone.context.route("**/api/point/sealed", lambda route: route.abort())
    for _ in range(3):
        to_ready(page)
        to_team(page)
        done(page)
    waiting(page, 3)
    before = page.evaluate("caches.keys()")
    _paint(live, "#203040")
    # As when the worker's six hours in the browser's cache are over.
    phone.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.evaluate("navigator.serviceWorker.ready.then((one) => one.update()).then(() => 0)")
    waits = "navigator.serviceWorker.getRegistration().then((one) => Boolean(one.waiting))"
    until(lambda: bool(page.evaluate(waits)), "the new release does not wait")
    page.reload()
    page.wait_for_function("() => document.querySelector('meta[name=theme-color]').content === '#203040'")
    assert page.evaluate("caches.keys()") != before
    waiting(page, 3)
    phone.context.unroute("**/api/point/sealed")
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting(page, 0)
    assert len(kept(live).opened("verifiers")) == 3


def test_the_outbox_waits_thirty_days_and_tells_how_long(live: Live, new_phone: Callable[..., Visit]) -> None:
    visit = new_phone()
    page = enter(live, visit)
    live.stop()
    to_ready(page)
    to_team(page)
    waiting(page, 1)
    page.close()
    live.start()
    visit.context.clock.install(time=time.time() + 31 * 86400)
    page = visit.open(live.url + "/")
    waiting(page, 0)
    assert [entry["age"] for entry in kept(live).entries] == ["OLD"]


def _kill(page: Page) -> None:
    """End a tab as Android does when memory is short: no event reaches it."""
    page.close(run_before_unload=False)


def _paint(live: Live, color: str) -> None:
    """Change the network's colour, and so the page and its release."""
    code = "import django; django.setup(); from atarraya.network.models import Network"
    live.home.run(
        [COMMAND[0], "-c", f"{code}; Network.objects.update(color={color!r})"],
        DJANGO_SETTINGS_MODULE="atarraya.settings.production",
    )
    time.sleep(2.5)
