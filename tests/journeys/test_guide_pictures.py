"""The screens that the guides describe, walked in the demonstration; with GUIDE_SCREENS=1 their pictures are kept.

`GUIDE_SCREENS=1 make test-journeys` writes docs/screens anew; every picture there is made small afterwards.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support import pictures
from support.living import Live
from support.pointpage import five_words, tap
from support.walking import GUIDE, Visit, look

SMALL = 150_000


@pytest.fixture(scope="module", autouse=True)
def made_small() -> Iterator[None]:
    """After the walks, make every kept picture small."""
    yield
    if os.environ.get("GUIDE_SCREENS"):
        for picture in GUIDE.glob("*.png"):
            pictures.shrink(picture)
            assert picture.stat().st_size <= SMALL, picture.name


def access(demo: Live) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((demo.home.folder / "access.json").read_text(encoding="utf-8"))
    return known


def point_page(demo: Live, visit: Visit) -> Page:
    """Open a community's page, as its card does."""
    secret = access(demo)["points"][1]["url"].split("#")[1]
    page = visit.open(f"{demo.url}/#{secret}")
    expect(page.locator("[data-starting]")).to_be_hidden()
    expect(page.locator("[data-s=home]")).to_be_visible()
    return page


def heading(page: Page, words: str) -> None:
    """Hold the screen in sight to its title."""
    expect(page.locator("main section:visible h1")).to_have_text(words)


def member(demo: Live, visit: Visit, login: str) -> Page:
    """Sign a member of the demonstration in; their key is still closed."""
    person = next(each for each in access(demo)["members"] if each["login"] == login)
    page = visit.open(f"{demo.url}/entrar/")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(person["password"])
    page.locator("button.main").click()
    page.wait_for_url("**/equipo/")
    return page


def unlock(demo: Live, page: Page, login: str) -> None:
    """Open a member's key with their seven words."""
    person = next(each for each in access(demo)["members"] if each["login"] == login)
    page.locator("#k-phrase").fill(person["key_phrase"])
    page.locator("[data-unlock-form] button.main").click()
    page.locator("#work").wait_for()


def test_a_point_warns_and_reads_the_board(demo: Live, phone: Visit) -> None:
    page = point_page(demo, phone)
    heading(page, "¿Qué pasa?")
    left = look(page, "punto-avisar", guide=True, whole=False)
    tap(page, "[data-pick=family][data-v=ARMED]")
    heading(page, "¿Dónde?")
    look(page, "punto-donde", guide=True, whole=False)
    tap(page, "[data-pick=place]")
    heading(page, "¿Para cuándo sirve saberlo?")
    look(page, "punto-para-cuando", guide=True, whole=False)
    tap(page, "[data-pick=urgency][data-v=NOW]")
    heading(page, "Listo para enviar")
    look(page, "punto-listo", guide=True, whole=False)
    tap(page, "[data-go=more]")
    heading(page, "Contar más")
    look(page, "punto-contar-mas", guide=True)
    tap(page, "[data-pick=part][data-v=text]")
    page.locator("[data-field=text]").fill("Llegaron ayer en la tarde por la bocana.")
    tap(page, "[data-s=text] .main")
    tap(page, "[data-s=more] .main")
    tap(page, "[data-do=warn]")
    heading(page, "Otros van a leer esto")
    look(page, "punto-linea", guide=True)
    tap(page, "[data-do=send-now]")
    five_words(page)
    expect(page.locator("[data-sent]")).to_contain_text("Salió del teléfono")
    look(page, "punto-guardado", guide=True)
    tap(page, "[data-do=finish]")
    page.locator("nav [data-tab=board]").click()
    expect(page.locator("[data-s=board] article.alert").first).to_be_visible()
    look(page, "punto-tablero", guide=True, whole=False)
    page.locator("[data-groups] h2").first.evaluate("heading => heading.scrollIntoView(true)")
    right = look(page, "punto-tablero-municipio", whole=False)
    if os.environ.get("GUIDE_SCREENS"):
        pictures.beside(left, right, GUIDE / "portada.png")


def test_what_a_searched_phone_offers(demo: Live, phone: Visit) -> None:
    page = point_page(demo, phone)
    tap(page, "[data-go=phone]")
    heading(page, "Este teléfono")
    look(page, "punto-este-telefono", guide=True, whole=False)
    tap(page, "[data-go=clean]")
    heading(page, "Limpiar este teléfono")
    look(page, "punto-limpiar", guide=True, whole=False)
    tap(page, "[data-do=back]")
    tap(page, "[data-do=back]")
    tap(page, "[data-go=ask]")
    heading(page, "Preguntar con cinco palabras")
    look(page, "punto-preguntar", guide=True, whole=False)
    tap(page, "[data-do=back]")
    tap(page, "[data-go=talk]")
    heading(page, "Hablar con una mujer del equipo")
    look(page, "punto-mujer", guide=True)
    tap(page, "[data-do=leave]")
    expect(page.get_by_role("heading", name="Medidas")).to_be_visible()
    look(page, "punto-salir", guide=True, whole=False)


def test_old_phones_open_by_the_short_code(demo: Live, new_phone: Callable[..., Visit]) -> None:
    page = new_phone(java_script_enabled=False).open(f"{demo.url}/sin/")
    expect(page.get_by_role("heading", name="Abra su página")).to_be_visible()
    look(page, "punto-sin", guide=True, whole=False)


def test_the_team_reads_and_two_people_publish(demo: Live, desktop: Visit) -> None:
    page = member(demo, desktop, "garza")
    expect(page.locator("#k-phrase")).to_be_visible()
    look(page, "equipo-llave", guide=True, whole=False)
    unlock(demo, page, "garza")
    expect(page.locator("#items button").first).to_be_visible()
    page.locator("#items button").first.click()
    expect(page.locator("#side h1")).to_be_visible()
    look(page, "equipo-avisos", guide=True, whole=False)
    page.locator("[data-do=publish]").click()
    expect(page.locator("form.publish [name=summary]")).to_have_value("")
    look(page, "equipo-escribir", guide=True)
    page.locator("[data-tab=proposals]").click()
    expect(page.locator("#items button").first).to_contain_text("de acuerdo")
    look(page, "equipo-segunda-persona", guide=True, whole=False)
    page.goto(f"{demo.url}/tablero/")
    page.get_by_role("heading", name="Mapa").evaluate("heading => heading.scrollIntoView(true)")
    look(page, "equipo-mapa", guide=True, whole=False)


@pytest.mark.parametrize(
    ("name", "address", "title"),
    [
        ("red-inicio", "/red/", ""),
        ("red-perdidas", "/perdidas/", "¿Qué se perdió?"),
        ("red-todas", "/perdidas/todas/", "Faltan todas las personas de un círculo"),
    ],
)
def test_a_steward_keeps_the_network(demo: Live, desktop: Visit, name: str, address: str, title: str) -> None:
    page = member(demo, desktop, "ceiba")
    page.goto(demo.url + address)
    if title:
        expect(page.locator("h1")).to_have_text(title)
    look(page, name, guide=True, whole=False)


def test_a_steward_stops_a_point_and_a_person(demo: Live, desktop: Visit) -> None:
    page = member(demo, desktop, "ceiba")
    page.goto(f"{demo.url}/red/puntos/")
    page.locator("main li a").first.click()
    page.get_by_text("Poner en pausa", exact=True).click()
    look(page, "red-punto", guide=True, whole=False)
    page.goto(f"{demo.url}/red/personas/")
    page.get_by_role("link", name="Manglar").click()
    page.get_by_text("Le quitaron el teléfono, o algo anda mal").click()
    expect(page.get_by_role("link", name="Congelar")).to_be_visible()
    look(page, "red-persona", guide=True, whole=False)


def test_kept_pictures_are_small() -> None:
    kept = list(Path(GUIDE).glob("*.png"))
    assert all(picture.stat().st_size <= SMALL for picture in kept)
    assert sum(picture.stat().st_size for picture in kept) <= 2_500_000
