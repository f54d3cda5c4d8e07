"""A member gives an e-mail address: a real worker writes the number there, and only the number opens the way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import expect

from support import paper
from support.living import Home, Live, free_port
from support.walking import PHONE, Visit, look

PAGE = "/mi-cuenta/avisos/"


class Letters:
    """Keeps what a mail server on this machine is handed."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        await asyncio.sleep(0)
        read = message_from_bytes(envelope.content, policy=default)
        self.texts.append(str(read.get_content()))  # type: ignore[attr-defined]
        return "250 OK"

    def number(self) -> str:
        """Return the number of the latest letter, waiting for a first one."""
        until = time.monotonic() + 40
        while not self.texts and time.monotonic() < until:
            time.sleep(0.2)
        return self.texts[-1].strip().rpartition(" ")[2]


@pytest.fixture
def letters() -> Iterator[tuple[Letters, int]]:
    kept, port = Letters(), free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    yield kept, port
    controller.stop(no_assert=True)


@pytest.fixture
def live(founded: Home, tmp_path: Path, letters: tuple[Letters, int]) -> Iterator[Live]:
    home = founded.copy(tmp_path)
    mail = {"HOST": "127.0.0.1", "PORT": str(letters[1]), "TLS": "none", "FROM": "cuaderno@casa.example"}
    with home.live(
        "serve", "--plain-http", **{f"ATARRAYA_MAIL_{name}": value for name, value in mail.items()}
    ) as server:
        yield server
    home.remove()


def test_the_address_counts_when_the_number_that_came_is_typed(
    live: Live, letters: tuple[Letters, int], new_phone: Callable[..., Visit], passable: Callable[..., None]
) -> None:
    page = paper.sign_in(new_phone(), live.url, live.secrets["people"]["verifier"])
    page.goto(live.url + PAGE)
    page.get_by_label("Todos los que atiendo").check()
    page.get_by_label("De todo").check()
    page.get_by_label("Sólo lo que es para ya").check()
    page.get_by_label("Correo electrónico", exact=True).check()
    page.get_by_label("Su correo electrónico").fill("rosa@correo.example")
    page.get_by_role("button", name="Guardar").last.click()
    expect(page.get_by_text("A esta dirección va un número")).to_be_visible()
    passable(page)
    look(page, "notices-number-phone")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    number = letters[0].number()
    page.get_by_label("El número que llegó").fill("000000" if number != "000000" else "000001")
    page.get_by_role("button", name="Es mía").click()
    expect(page.get_by_role("alert")).to_contain_text("Ése no es el número")
    page.get_by_label("El número que llegó").fill(number)
    page.get_by_role("button", name="Es mía").click()
    expect(page.get_by_text("A esta dirección va un número")).to_have_count(0)
    expect(page.get_by_text("rosa@correo.example")).to_be_visible()
