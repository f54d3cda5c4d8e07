"""Every page of the network room at 360 px and at the desk's width: nothing wider than the screen, no barriers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

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
    "points": "/red/puntos/",
    "point-new": "/red/puntos/nuevo/",
    "leave": "/salir/",
}
# Pages about one thing, reached as a person reaches them: from a page, by a link.
WITHIN = {
    "person": ("/red/personas/", "Iván"),
    "let-in": ("/red/personas/", "Comparar palabras"),
    "point": ("/red/puntos/", "Consejo de Agua Mansa"),
    "new-key": ("/red/circulos/", "Hacer una llave nueva"),
    "circle-add": ("/red/circulos/", "Dejar entrar a alguien"),
    "inbox": ("/red/circulos/", "Atrato"),
}


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_every_page_fits_and_has_no_barrier(
    live: Live,
    new_phone: Callable[..., Visit],
    new_desktop: Callable[..., Visit],
    passable: Callable[..., None],
    width: str,
) -> None:
    visit, shape = (new_phone(), PHONE) if width == "phone" else (new_desktop(), DESKTOP)
    page = visit.open(f"{live.url}/entrar/")
    hold(page, shape, passable, f"network-sign-in-{width}")
    paper.enter(page, live.secrets["people"]["steward"])
    for name, path in PAGES.items():
        page.goto(live.url + path)
        hold(page, shape, passable, f"network-{name}-{width}")
    for name, (path, link) in WITHIN.items():
        page.goto(live.url + path)
        page.get_by_role("link", name=link, exact=True).first.click()
        page.wait_for_load_state()
        for summary in page.locator("summary").all():
            summary.click()
        hold(page, shape, passable, f"network-{name}-{width}")


def hold(page: Page, shape: dict[str, dict[str, int]], passable: Callable[..., None], picture: str) -> None:
    """Hold the page to its width and to axe, and keep a picture."""
    look(page, picture)
    assert page.evaluate("document.documentElement.scrollWidth") <= shape["viewport"]["width"], picture
    passable(page)
