"""Each page of the team speaks one language at a time: no Spanish in the English one, nor the reverse."""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator

import pytest
from django.test import Client

from atarraya.network.models import Circle, Member
from support.cast import Cast, sign_in
from support.house import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import messages

PAGES = [
    "/equipo/",
    "/equipo/palabras.json",
    "/que-revela",
    "/mi-cuenta/",
    "/mi-cuenta/contrasena/",
    "/mi-cuenta/dispositivos/",
    "/mi-cuenta/sesiones/",
    "/mi-llave/",
    "/mi-llave/palabras/",
    "/mi-llave/hoja/",
    "/mi-llave/dispositivo/",
    "/mi-llave/espera/",
    "/perdidas/",
    "/perdidas/palabras-y-hoja/",
    "/perdidas/dispositivo/",
    "/perdidas/persona/",
    "/perdidas/todas/",
    "/red/personas/",
    "/red/personas/invitar/",
    "/red/circulos/",
    "/red/circulos/nuevo/",
    "/red/buzones/nuevo/",
    "/red/",
    "/red/apariencia/",
    "/red/vecinos/",
    "/red/reglas/",
    "/red/colectivos/",
    "/red/zonas/",
    "/red/puntos/",
    "/red/puntos/nuevo/",
    "/salir/",
]


def sentences() -> tuple[set[str], set[str]]:
    """Return the English sentences of every room and their Spanish, without those that have places for values."""
    english, spanish = set(), set()
    for room in messages.rooms():
        for message in messages.stored(room):
            if message.id:
                ids, strings = _all(message.id), _all(message.string)
                english |= {text for text in ids if "%(" not in text and "{" not in text}
                spanish |= {text for text in strings if "%(" not in text and "{" not in text}
    return english - spanish, spanish - english


def _all(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def said(client: Client, path: str, language: str) -> Iterator[str]:
    """Yield every piece of text of a page: between tags, in labels and titles, or a value of JSON."""
    accept = "application/json" if path.endswith("json") else "text/html"
    answer = client.get(path, headers={"accept": accept, "accept-language": language})
    assert answer.status_code == 200, (path, answer.status_code)
    body = answer.content.decode()
    found = re.findall(r'":\s*"((?:[^"\\]|\\.)*)"', body) if accept.endswith("json") else _texts(body)
    yield from (" ".join(html.unescape(piece).split()) for piece in found)


def _texts(page: str) -> list[str]:
    shown = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    return re.findall(r">([^<]+)<", shown) + re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', page)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_the_language_that_is_asked_for(cast: Cast, path: str) -> None:
    Member.objects.filter(pk=cast.steward.member.pk).update(roles=["STEWARD", "VERIFIER"])
    client, (english, spanish) = sign_in(Client(), cast.steward), sentences()
    names = {"id", "key", *(circle.name for circle in Circle.objects.all())}  # columns, and what people named
    in_english, in_spanish = (set(said(client, path, language)) - names for language in ("en", "es"))
    assert in_english & spanish == set(), "Spanish in the English page"
    assert in_spanish & english == set(), "English in the Spanish page"
