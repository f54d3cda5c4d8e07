"""What people with pen and paper do at the network's pages: sign in, make a key, print, open, compare by voice."""

from __future__ import annotations

import base64
import hmac
import re
import time
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from support.walking import Visit, look

PASSWORD = "agua mansa corre honda"


def open_account(page: Page, login: str, alias: str = "") -> None:
    """Fill the page of a founding link or an invitation."""
    if alias:
        page.locator("[name=alias]").fill(alias)
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=again]").fill(PASSWORD)
    page.get_by_role("button", name="Seguir").click()


def add_codes(page: Page) -> None:
    """Take the app with codes as second lock, as the network asks, and write down the reserve codes."""
    page.get_by_role("link", name="Aplicación de códigos").click()
    secret = page.locator("p.code").inner_text()
    page.locator("[name=code]").fill(one_time_code(secret))
    page.get_by_role("button", name="Encender").click()
    page.get_by_role("link", name="Los tengo en papel").click()


def one_time_code(secret: str) -> str:
    """Return the six digits an app shows now (RFC 6238)."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, (int(time.time()) // 30).to_bytes(8, "big"), "sha1").digest()
    at = digest[-1] & 15
    return str((int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF) % 10**6).zfill(6)


def sign_in(visit: Visit, base: str, person: dict[str, Any]) -> Page:
    """Sign a person of the cast in, in a browser that has never seen them."""
    page = visit.open(f"{base}/entrar/")
    enter(page, person)
    return page


def enter(page: Page, person: dict[str, Any]) -> None:
    """Fill the sign-in page."""
    page.locator("[name=login]").fill(person["login"])
    page.locator("[name=password]").fill(person["password"])
    page.locator("form[action='/entrar/'] button.main").click()
    page.wait_for_url(lambda url: "/entrar/" not in url)


def signed_in(visit: Visit, base: str, person: dict[str, Any]) -> Page:
    """Sign a person of the cast in by the two requests of the sign-in page, undrawn; return the page it leads to."""
    asks, address = visit.context.request, f"{base}/entrar/"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', asks.get(address).text())
    assert token, "no form to sign in with"
    form = {"csrfmiddlewaretoken": token[1], "login": person["login"], "password": person["password"]}
    answer = asks.post(address, form=form, headers={"Origin": base}, max_redirects=0)
    assert answer.status == 302, answer.text()
    return visit.open(urljoin(base, answer.headers["location"]))


def write_words(page: Page, picture: str = "") -> str:
    """Write the seven words by hand, give two of them back, and return the phrase."""
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
    return " ".join(words)


def print_sheet(page: Page, picture: str = "") -> str:
    """Print the recovery sheet, give its last group back, and return the code."""
    page.locator("[name=group]").wait_for()
    code = page.locator("[data-code]").inner_text()
    if picture:
        look(page, f"{picture}-sheet", guide=True)
    page.locator("[name=group]").fill(code.rsplit("-", 1)[1].lower())
    page.locator("[data-step=sheet] button.main").click()
    return code


def make_key(page: Page, picture: str = "") -> tuple[str, str]:
    """Make a key as a person with paper would; return phrase and code."""
    page.get_by_role("button", name="Tengo papel y lápiz").click()
    return write_words(page, picture), print_sheet(page, picture)


def make_circle(page: Page, name: str, picture: str = "") -> list[str]:
    """Make a circle and return its three sheets."""
    page.locator("[name=name]").fill(name)
    page.locator("[data-step=begin] button.main").click()
    page.locator("#s-1").wait_for()
    sheets = page.locator("[data-sheet]").all_inner_texts()
    if picture:
        look(page, picture, guide=True)
    for number, sheet in enumerate(sheets, 1):
        page.locator(f"#s-{number}").fill(sheet.rsplit("-", 1)[1])
    page.locator("[data-step=sheets] button.main").click()
    return sheets


def unlock(page: Page, phrase: str = "", *, code: str = "", pin: str = "", new_pin: str = "") -> None:
    """Open the key where the page asks for it: with the words, the sheet's code, or a short number."""
    page.locator("[data-unlock]").wait_for()
    way, secret = next((way, value) for way, value in (("phrase", phrase), ("code", code), ("pin", pin)) if value)
    if way != "pin" and page.locator(f"#k-{way}").is_hidden():
        page.locator(f"[data-unlock-with={way}]").click()
    page.locator(f"#k-{way}").fill(secret)
    if new_pin:
        page.locator("#k-newpin").fill(new_pin)
    page.locator("[data-unlock-form] button.main").click()


def my_words(page: Page, base: str) -> str:
    """Return the four words that a person reads from their own page."""
    if "/espera/" not in page.url:
        page.goto(f"{base}/mi-llave/espera/")
    page.locator("[data-voice]").wait_for()
    return page.locator("[data-voice]").inner_text().replace("·", " ")


def let_in(page: Page, base: str, alias: str, words: str, phrase: str) -> None:
    """Compare the words and hand over the keys, as a keyholder at their own desk."""
    page.goto(f"{base}/red/personas/")
    page.get_by_role("listitem").filter(has_text=alias).get_by_role("link", name="Comparar palabras").click()
    page.locator("[name=heard]").fill(words)
    page.get_by_role("button", name="Comparar").click()
    expect(page.get_by_role("heading", name="Las palabras son las mismas")).to_be_visible()
    page.get_by_role("button", name="Dejar entrar").click()
    unlock(page, phrase)
    expect(page.get_by_role("heading", name="Todas las personas")).to_be_visible()


def circles_opened(page: Page) -> list[str]:
    """Return the circles whose present key the page's own keyring holds (the module the page itself has loaded)."""
    address = page.evaluate(
        "() => performance.getEntriesByType('resource').map((one) => one.name).find((one) => /\\/keyring/.test(one))"
    )
    script = """async (address) => {
      const { keyring } = await import(address);
      return keyring.circles.filter((one) => one.bundle).map((one) => one.name);
    }"""
    return list(page.evaluate(script, address))
