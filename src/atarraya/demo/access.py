"""`access.json`: addresses and sign-ins of the demonstration, as the file that tools read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from atarraya.channels.odk.collect import settings_text
from atarraya.demo.keyring import Cast, Person
from atarraya.demo.odk import Phone
from atarraya.network import queries as network
from atarraya.territory import queries as territory

NAME = "access.json"


def of(cast: Cast, base_url: str, phone: Phone) -> dict[str, Any]:
    """Return what `access.json` says."""
    labels = territory.labels(spot.point.municipality for spot in cast.spots)
    fingerprint = "".join(letter for letter in cast.fingerprint if letter.isalnum())
    return {
        "base_url": base_url,
        "points": [
            {
                "collective": spot.point.collective.name,
                "municipality": labels[spot.point.municipality],
                "url": f"{base_url}/#{spot.link}.{fingerprint}",
                "token": spot.link,
            }
            for spot in cast.spots
        ],
        "members": [
            {
                "name": person.member.alias,
                "role": person.role.lower(),
                "circles": _inside(person),
                "login": person.member.login,
                "password": person.password,
                "key_phrase": person.phrase,
            }
            for person in cast.people.values()
        ],
        "odk": _odk(base_url, phone),
    }


def _odk(base_url: str, phone: Phone) -> dict[str, str]:
    """Return what a phone with ODK is told. `settings` is what a square code for it says."""
    server = f"{base_url}/odk"
    settings = settings_text(server, phone.login, phone.password)
    return {"server": server, "user": phone.login, "password": phone.password, "settings": settings}


def _inside(person: Person) -> list[str]:
    """Return the circles that opened to the person: one who waits to be let in has none yet."""
    inside = set(network.circles_of(person.member).values_list("name", flat=True))
    return [name for name in person.circles if name in inside]


def write(folder: Path, known: dict[str, Any]) -> None:
    """Write the file whole, mode 0600."""
    part = folder / (NAME + ".part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=1, ensure_ascii=False)
    os.replace(part, folder / NAME)


def read(folder: Path) -> dict[str, Any]:
    """Return what the file says; raise OSError or ValueError when it is gone or damaged."""
    known: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    return known


def moved(known: dict[str, Any], base_url: str) -> dict[str, Any]:
    """Return the same for another address: ports and hosts change between starts, tokens do not."""
    before = known["base_url"]
    points: Iterable[dict[str, Any]] = known["points"]
    return {
        **known,
        "base_url": base_url,
        "points": [{**point, "url": base_url + str(point["url"]).removeprefix(before)} for point in points],
        **({"odk": _odk(base_url, Phone(known["odk"]["user"], known["odk"]["password"]))} if "odk" in known else {}),
    }
