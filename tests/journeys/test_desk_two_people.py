"""Verifiers in the city open what a phone sealed; two people publish it, and two calm it. One person never can."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.desks import HERE, ask, desk, items, open_first, send, sign_in, tab, write_alert
from support.living import Live
from support.walking import Visit, look

SAID = "Pusieron hora en la bocana. Lo dijo ñandú-canario."
CONSENT = {"kind": "MOVEMENT_BAN", "municipality": HERE, "urgency": "NOW", "consents": ["NET_SUMMARY"]}


def board(live: Live, point: str = "leader") -> str:
    """What a point's phone reads, as text."""
    return str(ask(live, "/api/point/board.json", point))


def test_two_people_publish_what_a_phone_sealed(
    live: Live, new_desktop: Callable[..., Visit], passable: Callable[..., None]
) -> None:
    send(live, text=SAID, municipality=HERE, urgency="NOW", more=CONSENT)
    verifier = desk(live, new_desktop(), "verifier")
    expect(items(verifier)).to_have_count(1)
    open_first(verifier)
    expect(verifier.locator("#side .account")).to_have_text(SAID)
    expect(verifier.locator(".history")).to_contain_text("Leído por primera vez")
    passable(verifier)
    look(verifier, "desk-thread", guide=True)
    verifier.locator("[data-form=note] textarea").fill("Llamé a una segunda fuente.")
    verifier.locator("[data-form=note] button").click()
    expect(verifier.locator(".history")).to_contain_text("segunda fuente")
    verifier.locator("[data-form=grade] [name=source]").select_option("B")
    verifier.locator("[data-form=grade] button").click()
    expect(verifier.locator(".history")).to_contain_text("B6")

    write_alert(verifier, "No dejan pasar por el río.")
    expect(verifier.locator("form.publish")).to_have_count(0)
    assert "No dejan pasar por el río." not in board(live)
    tab(verifier, "proposals")
    open_first(verifier)
    expect(verifier.locator("[data-do=approve]")).to_be_hidden()

    approver = desk(live, new_desktop(), "approver")
    tab(approver, "proposals")
    open_first(approver)
    expect(approver.locator("#side .account")).to_have_text("No dejan pasar por el río.")
    passable(approver)
    look(approver, "desk-proposal", guide=True)
    approver.locator("[data-do=approve]").dblclick()
    expect(approver.locator("#empty")).to_be_visible()
    assert "No dejan pasar por el río." in board(live)
    assert "No dejan pasar por el río." in board(live, "neighbour")
    assert "canario" not in board(live)


def test_one_browser_is_one_person(live: Live, new_desktop: Callable[..., Visit]) -> None:
    """The writer's own browser cannot be the second person, even signed in as another member."""
    send(live, text=SAID, municipality=HERE, urgency="NOW", more=CONSENT)
    visit = new_desktop()
    page = desk(live, visit, "verifier")
    open_first(page)
    write_alert(page, "No dejan pasar.")
    expect(page.locator("form.publish")).to_have_count(0)
    page.locator("[data-leave] button").click()
    page.wait_for_url("**/entrar/**")
    page.close()
    page = desk(live, visit, "approver")
    tab(page, "proposals")
    open_first(page)
    page.locator("[data-do=approve]").click()
    expect(page.locator("#side .refused").last).to_contain_text("otra persona", ignore_case=True)
    visit.forgive("403")
    assert "No dejan pasar." not in board(live)


def test_guards_stop_a_text_and_only_the_second_person_lifts_them(
    live: Live, new_desktop: Callable[..., Visit]
) -> None:
    send(live, text=SAID, municipality=HERE, urgency="NOW", more=CONSENT)
    verifier = desk(live, new_desktop(), "verifier")
    open_first(verifier)
    write_alert(verifier, "Llamar al 300 000 0012 antes de viajar.")
    expect(verifier.locator(".guards")).to_contain_text("300 000 0012")
    verifier.locator("[name=reason]").fill("Es el teléfono público de la emisora.")
    verifier.locator("form.publish button.main").click()
    expect(verifier.locator("form.publish")).to_have_count(0)
    approver = desk(live, new_desktop(), "approver")
    tab(approver, "proposals")
    open_first(approver)
    expect(approver.locator("#side")).to_contain_text("emisora")
    approver.locator("[data-do=approve]").click()
    expect(approver.locator("#side p[role=alert]")).to_be_visible()
    assert "300 000 0012" not in board(live)
    approver.locator("[name=override]").check()
    approver.locator("[data-do=approve]").click()
    expect(approver.locator("#empty")).to_be_visible()
    assert "300 000 0012" in board(live)


def test_calming_leaves_it_in_doubt_until_a_second_person(live: Live, new_desktop: Callable[..., Visit]) -> None:
    share = {"kind": "ARMED_PRESENCE", "seen": "SAW"}
    send(live, municipality=HERE, urgency="NOW", share=share, addressed=(False, False, False))
    verifier = desk(live, new_desktop(), "verifier")
    tab(verifier, "alerts")
    open_first(verifier, "Hombres armados")
    choose(verifier, "withdraw")
    expect(items(verifier).first).to_contain_text("falta una segunda persona")
    [alert] = ask(live, "/api/point/board.json")["alerts"]
    assert alert.get("d") == 1, alert
    approver = desk(live, new_desktop(), "approver")
    tab(approver, "proposals")
    open_first(approver, "Retirar")
    approver.locator("[data-do=approve]").click()
    expect(approver.locator("#empty")).to_be_visible()
    [alert] = ask(live, "/api/point/board.json")["alerts"]
    assert alert["s"] == "WITHDRAWN", alert


def choose(page: Page, act: str) -> None:
    """Choose an act of the open alert and do it."""
    page.locator("form.act [name=act]").select_option(act)
    page.locator("form.act button.main").click()


def test_what_is_for_the_women_opens_only_there(live: Live, new_desktop: Callable[..., Visit]) -> None:
    asked = {"discreet": True, "needs": "TALK", "where": "cerca del puerto"}
    send(live, text="", municipality=HERE, addressed=(False, True, False), more=asked, share={"kind": "CHECKIN"})
    send(live, kind="checkin", municipality=HERE, addressed=(False, False, False), share={"kind": "CHECKIN"})
    verifier = desk(live, new_desktop(), "verifier")
    expect(verifier.locator("#empty")).to_contain_text("No hay nada esperando")
    companion = desk(live, new_desktop(), "companion")
    expect(items(companion)).to_have_count(1)
    open_first(companion)
    expect(companion.locator("#side")).to_contain_text("No le pida el relato")
    expect(companion.locator("[data-do=publish]")).to_be_hidden()
    look(companion, "desk-discreet", guide=True)


@pytest.mark.parametrize("who", ["infiltrator", "warden", "analyst"])
def test_who_holds_no_key_reads_nothing(shared: Live, new_desktop: Callable[..., Visit], who: str) -> None:
    """A member of another place, a steward and an analyst reach the desk, and it has nothing for them."""
    send(shared, text=SAID, municipality=HERE, urgency="NOW", more=CONSENT)
    visit = new_desktop()
    page = desk(shared, visit, who)
    expect(page.locator("#empty")).to_be_visible()
    assert "canario" not in page.content()
    handed = page.evaluate("fetch('/equipo/resumen.json').then((answer) => answer.json())")
    assert handed == {"groups": []}


def test_closing_the_key_empties_the_desk(shared: Live, new_desktop: Callable[..., Visit]) -> None:
    send(shared, text=SAID, municipality=HERE, urgency="NOW", more=CONSENT)
    page = desk(shared, new_desktop(), "verifier")
    open_first(page)
    expect(page.locator("#side")).to_contain_text("canario")
    page.locator("[data-lock-now], #lock-now, .lock button").first.click()
    expect(page.locator("#k-phrase")).to_be_visible()
    assert "canario" not in page.content()
    page.reload()
    expect(page.locator("#work")).to_be_hidden()
    assert "canario" not in page.content()


def test_a_desk_on_a_phone_is_one_thing_after_the_other(
    shared: Live, new_phone: Callable[..., Visit], passable: Callable[..., None]
) -> None:
    send(shared, text=SAID, municipality=HERE, urgency="NOW", more=CONSENT)
    page = desk(shared, new_phone(), "verifier")
    look(page, "desk-phone-list", guide=True)
    open_first(page)
    expect(page.locator("#list")).to_be_hidden()
    passable(page)
    look(page, "desk-phone-thread")
    page.locator("#side [data-do=back]").click()
    expect(page.locator("#list")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_keys_move_open_and_write(live: Live, new_desktop: Callable[..., Visit]) -> None:
    for text in ("uno", "dos"):
        send(live, text=text, municipality=HERE, urgency="NOW", more=CONSENT)
    page = desk(live, new_desktop(), "verifier")
    expect(items(page)).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("#side h1")).to_be_focused()
    page.keyboard.press("n")
    expect(page.locator("[data-form=note] textarea")).to_be_focused()
    page.keyboard.press("Escape")


def test_the_server_stops_and_nothing_typed_is_lost(live: Live, new_desktop: Callable[..., Visit]) -> None:
    send(live, text=SAID, municipality=HERE, urgency="NOW", more=CONSENT)
    visit = new_desktop()
    page = desk(live, visit, "verifier")
    open_first(page)
    live.stop()
    note = page.locator("[data-form=note] textarea")
    note.fill("Esto no se pierde.")
    page.locator("[data-form=note] button").click()
    expect(page.locator("#side .refused[role=alert]").first).to_be_visible()
    expect(note).to_have_value("Esto no se pierde.")
    live.start()
    page.locator("[data-form=note] button").click()
    expect(page.locator(".history")).to_contain_text("Esto no se pierde.")
    visit.forgive("Failed to load|ERR_|fetch")


def test_nobody_signed_out_reaches_a_desk(shared: Live, desktop: Visit) -> None:
    page = desktop.open(shared.url + "/equipo/")
    assert "/entrar/" in page.url
    answer = page.request.get(shared.url + "/equipo/entradas.json", headers={"Accept": "application/json"})
    assert answer.status == 401
    sign_in(shared, desktop, "verifier", by_page=True)
