"""What a verifier sees of sealed SMS that a gateway handed on: one that opens, and one that came damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import expect

from atarraya.sealing.sms import letters, message
from atarraya.sealing.sms.head import Head, step
from support.desks import ask, desk, items, open_first, send
from support.living import Live
from support.walking import Visit, look

New = Callable[..., Visit]
TYPED = "Llegaron anoche a la escuela; no dejan salir por el río. Hay 3 niños enfermos."


def hand_on(live: Live, text: str) -> None:
    """Send what a gateway makes of an SMS that no code reads."""
    now = datetime.now(UTC)
    sms = {"read": False, "channel": "phone", "at": now.strftime("%Y-%m-%dT%H:%M"), "to": "+573000000000"}
    contact = {"way": "SMS", "number": "+573001112233", "hour": "", "partner": False}
    send(live, text=text, municipality=None, urgency=None, more={"sms": sms, "contact": contact, "kind": None})


def sealed(live: Live) -> str:
    """Return a message as a phone makes it with the list it verified."""
    inbox = ask(live, "/api/point/setup.json")["inbox"]
    key = json.loads(inbox["list"]["document"])["sms"][0]
    groups = ("COMMUNITY", "CHILDREN")
    head = Head("CONFINEMENT", "27099", step(int(datetime.now(UTC).timestamp()) - 1800), "NOW", 22, groups, ("SAW",))
    return message.seal(head, letters.plain(TYPED), key=key, inbox=UUID(inbox["id"]), number=inbox["number"])


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_sealed_sms_is_read_at_the_desk_and_a_damaged_one_is_told(
    shared: Live, new_phone: New, new_desktop: New, width: str
) -> None:
    whole = sealed(shared)
    hand_on(shared, f"{whole}\nenviado desde mi telefono")
    hand_on(shared, whole[:155])
    page = desk(shared, (new_phone if width == "phone" else new_desktop)(), "verifier")
    expect(items(page).filter(has_text="No podemos salir").first).to_contain_text("YA")
    open_first(page, "No podemos salir")
    thread = page.locator("article.thread")
    expect(thread.locator(".account")).to_have_text(
        "llegaron anoche a la escuela; no dejan salir por el rio. hay 3 niños enfermos."
    )
    expect(thread.locator(".refused").first).to_contain_text("Llegó como un SMS sellado")
    for fact in ("21-100", "niñas y niños", "+573001112233", "Escrito, por el reloj de ese teléfono"):
        expect(thread.locator(".pairs")).to_contain_text(fact)
    assert whole not in page.content()
    look(page, f"desk-sealed-sms-{width}")
    if width == "phone":
        page.go_back()
    open_first(page, "Hecho sin decir")
    expect(thread.locator(".refused").first).to_contain_text("DAÑADO")
    expect(thread.locator(".pairs")).to_contain_text("+573001112233")
    assert whole[:155] not in page.content()
    look(page, f"desk-damaged-sms-{width}")
