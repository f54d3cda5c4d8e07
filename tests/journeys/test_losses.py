"""The five losses, each from a fresh browser with paper only; and the short number of a tab."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from support import paper
from support.living import Live
from support.walking import Visit, look

New = Callable[..., Visit]
OURS = "Verificación Atrato"


def open_here(page: Page, live: Live, phrase: str) -> list[str]:
    """Open the key on a page that asks for it and return the circles it opens."""
    page.goto(f"{live.url}/mi-llave/hoja/")
    page.locator("[data-begin] button.main").click()
    paper.unlock(page, phrase)
    page.locator("[data-lock-left]").wait_for()
    return paper.circles_opened(page)


def test_words_lost_the_sheet_opens_and_new_words_take_their_place(live: Live, new_phone: New) -> None:
    person = live.secrets["people"]["verifier"]
    page = paper.sign_in(new_phone(), live.url, person)
    page.goto(f"{live.url}/perdidas/")
    look(page, "losses", guide=True)
    page.get_by_role("link", name="Mis palabras", exact=True).click()
    page.locator("[data-begin] button.main").click()
    paper.unlock(page, code=person["code"].lower().replace("-", " "))
    words = paper.write_words(page)
    page.wait_for_url("**/mi-cuenta/")
    assert open_here(page, live, words) == [OURS]
    page.goto(f"{live.url}/mi-llave/hoja/")
    page.locator("[data-begin] button.main").click()
    paper.unlock(page, person["phrase"])
    expect(page.locator("[data-unlock-problem]")).to_contain_text("no abre su llave")


def test_words_and_sheet_lost_a_new_key_and_a_voice(live: Live, new_phone: New, new_desktop: New) -> None:
    people = live.secrets["people"]
    page = paper.sign_in(new_phone(), live.url, people["verifier"])
    page.goto(f"{live.url}/perdidas/palabras-y-hoja/")
    page.get_by_role("link", name="Hacer una llave nueva").click()
    phrase, _code = paper.make_key(page)
    page.wait_for_url("**/espera/")
    words = paper.my_words(page, live.url)
    page.goto(f"{live.url}/red/personas/")
    expect(page.get_by_role("heading", name="Personas")).to_have_count(0)

    keyholder = paper.sign_in(new_desktop(), live.url, people["approver"])
    paper.let_in(keyholder, live.url, "Iván", words, people["approver"]["phrase"])
    assert open_here(page, live, phrase) == [OURS]


def test_device_lost_every_session_ends(live: Live, new_phone: New, new_desktop: New) -> None:
    person = live.secrets["people"]["verifier"]
    lost = paper.sign_in(new_phone(), live.url, person)
    page = paper.sign_in(new_desktop(), live.url, person)
    page.goto(f"{live.url}/perdidas/dispositivo/")
    page.get_by_role("button", name="Terminar todas mis sesiones").click()
    expect(page.get_by_role("heading", name="Entrar")).to_be_visible()
    lost.goto(f"{live.url}/red/personas/")
    expect(lost.get_by_role("heading", name="Entrar")).to_be_visible()


def test_member_lost_two_remove_and_the_circle_gets_a_new_key(live: Live, new_desktop: New) -> None:
    people = live.secrets["people"]
    first = paper.sign_in(new_desktop(), live.url, people["approver"])
    first.goto(f"{live.url}/perdidas/persona/")
    first.get_by_role("link", name="Iván").click()
    first.get_by_text("Sale para siempre").click()
    first.locator("[name=reason]").select_option("LOST")
    first.get_by_role("button", name="Pedir su retiro").click()

    second = paper.sign_in(new_desktop(), live.url, people["steward"])
    second.goto(f"{live.url}/red/personas/")
    look(second, "removal", guide=True)
    second.get_by_role("button", name="Retirar ya").click()
    expect(second.get_by_role("heading", name="Lo que Iván pudo leer")).to_be_visible()
    look(second, "exposure", guide=True)
    second.get_by_role("link", name="Hacer la llave nueva").click()
    expect(second.get_by_text("Iván")).to_have_count(0)
    second.locator("[data-begin] button.main").click()
    paper.unlock(second, people["steward"]["phrase"])
    second.wait_for_url("**/red/circulos/")
    expect(second.get_by_text("llave 2")).to_be_visible()
    expect(second.get_by_text("necesita una llave nueva")).to_have_count(0)
    first.goto(f"{live.url}/red/circulos/")
    assert open_here(first, live, people["approver"]["phrase"]) == [OURS]


def test_everyone_lost_two_sheets_of_three_open_the_circle(live: Live, new_phone: New, new_desktop: New) -> None:
    people = live.secrets["people"]
    gone = paper.sign_in(new_desktop(), live.url, people["companion"])
    gone.goto(f"{live.url}/red/circulos/nuevo/")
    sheets = paper.make_circle(gone, "Jurídico")
    gone.wait_for_url("**/red/circulos/")

    page = paper.sign_in(new_phone(), live.url, people["outsider"])  # waits, and nobody can let them in
    page.goto(f"{live.url}/perdidas/todas/")
    look(page, "everyone-lost", guide=True)
    page.locator("[name=circle]").select_option(label="Jurídico")
    for one, other, said in (
        (sheets[0], sheets[0], "la misma hoja"),
        (sheets[0], sheets[2][:-1] + ("0" if sheets[2][-1] != "0" else "1"), "un descuido"),
    ):
        page.locator("[name=sheet1]").fill(one)
        page.locator("[name=sheet2]").fill(other)
        page.locator("[data-begin] button.main").click()
        expect(page.locator("[data-problem]")).to_contain_text(said)
    page.locator("[name=sheet2]").fill(sheets[2].lower().replace("-", " "))
    page.locator("[data-begin] button.main").click()
    page.wait_for_url("**/red/circulos/")
    assert open_here(page, live, people["outsider"]["phrase"]) == ["Jurídico"]


def test_a_short_number_reopens_the_tab_three_times_wrong_does_not(live: Live, new_desktop: New) -> None:
    person = live.secrets["people"]["verifier"]
    visit = new_desktop()
    page = paper.sign_in(visit, live.url, person)
    sheet = f"{live.url}/mi-llave/hoja/"
    page.goto(sheet)
    page.locator("[data-begin] button.main").click()
    paper.unlock(page, person["phrase"], new_pin="4711")
    page.locator("[data-lock-left]").wait_for()

    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(sheet)  # another page of the same tab: the number is enough
    page.locator("[data-begin] button.main").click()
    paper.unlock(page, pin="4711")
    page.locator("[data-lock-left]").wait_for()
    other = visit.open(sheet)  # another tab knows nothing of it
    other.locator("[data-begin] button.main").click()
    expect(other.locator("#k-phrase")).to_be_visible()

    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(sheet)
    page.locator("[data-begin] button.main").click()
    for _ in range(3):
        paper.unlock(page, pin="0000")
        expect(page.locator("[data-unlock-problem]")).to_be_visible()
        expect(page.locator("[data-unlock-problem]")).to_contain_text("no es el número")
    paper.unlock(page, pin="4711")
    expect(page.locator("#k-phrase")).to_be_visible()
    paper.unlock(page, person["phrase"])
    page.locator("[data-lock-left]").wait_for()


def test_a_passkey_signs_in_without_a_password(live: Live, new_desktop: New) -> None:
    person = live.secrets["people"]["verifier"]
    page = paper.sign_in(new_desktop(), live.url.replace("127.0.0.1", "localhost"), person)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    base = live.url.replace("127.0.0.1", "localhost")
    page.goto(f"{base}/mi-cuenta/dispositivos/nuevo/")
    page.locator("[name=password]").fill(person["password"])
    page.get_by_role("button", name="Confirmar").click()
    page.get_by_role("button", name="Agregar").click()
    page.get_by_role("link", name="Los tengo en papel").click()
    page.get_by_role("button", name="Cerrar y salir").click()
    page.get_by_role("button", name="Entrar con este aparato").click()
    page.wait_for_url(lambda url: "/entrar/" not in url)
    page.goto(f"{base}/mi-cuenta/")
    expect(page.get_by_text("Iván · ivan")).to_be_visible()
