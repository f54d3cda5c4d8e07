"""Every private key of the demonstration: made here, as browsers make them, and written to one private file.

A real network has no such file anywhere. Bundles carry `"demo": true`, so that no real network takes them.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from atarraya.network.models import Circle, Inbox, Member, Point
from atarraya.network.services.keys import PublicHalf
from atarraya.sealing import bundles

Bundle = dict[str, Any]


@dataclass
class Person:
    """A member with what only they hold. `device` marks their browser in two-person acts."""

    member: Member
    bundle: Bundle
    password: str
    phrase: str
    code: str
    role: str
    circles: tuple[str, ...] = ()
    device: bytes = field(default_factory=lambda: os.urandom(32))

    @property
    def recipient(self) -> str:
        """The member's public age key."""
        return self.member.recipient


@dataclass
class Ring:
    """A circle with its key and the identity that its sheets of paper hold."""

    circle: Circle
    bundle: Bundle
    offline: str


@dataclass
class Spot:
    """A point with its card's secrets and a phone that opened its link."""

    point: Point
    link: str
    short_code: str
    device: str


@dataclass
class Cast:
    """Everybody in the demonstration."""

    inbox: Inbox
    fingerprint: str
    people: dict[str, Person]
    rings: dict[str, Ring]
    spots: list[Spot]
    recipients: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    # Steps of the story that the rules refused while it was built; tests keep this empty.
    refused: list[str] = field(default_factory=list)

    def spot(self, ending: str, place: int = 0) -> Spot:
        """Return the `place`-th point of the collective whose name ends so."""
        return [spot for spot in self.spots if spot.point.collective.name.endswith(ending)][place]

    def spots_in(self, municipality: str) -> list[Spot]:
        """Return the points of a municipality."""
        return [spot for spot in self.spots if spot.point.municipality == municipality]


def new_bundle() -> Bundle:
    """Return a key bundle marked as a demonstration's."""
    return {**bundles.new_bundle(), "demo": True}


def new_circle_bundle() -> Bundle:
    """Return a circle's key bundle marked as a demonstration's."""
    return {**bundles.new_circle_bundle(), "demo": True}


def public(bundle: Bundle) -> PublicHalf:
    """Return a bundle's public half as services take it."""
    return PublicHalf.read(bundles.public_half(bundle))


def wrap(bundle: Bundle, people: list[Person], offline: str) -> dict[UUID | None, bytes]:
    """Return a circle's key sealed to each of `people` and to the recipient of its sheets."""
    wrapped: dict[UUID | None, bytes] = {None: bundles.seal_to(bundle, [offline])}
    for person in people:
        wrapped[person.member.pk] = bundles.seal_to(bundle, [person.recipient])
    return wrapped


def write(cast: Cast, path: Path) -> None:
    """Write all private keys and receipts to `path`, mode 0600."""
    known = {
        "circles": {name: {"bundle": ring.bundle, "offline": ring.offline} for name, ring in cast.rings.items()},
        "members": {
            person.member.login: {"bundle": person.bundle, "recovery_code": person.code}
            for person in cast.people.values()
        },
        "receipts": cast.receipts,
    }
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(known, file, indent=1, ensure_ascii=False)
