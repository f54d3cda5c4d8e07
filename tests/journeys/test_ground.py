"""The ground every journey stands on: the process lives and dies as asked, the browser sees and complains."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from support.living import Live
from support.pointpage import until
from support.walking import SCREENS, Visit, barriers, picture


def test_the_server_stops_dies_and_comes_back(live: Live) -> None:
    assert live.answers()
    live.kill()
    assert not live.answers()
    live.start()
    live.stop()
    assert not live.answers()
    live.start()
    assert live.answers()


def test_a_page_is_seen_as_it_is_under_its_own_policy(
    shared: Live, phone: Visit, passable: Callable[[Page], None]
) -> None:
    page = phone.open(shared.url + "/que-revela")
    assert page.evaluate("innerWidth") == 360
    assert page.evaluate("isSecureContext")
    assert "default-src 'none'" in page.request.get(page.url).headers["content-security-policy"]
    assert picture(page, SCREENS / "ground.png").stat().st_size > 5_000
    passable(page)


def test_a_page_that_complains_is_heard(shared: Live, phone: Visit) -> None:
    page = phone.open(shared.url + "/que-revela")
    page.evaluate("document.body.append(Object.assign(document.createElement('style'), {textContent: 'p{color:red}'}))")
    page.evaluate("setTimeout(() => { throw new Error('heard') })")
    for heard in ("Content Security Policy", "heard"):
        until(lambda: page.wait_for_timeout(50) is None and heard in " ".join(phone.complaints), heard)  # noqa: B023
    phone.forgive(".")


def test_a_barrier_is_seen(shared: Live, desktop: Visit) -> None:
    page = desktop.open(shared.url + "/que-revela")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert any("button-name" in line for line in barriers(page))
    page.evaluate("document.querySelector('main').lastChild.remove()")
    assert barriers(page) == []


@pytest.mark.parametrize("width", [360])
def test_no_page_is_wider_than_the_phone(shared: Live, phone: Visit, width: int) -> None:
    page = phone.open(shared.url + "/que-revela")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
