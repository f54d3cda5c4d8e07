"""A steward founds a network from one command's link, prints a card, and lets a second person in by voice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.living import Home, Live
from support.walking import Visit, look

PASSWORD = "agua mansa corre honda"
PLACES = ("Bojayá", "Quibdó")


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[tuple[Live, str]]:
    """A server on a network that `init` has just made, and the founding link's secret."""
    home = Home.empty(tmp_path)
    said = home.atarraya(
        "init", "--data", str(home.folder), "--name", "Red Atrato", "--municipalities", ",".join(PLACES)
    )
    link = re.search(r"/fundar/#([0-9A-Z]+)", said.stdout)
    assert link, said.stdout
    with home.live() as live:
        yield live, link.group(1)
    home.remove()


def open_account(page: Page, login: str, alias: str = "") -> None:
    """Fill the page of a founding link or an invitation."""
    if alias:
        page.locator("[name=alias]").fill(alias)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=again]").fill(PASSWORD)
    page.get_by_role("button", name="Seguir").click()


def make_key(page: Page, picture: str = "") -> tuple[str, str]:
    """Go through the words and the sheet as a person with paper would; return phrase and code."""
    page.get_by_role("button", name="Tengo papel y lápiz").click()
    page.locator("[data-written]").wait_for()
    words = page.locator("[data-words] li").all_inner_texts()
    assert len(words) == 7
    if picture:
        look(page, f"{picture}-words", guide=True)
    page.locator("[data-written]").click()
    places = [int(text) for text in page.locator("[data-place]").all_inner_texts()]
    page.locator("[name=first]").fill(words[places[0] - 1])
    page.locator("[name=second]").fill(words[places[1] - 1].upper())
    page.locator("[data-step=check] button.main").click()
    page.locator("[name=group]").wait_for()
    code = page.locator("[data-code]").inner_text()
    if picture:
        look(page, f"{picture}-sheet", guide=True)
    page.locator("[name=group]").fill(code.rsplit("-", 1)[1].lower())
    page.locator("[data-step=sheet] button.main").click()
    return " ".join(words), code


def make_circle(page: Page, name: str) -> list[str]:
    """Make a circle and return its three sheets."""
    page.locator("[name=name]").fill(name)
    page.locator("[data-step=begin] button.main").click()
    page.locator("#s-1").wait_for()
    sheets = page.locator("[data-sheet]").all_inner_texts()
    look(page, "founding-sheets", guide=True)
    for number, sheet in enumerate(sheets, 1):
        page.locator(f"#s-{number}").fill(sheet.rsplit("-", 1)[1])
    page.locator("[data-step=sheets] button.main").click()
    return sheets


def unlock(page: Page, phrase: str) -> None:
    """Open the key where the page asks for it."""
    page.locator("#k-phrase").fill(phrase)
    page.locator("[data-unlock-form] button.main").click()


def test_a_steward_founds_and_lets_a_second_person_in(
    begun: tuple[Live, str], new_phone: Callable[..., Visit], new_desktop: Callable[..., Visit]
) -> None:
    live, secret = begun
    page = new_desktop().open(f"{live.url}/fundar/#{secret}")
    open_account(page, "elvia", alias="Elvia")

    # A reload in the middle of the words stores nothing and begins them again.
    page.get_by_role("button", name="Tengo papel y lápiz").click()
    lost = page.locator("[data-words] li").all_inner_texts()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    phrase, _code = make_key(page, "founding")
    assert phrase.split() != lost

    expect(page.get_by_role("heading", name="El primer círculo")).to_be_visible()
    look(page, "founding-circle")
    sheets = make_circle(page, "Verificación Atrato")
    assert len(set(sheets)) == 3
    page.locator("[name=name]").wait_for()
    expect(page.get_by_role("heading", name="El buzón")).to_be_visible()
    page.locator("[data-begin] button.main").click()
    unlock(page, phrase)

    expect(page.get_by_role("heading", name="Quién habla primero")).to_be_visible()
    page.locator("[name=name]").fill("Consejo de Agua Mansa")
    page.locator("[name=municipality]").select_option(label="Bojayá")
    page.locator("form[action] button.main").click()
    link = page.locator("[data-link]").text_content()
    assert re.fullmatch(rf"{live.url}/#[0-9A-Z]{{32}}\.[0-9A-Z]{{32}}", link)
    look(page, "card", guide=True)
    page.reload()  # the card is still there until the steward has it
    assert page.locator("[data-link]").text_content() == link
    page.get_by_role("button", name="La tengo en papel").click()
    expect(page.get_by_text("abierto en 0 teléfonos")).to_be_visible()

    invitation = invite(page, live, "Iván")
    helper, words = join(new_phone(), invitation)
    let_in(page, live, words, phrase)
    helper.reload()
    helper.goto(f"{live.url}/red/circulos/")
    expect(helper.get_by_text("Elvia, Iván")).to_be_visible()


def invite(page: Page, live: Live, alias: str) -> str:
    """Invite somebody, alone as the founder still is, and return the link of the slip."""
    page.goto(f"{live.url}/red/personas/invitar/")
    page.locator("[name=alias]").fill(alias)
    page.locator("[name=roles][value=VERIFIER]").check()
    page.locator("[name=circles]").first.check()
    look(page, "invite", guide=True)
    page.get_by_role("button", name="Invitar").click()
    link = page.locator("[data-link]").text_content()
    page.get_by_role("button", name="La entregué").click()
    return link


def join(visit: Visit, invitation: str) -> tuple[Page, str]:
    """Take up an invitation on a phone and return the four words to say."""
    page = visit.open(invitation)
    look(page, "invitation-phone")
    open_account(page, "ivan")
    make_key(page)
    words = page.locator("[data-voice]")
    words.wait_for()
    look(page, "waiting-phone", guide=True)
    return page, words.inner_text()


def let_in(page: Page, live: Live, words: str, phrase: str) -> None:
    """Compare the words (first other ones, which are refused) and hand over the key."""
    page.goto(f"{live.url}/red/personas/")
    page.get_by_role("link", name="Comparar palabras").click()
    page.locator("[name=heard]").fill("agua rio luna piedra")
    page.get_by_role("button", name="Comparar").click()
    expect(page.locator("[data-problem]")).to_contain_text("No son las mismas palabras")
    page.locator("[name=heard]").fill(words.replace("·", " "))
    page.get_by_role("button", name="Comparar").click()
    expect(page.get_by_role("heading", name="Las palabras son las mismas")).to_be_visible()
    page.get_by_role("button", name="Dejar entrar").click()
    unlock(page, phrase)
    expect(page.get_by_role("heading", name="Todas las personas")).to_be_visible()
