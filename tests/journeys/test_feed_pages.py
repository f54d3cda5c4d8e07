"""The page that explains the feeds and the steward's page of addresses: they fit, have no barrier, and work."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support import paper
from support.living import Live
from support.walking import DESKTOP, PHONE, Visit, look

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_steward_gives_an_address_and_ends_it(
    live: Live,
    new_phone: Callable[..., Visit],
    new_desktop: Callable[..., Visit],
    passable: Callable[..., None],
    width: str,
) -> None:
    visit, shape = (new_phone(), PHONE) if width == "phone" else (new_desktop(), DESKTOP)
    page = visit.open(f"{live.url}/publico/")
    page.get_by_role("link", name="Fuentes abiertas").click()
    expect(page.get_by_role("heading", name="Fuentes abiertas")).to_be_visible()
    hold(page, shape, passable, f"feeds-{width}")
    page.goto(f"{live.url}/entrar/")
    paper.enter(page, live.secrets["people"]["steward"])
    page.goto(f"{live.url}/red/")
    page.get_by_role("link", name="Fuentes abiertas").click()
    expect(page.get_by_text("Nadie tiene dirección: la fuente está apagada.")).to_be_visible()
    hold(page, shape, passable, f"feed-addresses-none-{width}")
    page.get_by_label("Para qué organización").fill("Diócesis")
    page.get_by_role("button", name="Hacer la dirección").click()
    address = page.locator("p.code").inner_text()
    hold(page, shape, passable, f"feed-addresses-new-{width}")
    with urllib.request.urlopen(address, timeout=10) as answer:
        assert answer.status == 200 and b"<feed" in answer.read()
    page.get_by_role("button", name="Ya la tengo").click()
    expect(page.locator("p.code")).to_have_count(0)
    page.get_by_role("button", name="Terminarla ya").click()
    expect(page.get_by_text("Nadie tiene dirección: la fuente está apagada.")).to_be_visible()
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(address, timeout=10)


def hold(page: Page, shape: dict[str, dict[str, int]], passable: Callable[..., None], picture: str) -> None:
    """Hold the page to its width and to axe, and keep a picture."""
    look(page, picture)
    assert page.evaluate("document.documentElement.scrollWidth") <= shape["viewport"]["width"], picture
    passable(page)
