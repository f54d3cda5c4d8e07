"""When the part that offers an SMS comes to a phone: after what waits for the line, and only where a number is told."""

from __future__ import annotations

from pathlib import Path

from journeys.test_sms_offer import KEPT, LINE
from support.desks import ask
from support.living import Live
from support.pointpage import enter, to_ready, to_team, until, waiting
from support.smsgate import told_to_points
from support.walking import Visit


def test_the_part_comes_once_nothing_waits_for_the_line(live: Live, phone: Visit, tmp_path: Path) -> None:
    phone.context.add_init_script("self.ServiceWorkerRegistration && delete ServiceWorkerRegistration.prototype.sync")
    page = enter(live, phone)
    phone.context.route("**/api/point/sealed", lambda route: route.abort())
    to_ready(page)
    to_team(page)
    waiting(page, 1)
    told_to_points(live, tmp_path / "gateway", LINE)
    with page.expect_response("**/api/point/setup.json*"):
        page.reload()
    page.wait_for_timeout(2000)
    assert not page.evaluate(KEPT), "the part took the line before what waits"
    phone.context.unroute("**/api/point/sealed")
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting(page, 0)
    page.reload()
    until(lambda: page.evaluate(KEPT), "the worker never kept the part")


def test_where_no_number_is_told_the_part_is_never_fetched(live: Live, phone: Visit) -> None:
    asked: list[str] = []
    phone.context.on("request", lambda each: asked.append(each.url))
    page = enter(live, phone)
    phone.context.set_offline(True)
    to_ready(page)
    to_team(page)
    page.wait_for_timeout(500)
    assert page.locator("[data-do=sms]").count() == 0
    assert not [url for url in asked if "bysms" in url or "/k/" in url]
    assert ask(live, "/api/point/setup.json")["inbox"]["lines"] == []
