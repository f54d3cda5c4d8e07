"""Every act of the rules, by page: what one person does at once, what two do, and what the reporter is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from atarraya.alerts import rules
from atarraya.sealing.encoding import from_b64
from atarraya.sealing.receipts import answer_lookups
from support.desks import HERE, agree, ask, choose, desk, items, open_first, send, tab, write_alert
from support.living import Live
from support.opener import open_reply
from support.walking import Visit, look

New = Callable[..., Visit]
CONSENT = {"kind": "THREAT", "municipality": HERE, "urgency": "NOW", "consents": ["NET_SUMMARY"]}
# In this order one alert goes through its whole life; what each asks for is chosen or written.
LIFE: list[tuple[str, dict[str, str]]] = [
    ("take_up", {}),
    ("raise_urgency", {"urgency": "NOW"}),
    ("renew", {}),
    ("next_news", {"until": ""}),
    ("carry_further", {}),
    ("confirm", {}),
    ("make_public", {"summary": "Hay presencia armada en el municipio.", "consent": "yes"}),
    ("lower_urgency", {"urgency": "DAYS"}),
    ("shorten", {"until": ""}),
    ("inconclusive", {}),
    ("close", {"outcome": "PASSED", "answer": "PASSED"}),
]
# Others end another way, each on an alert of its own.
ENDS: list[tuple[str, str, dict[str, str]]] = [
    ("Minas", "merge", {"into": ""}),
    ("Combates", "discard", {"answer": "NOT_SHARED"}),
    ("No podemos salir", "false_alarm", {}),
    ("Paro armado", "withdraw", {}),
]
# Held by journeys of their own: publishing, correcting, and what hides or releases something this story has not.
ELSEWHERE = {"publish", "publish_confirmed", "correct", "unmerge", "stands", "hide_summary", "hide_zone", "release"}


def test_every_act_of_the_rules_is_walked() -> None:
    walked = {act for act, _ in LIFE} | {act for _, act, _ in ENDS} | ELSEWHERE
    assert walked == set(rules.ACTS)


def states(live: Live) -> dict[str, str]:
    """The state of each alert on the leader's board, by kind."""
    return {alert["k"]: alert["s"] for alert in ask(live, "/api/point/board.json")["alerts"]}


def begin(page: Page, kind: str, act: str, needs: dict[str, str]) -> None:
    """Choose an act of an alert; it is said that a second person is missing and who can be it, where one is."""
    tab(page, "alerts")
    open_first(page, kind)
    page.locator("form.act [name=act]").select_option(act)
    if rules.ACTS[act].people == 2:
        expect(page.locator("[data-slot=people]")).to_contain_text("Falta una segunda persona")
        expect(page.locator("[data-slot=people]")).to_contain_text("Rosa")
    choose(page, act, **needs)
    expect(page.locator("#said")).to_contain_text("Rosa" if rules.ACTS[act].people == 2 else "Hecho")


def test_an_alert_lives_and_ends_by_page(live: Live, new_desktop: New) -> None:
    warn = [("leader", "ARMED_PRESENCE"), ("leader", "COMBAT"), ("leader", "CONFINEMENT"), ("second", "ARMED_STRIKE")]
    for point, kind in [*warn, ("second", "MINES_UXO")]:
        urgency = "DAYS" if kind == "ARMED_PRESENCE" else "NOW"
        share = {"kind": kind, "seen": "SAW"}
        send(live, point, municipality=HERE, urgency=urgency, share=share, addressed=(False, False, False))
    verifier, approver = desk(live, new_desktop(), "verifier"), desk(live, new_desktop(), "approver")
    for act, needs in LIFE:
        begin(verifier, "Hombres armados", act, needs)
        if rules.ACTS[act].people == 2:
            agree(approver)
    for kind, act, needs in ENDS:
        begin(verifier, kind, act, needs)
        expect(items(verifier).filter(has_text=kind)).to_contain_text("falta una segunda persona")
        agree(approver)
    assert states(live) == {
        "ARMED_PRESENCE": "CLOSED",
        "COMBAT": "DISC",
        "CONFINEMENT": "DISC",
        "ARMED_STRIKE": "WITHDRAWN",
        "MINES_UXO": "MERGED",
    }, states(live)


def test_what_was_joined_is_parted_and_what_was_written_is_corrected_and_hidden(live: Live, new_desktop: New) -> None:
    send(live, text="Llegaron a la casa.", municipality=HERE, urgency="NOW", more=CONSENT)
    verifier, approver = desk(live, new_desktop(), "verifier"), desk(live, new_desktop(), "approver")
    for summary in ("Amenazas en la parte baja.", "Siguen las amenazas."):
        tab(verifier, "queue")
        open_first(verifier)
        write_alert(verifier, summary, kind="THREAT")
        expect(verifier.locator("#said")).to_contain_text("Puede ser Rosa")
        agree(approver)
    tab(verifier, "alerts")
    expect(items(verifier)).to_have_count(2)
    open_first(verifier)
    choose(verifier, "correct")
    form = verifier.locator("form.publish")
    expect(form.locator("[name=seen][value=TOLD]")).to_be_checked()
    form.locator("[name=summary]").fill("Ya no es en la parte baja.")
    form.locator("[name=net]").check()
    form.locator("button.main").click()
    agree(approver, "Corregir")
    tab(verifier, "alerts")
    open_first(verifier, "Amenaza")
    expect(verifier.locator("#side")).to_contain_text("corregido", ignore_case=True)
    choose(verifier, "merge", into="")
    agree(approver, "Unir")
    tab(verifier, "alerts")
    open_first(verifier, "Unida")
    choose(verifier, "unmerge")
    expect(verifier.locator("#said")).to_contain_text("Hecho")
    expect(items(verifier).filter(has_text="Unida")).to_have_count(0)
    open_first(verifier)
    choose(verifier, "hide_summary")
    expect(verifier.locator("#said")).to_contain_text("Hecho: Ocultar el resumen")
    board = json.dumps(ask(live, "/api/point/board.json"), ensure_ascii=False)
    assert ("parte baja" in board) != ("Siguen las amenazas" in board), board


def test_closing_answers_who_reported(live: Live, new_desktop: New) -> None:
    """The alert knows no report: the tie is a sealed note, and the second person's own device writes the answer."""
    made = send(live, text="Me dejaron un papel.", municipality=HERE, urgency="NOW", more=CONSENT)
    verifier = desk(live, new_desktop(), "verifier")
    open_first(verifier)
    write_alert(verifier, "Amenazas a la comunidad.", kind="THREAT")
    approver = desk(live, new_desktop(), "approver")
    agree(approver)
    expect(items(verifier)).to_contain_text("3 notas")
    open_first(verifier)
    expect(verifier.locator(".history")).to_contain_text("Se volvió una alerta")
    tab(verifier, "alerts")
    open_first(verifier)
    verifier.locator("form.act [name=act]").select_option("close")
    expect(verifier.locator("[name=whom]")).to_be_checked()
    look(verifier, "desk-close")
    choose(verifier, "close", outcome="ACCOMPANIED", answer="WITH_YOU")
    assert answer(live, made) == {"s": "read", "p": "READ"}
    agree(approver, "Cerrar")
    assert answer(live, made) == {"s": "answered", "p": "WITH_YOU"}
    tab(approver, "queue")
    open_first(approver)
    expect(approver.locator(".history")).to_contain_text("Respuesta: El equipo le va a hablar")


def answer(live: Live, made: Any) -> dict[str, str]:
    """What the five words read from any phone."""
    told = ask(live, "/api/point/receipt", body={"lookups": answer_lookups(made.reply)})
    slots = [open_reply(from_b64(slot, 96), made.reply) for slot in told["replies"]]
    said = [slot for slot in slots if slot is not None][-1]
    assert said is not None
    return {"s": said["s"], "p": said["p"]}


def test_who_it_concerns_neither_publishes_nor_agrees(live: Live, new_desktop: New) -> None:
    send(live, text="Fue en la casa de Rosa.", municipality=HERE, urgency="NOW", more=CONSENT)
    approver = desk(live, new_desktop(), "approver")
    open_first(approver)
    approver.locator("[data-do=mine]").click()
    expect(approver.locator("[data-do=publish]")).to_be_hidden()
    verifier = desk(live, new_desktop(), "verifier")
    open_first(verifier)
    expect(verifier.locator("#side .refused").first).to_contain_text("esto le toca o toca a su familia")
    write_alert(verifier, "Amenazas a la comunidad.", kind="THREAT")
    expect(verifier.locator("#said")).to_contain_text("Pedido")
    tab(approver, "proposals")
    open_first(approver)
    expect(approver.locator("#side")).to_contain_text("Debe estar de acuerdo otra persona")
    expect(approver.locator("[data-do=approve]")).to_be_hidden()
    expect(approver.locator("[data-do=refuse]")).to_be_hidden()


@pytest.mark.parametrize("way", ["refuse", "withdraw"])
def test_what_was_asked_for_is_refused_or_taken_back_and_stands_again(live: Live, new_desktop: New, way: str) -> None:
    share = {"kind": "COMBAT", "seen": "SAW"}
    send(live, municipality=HERE, urgency="NOW", share=share, addressed=(False, False, False))
    verifier = desk(live, new_desktop(), "verifier")
    begin(verifier, "Combates", "withdraw", {})
    assert ask(live, "/api/point/board.json")["alerts"][0]["d"] == 1
    other = desk(live, new_desktop(), "approver") if way == "refuse" else verifier
    tab(other, "proposals")
    open_first(other)
    other.locator(f"[data-do={way}]").dblclick()
    expect(other.locator("#empty")).to_be_visible()
    assert "d" not in ask(live, "/api/point/board.json")["alerts"][0]
