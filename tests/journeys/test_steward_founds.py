"""A steward founds a network from one command's link, prints a card, and lets a second person in by voice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from support import paper
from support.living import Home, Live
from support.walking import Visit, look

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


def test_a_steward_founds_and_lets_a_second_person_in(
    begun: tuple[Live, str],
    new_phone: Callable[..., Visit],
    new_desktop: Callable[..., Visit],
    passable: Callable[..., None],
) -> None:
    live, secret = begun
    page = new_desktop().open(f"{live.url}/fundar/#{secret}")
    passable(page)
    phrase = account_and_key(page)
    circle_and_inbox(page, phrase)
    point_and_card(page, live)
    passable(page)

    invitation = invite(page, live, "Iván")
    helper, words = join(new_phone(), live, invitation)
    refuse_other_words(page, live)
    paper.let_in(page, live.url, "Iván", words, phrase)
    helper.goto(f"{live.url}/red/circulos/")
    expect(helper.get_by_text("Elvia, Iván")).to_be_visible()


def test_what_is_typed_before_the_script_is_there_goes_nowhere(
    begun: tuple[Live, str], new_desktop: Callable[..., Visit]
) -> None:
    live, secret = begun
    visit = new_desktop()
    page = visit.context.new_page()
    asked: list[str] = []
    held: list[Route] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/network/accept*.js", lambda route: held.append(route))
    page.goto(f"{live.url}/fundar/#{secret}", wait_until="commit")
    for name in ("password", "again"):
        page.locator(f"[name={name}]").fill(paper.PASSWORD)
    page.locator("[name=again]").press("Enter")
    button = page.get_by_role("button", name="Seguir")
    expect(button).to_be_disabled()
    assert held and page.url.endswith(f"/fundar/#{secret}")
    held.pop().continue_()
    expect(button).to_be_enabled()
    paper.open_account(page, "elvia", alias="Elvia")
    page.get_by_role("link", name="Aplicación de códigos").wait_for()
    assert not [url for url in asked if "password" in url]


def account_and_key(page: Page) -> str:
    """Make the founder's account and key. A reload in the middle of the words stores nothing and begins anew."""
    paper.open_account(page, "elvia", alias="Elvia")
    paper.add_codes(page)
    page.get_by_role("button", name="Tengo papel y lápiz").click()
    lost = page.locator("[data-words] li").all_inner_texts()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    phrase, _code = paper.make_key(page, "founding")
    assert phrase.split() != lost
    return phrase


def circle_and_inbox(page: Page, phrase: str) -> None:
    """Make the first circle with its three sheets, and the inbox whose list it signs."""
    expect(page.get_by_role("heading", name="El primer círculo")).to_be_visible()
    look(page, "founding-circle")
    sheets = paper.make_circle(page, "Verificación Atrato", "founding-sheets")
    assert len(set(sheets)) == 3
    expect(page.get_by_role("heading", name="El buzón")).to_be_visible()
    page.locator("[data-begin] button.main").click()
    paper.unlock(page, phrase)


def point_and_card(page: Page, live: Live) -> None:
    """Make the first point. Its card stays through a reload until the steward has it, and then is gone for good."""
    expect(page.get_by_role("heading", name="Quién habla primero")).to_be_visible()
    page.locator("[name=name]").fill("Consejo de Agua Mansa")
    page.locator("[name=municipality]").select_option(label="Bojayá")
    page.locator("form[action='/fundar/punto/'] button.main").click()
    link = str(page.locator("[data-link]").text_content())
    assert re.fullmatch(rf"{live.url}/#[0-9A-Z]{{32}}\.[0-9A-Z]{{32}}", link)
    look(page, "card", guide=True)
    page.reload()
    assert page.locator("[data-link]").text_content() == link
    page.get_by_role("button", name="La tengo en papel").click()
    expect(page.get_by_text("abierto en 0 teléfonos")).to_be_visible()
    page.go_back()
    expect(page.locator("[data-link]")).to_have_count(0)


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
    return str(link)


def join(visit: Visit, live: Live, invitation: str) -> tuple[Page, str]:
    """Take up an invitation on a phone and return the four words to say."""
    page = visit.open(invitation)
    look(page, "invitation-phone")
    paper.open_account(page, "ivan")
    paper.add_codes(page)
    paper.make_key(page)
    page.wait_for_url("**/espera/")
    words = paper.my_words(page, live.url)
    look(page, "waiting-phone", guide=True)
    return page, words


def refuse_other_words(page: Page, live: Live) -> None:
    """Hear other words than the key's own: the page lets nobody in."""
    page.goto(f"{live.url}/red/personas/")
    page.get_by_role("link", name="Comparar palabras").click()
    page.locator("[name=heard]").fill("agua rio luna piedra")
    page.get_by_role("button", name="Comparar").click()
    expect(page.locator("[data-problem]")).to_contain_text("No son las mismas palabras")
