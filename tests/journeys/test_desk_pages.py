"""Every view of the desk on a phone and a laptop, by day and by night: no barriers, nothing wider than the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.desks import HERE, desk, items, open_first, send, tab, write_alert
from support.living import Live
from support.walking import Visit, look

New = Callable[..., Visit]
CONSENT = {"kind": "THREAT", "municipality": HERE, "urgency": "NOW", "consents": ["NET_SUMMARY"]}


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_every_view_fits_and_has_no_barrier(
    shared: Live, new_phone: New, new_desktop: New, passable: Callable[..., None], width: str
) -> None:
    share = {"kind": "COMBAT", "seen": "SAW"}
    for text in ("Me dejaron un papel.", "Nos dejaron otro papel."):
        send(shared, text=text, municipality=HERE, urgency="NOW", more=CONSENT)
    send(shared, municipality=HERE, urgency="NOW", share=share, addressed=(False, False, False))
    visit = (new_phone if width == "phone" else new_desktop)()

    def hold(page: Page, name: str) -> None:
        for sky in ("light", "dark"):
            page.emulate_media(color_scheme=sky)
            assert page.evaluate("sky => matchMedia(`(prefers-color-scheme: ${sky})`).matches", sky)
            look(page, f"desk-{name}-{width}-{sky}")
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{name} {sky}"
            passable(page)

    page = desk(shared, visit, "approver")
    expect(items(page).first).to_be_visible()
    hold(page, "queue")
    open_first(page)
    expect(page.locator(".history li").first).to_be_visible()
    hold(page, "thread")
    write_alert(page, "Llamar al 300 000 0012.", kind="THREAT")
    expect(page.locator(".guards")).to_contain_text("300 000 0012")
    hold(page, "publish")
    page.locator("form.publish [name=reason]").fill("Es de la emisora.")
    page.locator("form.publish button.main").click()
    expect(page.locator("#said")).to_contain_text("Pedido")
    tab(page, "proposals")
    open_first(page)
    hold(page, "proposal")
    page.go_back()
    tab(page, "alerts")
    open_first(page)
    page.locator("form.act [name=act]").select_option("close")
    hold(page, "alert")
    page.go_back()
    page.locator("#names").click()
    hold(page, "names")


@pytest.mark.parametrize(("who", "says"), [("warden", "no tiene la llave"), ("analyst", "no tiene la llave")])
def test_a_desk_without_a_key_says_why_it_is_empty(shared: Live, new_phone: New, who: str, says: str) -> None:
    page = desk(shared, new_phone(), who)
    expect(page.locator("#empty")).to_contain_text(says)
    expect(page.locator("#names")).to_be_hidden()
    tab(page, "proposals")
    expect(page.locator("#empty")).to_contain_text("Nada espera a una segunda persona")
    look(page, f"desk-empty-{who}")
