"""A day at the desk: arrivals are counted and heard, others' notes show, Back keeps the key, old days take two."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from support.desks import HERE, desk, items, open_first, send, sign_in, tab
from support.living import COMMAND, Live
from support.walking import Visit, look

New = Callable[..., Visit]
CONSENT = {"kind": "THREAT", "municipality": HERE, "urgency": "NOW", "consents": ["NET_SUMMARY"]}
HIDDEN = "Object.defineProperty(document, 'hidden', {get: () => %s, configurable: true})"
HEAR = """
    window.tones = 0;
    const Real = window.AudioContext;
    window.AudioContext = class extends Real { constructor() { super(); window.tones += 1; } };
"""


def told(live: Live, text: str = "Me dejaron un papel.", **more: object) -> None:
    send(live, text=text, municipality=HERE, urgency="NOW", more={**CONSENT, **more})


def test_the_first_report_of_an_empty_desk_is_counted_and_heard(live: Live, new_desktop: New) -> None:
    """And a check-in, which nobody can open, is neither."""
    visit = new_desktop()
    visit.context.add_init_script(HEAR)
    page = desk(live, visit, "verifier")
    expect(page.locator("#empty")).to_contain_text("No hay nada esperando")
    expect(page.locator("#looked")).to_contain_text("Nadie ha mirado aquí todavía")
    title = page.title()
    page.locator("#sound").check()
    page.evaluate(HIDDEN % "true")
    send(live, kind="checkin", municipality=HERE, addressed=(False, False, False), share={"kind": "CHECKIN"})
    told(live)
    expect(items(page)).to_have_count(1, timeout=40_000)
    assert page.title() == f"(1) {title}"
    assert page.evaluate("window.tones") == 1
    page.evaluate(HIDDEN % "false")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.title() == title

    other = desk(live, new_desktop(), "approver")
    expect(other.locator("#looked")).to_contain_text("Nadie había mirado desde")


def test_what_another_writes_shows_under_what_is_being_typed(live: Live, new_desktop: New) -> None:
    told(live)
    one, two = desk(live, new_desktop(), "verifier"), desk(live, new_desktop(), "approver")
    for page in (one, two):
        open_first(page)
    two.locator("[data-form=note] textarea").fill("Estoy llamando")
    one.locator("[data-do=take]").click()
    expect(two.locator(".history")).to_contain_text("Iván lo toma", timeout=20_000)
    expect(two.locator("[data-form=note] textarea")).to_have_value("Estoy llamando")
    expect(two.locator("[data-form=note] textarea")).to_be_focused()
    expect(items(two)).to_contain_text("lo tiene Iván")


def test_two_reports_are_one_event_or_two_as_people_decide_from_either(live: Live, new_desktop: New) -> None:
    told(live, "Me dejaron un papel.")
    told(live, "Nos dejaron otro papel.")
    page = desk(live, new_desktop(), "verifier")
    open_first(page)
    line = page.locator(".same li")
    line.locator("[data-do=yes]").click()
    expect(line).to_contain_text("se decidió que es el mismo")
    line.locator("[data-do=open]").click()
    expect(page.locator("#side h1")).to_be_focused()
    expect(line).to_contain_text("se decidió que es el mismo")
    look(page, "desk-same")
    line.locator("[data-do=no]").click()
    expect(line).to_contain_text("se decidió que es otro")
    expect(line.locator("[data-do=yes]")).to_be_visible()


def test_back_returns_to_the_list_and_keeps_the_key_and_what_was_written(live: Live, new_phone: New) -> None:
    told(live)
    page = desk(live, new_phone(), "verifier")
    open_first(page)
    page.locator("[data-do=publish]").click()
    page.locator("form.publish [name=summary]").fill("Esto se escribió despacio.")
    page.go_back()
    expect(page.locator("#list")).to_be_visible()
    expect(page.locator("#work")).to_be_visible()
    open_first(page)
    page.locator("[data-do=publish]").click()
    expect(page.locator("form.publish [name=summary]")).to_have_value("Esto se escribió despacio.")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("[data-lock]")).to_be_in_viewport()
    page.locator("[data-lock-now]").click()
    assert "despacio" not in page.content()


def test_a_keyboard_alone_reads_writes_and_returns(live: Live, new_desktop: New) -> None:
    told(live, "uno")
    told(live, "dos")
    page = desk(live, new_desktop(), "verifier")
    expect(items(page)).to_have_count(2)
    for key in ("j", "j"):
        page.keyboard.press(key)
    expect(items(page).nth(1)).to_be_focused()
    page.keyboard.press("o")
    page.keyboard.press("n")
    page.keyboard.type("una nota")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".history")).to_contain_text("una nota")
    page.keyboard.press("Escape")
    expect(page.locator("#side article")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("dos")
    expect(items(page)).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect(items(page)).to_be_focused()


AGED = """
import argparse, datetime, pathlib, sys
from atarraya.command import entry, folder
home = pathlib.Path(sys.argv[1])
entry.prepare(argparse.Namespace(folder=home), folder.require(home))
from atarraya.alerts.models import Entry
for row in Entry.objects.all():
    Entry.objects.filter(pk=row.pk).update(day=row.day - datetime.timedelta(days=int(sys.argv[2])))
"""


def age(live: Live, days: int) -> None:
    """Let every entry have arrived so many days ago."""
    live.home.run([COMMAND[0], "-c", AGED, str(live.home.folder), str(days)])


def test_earlier_days_come_when_asked_and_old_ones_when_another_agrees(live: Live, new_desktop: New) -> None:
    told(live, "hace mucho")
    age(live, 40)
    told(live, "hace unos días")
    age(live, 5)
    told(live, "hoy")
    page = desk(live, new_desktop(), "verifier")
    expect(items(page)).to_have_count(1)
    recent, old = page.locator("#older .notice").nth(0), page.locator("#older .notice").nth(1)
    expect(recent).to_contain_text("1 entrada de días anteriores no está aquí")
    expect(old).to_contain_text("1 entrada tiene más de 30 días")
    recent.locator("button").dblclick()
    expect(items(page)).to_have_count(2)
    page.locator("#older button").click()
    expect(page.locator("#older [data-slot=state]")).to_contain_text("Cuando otra persona del buzón esté de acuerdo")
    expect(items(page)).to_have_count(2)

    other = desk(live, new_desktop(), "approver")
    other.locator("#notices summary").click()
    expect(other.locator("#notices")).to_contain_text("Iván pide abrir")
    other.locator("#notices [data-do=agree]").click()
    expect(other.locator("#notices .notice")).to_have_count(0)
    page.locator("#older button").click()
    expect(items(page)).to_have_count(3)
    expect(page.locator("#older .notice")).to_have_count(0)


def test_without_a_line_it_says_so_in_its_own_words_and_goes_on_by_itself(live: Live, new_desktop: New) -> None:
    told(live)
    visit = new_desktop()
    page = desk(live, visit, "verifier")
    open_first(page)
    live.stop()
    page.locator("[data-form=note] textarea").fill("Esto espera.")
    page.locator("[data-form=note] button").click()
    expect(page.locator("#side .refused[data-slot=refused]")).to_contain_text("No salió. Lo que escribió sigue aquí")
    expect(page.locator("#line")).to_contain_text("No hay línea", timeout=30_000)
    tab(page, "alerts")
    expect(page.locator("#line")).to_be_visible()
    live.start()
    expect(page.locator("#line")).to_be_hidden(timeout=70_000)
    write_nothing_more(page)


def write_nothing_more(page: Page) -> None:
    """The key stayed open through it all."""
    expect(page.locator("#work")).to_be_visible()
    expect(page.locator("[data-lock-left]")).to_contain_text(":")


def test_a_desk_that_half_arrived_tries_again_by_itself(live: Live, new_desktop: New) -> None:
    """The page came and its words did not, as lines here do; nobody has to know that a page can be loaded again."""
    told(live)
    visit = new_desktop()
    page = sign_in(live, visit, "verifier")
    for part in ("**/palabras.json", "**/llaves.json"):
        page.route(part, lambda route: route.abort())
        page.reload()
        expect(page.locator("#stopped")).to_contain_text("No hay línea")
        page.unroute(part)
        expect(page.locator("#k-phrase")).to_be_visible(timeout=20_000)
        expect(page.locator("#stopped")).to_be_hidden()
    page.locator("#k-phrase").fill(live.secrets["people"]["verifier"]["phrase"])
    page.locator("[data-unlock-form] button.main").click()
    expect(items(page)).to_have_count(1)
