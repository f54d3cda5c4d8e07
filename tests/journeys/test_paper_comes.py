"""Paper comes to a member's table: sheets printed, written down without a line, a browser killed, an answer in code.

INVENTED WORDS: do not use them in the field.
"""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, Route, expect

from atarraya.sealing import gateways
from machine import browser as machine_browser
from support.desks import HERE, ask, desk, items, open_first, sign_in, tab
from support.living import COMMAND, Live
from support.paper import enter as fill_in
from support.searcher import search, seized
from support.smsgate import eventually
from support.walking import COMMON, DESKTOP, FLAGS, Visit, barriers, look

WORDS = [
    {"say": "tamborero", "sort": "kind", "value": "ARMED_PRESENCE"},
    {"say": "clarinete", "sort": "urgency", "value": "NOW"},
    {"say": "ñame de monte", "sort": "kind", "value": "MOVEMENT_BAN"},
    {"say": "güira", "sort": "urgency", "value": "DAYS"},
    {"say": "bombardino", "sort": "duress", "value": "1"},
]
CANARY = "zarigüeyañatapapelquenadievera"
CONTROL = "mariposapapeldecontrolquesivera"
BOOK = """
import json, sys
from atarraya.channels.sms.models import Gateway
from atarraya.channels.sms.services import books, gateways as making
from atarraya.network import queries
from atarraya.network.models import Inbox, Member, Point
from atarraya.sealing import envelopes, gateways
from atarraya.territory.services.zones import define_zone
said = json.loads(sys.argv[1])
define_zone(said["place"], "río Ñambí", 4); define_zone(said["place"], "quebrada Honda", 3)
inbox = Inbox.objects.get()
gateway = making.create("pasarela", inbox, said["recipient"], by=None).gateway
payload = {"v": 1, "type": "codebook", "entries": said["words"], "reply": "", "duress_circle": "", "numbers": [],
           "only_these": False}
standing = queries.current_list(inbox)
people = envelopes.seal(payload, json.loads(standing.document)["recipients"], [True, False, False])
point = Point.objects.get(collective__name="Consejo de Agua Mansa")
book = books.make(gateway, point, gateways.seal(payload, gateway.recipient), people, standing.number,
                  by=Member.objects.get(login="ivan"))
print(book.pk)
"""
SENT = """
import json, sys
from atarraya.channels.sms.models import Outgoing
from atarraya.sealing.gateways import Key
print(json.dumps([Key(sys.argv[1]).open(bytes(row.sealed)) for row in Outgoing.objects.all()]))
"""


WAITING = """() => new Promise((resolve) => {
  indexedDB.open("h").onsuccess = ({ target: { result } }) => {
    result.transaction("box").objectStore("box").count().onsuccess = (event) => resolve(event.target.result);
  };
})"""


def run(live: Live, code: str, *words: str) -> str:
    """Run Python on the installation, as services are called."""
    setting = {"DJANGO_SETTINGS_MODULE": "atarraya.settings.production", "ATARRAYA_PLAIN_HTTP": "1"}
    return live.home.run([COMMAND[0], "-c", "import django; django.setup()\n" + code, *words], **setting).stdout.strip()


@pytest.fixture
def book(live: Live) -> tuple[str, str]:
    """A codebook of the leader's collective: its id, and the gateway's key."""
    identity, recipient = gateways.new_key()
    said = {"place": HERE, "recipient": recipient, "words": WORDS}
    return run(live, BOOK, json.dumps(said)), identity


def unlock(page: Page, live: Live, who: str = "verifier") -> None:
    page.locator("#k-phrase").fill(live.secrets["people"][who]["phrase"])
    page.locator("[data-unlock-form] button.main").click()


def table(page: Page, live: Live, who: str = "verifier") -> None:
    """Open the page where sheets are written down."""
    page.goto(live.url + "/equipo/hojas/")
    unlock(page, live, who)
    expect(page.locator("[data-sheet]")).to_be_visible()


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"select[name={name}]").select_option(value)


def whose(page: Page, came: str = "PAPER") -> None:
    choose(page, "came", came)
    label = page.locator("[name=point] option").filter(has_text="Agua Mansa").inner_text()
    page.locator("[name=point]").select_option(label=label)
    expect(page.locator("[name=municipality]")).to_have_value(HERE)


def seal(page: Page, number: int) -> None:
    page.locator("[data-sheet] button.main").click()
    expect(page.locator("[data-done]")).to_contain_text(f"la hoja {number}")


@pytest.fixture
def table_computer(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[[], BrowserContext]]:
    """A computer whose browser keeps its folder: opened, killed, opened again."""
    opened: list[BrowserContext] = []

    def start() -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=machine_browser.get(),
            headless=False,
            args=["--headless=new", *FLAGS],
            **{**COMMON, **DESKTOP},
        )
        context.set_default_timeout(60_000)
        opened.append(context)
        return context

    yield start
    for context in opened:
        with suppress(Error):  # one was killed
            context.close()


def kill_browser(folder: Path) -> None:
    """End the browser that uses this folder, and its parts, as a power cut would."""
    for place in Path("/proc").iterdir():
        try:
            said = (place / "cmdline").read_bytes() if place.name.isdigit() else b""
        except OSError:
            continue
        if f"--user-data-dir={folder}".encode() in said:
            os.kill(int(place.name), signal.SIGKILL)


def enter(page: Page, live: Live) -> None:
    page.goto(live.url + "/entrar/")
    fill_in(page, live.secrets["people"]["verifier"])


def three_sheets(page: Page) -> None:
    """One in code with a slip of the hand, one nobody has a code for, one of ticked boxes with a slip of words."""
    whose(page)
    page.locator("[name=message]").fill("buenas, el TAMBORRERO y clarinete")
    expect(page.locator("[data-means]")).to_contain_text("Hombres armados · ya")
    choose(page, "day", "0")
    seal(page, 1)
    expect(page.locator("[name=other][value=yes]")).to_be_checked()
    expect(page.locator("[name=message]")).to_be_focused()
    page.locator("[name=message]").fill(CANARY)
    expect(page.locator("[data-means]")).to_contain_text("no significa nada")
    choose(page, "way", "SMS")
    page.locator("[name=number]").fill("+573001112233")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-done]")).to_contain_text("la hoja 2")
    page.locator("[name=boxes]").fill("3 4")
    expect(page.locator("[data-means]")).to_contain_text("no son de ninguna hoja")
    page.locator("[data-sheet] button.main").click()
    expect(page.locator("[data-problem]")).to_contain_text("mire la marca")


def test_a_batch_without_a_line_a_killed_browser_and_nothing_to_read_on_its_disk(
    live: Live,
    book: tuple[str, str],
    table_computer: Callable[[], BrowserContext],
    new_desktop: Callable[..., Visit],
    tmp_path: Path,
) -> None:
    page = table_computer().new_page()
    enter(page, live)
    page.goto(f"{live.url}/equipo/codigos/{book[0]}/papel/")
    unlock(page, live)
    mark = page.locator("[data-paper=sheet] [data-mark]").first.inner_text()
    table(page, live)
    page.evaluate("words => caches.open('n').then((cache) => cache.put('/n', new Response(words)))", CONTROL)
    live.stop()
    three_sheets(page)
    page.locator("[name=mark]").fill(mark.lower())
    expect(page.locator("[data-means]")).to_contain_text("en días")
    choose(
        page, "zone", page.locator("[name=zone] option").filter(has_text="B · río Ñambí").get_attribute("value") or ""
    )
    page.locator("[name=slip]").check()
    look(page, "paper-written")
    seal(page, 3)
    words = page.locator("[data-slips] li").all_inner_texts()
    assert len(words) == 5
    expect(page.locator("[data-waiting]")).to_contain_text("3 esperan")
    assert "tamb" not in page.locator("[data-waiting]").inner_text()
    kill_browser(tmp_path / "profile")
    disk = seized(tmp_path / "profile")
    assert search(disk, [CONTROL]) != [], "the searcher sees what lies there"
    hidden = [CANARY, "tamborrero", "TAMBORRERO", "ARMED_PRESENCE", "ñame de monte", "Agua Mansa", "573001112233"]
    assert search(disk, [*hidden, " ".join(words), words[0] + words[1]]) == []
    live.start()
    page = table_computer().new_page()
    enter(page, live)
    # From the team's first page, before any key is opened, what waits leaves by itself.
    eventually(lambda: page.evaluate(WAITING) == 0, 60)
    expect(page.locator("[data-slot=sheets]")).to_be_empty()
    at_the_desk(live, new_desktop())
    assert search(seized(live.home.folder) | {"log": live.log.read_bytes()}, hidden[:2]) == []


def at_the_desk(live: Live, visit: Visit) -> None:
    """Another member reads all three, and lets the code out."""
    page = desk(live, visit, "approver")
    expect(items(page)).to_have_count(3)
    open_first(page, "Hombres armados")
    expect(page.locator("article.thread")).to_contain_text("LO CUENTA OTRA PERSONA")
    expect(page.locator("article.thread")).to_contain_text("en el código de Consejo de Agua Mansa")
    look(page, "paper-at-the-desk")
    assert ask(live, "/api/point/board.json")["alerts"] == []
    tab(page, "alerts")
    open_first(page)
    page.locator("form.act [name=act]").select_option("release")
    page.locator("form.act button.main").click()
    expect(page.locator("#said")).to_contain_text("Hecho")
    assert [one["k"] for one in ask(live, "/api/point/board.json")["alerts"]] == ["ARMED_PRESENCE"]


def test_an_answer_that_never_came_back_and_two_tabs_make_one_report(
    live: Live, book: tuple[str, str], new_desktop: Callable[..., Visit]
) -> None:
    visit = new_desktop()
    page = sign_in(live, visit, "verifier")
    table(page, live)
    whose(page, "RADIO")
    page.locator("[name=message]").fill("algo pasó")
    taken: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        taken.append(route.fetch().status)
        route.abort()

    page.route("**/equipo/hojas/", lose)
    page.locator("[data-sheet] button.main").dblclick()
    expect(page.locator("[data-waiting]")).to_contain_text("1 espera")
    assert taken[0] == 201
    other = visit.open(live.url + "/equipo/hojas/")
    page.unroute("**/equipo/hojas/")
    for tab_ in (page, other):
        tab_.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("[data-waiting]")).to_contain_text("ya salió", timeout=30_000)
    expect(items(desk(live, new_desktop(), "approver"))).to_have_count(1)


def test_the_key_closes_over_what_was_being_written(
    live: Live, book: tuple[str, str], new_desktop: Callable[..., Visit]
) -> None:
    page = sign_in(live, new_desktop(), "verifier")
    table(page, live)
    whose(page)
    page.locator("[name=message]").fill("tamborero")
    page.locator("[data-lock-now]").click()
    expect(page.locator("[data-sheet]")).to_be_hidden()
    expect(page.locator("[data-done]")).to_contain_text("Su llave se cerró")
    assert page.locator("[name=message]").input_value() == ""
    unlock(page, live)
    expect(page.locator("[data-sheet]")).to_be_visible()
    page.locator("[name=other][value=no]").check()
    expect(page.locator("[data-own]")).to_be_visible()
    page.locator("[data-sheet] button.main").click()
    expect(page.locator("[data-problem]")).to_contain_text("Diga cómo llegó")


def test_the_table_fits_a_phone_and_a_desk(
    live: Live, book: tuple[str, str], new_desktop: Callable[..., Visit], new_phone: Callable[..., Visit]
) -> None:
    for made, name in ((new_desktop, "paper-desktop"), (new_phone, "paper-phone")):
        page = sign_in(live, made(), "verifier")
        table(page, live)
        whose(page, "BOATMAN")
        page.locator("[name=message]").fill("tamborero, ñame de monte, clarinete")
        expect(page.locator("[data-means]")).to_contain_text("más de una cosa")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert barriers(page) == []
        look(page, name)


def printed(page: Page, which: str, name: str) -> tuple[int, tuple[int, int], str]:
    """Print one paper; return pages, width and height in millimetres, and what stands on it."""
    page.evaluate("window.print = () => undefined")
    page.locator(f"[data-print-what={which}]").click()
    page.emulate_media(media="print")
    pdf = page.pdf(prefer_css_page_size=True)
    (count,) = re.findall(rb"/Count (\d+)", pdf)
    wide, high = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)", pdf)[0]
    text = page.locator("body").inner_text()
    box = {"width": round(float(wide) / 0.75), "height": round(float(high) / 0.75)}
    page.set_viewport_size(box)
    look(page, name, whole=False)
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 800})
    return int(count), (round(float(wide) * 25.4 / 72), round(float(high) * 25.4 / 72)), text


def test_the_sheet_prints_on_a5_and_two_on_a4_and_says_nothing_to_a_stranger(
    live: Live, book: tuple[str, str], new_desktop: Callable[..., Visit]
) -> None:
    page = sign_in(live, new_desktop(), "verifier")
    page.goto(f"{live.url}/equipo/codigos/{book[0]}/papel/")
    unlock(page, live)
    expect(page.locator("[data-how]")).to_be_visible()
    assert barriers(page) == []
    look(page, "paper-sheet-page")
    strange = ("atarraya", "cuaderno", "alerta", "código", "red ", "hombres armados", "ya\n", "consejo", "bombardino")
    pages, size, said = printed(page, "sheet", "paper-sheet-a5")
    assert (pages, size) == (1, (148, 210))
    assert not [word for word in (*strange, "tamborero") if word in said.casefold()], said
    mark = page.locator("[data-paper=sheet] [data-mark]").first.inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}", mark)
    pages, size, legend = printed(page, "legend", "paper-legend-a5")
    assert (pages, size) == (1, (148, 210))
    for word in ("tamborero", "Hombres armados", "río Ñambí", mark):
        assert word in legend
    assert not [word for word in ("atarraya", "cuaderno") if word in legend.casefold()]
    page.locator("[name=style][value=words]").check()
    page.locator("[name=size][value=a4]").check()
    page.locator("[name=title]").fill("Río abajo")
    pages, size, said = printed(page, "sheet", "paper-sheet-a4-words")
    assert (pages, size) == (1, (297, 210))
    assert said.count("ñame de monte") == 2 and said.count("Río abajo") == 2
    assert "Hombres" not in said
    page.goto(live.url + "/equipo/codigos/papel/")
    expect(page.locator("[data-print-what=sheet]")).to_be_enabled()
    assert barriers(page) == []
    for which, name in (("sheet", "paper-blank-a5"), ("legend", "paper-blank-legend")):
        assert printed(page, which, name)[:2] == (1, (148, 210))


def test_the_longest_words_still_fit_one_page(live: Live, new_desktop: Callable[..., Visit]) -> None:
    sorts = [("kind", "COMBAT"), ("urgency", "NOW"), *[("kind", "THREAT")] * 12]
    long = [
        {"say": f"{chr(97 + at) * 12} muy larga {at:02} palabras", "sort": sort, "value": value}
        for at, (sort, value) in enumerate(sorts)
    ]
    said = {"place": HERE, "recipient": gateways.new_key()[1], "words": long}
    pk = run(live, BOOK, json.dumps(said))
    page = sign_in(live, new_desktop(), "verifier")
    page.goto(f"{live.url}/equipo/codigos/{pk}/papel/")
    unlock(page, live)
    page.locator("[name=style][value=words]").check()
    assert printed(page, "sheet", "paper-sheet-long")[:2] == (1, (148, 210))
    assert printed(page, "legend", "paper-legend-long")[:2] == (1, (148, 210))


def test_a_member_answers_in_the_collectives_own_words(
    live: Live, book: tuple[str, str], new_desktop: Callable[..., Visit]
) -> None:
    visit = new_desktop()
    page = sign_in(live, visit, "verifier")
    table(page, live)
    whose(page)
    page.locator("[name=message]").fill("tamborero con clarinete")
    choose(page, "way", "SMS")
    page.locator("[name=number]").fill("+573001112233")
    choose(page, "day", "0")
    seal(page, 1)
    expect(page.locator("[data-waiting]")).to_contain_text("Un código espera en Alertas")
    page = desk(live, new_desktop(), "approver")
    open_first(page)
    page.get_by_text("Decirlo en su código").click()
    expect(page.locator("[name=book]")).to_have_value("0")
    offered = page.locator("[data-compose]").inner_text()
    assert "tamborero" in offered and "bombardino" not in offered
    pick_by_word(page, "say_kind", "ñame de monte")
    pick_by_word(page, "say_urgency", "güira")
    expect(page.locator("[name=sms]")).to_have_value("ñame de monte güira")
    expect(page.locator("[data-slot=compose]")).to_contain_text("en días")
    expect(page.locator("[data-slot=length]")).to_contain_text("19 de 160")
    assert barriers(page) == []
    look(page, "paper-phrase")
    page.get_by_role("button", name="Enviar este SMS").click()
    expect(page.locator("[data-slot=refused]")).to_contain_text("la pasarela")  # it never called: the message waits
    out: list[dict[str, Any]] = json.loads(run(live, SENT, book[1]))
    assert [(one["to"], one["text"]) for one in out] == [("+573001112233", "ñame de monte güira")]
    assert search(seized(live.home.folder) | {"log": live.log.read_bytes()}, ["ñame de monte", "tamborero"]) == []


def pick_by_word(page: Page, name: str, word: str) -> None:
    option = page.locator(f"[name={name}] option").filter(has_text=word)
    page.locator(f"[name={name}]").select_option(option.get_attribute("value"))
