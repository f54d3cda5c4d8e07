"""How the page begins: on a new phone, a slow line, an open one, without scripts, on an old browser (R25, R33)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from atarraya.alerts import rules
from support.living import Home, Live
from support.pointpage import done, enter, kept, tap, tell, to_ready, to_team, waiting
from support.walking import PHONE, Visit, chromium, look, visit

NAME = "cuaderno.example"
AT_ONCE = {kind for kind, policy in rules.POLICY.items() if policy is rules.Policy.AT_ONCE}
# A phone whose store takes its time to open.
SLOW_STORE = """
const open = IDBFactory.prototype.open;
IDBFactory.prototype.open = function (...given) {
  const real = open.apply(this, given);
  const set = Object.getOwnPropertyDescriptor(IDBRequest.prototype, "onsuccess").set;
  Object.defineProperty(real, "onsuccess", {
    set: (act) => set.call(real, (event) => setTimeout(() => act.call(real, event), 2500)),
  });
  return real;
};
"""


def test_a_tap_that_comes_before_the_phone_knows_itself_is_not_undone(
    shared: Live, new_phone: Callable[..., Visit]
) -> None:
    slow = new_phone()
    slow.context.add_init_script(SLOW_STORE)
    page = slow.open(shared.url + "/")
    tap(page, "[data-s=home] [data-go=ask]")
    expect(page.locator("[data-s=ask]")).to_be_visible()
    page.wait_for_timeout(4000)
    expect(page.locator("[data-s=ask]")).to_be_visible()
    # What the phone found out meanwhile stands behind: there is nothing to warn with here, and no board.
    expect(page.locator("[data-tabs]")).to_be_hidden()
    tap(page, "[data-s=ask] [data-do=back]")
    expect(page.locator("[data-s=open]")).to_be_visible()


def test_a_tap_that_comes_before_the_line_is_answered_when_it_comes(shared: Live, phone: Visit) -> None:
    waits: list[Route] = []
    phone.context.route("**/api/point/setup.json*", lambda route: waits.append(route))
    page = phone.open(shared.point_url("leader"))
    expect(page.locator("[data-starting]")).to_be_visible()
    tap(page, "[data-pick=family][data-v=ARMED]")
    while not waits:
        page.wait_for_timeout(200)
    waits[0].continue_()
    expect(page.locator("[data-s=where]")).to_be_visible()
    page.wait_for_timeout(1000)
    # What was begun a moment ago is not taken for what was left another day.
    expect(page.locator("[data-s=where]")).to_be_visible()
    expect(page.locator("[data-s=unfinished]")).to_be_hidden()


@pytest.fixture
def insecure(playwright: Playwright) -> Iterator[Browser]:
    """A browser that finds this machine under a name: plain http off loopback is no secure origin."""
    with chromium(playwright, f"--host-resolver-rules=MAP {NAME} 127.0.0.1", light=True) as started:
        yield started


def test_where_others_could_read_along_it_does_no_more_than_without_scripts_and_says_why(
    founded: Home, insecure: Browser, tmp_path: Path, passable: Callable[[Page], None]
) -> None:
    home = founded.copy(tmp_path)
    with (
        home.live("serve", "--plain-http", "--no-worker", ATARRAYA_HOSTS=f"{NAME},127.0.0.1") as live,
        visit(insecure, PHONE) as phone,
    ):
        base = f"http://{NAME}:{live.port}"
        asked: list[str] = []
        phone.context.on("request", lambda each: asked.append(each.url))
        page = phone.open(live.point_url("leader", base))
        assert page.evaluate("isSecureContext") is False
        expect(page.locator("[data-s=plain]")).to_contain_text("Otros pueden leer lo que escriba")
        expect(page.locator("[data-s=plain]")).to_be_visible()
        assert page.locator("[data-s]:visible").count() == 1
        expect(page.locator("[data-tabs]")).to_be_hidden()
        assert page.url == base + "/"
        assert not [url for url in asked if "/api/" in url], "the link's secret went over an open line"
        passable(page)
        look(page, "point-plain")
        tap(page, "[data-s=plain] a")
        _without_scripts(page, live)
        page.get_by_role("button", name="Salir ya").click()
        expect(page.get_by_role("heading", name="Medidas")).to_be_visible()
        # The browser says itself that the address is not to be trusted.
        phone.forgive("Cross-Origin-Opener-Policy header has been ignored")
    home.remove()


def test_without_scripts_a_short_code_gives_codes_and_the_board(
    live: Live, new_phone: Callable[..., Visit], passable: Callable[[Page], None]
) -> None:
    page = new_phone(java_script_enabled=False).open(live.url + "/")
    expect(page.locator(".notice strong")).to_have_text("Aquí lo que escriba no queda cerrado.")
    expect(page.locator("main")).to_be_hidden()
    look(page, "point-noscript")
    page.get_by_role("link", name="Seguir con el código corto").click()
    _without_scripts(page, live)


@pytest.mark.parametrize("kind", ["SEXUAL_VIOLENCE", "GBV_OTHER", "THREAT", "KILLING", "CHECKIN", ""])
def test_without_scripts_no_other_kind_is_taken(shared: Live, new_phone: Callable[..., Visit], kind: str) -> None:
    phone = new_phone(java_script_enabled=False)
    page = phone.open(shared.url + "/sin/")
    _open(page, shared)
    _choose(page)
    phone.context.route("**/sin/avisar/", lambda route: route.continue_(post_data=_other(route, kind)))
    page.get_by_role("button", name="Seguir").click()
    expect(page.locator("main")).to_contain_text("Faltó escoger algo")
    phone.forgive("422|Failed to load")
    assert kept(shared).alerts == []


def _other(route: Route, kind: str) -> str:
    return str(route.request.post_data).replace("kind=CONFINEMENT", f"kind={kind}")


def _open(page: Page, live: Live) -> None:
    page.locator("[name=code]").fill(live.secrets["points"]["leader"]["short_code"].lower())
    page.get_by_role("button", name="Abrir").click()


def _choose(page: Page) -> None:
    page.locator("[name=kind][value=CONFINEMENT]").check()
    page.locator("[name=urgency][value=NOW]").check()


def _without_scripts(page: Page, live: Live) -> None:
    """From the page that asks for the short code to the board, with the line others read in between."""
    _open(page, live)
    offered = page.locator("[name=kind]").evaluate_all("all => all.map((one) => one.value)")
    assert set(offered) == AT_ONCE
    assert page.locator("textarea, input[type=text], input[type=file]").count() == 0
    _choose(page)
    page.get_by_role("button", name="Seguir").click()
    line = page.locator("article")
    expect(line).to_contain_text("No podemos salir")
    expect(page.locator("main")).to_contain_text("¿Alguien podría imaginar quién avisó?")
    shown = line.locator(".what").inner_text()
    page.get_by_role("button", name="No. Avisar ya").click()
    expect(page.locator(".notice")).to_contain_text("está en el tablero")
    page.get_by_role("link", name="Tablero").click()
    expect(page.locator("article .what")).to_have_text([shown])
    there = kept(live)
    assert [alert["kind"] for alert in there.alerts] == ["CONFINEMENT"]
    assert all(there.opened(circle) == [] for circle in there.circles)


def test_a_browser_of_2021_does_all_of_it(live: Live, old_phone: Visit) -> None:
    page = enter(live, old_phone)
    assert page.evaluate("'at' in Array.prototype || 'structuredClone' in window || 'randomUUID' in crypto") is False
    to_ready(page, "THREATS")
    tell(page, "Llegaron de noche.")
    to_team(page)
    waiting(page, 0)
    done(page)
    tap(page, "[data-do=checkin]")
    waiting(page, 0)
    tap(page, "[data-do=finish]")
    tap(page, "[data-tab=board]")
    expect(page.locator("[data-groups] h2").first).to_be_visible()
    live.stop()
    page.reload()
    to_ready(page)
    tap(page, "[data-do=warn]")
    tap(page, "[data-do=send-now]")
    waiting(page, 1)
    live.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    waiting(page, 0)
    there = kept(live)
    assert [account["text"] for account in there.opened("verifiers")] == ["Llegaron de noche."]
    assert len(there.entries) == 3 and [alert["kind"] for alert in there.alerts] == ["ARMED_PRESENCE"]
