"""May we travel today? A neighbour reads the board in one look, without signal too, and is never calmed (US-3)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from support.living import COMMAND, Home, Live
from support.pointpage import enter, stored, tap, to_board, to_ready, until, waiting
from support.walking import PHONE, Visit, look, visit

DAY = 86400


@pytest.fixture(scope="module")
def river(founded: Home, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A server for this file: two points of Bojayá have warned, one of confinement and one of combat."""
    home = founded.copy(tmp_path_factory.mktemp("river"))
    with home.live("serve", "--plain-http", "--no-worker") as live:
        for family, point in (("MOVE", "second"), ("COMBAT", "third")):
            with visit(browser, PHONE) as phone:
                warned(live, phone, family, point=point)
        yield live
    home.remove()


@contextmanager
def stopped(live: Live) -> Iterator[None]:
    """Take the server away during the block."""
    live.stop()
    try:
        yield
    finally:
        live.start()


def warned(live: Live, visit: Visit, family: str = "MOVE", urgency: str = "NOW", point: str = "second") -> Page:
    """Let another point of the leader's municipality warn at once."""
    page = enter(live, visit, point)
    to_ready(page, family, urgency)
    to_board(page)
    waiting(page, 0)
    return page


def board(page: Page) -> Page:
    """Go to the board and wait for it."""
    tap(page, "[data-tab=board]")
    expect(page.locator("[data-groups] h2").first).to_be_visible()
    return page


def test_a_line_says_its_state_by_word_and_shape_what_to_do_and_until_when(
    river: Live, new_phone: Callable[..., Visit], passable: Callable[[Page], None]
) -> None:
    page = board(enter(river, new_phone(), "neighbour"))
    line = page.locator("[data-groups] .alert", has_text="No podemos salir")
    expect(line).to_contain_text("No podemos salir · Bojayá")
    expect(line).to_contain_text("lo dice un punto; nadie lo ha comprobado")
    expect(line).to_contain_text("Vence en")
    assert line.locator("use").get_attribute("href") == "#s-UNCONF"
    assert line.locator("[data-soon]").inner_text() == "YA"
    passable(page)
    look(page, "point-board", guide=True)


def test_silence_is_never_calm(river: Live, phone: Visit) -> None:
    page = board(enter(river, phone, "neighbour"))
    text = page.locator("[data-groups]").inner_text()
    assert "no sabemos" in text and "pocos puntos: pregunte" in text
    assert page.locator("[data-groups] use[href='#s-unknown']").count() >= 1
    for word in ("seguro", "segura", "tranquil", "calma"):
        assert word not in text


def test_no_copy_stays_unless_asked_for(river: Live, new_phone: Callable[..., Visit]) -> None:
    page = board(enter(river, new_phone(), "leader"))
    assert "board" not in stored(page)["keep"]
    with stopped(river):
        page.reload()
        tap(page, "[data-tab=board]")
        expect(page.locator("[data-board-note]")).to_contain_text("No hay señal, ni copia aquí")
        assert page.locator("[data-groups] .alert").count() == 0


def test_a_copy_tells_its_age_and_never_shows_what_lapsed_as_current(
    river: Live, new_phone: Callable[..., Visit]
) -> None:
    page = board(enter(river, new_phone()))
    page.locator("[data-do=copy]").check()
    until(lambda: "board" in stored(page)["keep"], "no copy was kept")
    with stopped(river):
        for days, says in ((1, "copia de hace un día"), (2.2, "copia de hace 2 días")):
            _later(page, days)
            tap(page, "[data-tab=board]")
            expect(page.locator("[data-copy-age]")).to_have_text(says)
            line = page.locator("[data-groups] .alert", has_text="Combates")
            expect(line).to_contain_text("venció sin noticias" if days > 2 else "nadie lo ha comprobado")
            assert page.locator("[data-do=copy]").is_checked()
        _later(page, 3.2)
        tap(page, "[data-tab=board]")
        expect(page.locator("[data-board-note]")).to_contain_text("copia")
        assert page.locator("[data-groups] .alert").count() == 0
        assert "board" not in stored(page)["keep"]


def test_the_copy_is_off_until_asked_for_and_says_what_it_leaves(river: Live, new_phone: Callable[..., Visit]) -> None:
    page = board(enter(river, new_phone()))
    assert not page.locator("[data-do=copy]").is_checked()
    beside = page.locator(".check", has=page.locator("[data-do=copy]"))
    expect(beside).to_contain_text("Quien abra este teléfono la puede leer. Sin señal, se borra en 72 horas.")
    page.locator("[data-do=copy]").check()
    until(lambda: "board" in stored(page)["keep"], "no copy was kept")
    page.locator("[data-do=copy]").uncheck()
    until(lambda: not {"board", "copy"} & set(stored(page)["keep"]), "the copy stayed")
    tap(page, "[data-do=board-again]")
    page.wait_for_timeout(1500)
    assert "board" not in stored(page)["keep"]


def test_a_copy_goes_by_itself_after_72_hours_though_the_page_stays_open(river: Live, phone: Visit) -> None:
    phone.context.clock.install()
    page = board(enter(river, phone))
    page.locator("[data-do=copy]").check()
    until(lambda: "board" in stored(page)["keep"], "no copy was kept")
    with stopped(river):
        for hours, there in ((71, True), (2, False)):
            page.clock.fast_forward(hours * 3_600_000)
            page.clock.run_for(61_000)
            until(lambda: ("board" in stored(page)["keep"]) is there, f"after {hours} more hours")  # noqa: B023
            expect(page.locator("[data-groups] h2")).to_have_count(2 if there else 0)
        expect(page.locator("[data-board-note]")).to_have_text("Se borró la copia: 72 horas sin señal.")


def test_a_copy_does_not_say_that_there_is_no_danger(river: Live, phone: Visit) -> None:
    page = board(enter(river, phone))
    page.locator("[data-do=copy]").check()
    until(lambda: "board" in stored(page)["keep"], "no copy was kept")
    with stopped(river):
        page.reload()
        tap(page, "[data-tab=board]")
        expect(page.locator("[data-copy-age]")).to_contain_text("copia de")
        assert "no avisan peligro" not in page.locator("[data-groups]").inner_text()


def test_radio_and_sharing_say_no_zone_no_link_and_little(river: Live, new_phone: Callable[..., Visit]) -> None:
    page = board(enter(river, new_phone()))
    tap(page, "[data-do=radio]")
    said = page.locator("[data-radio]").inner_text()
    assert 3 < len(said.split()) <= 25
    tap(page, "[data-s=radio] [data-do=back]")
    tap(page, "[data-do=share]")
    text = page.locator("[data-share-text]").inner_text()
    assert "Bojayá" in text and "http" not in text and "Cuaderno" not in text
    assert "No reenvíe" in text or "reenvíe" in text or "nombres" in text


def test_points_say_that_it_goes_on_or_has_passed(river: Live, new_phone: Callable[..., Visit]) -> None:
    page = board(enter(river, new_phone(), "leader"))
    page.locator("[data-own] summary").first.click()
    assert page.locator("[data-do=second]:visible").count() == 0
    for act in ("still", "passed"):
        tap(page, f"[data-do={act}]")
        expect(page.locator("[data-told]").first).to_have_text("Listo. El equipo lo sabe.")
    tap(page, "[data-do=board-again]")
    expect(page.locator("[data-until]").first).to_contain_text("ya pasó, dicen 1")


def test_a_phone_follows_the_municipalities_it_chooses_and_the_server_keeps_nothing_of_it(
    river: Live, phone: Visit
) -> None:
    page = board(enter(river, phone))
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url) if "board.json" in each.url else None)
    tap(page, "[data-go=follow]")
    page.locator("[data-follow] label", has_text="Istmina").locator("input").check()
    tap(page, "[data-s=follow] .main")
    expect(page.locator("[data-groups] h2")).to_have_text(["Istmina"])
    assert "places=27361" in asked[-1]


def test_the_map_is_a_second_look(river: Live, new_phone: Callable[..., Visit]) -> None:
    page = board(enter(river, new_phone()))
    tap(page, "[data-do=map]")
    expect(page.locator("[data-map] svg")).to_be_visible()
    look(page, "point-map", guide=True)
    page.locator("[data-map] a", has_text="Bojayá").first.click()
    expect(page.locator("[data-place='27099'] h2")).to_be_focused()


def test_the_follow_list_is_at_most_8_kilobytes(river: Live, new_phone: Callable[..., Visit]) -> None:
    page = enter(river, new_phone())
    with page.expect_response("**/api/point/board.json*") as answer:
        tap(page, "[data-tab=board]")
    assert len(answer.value.body()) <= 8192


def test_listening_is_offered_only_with_a_voice_of_the_phone(river: Live, new_phone: Callable[..., Visit]) -> None:
    for local, count in ((False, 0), (True, 1)):
        listener = new_phone()
        listener.context.add_init_script(VOICES % ("true" if local else "false"))
        page = enter(river, listener)
        assert (page.locator("[data-s=home] [data-do=hear]:visible").count() > 0) is bool(count)
        if local:
            page.locator(".sq [data-do=hear]").first.click()
            assert page.evaluate("window.said") == ["Hombres armados"]
            to_ready(page)
            tap(page, "[data-go=more]")
            tap(page, "[data-pick=part][data-v=text]")
            page.locator("[data-field=text]").fill("secreto")
            page.locator("[data-s=text] [data-do=hear]").click()
            assert not any("secreto" in said for said in page.evaluate("window.said"))


VOICES = """
window.said = [];
const voices = [{ name: "es", lang: "es-CO", localService: %s, default: true }];
Object.defineProperty(window, "SpeechSynthesisUtterance", { value: class { constructor(text) { this.text = text; } } });
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices, speak: (one) => window.said.push(one.text), cancel: () => {}, addEventListener: () => {},
} });
"""


def _later(page: Page, days: float) -> None:
    """Open the page again some days from the beginning of the test."""
    page.context.clock.set_system_time(time.time() + days * DAY)
    page.reload()
    expect(page.locator("[data-s=home]")).to_be_visible()


WAS_NOT_SO = """
import django
django.setup()
from datetime import timedelta
from atarraya.alerts.models import Alert
from atarraya.kernel import clock
until = clock.now() + timedelta(days=1)
Alert.objects.filter(kind="COMBAT").update(state="DISC", outcome="NOT_SO", open=False, top_until=until)
"""


def test_what_was_not_so_says_it_once(river: Live, new_phone: Callable[..., Visit]) -> None:
    """A false alarm that two agreed upon has a state and an outcome, in the same words."""
    env = {"DJANGO_SETTINGS_MODULE": "atarraya.settings.production"}
    with stopped(river):  # it keeps the board it made until somebody writes through it
        river.home.run([COMMAND[0], "-c", WAS_NOT_SO], **env)
    line = board(enter(river, new_phone(), "neighbour")).locator(".alert.old [data-state-line]").first
    expect(line).to_contain_text("no pasó")
    assert line.inner_text().count("no pasó") == 1
