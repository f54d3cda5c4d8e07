"""A collective's own code: a steward's gateway, words written by a verifier, an SMS on the board, a code burnt.

INVENTED WORDS: do not use them in the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from atarraya.sealing import gateways
from atarraya.sealing.gateways import short_print
from support.desks import ask, desk, open_first, sign_in
from support.living import Live
from support.searcher import search, seized
from support.smsgate import Made, Phone, Process, eventually
from support.walking import Visit, barriers, look

NUMBER = "+573001112233"
WORDS = [("tamborero", "kind ARMED_PRESENCE"), ("clarinete", "urgency NOW"), ("bombardino", "duress 1")]
CODE = "vienen con el TAMBORERO y el clarinete"


def gateway(live: Live, visit: Visit, tmp_path: Path) -> Made:
    """A steward makes a gateway on the page, with the key that was born beside the phone."""
    identity, recipient = gateways.new_key()
    page = sign_in(live, visit, "steward")
    page.goto(live.url + "/red/sms/")
    page.locator("[name=name]").fill("pasarela")
    page.locator("[name=recipient]").fill(recipient)
    page.locator("button.main").click()
    token = page.locator(".code.big").inner_text()
    look(page, "sms-token")
    page.locator("button.main").click()
    expect(page.get_by_text("nunca ha llamado")).to_be_visible()
    assert barriers(page) == []
    return Made(None, tmp_path / "gateway", token, identity, recipient)  # type: ignore[arg-type]


def write_book(page: Page, live: Live, phrase: str, recipient: str) -> None:
    page.goto(live.url + "/equipo/codigos/nuevo/")
    assert gateways.short_print(recipient) in page.locator("[data-print-of]").inner_text()
    page.locator("[name=point]").select_option(label=page.locator("[name=point] option").first.inner_text())
    rows = page.locator("[data-row]")
    for place, (say, means) in enumerate([*WORDS, ("tamborera", "kind COMBAT")]):
        rows.nth(place).locator("[name=say]").fill(say)
        rows.nth(place).locator("[name=means]").select_option(means)
    page.locator("[name=numbers]").fill("300 111 2233")
    seal = page.get_by_role("button", name="Sellarlo y empezar a usarlo")
    seal.click()
    expect(page.locator("[data-problem]")).to_contain_text("tamborero · tamborera")
    rows.nth(3).locator("[name=say]").fill("")
    seal.click()
    expect(page.locator("[data-problem]")).to_contain_text("Elija a las dos personas")
    rows.nth(2).locator("[name=say]").fill("")  # there is no circle of two here: without one there is no such word
    look(page, "sms-codebook")
    assert barriers(page) == []
    seal.click()
    page.locator("#k-phrase").fill(phrase)
    page.locator("[data-unlock-form] button.main").click()
    page.wait_for_url(lambda url: "nuevo" not in url)


def test_a_collectives_code_from_paper_to_the_board(
    live: Live, new_desktop: Callable[..., Visit], tmp_path: Path
) -> None:
    made, phone = gateway(live, new_desktop(), tmp_path), Phone()
    made.more = phone.setting
    page = sign_in(live, verifier := new_desktop(), "verifier")
    phrase = live.secrets["people"]["verifier"]["phrase"]
    write_book(page, live, phrase, made.recipient)
    read_by_voice(page, phrase)
    made.write_settings(int(live.url.rsplit(":", 1)[1]))
    process = Process(made, key=True)
    process.start()
    try:
        assert process.phone("e1", NUMBER, CODE) == 200
        eventually(lambda: any(one["k"] == "ARMED_PRESENCE" for one in ask(live, "/api/point/board.json")["alerts"]))
        at_the_desk(live, verifier, short_print(made.recipient))
        eventually(lambda: (NUMBER, "Vuelvo con pescado") in phone.said, 60)
        words = [*(say for say, _means in WORDS), "Vuelvo con pescado"]
        assert (
            search(seized(live.home.folder, made.folder) | {"log": live.log.read_bytes()}, [*words, NUMBER[1:]]) == []
        )
        burn(live, page)
        assert process.phone("e2", NUMBER, CODE) == 200
        approver = desk(live, new_desktop(), "approver")
        expect(approver.locator("#notices")).to_contain_text("código de Consejo")
        expect(approver.locator("#items li")).to_have_count(2)
    finally:
        process.stop()
        phone.close()


def read_by_voice(page: Page, phrase: str) -> None:
    """What came by radio is read with the same words, in the page."""
    page.locator("#k-phrase").fill(phrase)
    page.locator("[data-unlock-form] button.main").click()
    page.locator("[name=said]").fill("que llego el tamborerro con clarinete")
    page.locator("[data-reading] button.main").click()
    expect(page.locator("[data-means]")).to_contain_text("Hombres armados · ya")
    page.locator("[name=said]").fill("hola")
    page.locator("[data-reading] button.main").click()
    expect(page.locator("[data-means]")).to_contain_text("no significa nada")
    expect(page.locator("[data-grown]")).to_be_hidden()
    assert barriers(page) == []


def at_the_desk(live: Live, visit: Visit, key: str) -> None:
    page = visit.open(live.url + "/equipo/")
    page.locator("#k-phrase").fill(live.secrets["people"]["verifier"]["phrase"])
    page.locator("[data-unlock-form] button.main").click()
    page.locator("#work").wait_for()
    open_first(page)
    expect(page.locator("article.thread")).to_contain_text("Llegó por SMS, en el código de")
    expect(page.locator("article.thread")).to_contain_text(NUMBER)
    expect(page.locator("#sms")).to_be_empty()
    box, send = page.locator("[name=sms]"), page.get_by_role("button", name="Enviar este SMS")
    expect(page.locator("[data-key]")).to_be_hidden()
    box.fill("Vuelvo mañana, así")
    expect(page.locator("[data-print-of]")).to_have_text(key)
    send.click()
    expect(page.locator("[data-slot=refused]")).to_contain_text("estas letras: í")
    box.fill("Vuelvo con pescado")
    send.click()
    expect(page.locator(".history")).to_contain_text("Enviado por SMS: Vuelvo con pescado")


def burn(live: Live, page: Page) -> None:
    page.goto(live.url + "/equipo/codigos/")
    page.get_by_text("Quemar este código").click()
    page.get_by_role("button", name="Quemarlo ya").click()
    expect(page.get_by_text("quemado: ya no se lee")).to_be_visible()


def test_the_workshops_sheet_is_one_a4_page_each_and_names_no_product(
    live: Live, new_desktop: Callable[..., Visit]
) -> None:
    page = sign_in(live, new_desktop(), "verifier")
    page.goto(live.url + "/equipo/codigos/hoja/")
    page.evaluate("window.print = () => undefined")
    assert barriers(page) == []
    for which, own in (("words", "legend"), ("legend", "words")):
        page.locator(f"[data-print-what={which}]").click()
        page.emulate_media(media="print")
        printed = page.pdf(prefer_css_page_size=True)
        assert re.findall(rb"/Count (\d+)", printed) == [b"1"]
        assert re.search(rb"/MediaBox \[0 0 59[45]\.?\d* 84[12]", printed)
        expect(page.locator(f"[data-paper={which}]")).to_be_visible()
        expect(page.locator(f"[data-paper={own}]")).to_be_hidden()
        shown = page.locator("body").inner_text().casefold()
        assert not [word for word in ("atarraya", "cuaderno", "alerta", "código", "red de") if word in shown], shown
        page.emulate_media(media="screen")
