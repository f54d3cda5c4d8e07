"""A list of who calls whom: sealed in the page, two who write at once, marked by two people, with the line cut."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from support.desks import HERE, desk, open_first, send, sign_in, tab
from support.living import Live
from support.searcher import search, seized
from support.walking import PHONE, Visit, barriers, look

New = Callable[..., Visit]
PAGE = "/equipo/llamadas/"
PEOPLE = [
    ("Rosalía del puerto", "+57 300 444 5566", ""),
    ("Tío Evaristo", "310 777 8899", "Rosalía del puerto"),
    ("Escuelita Nazaret", "", ""),
]
TITLE = "Cadena del río"


def unlock(page: Page, live: Live, who: str) -> None:
    page.locator("#k-phrase").fill(live.secrets["people"][who]["phrase"])
    page.locator("[data-unlock-form] button.main").click()


def write(page: Page, live: Live) -> None:
    page.goto(live.url + PAGE + "nueva/")
    unlock(page, live, "verifier")
    save = page.get_by_role("button", name="Sellar y guardar")
    rows = page.locator("[data-rows] [data-row]")
    for place, (name, number, by) in enumerate(PEOPLE):
        rows.nth(place).locator("[name=name]").fill(name)
        rows.nth(place).locator("[name=number]").fill(number)
        if by:
            rows.nth(place).locator("[name=by]").select_option(label=by)
    page.locator("[name=title]").fill(TITLE)
    rows.nth(1).locator("[name=number]").fill("tel:310")
    save.click()
    expect(page.locator("[data-problem]")).to_contain_text("letras o signos que no son de un número: Tío Evaristo")
    rows.nth(1).locator("[name=number]").fill(PEOPLE[1][1])
    page.locator("[name=circle]").select_option(index=0)
    look(page, "calls-new")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    save.click()
    page.wait_for_url("**" + PAGE)


def on_paper(page: Page) -> None:
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Imprimir").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    assert re.findall(rb"/Count (\d+)", page.pdf(prefer_css_page_size=True)) == [b"1"]
    shown = page.locator("body").inner_text()
    assert all(name in shown and number in shown for name, number, _ in PEOPLE)
    assert not [word for word in ("atarraya", "cuaderno", "equipo", "red de") if word in shown.casefold()], shown
    page.emulate_media(media="screen")


def test_two_who_write_at_once_lose_nothing(live: Live, new_phone: New, new_desktop: New) -> None:
    page = sign_in(live, new_phone(), "verifier")
    write(page, live)
    unlock(page, live, "verifier")
    page.get_by_role("link", name=TITLE).click()
    unlock(page, live, "verifier")
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    expect(page.locator("[name=by]").nth(1)).to_have_value(re.compile(r"[0-9a-f-]{36}"))
    other = sign_in(live, new_desktop(), "approver")
    other.goto(page.url)
    unlock(other, live, "approver")
    other.locator("[name=title]").fill("Cadena de Leo")
    other.get_by_role("button", name="Sellar y guardar").click()
    other.wait_for_url("**" + PAGE)
    page.locator("[data-rows] [name=name]").nth(3).fill("Doña Inés")
    page.get_by_role("button", name="Sellar y guardar").click()
    expect(page.locator("[data-problem]")).to_contain_text("Otra persona cambió o borró esta lista")
    expect(page.locator("[data-rows] [name=name]").nth(3)).to_have_value("Doña Inés")
    look(page, "calls-stale")
    assert barriers(page) == []
    on_paper(page)
    page.get_by_role("button", name="Guardar la mía como lista aparte").click()
    page.wait_for_url("**" + PAGE)
    unlock(page, live, "verifier")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    expect(page.get_by_role("link", name="Cadena de Leo")).to_be_visible()
    look(page, "calls-list")


def chain(page: Page) -> None:
    tab(page, "alerts")
    open_first(page)
    page.locator(".calls summary").click()


def test_who_answered_is_marked_by_two_with_the_line_cut_and_nothing_stored_tells(
    live: Live, new_phone: New, new_desktop: New, tmp_path: Path
) -> None:
    writer = sign_in(live, new_phone(), "verifier")
    write(writer, live)
    send(live, "leader", municipality=HERE, urgency="NOW", share={"kind": "ARMED_PRESENCE", "seen": "SAW"})
    one, two = desk(live, visit := new_phone(), "verifier"), desk(live, new_desktop(), "approver")
    for page in (one, two):
        chain(page)
        expect(page.locator(".chain li")).to_have_count(3)
    line = one.locator(".chain li").filter(has_text="Rosalía del puerto")
    line.get_by_role("button", name="Contestó", exact=True).click()
    expect(line).to_contain_text("contestó ·")
    look(one, "calls-desk-phone")
    assert barriers(one) == []
    assert one.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    visit.context.set_offline(True)
    cut = one.locator(".chain li").filter(has_text="Tío Evaristo")
    cut.get_by_role("button", name="No contestó").click()
    expect(cut).to_contain_text("no contestó ·")
    expect(one.locator(".calls")).to_contain_text("Marcas selladas que esperan línea: 1")
    kept = one.evaluate("sessionStorage.getItem('calls')")
    assert "age-encryption" not in kept and "Evaristo" not in kept and "silent" not in kept and '"sealed"' in kept
    theirs = two.locator(".chain li").filter(has_text="Escuelita Nazaret")
    theirs.get_by_role("button", name="Otra vez").click()
    expect(theirs).to_contain_text("llamar otra vez ·")
    visit.context.set_offline(False)
    expect(one.locator(".calls")).not_to_contain_text("esperan línea", timeout=40_000)
    for page in (one, two):
        expect(page.locator(".chain li").filter(has_text="Tío Evaristo")).to_contain_text(
            "no contestó ·", timeout=60_000
        )
        expect(page.locator(".chain li").filter(has_text="Escuelita Nazaret")).to_contain_text(
            "llamar otra vez ·", timeout=60_000
        )
        expect(page.locator(".calls summary")).to_contain_text("contestaron: 1 de 3")
    look(two, "calls-desk")
    assert barriers(two) == []
    words = [
        *(name for name, _number, _by in PEOPLE),
        "3004445566",
        "3107778899",
        "300 444 5566",
        "310 777 8899",
        TITLE,
    ]
    assert search(seized(live.home.folder) | {"log": live.log.read_bytes()}, words) == []
