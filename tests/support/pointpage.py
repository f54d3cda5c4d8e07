"""A point's page as people use it: opening a card's link, the taps of a report, and what the server then keeps."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from support.living import COMMAND, Live
from support.opener import open_envelope, open_file
from support.walking import Visit

# Several builders share the machine that runs this: a screen may take its time to come.
expect.set_options(timeout=20_000)

KEPT = """
import base64, json, sys, django
django.setup()
from atarraya.alerts.models import Alert, Chunk, Entry, Envelope, Spoken, StorageKey
from atarraya.sealing import storage
keys = {key.pk: bytes(key.key) for key in StorageKey.objects.all()}
def opened(pk, body): return base64.b64encode(storage.decrypt(keys[pk], bytes(body))).decode()
print(json.dumps({
  "entries": [{"id": str(e.pk), "municipality": e.municipality, "urgency": e.urgency, "age": e.age, "size": e.size,
               "mark": e.mark, "number": e.number, "sealed": opened(e.pk, e.envelope.body)}
              for e in Entry.objects.select_related("envelope")],
  "chunks": [{"attachment": str(c.attachment), "index": c.index, "body": opened(c.pk, c.body)}
             for c in Chunk.objects.all()],
  "alerts": list(Alert.objects.values("kind", "municipality", "urgency", "state", "held", "seen")),
  "spoken": Spoken.objects.count(),
}))
"""


@dataclass
class Kept:
    """What the server's disk holds, and the circles' keys that only tests have."""

    entries: list[dict[str, Any]]
    chunks: list[dict[str, Any]]
    alerts: list[dict[str, Any]]
    spoken: int
    circles: dict[str, list[str]]

    def opened(self, circle: str) -> list[dict[str, Any]]:
        """Return the accounts that a circle can open."""
        payloads = (open_envelope(base64.b64decode(each["sealed"]), self.circles[circle]) for each in self.entries)
        return [payload for payload in payloads if payload is not None]

    def file(self, named: dict[str, Any]) -> bytes:
        """Return an attachment as an account names it."""
        mine = sorted((c for c in self.chunks if c["attachment"] == named["id"]), key=lambda chunk: chunk["index"])
        return open_file(named, [base64.b64decode(chunk["body"]) for chunk in mine])


def kept(live: Live) -> Kept:
    """Read the database of a server, stopped or not."""
    env = {"DJANGO_SETTINGS_MODULE": "atarraya.settings.production"}
    said = live.home.run([COMMAND[0], "-c", KEPT], **env).stdout
    return Kept(**json.loads(said[said.index("{") :]), circles=live.secrets["circles"])


def enter(live: Live, visit: Visit, point: str = "leader", base: str = "") -> Page:
    """Open a point's link as from its card and wait until the page is kept for when there is no signal."""
    page = visit.open(live.point_url(point, base))
    expect(page.locator("[data-starting]")).to_be_hidden()
    expect(page.locator("[data-s=home]")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    return page


def fresh(live: Live, visit: Visit) -> Page:
    """Open the page on a phone that nothing opened yet, and wait until it asks for the card's code."""
    page = visit.open(live.url + "/")
    expect(page.locator("[data-s=open]")).to_be_visible()
    return page


def tap(page: Page, selector: str) -> None:
    """Tap what is visible of a selector."""
    page.locator(f"{selector}:visible").first.click()


def to_ready(page: Page, family: str = "ARMED", urgency: str = "NOW") -> None:
    """The three taps: what, where, how soon (and past *¿Qué necesita ahora?* where it comes first)."""
    tap(page, f"[data-pick=family][data-v={family}]")
    page.locator("[data-s=need]:visible, [data-s=where]:visible").wait_for()
    if page.locator("[data-s=need]").is_visible():
        tap(page, "[data-do=skip-need]")
    tap(page, "[data-pick=place]")
    tap(page, f"[data-pick=urgency][data-v={urgency}]")
    expect(page.locator("[data-s=ready]")).to_be_visible()


def tell(page: Page, text: str) -> None:
    """From *Listo para enviar*: write what happened, and come back."""
    tap(page, "[data-go=more]")
    tap(page, "[data-pick=part][data-v=text]")
    page.locator("[data-field=text]").fill(text)
    tap(page, "[data-s=text] .main")
    tap(page, "[data-s=more] .main")


def to_team(page: Page) -> list[str]:
    """Send to the team only; return the five words."""
    tap(page, "[data-s=ready] [data-do=team]")
    return five_words(page)


def to_board(page: Page, way: str = "now") -> None:
    """Warn at once, or six hours later, past the exact line that others will read."""
    tap(page, "[data-do=warn]")
    tap(page, f"[data-do=send-{way}]")
    expect(page.locator("[data-s=saved]")).to_be_visible()


def five_words(page: Page) -> list[str]:
    """Return the words of the receipt in sight."""
    words = page.locator("[data-s=saved] [data-words] li")
    expect(words).to_have_count(5)
    return words.all_inner_texts()


def done(page: Page) -> None:
    """The way home."""
    tap(page, "[data-do=finish]")
    expect(page.locator("[data-s=home]")).to_be_visible()


def waiting(page: Page, number: int) -> None:
    """Hold the page to how many wait: a number in sight, or nothing there and nothing kept."""
    state = page.locator("[data-state]")
    if number:
        expect(state).to_contain_text(f"{number} pendiente")
        return
    until(lambda: not (stored(page)["box"] or stored(page)["slices"]), "something still waits")
    expect(state).not_to_contain_text("pendiente")


def until(true: Callable[[], bool], otherwise: str, seconds: float = 60, pause: float = 0.3) -> None:
    """Wait until something is so, with a pause in seconds between looks."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, otherwise
        time.sleep(pause)


def until_sealed(page: Page) -> None:
    """Wait until what is answered so far is sealed on the phone. The five words come first, a second or two of work;
    from then on a step takes milliseconds, so that what is the same a second later is the last one.
    """
    looks: list[str] = [""]

    def rests() -> bool:
        looks.append(page.evaluate(BOX))
        return looks[-1] == looks[-2] != "[]"

    until(rests, "what was answered is not sealed", pause=1)


BOX = """() => new Promise((resolve, reject) => {
  const asked = indexedDB.open("c");
  asked.onerror = () => reject(asked.error);
  asked.onsuccess = () => {
    const db = asked.result;
    const all = db.transaction("box").objectStore("box").getAll();
    all.onsuccess = () => { db.close(); resolve(JSON.stringify(all.result)); };
  };
})"""


def stored(page: Page) -> dict[str, Any]:
    """Return what IndexedDB holds: names of `keep`, and how many items and slices wait."""
    return page.evaluate(
        """() => new Promise((resolve, reject) => {
          const asked = indexedDB.open("c");
          asked.onerror = () => reject(asked.error);
          asked.onsuccess = () => {
            const db = asked.result, out = {};
            const transaction = db.transaction(["keep", "box", "slices"]);
            transaction.objectStore("keep").getAllKeys().onsuccess = (e) => (out.keep = e.target.result);
            transaction.objectStore("box").count().onsuccess = (e) => (out.box = e.target.result);
            transaction.objectStore("slices").count().onsuccess = (e) => (out.slices = e.target.result);
            transaction.oncomplete = () => { db.close(); resolve(out); };
          };
        })"""
    )
