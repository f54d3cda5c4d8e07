"""A point's phone asks for notices in a real browser: nothing comes until somebody says that it is only theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.desks import HERE, send
from support.living import Home, Live
from support.maker import Maker, receivers
from support.pointpage import enter, tap, until
from support.pushservice import Service, serving
from support.walking import PHONE, Visit, look

STOPPED = "Ya no hay avisos en este teléfono. Si quiere, siga aquí."


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with serving(tmp_path) as made:
        yield made


@pytest.fixture
def live(founded: Home, tmp_path: Path, service: Service) -> Iterator[Live]:
    """The cast's network with its worker, allowed to speak to the push service of this test."""
    home = founded.copy(tmp_path)
    env = {"ATARRAYA_PUSH": "1", "ATARRAYA_PUSH_HOSTS": service.host, "SSL_CERT_FILE": str(service.certificate)}
    with home.live("serve", "--plain-http", **env) as server:
        yield server
    home.remove()


@pytest.fixture
def maker(service: Service) -> Maker:
    return Maker(service)


@pytest.fixture
def phone(new_phone: Callable[..., Visit], maker: Maker) -> Visit:
    """A phone that may show notices, behind whose browser stands its maker."""
    made = new_phone()
    maker.stands_behind(made)
    return made


def opened(page: Page) -> None:
    """The quiet way in: on the board."""
    tap(page, "[data-tab=board]")
    tap(page, "[data-s=board] [data-do=notices]")
    expect(page.locator("[data-s=notices]")).to_be_visible()


def to_form(page: Page) -> None:
    opened(page)
    tap(page, "[data-do=n-mine]")
    expect(page.locator("[data-s=wanted]")).to_be_visible()


def choose(page: Page, place: str = "*") -> None:
    """Choose everything that must be chosen: every kind, only what is for now."""
    page.locator(f"[data-n-places] input[value='{place}']").check()
    page.locator("[data-n-all] input").check()
    tap(page, "[data-do=n-least][data-v=NOW]")


def turned_on(page: Page) -> None:
    """Notices on, from the board to the first line that says so."""
    to_form(page)
    choose(page)
    tap(page, "[data-do=n-save]")
    expect(page.locator("[data-n=on]")).to_be_visible()


def test_from_the_question_to_the_neutral_words(
    live: Live, service: Service, maker: Maker, phone: Visit, passable: Callable[..., None]
) -> None:
    page = enter(live, phone)
    opened(page)
    expect(page.locator("[data-n=ask]")).to_contain_text("CuadernoHay algo nuevo.")
    passable(page)
    look(page, "point-notices-question")
    tap(page, "[data-do=n-mine]")
    expect(page.locator("[data-s=wanted]")).to_be_visible()
    assert page.locator("[data-s=wanted] :checked:not(option)").count() == 0
    assert page.locator("[data-s=wanted] [aria-pressed=true]").count() == 0
    passable(page)
    look(page, "point-notices-form")
    tap(page, "[data-do=n-save]")
    expect(page.get_by_text("Falta escoger: dónde, de qué y para cuándo.")).to_be_visible()
    assert maker.asked == [] and receivers(live) == [], "nothing is asked of anybody before something is chosen"
    choose(page)
    page.locator("#n-start").select_option("22")
    tap(page, "[data-do=n-save]")
    expect(page.get_by_text("Falta escoger la otra hora.")).to_be_visible()
    page.locator("#n-start").select_option("")
    page.locator("[data-do=n-save]").dblclick()
    expect(page.locator("[data-n=on]")).to_contain_text("Todavía no llegó nada.")
    assert maker.asked == ["permission", "subscribe"]
    assert [one["wants"] for one in receivers(live)] == [[["", "", 0]]]
    send(live, "second", municipality=HERE, urgency="NOW", share={"kind": "ARMED_PRESENCE", "seen": "SAW"})
    held = maker.held
    assert held is not None
    until(lambda: bool(held.messages), "nothing came")
    assert held.opened() == [{"title": "Cuaderno", "body": "Hay algo nuevo."}]
    page.reload()
    opened(page)
    expect(page.locator("[data-n=on]")).to_contain_text("Última entrega: hoy")
    passable(page)
    look(page, "point-notices-on")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    tap(page, "[data-do=n-stop]")
    expect(page.get_by_text("Ya no hay avisos en este teléfono.")).to_be_visible()
    assert maker.held is None and receivers(live) == []
    page.reload()
    expect(page.locator("[data-s=home]")).to_be_visible()
    opened(page)
    expect(page.locator("[data-n=ask]")).to_be_visible()
    assert page.locator("[data-heard]").is_hidden(), "who stopped them is not asked again"
