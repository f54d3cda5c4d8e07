"""Signal without data: the point's page offers one closed SMS; its 160 letters are carried to the gateway and read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from atarraya.command.trying_sms import APART
from journeys.test_leader_reports import _paint
from journeys.test_thief_searches import forms, found, open_by_code, profile
from support.desks import ask, desk, items, open_first, sign_in
from support.living import Live
from support.pointpage import done, enter, kept, stored, tap, tell, to_ready, to_team, until, waiting
from support.smsgate import Made, Process, eventually, told_to_points
from support.walking import Visit, barriers, look

New = Callable[..., Visit]
LINE = "+573009998877"
SENDER = "+573001112233"
TEXT = "Llegaron anoche a la escuela; no dejan salir por el río. Hay 3 niños enfermos."
LONG = " ".join([TEXT, "Piden que alguien de afuera venga con medicinas y que se avise al resguardo vecino.", TEXT])
CANARY, ADDED = "gaviotacanarioquenadieviera", "cormorancanarioquenadieviera"
KEPT = "caches.match(`/k/${document.documentElement.lang}/`).then(Boolean)"


@pytest.fixture
def served(live: Live, tmp_path: Path) -> Made:
    """A gateway of the live network, and its number told to points."""
    return told_to_points(live, tmp_path / "gateway", LINE)


@pytest.fixture(scope="module")
def told(shared: Live, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same on the server for tests that do not ask what arrived."""
    return told_to_points(shared, tmp_path_factory.mktemp("told") / "gateway", LINE)


@contextmanager
def gateway(live: Live, made: Made) -> Iterator[Process]:
    made.write_settings(int(live.url.rsplit(":", 1)[1]))
    process = Process(made, key=True)
    process.start()
    try:
        yield process
    finally:
        process.stop()


def with_kit(live: Live, visit: Visit) -> Page:
    page = enter(live, visit)
    until(lambda: page.evaluate(KEPT), "the worker never kept the part")
    return page


def offered(page: Page) -> None:
    expect(page.locator("[data-sms-offer]")).to_be_visible()
    tap(page, "[data-do=sms]")
    expect(page.locator("[data-s=sms] h1")).to_be_visible()


def close(page: Page, text: str = "") -> str:
    """From the offer to the warning; return the letters that the phone would send."""
    offered(page)
    tap(page, "[data-do=sms-write]")
    if text:
        page.locator("[data-field=sms-text]").fill(text)
    tap(page, "[data-do=sms-go]")
    return letters(page)


def letters(page: Page) -> str:
    address = page.locator("[data-sms-to=closed] a").get_attribute("href") or ""
    found = re.fullmatch(rf"sms:{re.escape(LINE)}\?body=([0-9A-Za-z]{{160}})", address)
    assert found, address
    return found[1]


def open_messages(page: Page) -> None:
    """Tap the link as on a phone, which goes to its messages: here the browser's question would take later taps."""
    page.evaluate(
        "document.querySelector('[data-sms-to=closed] a').addEventListener('click', (event) => event.preventDefault())"
    )
    page.locator("[data-sms-to=closed] a").click()
    expect(page.locator("[data-sms-state]")).to_contain_text("no sabemos si llegó")


def test_a_leader_without_data_is_read_at_the_desk_by_sms_and_then_by_data(
    live: Live, served: Made, phone: Visit, new_desktop: New
) -> None:
    page = with_kit(live, phone)
    phone.context.set_offline(True)
    to_ready(page, "MOVE")
    tell(page, TEXT)
    to_team(page)
    expect(page.locator("[data-sms-offer]")).to_be_visible()
    look(page, "sms-offered")
    offered(page)
    expect(page.locator("[data-sms-to=code] a")).to_have_attribute("href", f"sms:{LINE}")
    look(page, "sms-code-first")
    assert barriers(page) == []
    tap(page, "[data-do=sms-write]")
    expect(page.locator("[data-sms-goes]")).to_contain_text("No podemos salir")
    expect(page.locator("[data-sms-room]")).to_contain_text("Cabe")
    expect(page.locator("[data-sms-read]")).to_contain_text("llegaron anoche a la escuela; no dejan salir por el rio")
    look(page, "sms-write")
    assert barriers(page) == []
    tap(page, "[data-do=sms-go]")
    expect(page.locator("[data-s=sms-before]")).to_contain_text("Las letras quedan en Enviados")
    whole = letters(page)
    look(page, "sms-before")
    assert barriers(page) == []
    tap(page, "[data-s=sms-before] summary")
    assert page.locator("[data-sms-letters]").inner_text().replace(" ", "") == whole
    tap(page, "[data-do=back]")
    tap(page, "[data-do=sms-go]")
    assert letters(page) == whole, "the same words are the same message: the gateway passes it on once"
    open_messages(page)
    with gateway(live, served) as process:
        assert process.phone("e1", SENDER, whole) == 200
        assert process.phone("e2", SENDER, whole) == 200
        until(lambda: len(ask_entries(live)) == 1, "the SMS did not arrive")
    team = desk(live, new_desktop(), "verifier")
    open_first(team, "No podemos salir")
    thread = team.locator("article.thread")
    expect(thread.locator(".account")).to_contain_text("llegaron anoche a la escuela; no dejan salir por el rio")
    expect(thread.locator(".pairs")).to_contain_text(SENDER)
    # The phone gets data: the same report leaves as it was, and the page stops saying that nothing is known.
    phone.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting(page, 0)
    expect(page.locator("[data-sms-state]")).to_be_hidden()
    assert "sms" not in stored(page)["keep"]
    team.reload()
    team.locator("#k-phrase").fill(live.secrets["people"]["verifier"]["phrase"])
    team.locator("[data-unlock-form] button.main").click()
    team.locator("#work").wait_for()
    expect(items(team).filter(has_text="No podemos salir")).to_have_count(2)
    open_first(team, "No podemos salir")
    expect(team.locator("article.thread")).to_contain_text("¿El mismo hecho?")


def ask_entries(live: Live) -> list[object]:
    return [one for one in kept(live).opened("verifiers") if one["type"] == "report"]


def test_a_second_visit_without_any_signal_has_the_part(live: Live, served: Made, phone: Visit) -> None:
    page = with_kit(live, phone)
    page.close()
    live.stop()
    again = phone.context.new_page()
    again.goto(live.url + "/")
    expect(again.locator("[data-s=home]")).to_be_visible()
    to_ready(again)
    tell(again, TEXT)
    to_team(again)
    close(again)
    open_messages(again)
    # Back, step by step, to what was saved; nothing of it is lost, and home leaves nothing.
    for screen in ("sms-write", "sms", "saved"):
        tap(again, "[data-do=back]")
        expect(again.locator(f"[data-s={screen}]")).to_be_visible()
        if screen == "sms-write":
            assert "escuela" in again.locator("[data-field=sms-text]").input_value()
    done(again)
    assert again.evaluate("document.querySelector('[data-field=sms-text]').value") == ""
    assert again.locator("[data-sms-offer]").is_hidden()
    assert again.evaluate("document.querySelector('[data-sms-to=closed]').childElementCount") == 0
    again.close()
    # It is told for as long as the report waits, and until then nobody's other report says it.
    third = phone.context.new_page()
    third.goto(live.url + "/")
    expect(third.locator("[data-sms-state]")).to_contain_text("no sabemos si llegó")
    waiting(third, 1)
    live.start()
    third.evaluate("dispatchEvent(new Event('online'))")
    waiting(third, 0)
    expect(third.locator("[data-sms-state]")).to_be_hidden()
    until(lambda: "sms" not in stored(third)["keep"], "what left is still remembered")


def test_leaving_works_where_the_messages_were_opened(shared: Live, told: Made, phone: Visit) -> None:
    page = with_kit(shared, phone)
    phone.context.set_offline(True)
    to_ready(page)
    tell(page, TEXT)
    to_team(page)
    close(page)
    open_messages(page)
    tap(page, "[data-do=leave]")
    page.wait_for_url("**/m/")


def test_what_does_not_fit_is_said_and_never_cut_by_itself(shared: Live, told: Made, old_phone: Visit) -> None:
    page = with_kit(shared, old_phone)
    old_phone.context.set_offline(True)
    to_ready(page)
    tell(page, LONG)
    to_team(page)
    offered(page)
    tap(page, "[data-do=sms-write]")
    go = page.locator("[data-do=sms-go]")
    expect(page.locator("[data-sms-room]")).to_contain_text("Sobran")
    expect(page.locator("[data-sms-rest]")).to_contain_text("No cabe:")
    expect(go).to_be_disabled()
    assert page.locator("[data-field=sms-text]").input_value() == LONG
    look(page, "sms-too-long")
    page.locator("[data-field=sms-text]").fill(TEXT)
    expect(page.locator("[data-sms-room]")).to_contain_text(re.compile(r"Quedan unas \d+ letras"))
    expect(go).to_be_enabled()
    page.locator("[data-field=sms-text]").fill(LONG)
    tap(page, "[data-do=sms-cut]")
    expect(page.locator("[data-sms-room]")).to_contain_text("Cabe")
    assert page.locator("[data-field=sms-text]").input_value().startswith("llegaron anoche a la escuela; no dejan")
    go.dblclick()
    letters(page)


def test_nothing_is_offered_where_it_would_not_be_right(shared: Live, told: Made, new_phone: New) -> None:
    visit = new_phone()
    page = with_kit(shared, visit)
    to_ready(page)
    tell(page, TEXT)
    to_team(page)
    waiting(page, 0)
    assert page.locator("[data-sms-offer]:visible").count() == 0, "what left needs no SMS"
    done(page)
    visit.context.set_offline(True)
    # The discreet way and a check-in look alike after, and neither offers anything that would stay in Sent.
    seen = []
    for act in (
        "[data-go=talk]",
        "[data-go=talk-need]",
        "[data-pick=t-need]",
        "[data-go=talk-where]",
        "[data-do=talk-send]",
    ):
        tap(page, act)
    expect(page.locator("[data-s=quiet]")).to_be_visible()
    page.wait_for_timeout(500)
    assert page.locator("[data-sms-offer]:visible").count() == 0
    tap(page, "[data-do=show-words]")
    seen.append(page.locator("[data-s=quiet] .sent").inner_text())
    done(page)
    tap(page, "[data-do=checkin]")
    expect(page.locator("[data-s=quiet]")).to_be_visible()
    seen.append(page.locator("[data-s=quiet] .sent").inner_text())
    assert seen[0] == seen[1]
    assert page.locator("[data-sms-offer]:visible").count() == 0


def test_a_line_that_carries_nothing_is_no_data_either(shared: Live, told: Made, phone: Visit) -> None:
    page = with_kit(shared, phone)
    # The browser believes in its line; what is sent never comes back, as where a tower is full.
    held: list[Route] = []
    phone.context.route("**/api/point/sealed", lambda route: held.append(route))
    to_ready(page)
    to_team(page)
    expect(page.locator("[data-sms-offer]")).to_be_visible()
    tap(page, "[data-do=sms]")
    tap(page, "[data-do=sms-write]")
    # It comes through at last: the page goes back to what was saved, and offers nothing more.
    for route in held:
        route.continue_()
    expect(page.locator("[data-s=saved]")).to_be_visible()
    expect(page.locator("[data-sent]")).to_contain_text("Salió del teléfono")
    expect(page.locator("[data-sms-offer]")).to_be_hidden()


def test_without_scripts_no_sms_is_offered(shared: Live, told: Made, new_phone: New) -> None:
    page = new_phone(java_script_enabled=False).open(shared.url + "/sin/")
    assert "sms" not in page.content().lower()


def test_a_steward_writes_the_number_on_the_page(live: Live, served: Made, desktop: Visit) -> None:
    page = sign_in(live, desktop, "steward")
    page.goto(live.url + "/red/sms/")
    box = page.locator("[name=lines]")
    assert box.input_value() == LINE
    box.fill("mañana lo digo")
    page.locator("button[value=lines]").click()
    expect(page.get_by_role("alert")).to_contain_text("como se marca desde otro país")
    assert page.locator("[name=lines]").input_value() == "mañana lo digo"
    page.locator("[name=lines]").fill("+57 300 999 8866")
    page.locator("button[value=lines]").click()
    expect(page.locator("[name=lines]")).to_have_value("+573009998866")
    assert barriers(page) == []
    assert ask(live, "/api/point/setup.json")["inbox"]["lines"] == ["+573009998866"]


def test_the_demonstration_shows_it_from_a_community_to_the_desk(demo: Live, new_phone: New, new_desktop: New) -> None:
    known = json.loads((demo.home.folder / "access.json").read_text())
    secret = json.loads((demo.home.folder / "keys" / "gateway.json").read_text())["secret"]
    visit = new_phone()
    page = visit.open(known["points"][0]["url"].replace(known["base_url"], demo.url))
    expect(page.locator("[data-s=home]")).to_be_visible()
    until(lambda: page.evaluate(KEPT), "the worker never kept the part")
    visit.context.set_offline(True)
    to_ready(page, "MOVE")
    tell(page, TEXT)
    to_team(page)
    offered(page)
    tap(page, "[data-do=sms-write]")
    tap(page, "[data-do=sms-go]")
    expect(page.locator("[data-sms-test]")).to_be_visible()
    assert page.locator("[data-s=sms-before] a[href^='sms:']").count() == 0, "a demonstration costs nobody an SMS"
    tap(page, "[data-s=sms-before] summary")
    whole = page.locator("[data-sms-letters]").inner_text().replace(" ", "")
    body = urlencode({"from": "3001112233", "text": whole}).encode()
    address = f"http://127.0.0.1:{demo.port + APART if demo.port + APART < 65536 else demo.port - APART}"
    eventually(lambda: urlopen(f"{address}/pretend/{secret}", body, timeout=30).status == 200)
    (who, *_) = [one for one in known["members"] if one["role"] == "verifier" and one["circles"]]
    team = new_desktop().open(demo.url + "/entrar/")
    team.locator("[name=login]").fill(who["login"])
    team.locator("[name=password]").fill(who["password"])
    team.locator("button.main").click()
    team.wait_for_url("**/equipo/")
    lines = items(team).filter(has_text="No podemos salir")

    def arrived() -> bool:
        team.reload()
        team.locator("#k-phrase").fill(who["key_phrase"])
        team.locator("[data-unlock-form] button.main").click()
        team.locator("#work").wait_for()
        expect(items(team).first).to_be_visible()
        for line in lines.all():
            line.click()
            if "llegaron anoche a la escuela" in team.locator("article.thread").inner_text():
                return True
        return False

    until(arrived, "the SMS never reached the desk", 120)
    expect(team.locator("article.thread")).to_contain_text("Llegó como un SMS sellado")


def test_a_new_release_brings_the_part_along(live: Live, served: Made, phone: Visit) -> None:
    page = with_kit(live, phone)
    before = page.evaluate("caches.keys()")
    _paint(live, "#203040")
    phone.context.new_cdp_session(page).send("Network.clearBrowserCache")
    page.evaluate("navigator.serviceWorker.ready.then((one) => one.update()).then(() => 0)")
    waits = "navigator.serviceWorker.getRegistration().then((one) => Boolean(one.waiting))"
    until(lambda: bool(page.evaluate(waits)), "the new release does not wait")
    (new,) = set(page.evaluate("caches.keys()")) - set(before)
    names = page.evaluate(
        "(name) => caches.open(name).then((one) => one.keys()).then((all) => all.map((each) => each.url))", new
    )
    assert [name for name in names if name.endswith("/k/es/")] and [name for name in names if "bysms" in name]
    assert not [name for name in names if name.endswith("/k/en/")], "only in the language that was open"


def test_a_seized_phone_keeps_neither_words_nor_letters(
    live: Live, served: Made, playwright: Playwright, tmp_path: Path
) -> None:
    folder = tmp_path / "profile"
    with profile(playwright, folder) as context:
        page = context.new_page()
        open_by_code(page, live, live.secrets["points"]["leader"]["short_code"])
        until(lambda: page.evaluate(KEPT), "the worker never kept the part")
        context.set_offline(True)
        to_ready(page, "MOVE")
        tell(page, CANARY)
        to_team(page)
        whole = close(page, f"{CANARY} {ADDED}")
        open_messages(page)
        tap(page, "[data-do=leave]")
        page.wait_for_url("**/m/")
        page.wait_for_timeout(3000)
    assert found(folder, *forms(CANARY), *forms(ADDED)) == set()
    assert found(folder, *forms(whole)) == set()
    # The control: the searcher finds what the phone does keep.
    assert found(folder, b"/k/es/")
