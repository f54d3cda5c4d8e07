"""Every page of the network room at 360 px and at the desk's width: nothing wider than the screen, no barriers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support import paper
from support.living import Live
from support.walking import DESKTOP, PHONE, Visit, look

PAGES = {
    "account": "/mi-cuenta/",
    "password": "/mi-cuenta/contrasena/",
    "devices": "/mi-cuenta/dispositivos/",
    "sessions": "/mi-cuenta/sesiones/",
    "key": "/mi-llave/",
    "key-words": "/mi-llave/palabras/",
    "key-sheet": "/mi-llave/hoja/",
    "key-device": "/mi-llave/dispositivo/",
    "four-words": "/mi-llave/espera/",
    "losses": "/perdidas/",
    "loss-both": "/perdidas/palabras-y-hoja/",
    "loss-device": "/perdidas/dispositivo/",
    "loss-person": "/perdidas/persona/",
    "loss-everyone": "/perdidas/todas/",
    "people": "/red/personas/",
    "invite": "/red/personas/invitar/",
    "circles": "/red/circulos/",
    "circle-new": "/red/circulos/nuevo/",
    "inbox-new": "/red/buzones/nuevo/",
    "steward": "/red/",
    "looks": "/red/apariencia/",
    "neighbours": "/red/vecinos/",
    "rules": "/red/reglas/",
    "collectives": "/red/colectivos/",
    "zones": "/red/zonas/",
    "gateways": "/red/sms/",
    "own-codes": "/equipo/codigos/",
    "own-code-new": "/equipo/codigos/nuevo/",
    "workshop-sheet": "/equipo/codigos/hoja/",
    "points": "/red/puntos/",
    "point-new": "/red/puntos/nuevo/",
    "leave": "/salir/",
}
# Pages about one thing, reached as a person reaches them: from a page, by a link.
WITHIN = {
    "person": ("/red/personas/", "Iván"),
    "could-have-read": ("/red/personas/", "Iván", "Lo que pudo leer"),
    "let-in": ("/red/personas/", "Comparar palabras"),
    "point": ("/red/puntos/", "Consejo de Agua Mansa"),
    "new-key": ("/red/circulos/", "Hacer una llave nueva"),
    "circle-add": ("/red/circulos/", "Dejar entrar a alguien"),
    "inbox": ("/red/circulos/", "Atrato"),
}


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_every_page_fits_and_has_no_barrier(
    shared: Live,
    new_phone: Callable[..., Visit],
    new_desktop: Callable[..., Visit],
    passable: Callable[..., None],
    width: str,
) -> None:
    visit, shape = (new_phone(), PHONE) if width == "phone" else (new_desktop(), DESKTOP)
    page = visit.open(f"{shared.url}/entrar/")
    hold(page, shape, passable, f"network-sign-in-{width}")
    paper.enter(page, shared.secrets["people"]["steward"])
    for name, path in PAGES.items():
        page.goto(shared.url + path)
        hold(page, shape, passable, f"network-{name}-{width}")
    for name, (path, *links) in WITHIN.items():
        page.goto(shared.url + path)
        for link in links:
            page.get_by_role("link", name=link, exact=True).first.click()
            page.wait_for_load_state()
        for summary in page.locator("summary").all():
            summary.click()
        hold(page, shape, passable, f"network-{name}-{width}")


@pytest.mark.parametrize(("sheet", "width", "height"), [("A5", 148, 210), ("A4", 210, 297)])
def test_a_card_fits_its_paper_and_names_no_product(
    shared: Live, new_desktop: Callable[..., Visit], sheet: str, width: int, height: int
) -> None:
    page = paper.sign_in(new_desktop(), shared.url, shared.secrets["people"]["steward"])
    page.goto(f"{shared.url}/red/puntos/")
    page.get_by_role("link", name="Consejo de Agua Mansa").click()
    page.get_by_text("Enlace y tarjeta nuevos").click()
    page.get_by_role("button", name="Hacer una tarjeta nueva").click()
    card = page.locator(".card")
    expect(card).to_be_visible()
    # What is left of the sheet inside its margins, in the screen's dots.
    page.set_viewport_size({"width": dots(width - 14), "height": dots(height - 14)})
    page.emulate_media(media="print")
    look(page, f"card-{sheet}")
    assert page.evaluate("document.documentElement.scrollWidth") <= dots(width - 14)
    assert page.evaluate("document.body.getBoundingClientRect().height") <= dots(height - 14)
    for seen in (".card .qr svg", ".card .code.big", ".card strong"):
        expect(page.locator(seen)).to_be_visible()
    for hidden in ("header", "h1", "button", "[data-link]"):
        assert not any(each.is_visible() for each in page.locator(hidden).all()), hidden
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.card')).fontSize)") >= 11 * 96 / 72
    assert "atarraya" not in page.locator("body").inner_text().lower()


def dots(millimetres: int) -> int:
    """Millimetres of paper as a browser counts them."""
    return int(millimetres * 96 / 25.4)


def hold(page: Page, shape: dict[str, dict[str, int]], passable: Callable[..., None], picture: str) -> None:
    """Hold the page to its width and to axe, and keep a picture."""
    look(page, picture)
    assert page.evaluate("document.documentElement.scrollWidth") <= shape["viewport"]["width"], picture
    passable(page)
