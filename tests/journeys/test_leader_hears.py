"""Somebody who reads slowly listens; what was typed is never spoken, and no field lends itself to the keyboard's memory
(R27, US-3 AC4, US-6 AC2)."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.living import Live
from support.pointpage import enter, tap, tell, to_board, to_ready, to_team, waiting
from support.walking import Visit

TYPED = "palabra que nadie debe oir"
PACE = 150 * 0.9 / 60  # words a second: a calm voice, at the pace the page asks of it
# The voices of this machine's Chromium are none: these are what a phone's browser would list, and what it was given.
VOICES = """
window.said = [];
window.voices = %s;
window.changed = [];
Object.defineProperty(window, "SpeechSynthesisUtterance", { value: class { constructor(text) { this.text = text; } } });
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => window.voices,
  speak: (one) => window.said.push({ text: one.text, voice: one.voice && one.voice.name, rate: one.rate }),
  cancel: () => {},
  addEventListener: (name, act) => window.changed.push(act),
} });
"""
OWN = {"name": "propia", "lang": "es-CO", "localService": True}
FAR = {"name": "lejana", "lang": "es-CO", "localService": False}
FOREIGN = {"name": "otra", "lang": "en-US", "localService": True}


FIELDS = """() => {
  const parts = [document, ...[...document.querySelectorAll("template")].map((one) => one.content)];
  const own = ["spellcheck", "translate", "autocorrect"], fields = "input, textarea, select, [contenteditable]";
  return parts.flatMap((part) => [...part.querySelectorAll(fields)]).map((one) => ({
    name: one.outerHTML.slice(0, 120),
    off: [one.autocomplete, one.spellcheck, one.translate],
    own: one.type === "text" || one.localName === "textarea" ? own.map((name) => one.getAttribute(name)) : [],
  }));
}"""


def listener(live: Live, visit: Visit, *voices: dict[str, object], point: str = "leader") -> Page:
    visit.context.add_init_script(VOICES % json.dumps(voices))
    return enter(live, visit, point)


def said(page: Page) -> str:
    return " ".join(one["text"] for one in page.evaluate("window.said"))


@pytest.mark.parametrize("voices", [(), (FAR,), (FOREIGN,), (FAR, FOREIGN)])
def test_without_a_voice_of_the_phone_nothing_offers_to_speak(
    shared: Live, new_phone: Callable[..., Visit], voices: tuple[dict[str, object], ...]
) -> None:
    page = listener(shared, new_phone(), *voices)
    assert page.locator("[data-do=hear]:visible").count() == 0
    page.evaluate("document.querySelector('[data-do=hear]').click()")
    assert page.evaluate("window.said") == []


def test_a_voice_that_comes_late_is_used_if_it_is_the_phones(shared: Live, new_phone: Callable[..., Visit]) -> None:
    page = listener(shared, new_phone(), FAR)
    page.evaluate("(own) => { window.voices = [...window.voices, own]; window.changed.forEach((act) => act()); }", OWN)
    page.locator("[data-s=home] .sq [data-do=hear]").first.click()
    assert page.evaluate("window.said") == [{"text": "Hombres armados", "voice": "propia", "rate": 0.9}]


def test_each_alert_is_heard_whole_with_one_button(live: Live, new_phone: Callable[..., Visit]) -> None:
    warner = enter(live, new_phone(), "second")
    to_ready(warner, "MOVE")
    to_board(warner)
    waiting(warner, 0)
    page = listener(live, new_phone(), FAR, OWN, point="leader")
    tap(page, "[data-tab=board]")
    tap(page, "[data-groups] .alert [data-do=hear-alert]")
    (heard,) = page.evaluate("window.said")
    assert heard["voice"] == "propia"
    for part in ("No podemos salir", "Bojayá", "sin comprobar"):
        assert part.lower() in heard["text"].lower(), heard["text"]
    tap(page, "[data-do=radio]")
    tap(page, "[data-s=radio] [data-do=hear]")
    assert page.locator("[data-radio]").inner_text().rstrip(".") in said(page)


def test_what_was_typed_is_spoken_by_no_button_of_any_screen(shared: Live, new_phone: Callable[..., Visit]) -> None:
    page = listener(shared, new_phone(), OWN)
    to_ready(page, "THREATS")
    tell(page, TYPED)
    for name in ("number", "hour", "t-number", "t-hour", "t-where", "words", "code"):
        page.evaluate(
            "([name, text]) => { document.querySelector(`[data-field=${name}]`).value = text; }", [name, TYPED]
        )
    # Every button to listen that the document has, each with its screen in sight.
    count = page.evaluate(
        """() => {
          const buttons = [...document.querySelectorAll("[data-do=hear]")];
          for (const button of buttons) {
            for (const screen of document.querySelectorAll("[data-s]")) screen.hidden = !screen.contains(button);
            button.click();
          }
          return buttons.length;
        }"""
    )
    assert count > 40
    spoken = said(page)
    assert "Escriba qué pasó" in spoken and "Una hora segura" in spoken
    assert TYPED not in spoken
    assert "palabra" not in spoken.replace("palabras", "")


def test_the_first_discreet_screen_is_heard_in_twenty_seconds(shared: Live, new_phone: Callable[..., Visit]) -> None:
    needed = {
        "/": ("salud", "gratis", "sin denuncia", "no importa cuándo", "No tiene que ver a quien le hizo daño",
              "Sólo lo leen las mujeres del equipo", "No lo lee quien comprueba ni quien cuida la página"),
        "/en/": ("health care is free", "whenever it happened", "without reporting", "You need not face",
                 "Only women of the team read this", "Nobody who checks warnings or runs the page does"),
    }  # fmt: skip
    for address, parts in needed.items():
        visit = new_phone()
        page = listener(shared, visit, OWN, FOREIGN)
        page.goto(shared.url + address)
        tap(page, "[data-go=talk]")
        tap(page, "[data-s=talk] .ask [data-do=hear]")
        spoken = said(page)
        for part in parts:
            assert part in spoken, spoken
        assert len(spoken.split()) / PACE <= 20, f"{len(spoken.split())} words"


def test_no_field_is_completed_corrected_or_translated(shared: Live, new_phone: Callable[..., Visit]) -> None:
    page = enter(shared, new_phone())
    to_ready(page)
    page.evaluate("document.querySelector('[data-tab=board]').click()")
    tap(page, "[data-s=board] [data-go=follow]")
    fields = page.evaluate(FIELDS)
    assert len(fields) > 20
    for each in fields:
        assert each["off"] == ["off", False, False], each["name"]
        assert each["own"] in ([], ["false", "no", "off"]), each["name"]


def test_each_part_that_is_not_needed_says_so(shared: Live, new_phone: Callable[..., Visit]) -> None:
    page = enter(shared, new_phone())
    tap(page, "[data-pick=family][data-v=THREATS]")
    expect(page.locator("[data-s=need] [data-do=skip-need]")).to_have_text("Saltar, no hace falta")
    tap(page, "[data-do=skip-need]")
    tap(page, "[data-pick=place]")
    tap(page, "[data-pick=urgency][data-v=KNOW]")
    expect(page.locator("[data-s=ready] [data-go=more]")).to_contain_text("sólo si quiere")
    tap(page, "[data-s=ready] [data-go=more]")
    expect(page.locator("[data-s=more]")).to_contain_text("Nada de esto hace falta.")
    for part in page.locator("[data-pick=part]").evaluate_all("all => all.map((one) => one.dataset.v)"):
        tap(page, f"[data-pick=part][data-v={part}]")
        expect(page.locator(f"[data-s={part}] [data-skip]")).to_have_text("Saltar, no hace falta")
        tap(page, f"[data-s={part}] [data-skip]")
    tap(page, "[data-s=more] .main")
    to_team(page)


def test_the_discreet_way_asks_three_questions_of_which_one_must_be_answered(
    shared: Live, new_phone: Callable[..., Visit]
) -> None:
    page = enter(shared, new_phone())
    tap(page, "[data-go=talk]")
    tap(page, "[data-go=talk-need]")
    tap(page, "[data-pick=t-need][data-v=HEALTH]")
    for screen, go in (("talk-how", "[data-go=talk-where]"), ("talk-where", "[data-do=talk-send]")):
        expect(page.locator(f"[data-s={screen}]")).to_contain_text("Nada de esto hace falta.")
        expect(page.locator(f"[data-s={screen}] .way")).to_contain_text("de 3")
        tap(page, f"[data-s={screen}] {go}")
    expect(page.locator("[data-s=quiet]")).to_be_visible()
    asked = page.locator("[data-s^=talk-]").evaluate_all("all => all.map((one) => one.dataset.s)")
    assert asked == ["talk-need", "talk-how", "talk-where"]
    assert page.locator("[data-s^=talk] textarea").count() == 0
