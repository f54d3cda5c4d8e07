"""A member gives a number that the server never learns, and a real gateway tells it that there is something new."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from atarraya.sealing import gateways
from support.desks import HERE, desk, send, sign_in
from support.living import Home, Live
from support.searcher import search, seized
from support.smsgate import Made, Phone, Process, eventually
from support.walking import PHONE, Visit, barriers, look

NUMBER = "+573009876543"
WRITTEN = "300 987 65 43"
OWN = "/mi-cuenta/avisos/"


@pytest.fixture
def live(founded: Home, tmp_path: Path) -> Iterator[Live]:
    """The cast's network with its worker."""
    home = founded.copy(tmp_path)
    with home.live("serve", "--plain-http") as server:
        yield server
    home.remove()


def gateway(live: Live, page: Page, tmp_path: Path) -> Made:
    """A steward makes a gateway and lets notices go out by it; a sentence that would not arrive is refused first."""
    identity, recipient = gateways.new_key()
    page.goto(live.url + "/red/sms/")
    page.locator("[name=name]").fill("pasarela")
    page.locator("[name=recipient]").fill(recipient)
    page.locator("button.main").click()
    token = page.locator(".code.big").inner_text()
    page.locator("button.main").click()
    page.get_by_label("Enviar avisos por SMS").check()
    page.get_by_label("Lo que dice cada SMS").fill("Ya está la lista.")
    save = page.locator("button[name=do][value=notices]")
    save.click()
    expect(page.get_by_role("alert")).to_contain_text("no llevan algunas de estas letras")
    expect(page.get_by_label("Lo que dice cada SMS")).to_have_value("Ya está la lista.")
    page.get_by_label("Lo que dice cada SMS").fill("Ya esta la lista.")
    save.click()
    expect(page.get_by_role("alert")).to_have_count(0)
    look(page, f"sms-notices-steward-{page.viewport_size['width']}")  # type: ignore[index]
    assert barriers(page) == []
    return Made(None, tmp_path / "gateway", token, identity, recipient)  # type: ignore[arg-type]


def ask_for_it(page: Page, live: Live, recipient: str) -> None:
    page.goto(live.url + OWN)
    page.get_by_label("Todos los que atiendo").check()
    page.get_by_label("De todo").check()
    page.get_by_label("Sólo lo que es para ya").check()
    page.get_by_label("SMS", exact=True).check()
    expect(page.locator("[data-why]")).to_contain_text(gateways.short_print(recipient))
    typed = page.get_by_label("Su número")
    save = page.get_by_role("button", name="Guardar").last
    typed.fill("85085")
    save.click()
    expect(page.locator("[data-why]")).to_contain_text("Ese número no está completo")
    expect(typed).to_have_value("85085")
    typed.fill(WRITTEN)
    look(page, "sms-notices-own")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    save.click()
    expect(page.get_by_text("un número que sólo la pasarela abre")).to_be_visible()


def test_a_number_that_nobody_here_reads_hears_that_there_is_something_new(
    live: Live, new_phone: Callable[..., Visit], new_desktop: Callable[..., Visit], tmp_path: Path
) -> None:
    steward = sign_in(live, new_desktop(), "steward")
    made, phone = gateway(live, steward, tmp_path), Phone()
    made.more = phone.setting
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(request.url + (request.post_data or ""))

    page = sign_in(live, new_phone(), "verifier")
    page.on("request", note)
    ask_for_it(page, live, made.recipient)
    bare = "".join(sent).replace("%20", "").replace("+", "").replace(" ", "")
    assert "sealed=" in bare and NUMBER[3:] not in bare
    made.write_settings(int(live.url.rsplit(":", 1)[1]))
    process = Process(made, key=False)
    process.start()
    try:
        assert process.phone("e1", "+573105556677", "una frase cualquiera") == 200
        send(live, "leader", municipality=HERE, urgency="NOW", share={"kind": "ARMED_PRESENCE", "seen": "SAW"})
        team = desk(live, new_desktop(), "approver")
        # The gateway runs without its key: the desk says so, and how many wait for it.
        expect(team.locator("#sms")).to_contain_text("SMS que esperan salir: 1.", timeout=60_000)
        expect(team.locator("#sms")).to_contain_text("sin su llave")
        expect(team.locator("#sms")).to_contain_text("no se leyó ningún código: 1.", timeout=40_000)
        look(team, "sms-waiting-desk")
        assert barriers(team) == []
        steward.goto(live.url + "/red/sms/")
        expect(steward.get_by_text("1 aviso espera salir")).to_be_visible()
        steward.goto(live.url + "/red/entregas/")
        look(steward, "sms-waiting-deliveries")
        assert phone.said == []
        process.kill()
        process.key = True
        process.start()
        eventually(lambda: phone.said == [(NUMBER, "Ya esta la lista.")], 60)
        eventually(lambda: "Última entrega:" in page.goto(live.url + OWN).text(), 60)  # type: ignore[union-attr]
    finally:
        process.stop()
        phone.close()
    found = seized(live.home.folder, made.folder) | {"log": live.log.read_bytes()}
    assert search(found, [NUMBER[1:], NUMBER[3:], WRITTEN]) == []
