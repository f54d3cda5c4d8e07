"""A member's desk in a browser: sign in, open the key, and the few things a verifier does there."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from playwright.sync_api import Locator, Page, expect

from support import paper
from support.living import Live
from support.phone import Made, seal_report
from support.walking import Visit

HERE = "27099"


def send(live: Live, point: str = "leader", **said: Any) -> Made:
    """Send a sealed report over HTTP as the phone of `point` does, to the list the server shows."""
    token = live.secrets["points"][point]["device"]
    setup = _call(live, "/api/point/setup.json", token)
    made = seal_report(setup["inbox"]["id"], setup["inbox"]["number"], setup["inbox"]["recipients"], **said)
    _call(live, "/api/point/reports", token, made.body)
    return made


def _call(live: Live, path: str, token: str, body: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        live.url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Point {token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def ask(live: Live, path: str, point: str = "leader", body: dict[str, Any] | None = None) -> Any:
    """Ask the point's machine interface for JSON."""
    return _call(live, path, live.secrets["points"][point]["device"], body)


def sign_in(live: Live, visit: Visit, who: str, *, by_page: bool = False) -> Page:
    """Sign a person of the cast in and return their desk, its key still closed; `by_page` they fill the form."""
    way = paper.sign_in if by_page else paper.signed_in
    page = way(visit, live.url, live.secrets["people"][who])
    page.wait_for_url("**/equipo/")
    return page


def desk(live: Live, visit: Visit, who: str) -> Page:
    """Return a person's desk with the key open and what is new brought in."""
    page = sign_in(live, visit, who)
    page.locator("#k-phrase").fill(live.secrets["people"][who]["phrase"])
    page.locator("[data-unlock-form] button.main").click()
    page.locator("#work").wait_for()
    return page


def items(page: Page) -> Locator:
    """Return the lines of the list."""
    return page.locator("#items button")


def open_first(page: Page, text: str = "") -> None:
    """Open the first line (that has `text`)."""
    line = items(page).filter(has_text=text).first if text else items(page).first
    line.click()
    expect(page.locator("#side h1")).to_be_visible()


def tab(page: Page, name: str) -> None:
    """Choose a tab: queue, proposals, alerts."""
    page.locator(f"[data-tab={name}]").click()


def write_alert(page: Page, summary: str, kind: str = "MOVEMENT_BAN", **fields: str) -> None:
    """Fill the publish form and ask a second person."""
    page.locator("[data-do=publish]").click()
    form = page.locator("form.publish")
    form.locator("[name=kind]").select_option(kind)
    form.locator("[name=municipality]").select_option(fields.get("municipality", HERE))
    form.locator("[name=urgency]").select_option("DAYS")
    form.locator("[name=seen][value=TOLD]").check()
    form.locator("[name=advice]").select_option("DO_NOT_TRAVEL")
    form.locator("[name=summary]").fill(summary)
    form.locator("button.main").click()


def choose(page: Page, act: str, **needs: str) -> None:
    """Choose an act of the open alert, give what it asks for, and do it."""
    form = page.locator("form.act")
    form.locator("[name=act]").select_option(act)
    for name, value in needs.items():
        field = form.locator(f"[name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value) if value else field.select_option(index=1)
        else:
            field.fill(value)
    form.locator("button.main").click()


def agree(page: Page, text: str = "") -> None:
    """Agree, as the second person, to what waits (and has `text`)."""
    tab(page, "proposals")
    open_first(page, text)
    page.locator("[data-do=approve]").click()
    expect(page.locator("#said")).to_contain_text("Hecho")
