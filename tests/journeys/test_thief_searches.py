"""A thief with the phone in hand: what a browser's folder still holds after the page was used (US-1 AC2, R21)."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from machine import browser as machine_browser
from support.living import Home, Live
from support.pointpage import done, enter, kept, stored, tap, tell, to_ready, to_team, until, until_sealed, waiting
from support.walking import COMMON, FLAGS, MEDIA, PHONE, Visit

TYPED = "zurcidocanariotecleadoquenadievera"
DISCREET = "gorgojocanariodiscretoquenadievera"
CONTROL = "mariposacanariodecontrolquesivera"
# Every byte that the recorder gave, so that the search knows what was spoken.
EAR = """
window.spoken = [];
const real = Blob.prototype.arrayBuffer;
Blob.prototype.arrayBuffer = async function () {
  const bytes = await real.call(this);
  if (/audio/.test(this.type)) window.spoken.push(...new Uint8Array(bytes));
  return bytes;
};
"""


@contextmanager
def profile(playwright: Playwright, folder: Path) -> Iterator[BrowserContext]:
    """Use a browser whose folder stays on disk after it is closed."""
    context = playwright.chromium.launch_persistent_context(
        folder,
        executable_path=machine_browser.get(),
        headless=False,
        args=["--headless=new", *FLAGS, *MEDIA, "--use-fake-ui-for-media-stream"],
        **{**COMMON, **PHONE},
    )
    context.set_default_timeout(60_000)
    try:
        yield context
    finally:
        context.close()


def forms(canary: str) -> list[bytes]:
    """Return the ways in which a browser may write a text."""
    return [canary.encode(), canary.encode("utf-16-le"), canary[::-1].encode()]


def found(folder: Path, *needles: bytes) -> set[str]:
    """Return the files under a folder that hold one of the needles, in clear or in a compressed block of a database."""
    places = set()
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if any(needle in content for needle in needles):
            places.add(path.relative_to(folder).as_posix())
    return places


def history(folder: Path) -> list[tuple[str, str]]:
    """Return (address, title) of every line of the browser's history."""
    copy = folder.parent / "History.copy"
    shutil.copy(folder / "Default" / "History", copy)
    with sqlite3.connect(copy) as database:
        return [(str(url), str(title)) for url, title in database.execute("select url, title from urls")]


def open_by_code(page: Page, live: Live, code: str) -> None:
    """Open the page by the card's short code, which leaves no secret in any address."""
    page.goto(live.url + "/")
    page.locator("[data-field=code]").fill(code)
    tap(page, "[data-s=open] form .main")
    expect(page.locator("[data-letters]")).to_be_visible()
    tap(page, "[data-do=same]")
    expect(page.locator("[data-s=home]")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")


def speak(page: Page) -> bytes:
    """Record three seconds and return the bytes that the recorder gave."""
    tap(page, "[data-go=more]")
    tap(page, "[data-pick=part][data-v=voice]")
    tap(page, "[data-do=record]")
    page.wait_for_timeout(5000)
    tap(page, "[data-do=record-stop]")
    expect(page.locator("[data-do=replay]")).to_be_visible()
    tap(page, "[data-do=replay]")
    page.wait_for_timeout(500)
    tap(page, "[data-s=voice] .main")
    tap(page, "[data-s=more] .main")
    return bytes(page.evaluate("window.spoken"))


def leave_traces(page: Page) -> None:
    """Do what a careless page does, with the control's words: the searcher must find them."""
    page.evaluate(
        """(words) => {
          localStorage.setItem("n", words);
          const area = document.body.appendChild(document.createElement("textarea"));
          area.name = "n"; area.value = words; area.dispatchEvent(new Event("input", {bubbles: true}));
          return caches.open("n").then((cache) => cache.put("/n", new Response(words)));
        }""",
        CONTROL,
    )


@pytest.fixture(scope="module")
def used(
    founded: Home, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, bytes, Live]]:
    """A browser's folder after a report with text and voice, a discreet one, an unfinished one, and leaving at once."""
    home = founded.copy(tmp_path_factory.mktemp("seized"))
    folder = tmp_path_factory.mktemp("phone") / "profile"
    with home.live("serve", "--plain-http", "--no-worker", ATARRAYA_PUSH="1") as live:
        spoken = use(live, playwright, folder)
        live.start()
        yield folder, spoken, live
    home.remove()


def use(live: Live, playwright: Playwright, folder: Path) -> bytes:
    """Do what the fixture says; return what was spoken. The server is stopped at the end."""
    with profile(playwright, folder) as context:
        context.add_init_script(EAR)
        page = context.new_page()
        open_by_code(page, live, live.secrets["points"]["leader"]["short_code"])
        to_ready(page, "THREATS")
        tell(page, TYPED)
        spoken = speak(page)
        assert len(spoken) > 8000
        to_team(page)
        waiting(page, 0)
        done(page)
        _discreet(page)
        live.stop()
        to_ready(page, "ATTACK")
        tell(page, TYPED)
        until_sealed(page)
        tap(page, "[data-do=leave]")
        page.wait_for_url("**/m/")
        page.wait_for_timeout(3000)
    return spoken


def _discreet(page: Page) -> None:
    tap(page, "[data-go=talk]")
    tap(page, "[data-go=talk-need]")
    tap(page, "[data-pick=t-need][data-v=TALK]")
    page.locator("[data-field=t-number]").fill(DISCREET)
    tap(page, "[data-go=talk-where]")
    page.locator("[data-field=t-where]").fill(DISCREET)
    tap(page, "[data-do=talk-send]")
    expect(page.locator("[data-s=quiet]")).to_be_visible()
    tap(page, "[data-do=finish]")
    waiting(page, 0)


def test_nothing_typed_or_spoken_is_on_the_disk(
    used: tuple[Path, bytes, Live], playwright: Playwright, tmp_path: Path
) -> None:
    folder, spoken, live = used
    there = kept(live)
    account = next(each for each in there.opened("verifiers") if each["type"] == "report")
    assert account["text"] == TYPED
    assert there.file(account["attachments"][0]) == spoken
    pieces = [spoken[at : at + 48] for at in range(64, len(spoken) - 48, 512)]
    assert found(folder, *forms(TYPED), *forms(DISCREET)) == set()
    assert found(folder, *pieces) == set()
    # The control: the same browser, the same search, a careless page.
    careless = tmp_path / "careless"
    with profile(playwright, careless) as context:
        page = context.new_page()
        page.goto(live.url + "/que-revela")
        leave_traces(page)
        page.wait_for_timeout(3000)
    places = " ".join(found(careless, *forms(CONTROL)))
    for place in ("Local Storage", "Cache", "Session"):
        assert place in places, f"the search does not see {place}: {places}"


def test_history_and_titles_are_neutral(used: tuple[Path, bytes, Live]) -> None:
    folder, _spoken, live = used
    lines = history(folder)
    assert {address.removeprefix(live.url) for address, _title in lines} <= {"/", "/m/"}
    assert {title for _address, title in lines} == {"Cuaderno"}


def test_nothing_that_a_passer_by_sees_says_what_it_is(shared: Live, phone: Visit) -> None:
    page = enter(shared, phone)
    for path in ("/", "/m/", "/en/", "/sin/"):
        page.goto(shared.url + path)
        seen = page.evaluate(
            "[document.title, location.href, ...[...document.querySelectorAll('link')].map((l) => l.href)]"
        )
        seen.append(page.evaluate("fetch('/manifest.webmanifest').then((answer) => answer.text())"))
        for word in ("alerta", "denuncia", "derechos", "defensor", "atarraya"):
            assert word not in " ".join(seen).lower(), f"{path}: {word}"


def test_the_queue_tells_a_number_and_no_more(used: tuple[Path, bytes, Live]) -> None:
    folder, _spoken, _live = used
    stores = [path for path in folder.rglob("*") if path.is_file() and "IndexedDB" in path.as_posix()]
    assert stores
    content = b"".join(path.read_bytes() for path in stores)
    # The kinds and places that may be chosen are the page's own; what was chosen is nowhere beside a number.
    for sign in (b'"urgency"', b"THREAT_", b"draft", b"verifiers", b"AGE-SECRET-KEY"):
        assert sign not in content


def test_cleaning_leaves_no_link_no_page_and_no_list(
    used: tuple[Path, bytes, Live], playwright: Playwright, tmp_path: Path
) -> None:
    folder, live = tmp_path / "profile", used[2]
    token = live.secrets["points"]["leader"]["path"].removeprefix("/#").split(".")[0]
    with profile(playwright, folder) as context:
        context.grant_permissions(["notifications"])
        page = context.new_page()
        with page.expect_request("**/api/point/setup.json*") as asked:
            page.goto(live.point_url("leader"))
        device = asked.value.headers["authorization"].removeprefix("Point ")
        expect(page.locator("[data-starting]")).to_be_hidden()
        page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        # Notices that somebody else will not have: that this was answered is kept closed like the rest.
        before = len(page.evaluate(KEYS))
        tap(page, "[data-tab=board]")
        tap(page, "[data-s=board] [data-do=notices]")
        tap(page, "[data-do=n-shared]")
        page.wait_for_function(f"async () => (await (await caches.open('k')).keys()).length > {before}")
        tap(page, "[data-tab=home]")
        keys = [bytes(key) for key in page.evaluate(KEYS)]
        assert len(keys) >= 4 and all(found(folder, key) for key in keys), "the search does not see the keys"
        tap(page, "[data-go=phone]")
        tap(page, "[data-go=clean]")
        page.locator("[data-field=clean-all]").check()
        tap(page, "[data-do=clean]")
        page.wait_for_url("**/m/")
        assert page.evaluate("caches.keys()") == []
        assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    # What was kept may lie in the browser's database for long; what opens it has gone.
    assert found(folder, *keys) == set()
    # What no page can clean, and the guide tells to clean by hand: the browser's own history and what it makes of it.
    known = ("History", "Sessions", "segmentation_platform", "Shortcuts", "Network Action Predictor", "Favicons")
    left = {place for place in found(folder, *forms(token)) if not any(part in place for part in known)}
    assert left == set()
    assert found(folder, *forms(device)) == set()


# What closes each thing that a phone keeps.
KEYS = """async () => {
  const cache = await caches.open("k"), keys = [];
  for (const address of await cache.keys()) {
    keys.push([...new Uint8Array(await (await cache.match(address)).arrayBuffer())]);
  }
  return keys;
}"""


def test_cleaning_without_signal_keeps_what_waits_and_the_link_sends_it(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    live.stop()
    to_ready(page, "THREATS")
    tell(page, TYPED)
    to_team(page)
    done(page)
    tap(page, "[data-go=phone]")
    tap(page, "[data-go=clean]")
    page.locator("[data-do=clean]").dblclick()
    page.wait_for_url("about:blank")
    live.start()
    page = phone.open(live.url + "/")
    expect(page.locator("[data-s=open]")).to_be_visible()
    assert stored(page) == {"keep": [], "box": 1, "slices": 0}
    page.close()
    enter(live, phone)
    until(lambda: [each["text"] for each in kept(live).opened("verifiers")] == [TYPED], "it did not leave")


def test_the_page_is_blank_while_nobody_looks(live: Live, phone: Visit) -> None:
    page = enter(live, phone)
    to_ready(page, "THREATS")
    for hidden in ("hidden", "visible"):
        page.evaluate(LOOK, hidden)
        assert page.evaluate(IN_SIGHT) == ["Cuaderno", "Volver"]
    tap(page, "[data-do=uncover]")
    expect(page.locator("[data-s=ready]")).to_contain_text("Amenaza")


# As when another app comes before the page, and goes again.
LOOK = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
IN_SIGHT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), seen = [];
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    if (text.textContent.trim() && text.parentElement.getClientRects().length) seen.push(text.textContent.trim());
  }
  return seen;
}"""


TO_READY = ("[data-v=ARMED]", "[data-pick=place]", "[data-v=NOW]")
PARTS = ("voice", "text", "photo", "kind", "when", "who", "bands", "seen", "contact", "consents")
# Each screen of the page, and the taps that lead there from the first.
SCREENS: dict[str, tuple[str, ...]] = {
    "home": (),
    "where": TO_READY[:1],
    "soon": TO_READY[:2],
    "ready": TO_READY,
    "more": (*TO_READY, "[data-go=more]"),
    **{part: (*TO_READY, "[data-go=more]", f"[data-pick=part][data-v={part}]") for part in PARTS},
    "line": (*TO_READY, "[data-do=warn]"),
    "saved": (*TO_READY, "[data-s=ready] [data-do=team]"),
    "need": ("[data-v=THREATS]",),
    "talk": ("[data-go=talk]",),
    "talk-need": ("[data-go=talk]", "[data-go=talk-need]"),
    "talk-how": ("[data-go=talk]", "[data-go=talk-need]", "[data-v=TALK]"),
    "talk-where": ("[data-go=talk]", "[data-go=talk-need]", "[data-v=TALK]", "[data-go=talk-where]"),
    "quiet": ("[data-do=checkin]",),
    "ask": ("[data-go=ask]",),
    "phone": ("[data-go=phone]",),
    "clean": ("[data-go=phone]", "[data-go=clean]"),
    "change": ("[data-go=phone]", "[data-go=change]"),
    "board": ("[data-tab=board]",),
    "follow": ("[data-tab=board]", "[data-go=follow]"),
}


def test_salir_ya_is_one_tap_on_every_screen_without_signal(live: Live, new_phone: Callable[..., Visit]) -> None:
    visit = new_phone()
    page = enter(live, visit)
    live.stop()
    visit.forgive(".")
    for screen, taps in SCREENS.items():
        page.goto(live.url + "/")
        # The document begins with the home screen; what the phone holds decides a moment later.
        page.wait_for_function("() => document.querySelector('[data-starting]').hidden")
        if page.locator("[data-s=unfinished]").is_visible():
            tap(page, "[data-do=unfinished-erase]")
        for selector in taps:
            tap(page, selector)
        expect(page.locator("[data-s]:not([hidden])")).to_have_attribute("data-s", screen)
        assert page.evaluate(LEAVE), f"{screen}: something is still in sight when the tap returns"
        page.wait_for_url("**/m/")
        assert "Medidas" in page.locator("main").inner_text()
    visit.forgive(".")


# The tap itself blanks the page: nothing of it can be seen before anything else is done.
LEAVE = """() => {
  document.querySelector("[data-do=leave]").click();
  return [...document.body.children].every((one) => getComputedStyle(one).display === "none");
}"""
