"""A member asks for notices in a real browser; a real worker sends, a real push service carries, the browser shows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from support import paper
from support.desks import HERE, send
from support.living import Live
from support.pushservice import Service
from support.walking import DESKTOP, PHONE, Visit, look

PAGE = "/mi-cuenta/avisos/"
# What a browser's maker does at the other end of `subscribe()`; everything else is the browser's own.
SUBSCRIBES = """
    PushManager.prototype.subscribe = async (options) => {
        if (options.applicationServerKey.byteLength !== 65 || !options.userVisibleOnly) throw new TypeError("options");
        return { toJSON: () => ({ endpoint: %(endpoint)s, keys: { p256dh: %(p256dh)s, auth: %(auth)s } }) };
    };
    PushManager.prototype.getSubscription = async () => null;
"""


@pytest.fixture(scope="module")
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


@pytest.fixture
def live(speaking: Live) -> Live:
    return speaking


def fill(page: Page) -> None:
    """Choose everything that must be chosen."""
    page.get_by_label("Todos los que atiendo").check()
    page.get_by_label("De todo").check()
    page.get_by_label("Sólo lo que es para ya").check()
    page.get_by_label("Aviso del navegador").check()


def arrived(service: Service, name: str) -> bool:
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        if service.browsers[name].messages:
            return True
        time.sleep(0.2)
    return False


def test_from_a_tap_to_the_neutral_words(
    sending: Live, service: Service, new_phone: Callable[..., Visit], passable: Callable[..., None]
) -> None:
    live, phone, browser = sending, new_phone(), service.browser()
    address = {name: json.dumps(value) for name, value in browser.address.items()}
    phone.context.add_init_script(SUBSCRIBES % address)
    phone.context.add_init_script(
        "const real = Notification.requestPermission; window.asked_permission = 0;"
        "Notification.requestPermission = () => { window.asked_permission += 1; return real.call(Notification); };"
    )
    phone.context.grant_permissions(["notifications"])
    page = paper.sign_in(phone, live.url, live.secrets["people"]["verifier"])
    page.goto(live.url + PAGE)
    expect(page.get_by_text("Su navegador le preguntará una vez, al guardar.")).to_be_visible()
    expect(page.get_by_text("Quien hace su navegador")).to_be_visible()
    passable(page)
    look(page, "notices-own-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    fill(page)
    assert page.evaluate("window.asked_permission") == 0, "nothing is asked before a tap on save"
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    page.get_by_role("button", name="Guardar").last.click()
    expect(page.get_by_text("Todavía no se ha entregado nada.")).to_be_visible()
    scopes = page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.map(one => one.scope))")
    assert scopes == [f"{live.url}/static/push/"], "beside the point's own worker, never over it"
    send(live, "leader", municipality=HERE, urgency="NOW", share={"kind": "ARMED_PRESENCE", "seen": "SAW"})
    assert arrived(service, browser.name), live.log.read_text()[-2000:]
    assert browser.opened() == [{"title": "Cuaderno", "body": "Hay algo nuevo."}]
    page.reload()
    expect(page.get_by_text("Última entrega:")).to_be_visible()


def test_the_browser_shows_the_words_and_opens_the_desk(
    live: Live, service: Service, new_desktop: Callable[..., Visit]
) -> None:
    """The browser's own machinery hands the worker a message: it shows it, one at a time, whatever it holds."""
    desktop, browser = new_desktop(), service.browser()
    desktop.context.add_init_script(SUBSCRIBES % {name: json.dumps(value) for name, value in browser.address.items()})
    desktop.context.grant_permissions(["notifications"])
    page = paper.sign_in(desktop, live.url, live.secrets["people"]["verifier"])
    tools = desktop.context.new_cdp_session(page)
    known: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: known.extend(one["registrationId"] for one in said["registrations"] if not one["isDeleted"]),
    )
    tools.send("ServiceWorker.enable")
    page.goto(live.url + PAGE)
    fill(page)
    page.get_by_role("button", name="Guardar").last.click()
    expect(page.get_by_text("Todavía no se ha entregado nada.")).to_be_visible()
    shown = (
        "navigator.serviceWorker.getRegistrations().then(all => all[0].getNotifications())"
        ".then(all => all.map(one => [one.title, one.body]))"
    )
    for data, said in (
        ('{"title":"Cuaderno","body":"Hay algo nuevo."}', ["Cuaderno", "Hay algo nuevo."]),
        ("not of our making", ["·", ""]),
    ):
        message = {"origin": live.url, "registrationId": known[-1], "data": data}
        tools.send("ServiceWorker.deliverPushMessage", message)
        deadline = time.monotonic() + 40
        while page.evaluate(shown) != [said] and time.monotonic() < deadline:
            page.wait_for_timeout(100)
        assert page.evaluate(shown) == [said]


def test_a_browser_that_cannot_or_may_not_says_so_and_other_ways_stay(
    live: Live, new_phone: Callable[..., Visit]
) -> None:
    phone = new_phone()
    page = paper.sign_in(phone, live.url, live.secrets["people"]["verifier"])
    page.add_init_script("delete window.PushManager;")
    page.goto(live.url + PAGE)
    expect(page.get_by_text("Este navegador no puede recibir avisos.")).to_be_visible()
    expect(page.get_by_label("Aviso del navegador")).to_be_disabled()
    denied = phone.context.new_page()
    denied.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' });")
    denied.goto(live.url + PAGE)
    expect(denied.get_by_text("En este navegador están prohibidos los avisos de este sitio.")).to_be_visible()
    expect(denied.get_by_label("Aviso del navegador")).to_be_disabled()


def test_saying_no_saves_nothing(live: Live, new_phone: Callable[..., Visit]) -> None:
    phone = new_phone()
    page = paper.sign_in(phone, live.url, live.secrets["people"]["verifier"])
    page.add_init_script("Notification.requestPermission = async () => 'denied';")
    page.goto(live.url + PAGE)
    fill(page)
    page.get_by_role("button", name="Guardar").last.click()
    expect(page.get_by_text("El navegador no dio permiso. No se guardó nada.")).to_be_visible()
    expect(page.get_by_label("Todos los que atiendo")).to_be_checked()
    page.reload()
    expect(page.get_by_text("No recibe ninguno. Nadie escoge por usted.")).to_be_visible()


def test_the_stewards_page_fits_and_has_no_barrier(
    live: Live, new_phone: Callable[..., Visit], new_desktop: Callable[..., Visit], passable: Callable[..., None]
) -> None:
    for visit, shape in ((new_phone(), PHONE), (new_desktop(), DESKTOP)):
        page = paper.sign_in(visit, live.url, live.secrets["people"]["warden"])
        page.goto(f"{live.url}/red/")
        page.get_by_role("link", name="Entregas").click()
        expect(page.get_by_text("Lo que dice cada aviso")).to_be_visible()
        passable(page)
        look(page, f"notices-deliveries-{shape['viewport']['width']}")
        assert page.evaluate("document.documentElement.scrollWidth") <= shape["viewport"]["width"]
