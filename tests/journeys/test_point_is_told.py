"""A point's phone asks for notices in a real browser: nothing comes until somebody says that it is only theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from support.desks import HERE, send
from support.living import Live
from support.maker import Maker, receivers
from support.pointpage import enter, tap, until
from support.pushservice import Service
from support.walking import PHONE, Visit, look

STOPPED = "Ya no hay avisos en este teléfono. Si quiere, siga aquí."


@pytest.fixture(scope="module")
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


@pytest.fixture
def live(speaking: Live) -> Live:
    return speaking


@pytest.fixture
def maker(service: Service) -> Maker:
    return Maker(service)


@pytest.fixture
def phone(new_phone: Callable[..., Visit], maker: Maker) -> Visit:
    """A phone that may show notices, behind whose browser stands its maker."""
    made = new_phone()
    maker.stands_behind(made)
    return made


def opened(page: Page) -> None:
    """The quiet way in: on the board."""
    expect(page.locator("[data-starting]")).to_be_hidden()
    tap(page, "[data-tab=board]")
    tap(page, "[data-s=board] [data-do=notices]")
    expect(page.locator("[data-s=notices]")).to_be_visible()


def to_form(page: Page) -> None:
    opened(page)
    tap(page, "[data-do=n-mine]")
    expect(page.locator("[data-s=wanted]")).to_be_visible()


def choose(page: Page, place: str = "*") -> None:
    """Choose everything that must be chosen: every kind, only what is for now."""
    page.locator(f"[data-n-places] input[value='{place}']").check()
    page.locator("[data-n-all] input").check()
    tap(page, "[data-do=n-least][data-v=NOW]")


def turned_on(page: Page) -> None:
    """Notices on, from the board to the first line that says so."""
    to_form(page)
    choose(page)
    tap(page, "[data-do=n-save]")
    expect(page.locator("[data-n=on]")).to_be_visible()


def test_from_the_question_to_the_neutral_words(
    sending: Live, service: Service, maker: Maker, phone: Visit, passable: Callable[..., None]
) -> None:
    live, page = sending, enter(sending, phone)
    opened(page)
    expect(page.locator("[data-n=ask]")).to_contain_text("CuadernoHay algo nuevo.")
    passable(page)
    look(page, "punto-avisos-pregunta", guide=True)
    tap(page, "[data-do=n-mine]")
    expect(page.locator("[data-s=wanted]")).to_be_visible()
    assert page.locator("[data-s=wanted] :checked:not(option)").count() == 0
    assert page.locator("[data-s=wanted] [aria-pressed=true]").count() == 0
    passable(page)
    look(page, "point-notices-form")
    tap(page, "[data-do=n-save]")
    expect(page.get_by_text("Falta escoger: dónde, de qué y para cuándo.")).to_be_visible()
    assert maker.asked == [] and receivers(live) == [], "nothing is asked of anybody before something is chosen"
    choose(page)
    page.locator("#n-start").select_option("22")
    tap(page, "[data-do=n-save]")
    expect(page.get_by_text("Falta escoger la otra hora.")).to_be_visible()
    page.locator("#n-start").select_option("")
    page.locator("[data-do=n-save]").dblclick()
    expect(page.locator("[data-n=on]")).to_contain_text("Todavía no llegó nada.")
    assert maker.asked == ["permission", "subscribe"]
    assert [one["wants"] for one in receivers(live)] == [[["", "", 0]]]
    send(live, "second", municipality=HERE, urgency="NOW", share={"kind": "ARMED_PRESENCE", "seen": "SAW"})
    held = maker.held
    assert held is not None
    until(lambda: bool(held.messages), "nothing came")
    assert held.opened() == [{"title": "Cuaderno", "body": "Hay algo nuevo."}]
    page.reload()
    opened(page)
    expect(page.locator("[data-n=on]")).to_contain_text("Última entrega: hoy")
    passable(page)
    look(page, "punto-avisos", guide=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    tap(page, "[data-do=n-stop]")
    expect(page.get_by_text("Ya no hay avisos en este teléfono.")).to_be_visible()
    assert maker.held is None and receivers(live) == []
    page.reload()
    expect(page.locator("[data-s=home]")).to_be_visible()
    opened(page)
    expect(page.locator("[data-n=ask]")).to_be_visible()
    assert page.locator("[data-heard]:visible").count() == 0, "who stopped them is not asked again"


def test_a_phone_that_others_use_hears_nothing(live: Live, maker: Maker, phone: Visit) -> None:
    page = enter(live, phone)
    opened(page)
    page.locator("[data-do=n-shared]").dblclick()
    calm = page.get_by_text("Está bien: aquí no hay avisos. El tablero se puede leer igual.")
    expect(calm).to_be_visible()
    look(page, "point-notices-shared")
    page.reload()
    expect(page.locator("[data-starting]")).to_be_hidden()
    assert page.locator("[data-heard]:visible").count() == 0
    opened(page)
    expect(calm).to_be_visible()
    assert page.locator("[data-n=ask]").is_hidden(), "who answered is not asked again"
    assert maker.asked == [] and receivers(live) == []
    tap(page, "[data-do=n-again]")
    tap(page, "[data-do=n-mine]")
    choose(page)
    tap(page, "[data-do=n-save]")
    expect(page.locator("[data-n=on]")).to_be_visible()
    # Somebody else uses it from now on: all of it ends, here and there.
    tap(page, "[data-do=n-again]")
    tap(page, "[data-do=n-shared]")
    expect(calm).to_be_visible()
    assert maker.held is None and receivers(live) == []


def test_a_browser_that_cannot_or_may_not_says_so_before_anything_is_asked(
    live: Live, new_phone: Callable[..., Visit], maker: Maker
) -> None:
    cannot = "Este navegador no permite avisos, o es una ventana privada. Pruebe con otro."
    phone = new_phone()
    for script, said in (
        ("delete window.PushManager", cannot),
        ("delete window.Notification", cannot),
        ("Object.defineProperty(Navigator.prototype, 'serviceWorker', { value: undefined })", cannot),
        (
            "Object.defineProperty(Notification, 'permission', { get: () => 'denied' })",
            "Falta el permiso del navegador.",
        ),
    ):
        page = phone.context.new_page()
        page.add_init_script(script)
        page.goto(live.point_url("leader"))
        expect(page.locator("[data-starting]")).to_be_hidden()
        opened(page)
        expect(page.locator("[data-n-said]")).to_contain_text(said)
        assert page.locator("[data-n=ask]").is_hidden()
        page.close()
    assert maker.asked == [] and receivers(live) == []


def kept_choice(page: Page) -> None:
    """What was chosen is still in the form."""
    expect(page.locator(f"[data-n-places] input[value='{HERE}']")).to_be_checked()
    expect(page.locator("[data-n-all] input")).to_be_checked()
    expect(page.locator("[data-do=n-least][data-v=NOW]")).to_have_attribute("aria-pressed", "true")


def test_saying_no_to_the_browser_saves_nothing_and_loses_nothing(
    live: Live, new_phone: Callable[..., Visit], maker: Maker
) -> None:
    phone = new_phone()
    maker.stands_behind(phone, granted=False)
    phone.context.add_init_script("Notification.requestPermission = async () => 'default';")
    phone.context.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'default' });")
    page = enter(live, phone)
    to_form(page)
    choose(page, HERE)
    tap(page, "[data-do=n-save]")
    no = page.locator("[data-n-no]")
    expect(no).to_have_text("Falta el permiso del navegador. Allí se puede cambiar. Todo sigue aquí.")
    assert receivers(live) == [] and maker.held is None
    kept_choice(page)
    # Back, and away to the other tab, and here again.
    tap(page, "[data-s=wanted] [data-do=back]")
    tap(page, "[data-do=n-mine]")
    kept_choice(page)
    tap(page, "[data-tab=home]")
    to_form(page)
    kept_choice(page)
    expect(no).to_be_hidden()


def test_without_signal_it_says_so_and_keeps_what_was_chosen(live: Live, maker: Maker, phone: Visit) -> None:
    page = enter(live, phone)
    tap(page, "[data-tab=board]")
    live.stop()
    tap(page, "[data-s=board] [data-do=notices]")
    expect(page.locator("[data-board-note]")).to_have_text("No hay señal. Pruebe después.")
    live.start()
    tap(page, "[data-s=board] [data-do=notices]")
    tap(page, "[data-do=n-mine]")
    choose(page, HERE)
    live.stop()
    tap(page, "[data-do=n-save]")
    no = page.locator("[data-n-no]")
    expect(no).to_have_text("No hay señal. Pruebe después. Todo sigue aquí.")
    assert maker.held is None, "an address that nobody is told of is not kept"
    kept_choice(page)
    live.start()
    page.route("**/api/point/notices", lambda route: route.fulfill(status=429, json={"title": "flood"}))
    tap(page, "[data-do=n-save]")
    expect(no).to_have_text("No se pudo preguntar. Pruebe después. Todo sigue aquí.")
    page.unroute("**/api/point/notices")
    maker.answers = False
    tap(page, "[data-do=n-save]")
    expect(no).to_have_text("El navegador no pudo. Pruebe otra vez. Todo sigue aquí.")
    kept_choice(page)
    maker.answers = True
    tap(page, "[data-do=n-save]")
    expect(page.locator("[data-n=on]")).to_be_visible()
    assert [one["wants"] for one in receivers(live)] == [[[HERE, "", 0]]]
    # Stopped where there is no signal: the browser's part ends now, and the server hears of it when there is.
    live.stop()
    tap(page, "[data-do=n-stop]")
    expect(page.locator("[data-n-said]")).to_have_text("Ya no hay avisos en este teléfono.")
    assert maker.held is None
    live.start()
    assert len(receivers(live)) == 1
    page.reload()
    until(lambda: receivers(live) == [], "the server never heard of it")
    assert page.locator("[data-heard]:visible").count() == 0


def test_an_address_that_is_gone_is_said_at_the_next_opening(
    sending: Live, service: Service, maker: Maker, phone: Visit, passable: Callable[..., None]
) -> None:
    live, page = sending, enter(sending, phone)
    turned_on(page)
    assert maker.held is not None
    service.statuses[maker.held.name] = 410
    send(live, "second", municipality=HERE, urgency="NOW", share={"kind": "ARMED_PRESENCE", "seen": "SAW"})
    until(lambda: receivers(live) == [], "the server still holds an address that is gone")
    page.reload()
    expect(page.locator("[data-heard]")).to_contain_text(STOPPED)
    passable(page)
    look(page, "point-notices-stopped")
    until(lambda: maker.held is None, "the browser still holds it")
    tap(page, "[data-s=home] [data-do=notices]")
    tap(page, "[data-do=n-mine]")
    expect(page.locator("[data-n-places] input[value='*']")).to_be_checked()
    tap(page, "[data-do=n-save]")
    expect(page.locator("[data-n=on]")).to_be_visible()
    assert len(receivers(live)) == 1
    tap(page, "[data-tab=home]")
    assert page.locator("[data-heard]:visible").count() == 0


def test_after_ninety_days_it_is_asked_again(live: Live, maker: Maker, phone: Visit) -> None:
    page = enter(live, phone)
    turned_on(page)
    said = page.request.get(
        f"{live.url}/api/point/notices",
        headers={"Authorization": f"Point {live.secrets['points']['leader']['device']}"},
    ).json()
    later = {**said, "ask": True, "hour": "2099-01-01T10"}
    page.route("**/api/point/notices", lambda route: route.fulfill(json=later))
    page.reload()
    expect(page.locator("[data-heard]")).to_contain_text("Van 90 días: diga otra vez de quién es este teléfono.")
    tap(page, "[data-s=home] [data-do=notices]")
    expect(page.locator("[data-n=ask]")).to_be_visible()
    # No, thank you: then it is quiet.
    tap(page, "[data-do=n-stop]")
    page.reload()
    expect(page.locator("[data-starting]")).to_be_hidden()
    expect(page.locator("[data-heard]:visible")).to_have_count(0)


@pytest.mark.parametrize("signal", [True, False])
def test_salir_ya_ends_it_here_first(live: Live, maker: Maker, phone: Visit, signal: bool) -> None:
    page = enter(live, phone)
    turned_on(page)
    worker = maker.lends_worker(page)
    if not signal:
        live.stop()
    tap(page, "[data-do=leave]")
    page.wait_for_url("**/m/")
    until(lambda: maker.hears_of(worker), "the browser still holds its address")
    if signal:
        until(lambda: receivers(live) == [], "the server was not told")
    else:
        assert len(receivers(live)) == 1
        live.start()
    again = phone.open(f"{live.url}/")
    expect(again.locator("[data-heard]")).to_contain_text(STOPPED)
    until(lambda: receivers(live) == [], "the server was never told")


@pytest.mark.parametrize("signal", [True, False])
def test_cleaning_ends_it_here_first(live: Live, maker: Maker, phone: Visit, signal: bool) -> None:
    page = enter(live, phone)
    turned_on(page)
    if not signal:
        live.stop()
    tap(page, "[data-tab=home]")
    tap(page, "[data-go=phone]")
    tap(page, "[data-go=clean]")
    tap(page, "[data-do=clean]")
    page.wait_for_url("**/m/" if signal else "about:blank")
    assert maker.asked[-1] == "unsubscribe" and maker.held is None
    assert len(receivers(live)) == (0 if signal else 1)
    if signal:
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
        assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0


# What a browser does when it changed an address, and when somebody taps what it shows; only the event is ours.
CHANGED = """(address) => new Promise((resolve) => {
  const event = new Event("pushsubscriptionchange");
  const { endpoint, ...keys } = address;
  event.newSubscription = { toJSON: () => ({ endpoint, keys }) };
  event.waitUntil = (work) => work.then(resolve, resolve);
  self.dispatchEvent(event);
})"""
TAPPED = """() => new Promise((resolve) => {
  const went = [];
  Clients.prototype.openWindow = async (path) => void went.push(path);
  WindowClient.prototype.focus = async function () { went.push(`focus ${new URL(this.url).pathname}`); };
  const event = new Event("notificationclick");
  event.notification = { close: () => went.push("closed") };
  event.waitUntil = (work) => work.then(() => resolve(went));
  self.dispatchEvent(event);
})"""


def test_the_worker_shows_the_words_opens_the_page_and_follows_a_new_address(
    live: Live, service: Service, maker: Maker, phone: Visit
) -> None:
    page = enter(live, phone)
    turned_on(page)
    before = receivers(live)[0]
    tools = phone.context.new_cdp_session(page)
    known: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: known.extend(one["registrationId"] for one in said["registrations"] if not one["isDeleted"]),
    )
    tools.send("ServiceWorker.enable")
    until(lambda: page.wait_for_timeout(50) is None and bool(known), "no worker")
    data = '{"title":"Cuaderno","body":"Hay algo nuevo."}'
    shown = (
        "navigator.serviceWorker.ready.then((one) => one.getNotifications()).then((all) => all.map((one) => one.body))"
    )

    def delivered() -> bool:
        # On a busy machine one message was seen to go astray; another takes its place on the screen, or is the first.
        message = {"origin": live.url, "registrationId": known[-1], "data": data}
        tools.send("ServiceWorker.deliverPushMessage", message)
        page.wait_for_timeout(1000)
        return bool(page.evaluate(shown) == ["Hay algo nuevo."])

    until(delivered, "it is not shown")
    worker = maker.lends_worker(page)
    assert worker.evaluate(TAPPED) == ["closed", "focus /"]
    fresh = service.browser()
    worker.evaluate(CHANGED, fresh.address)
    after = receivers(live)[0]
    assert after["address"]["endpoint"] == fresh.address["endpoint"]
    assert {**after, "address": None} == {**before, "address": None}, "nobody answered anything: it ends on its day"
    # What lies on the screen goes with *Salir ya*.
    tap(page, "[data-do=leave]")
    page.wait_for_url("**/m/")
    assert worker.evaluate(TAPPED) == ["closed", "/"], "the page that says nothing is left alone"
    until(
        lambda: worker.evaluate("self.registration.getNotifications().then((all) => all.length)") == 0, "it lies there"
    )
