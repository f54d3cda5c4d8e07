"""Keyholders at work: a circle grows, an inbox gets another circle, a new inbox, and a key that proves its owner."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from support import paper
from support.living import Live
from support.walking import Visit

New = Callable[..., Visit]


def test_somebody_active_enters_another_circle_by_voice(live: Live, new_phone: New, new_desktop: New) -> None:
    people = live.secrets["people"]
    theirs = paper.sign_in(new_phone(), live.url, people["analyst"])
    theirs.goto(f"{live.url}/mi-llave/espera/")
    theirs.locator("[data-begin] button.main").click()
    paper.unlock(theirs, people["analyst"]["phrase"])
    words = paper.my_words(theirs, live.url)

    page = paper.sign_in(new_desktop(), live.url, people["companion"])
    page.goto(f"{live.url}/red/circulos/")
    page.get_by_role("link", name="Dejar entrar a alguien").click()
    page.locator("[name=member]").select_option(label="Saúl")
    page.locator("[name=heard]").fill(words)
    page.get_by_role("button", name="Comparar").click()
    page.get_by_role("button", name="Dejar entrar").click()
    paper.unlock(page, people["companion"]["phrase"])
    expect(page.get_by_text("Marleny, Saúl")).to_be_visible()


def test_a_new_circle_takes_its_place_in_the_inbox(live: Live, new_desktop: New) -> None:
    person = live.secrets["people"]["approver"]
    page = paper.sign_in(new_desktop(), live.url, person)
    page.goto(f"{live.url}/red/circulos/nuevo/")
    paper.make_circle(page, "Jurídico")
    page.get_by_role("link", name="Atrato", exact=True).click()
    page.get_by_role("checkbox", name="Jurídico").check()
    page.locator("[data-begin] button.main").click()
    paper.unlock(page, person["phrase"])
    expect(page.get_by_text("Verificación Atrato, Equipo de mujeres, Respuesta, Jurídico")).to_be_visible()


def test_a_steward_in_a_circle_makes_another_inbox(live: Live, new_desktop: New) -> None:
    person = live.secrets["people"]["steward"]
    page = paper.sign_in(new_desktop(), live.url, person)
    page.goto(f"{live.url}/red/buzones/nuevo/")
    page.locator("[name=name]").fill("San Juan")
    page.locator("[data-begin] button.main").click()
    paper.unlock(page, person["phrase"])
    page.wait_for_url("**/red/")
    page.goto(f"{live.url}/red/circulos/")
    expect(page.get_by_role("link", name="San Juan")).to_be_visible()


def test_a_new_way_in_reaches_nothing_until_the_key_speaks(live: Live, new_phone: New, new_desktop: New) -> None:
    people = live.secrets["people"]
    steward = paper.sign_in(new_desktop(), live.url, people["warden"])
    steward.goto(f"{live.url}/red/personas/")
    steward.get_by_role("link", name="Iván").click()
    steward.get_by_text("No puede entrar").click()
    steward.get_by_role("button", name="Dar una entrada nueva").click()
    link = str(steward.locator("[data-link]").text_content())

    page = new_phone().open(link)
    page.locator("[name=password]").fill("otra clave bien larga")
    page.get_by_role("button", name="Guardar la contraseña").click()
    paper.enter(page, {"login": "ivan", "password": "otra clave bien larga"})
    expect(page.get_by_role("heading", name="Muestre que es usted")).to_be_visible()
    page.locator("[data-begin] button.main").click()
    paper.unlock(page, people["verifier"]["phrase"])
    page.wait_for_url(lambda url: "/prueba/" not in url)
    page.goto(f"{live.url}/red/personas/")
    expect(page.get_by_role("heading", name="Cambió su manera de entrar")).to_be_visible()
