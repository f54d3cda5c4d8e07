"""Ways out, as notices sees them. Each lives in a folder of `channels` and registers itself; nothing else names it.

A carrier is given items that say where, never what: it asks `services.wording` for the network's neutral sentence when
it sends, and says of each item what became of it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.utils.functional import Promise

from atarraya.notices.refusals import BadAddress


@dataclass(frozen=True)
class Item:
    """One message to send: where, and whether any of what it stands for is *now*.

    `told` are the (alert, version) pairs it stands for, for carriers that record; a carrier that sends needs none.
    """

    keys: tuple[int, ...]
    receiver: UUID
    address: Mapping[str, Any]
    urgent: bool
    told: tuple[tuple[UUID, int], ...] = field(default=())
    # What to say in place of the network's sentence: only ever a number that confirms an address.
    text: str = ""


@dataclass(frozen=True)
class Delivered:
    """It was handed over."""


@dataclass(frozen=True)
class Handed:
    """Somebody else has it and will say what became of it (`services.leasing.heard_of`); until then it waits."""


@dataclass(frozen=True)
class Again:
    """Not now; `after` seconds if the other side said so. `reason` is a code of REASONS."""

    reason: str
    after: float | None = None


@dataclass(frozen=True)
class Later:
    """It was not begun, for others of its way took the time: it waits `after` seconds, and that counts as no try."""

    after: float = 0.0


@dataclass(frozen=True)
class Gone:
    """The address exists no more: the receiver and all it wanted are forgotten."""


@dataclass(frozen=True)
class GivenUp:
    """It can never be sent so; a steward sees the reason."""

    reason: str


Outcome = Delivered | Handed | Again | Later | Gone | GivenUp


class Field(NamedTuple):
    """What a form asks, or a script fills in, to make an address: `kind` is `email`, `hidden` or `typed`.

    What is typed stays in the page, for the way's script: it has no name in the form and is never sent.
    """

    name: str
    label: str | Promise
    kind: str


class Said(NamedTuple):
    """What became of an item."""

    item: Item
    outcome: Outcome


class CarrierDown(Exception):
    """The whole way is closed for now: every item that has no outcome yet waits. Carries a code of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Carrier:
    """Base of every way out."""

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    # What the doctor says when it cannot send here.
    off: ClassVar[str | Promise] = ""
    # What a form asks for, what it tells whoever chooses this way, the script that fills in hidden fields, and the
    # worker that this script gives the browser.
    fields: ClassVar[tuple[Field, ...]] = ()
    about: ClassVar[tuple[str | Promise, ...]] = ()
    script: ClassVar[str] = ""
    worker: ClassVar[str] = ""
    # What the page's script says by code: `ready`, and why it cannot.
    says: ClassVar[Mapping[str, str | Promise]] = {}
    # One address for each member: a new one takes its place, and without one what is there stays.
    one_each: ClassVar[bool] = False
    # The name of a secret that is made when it is first needed, and that its addresses were made for.
    secret: ClassVar[str] = ""
    # Who may choose it.
    for_members: ClassVar[bool] = True
    for_phones: ClassVar[bool] = False
    # An address counts only when its owner typed a number that was sent there.
    confirms: ClassVar[bool] = False
    # What it carries says nothing, so what waits for one receiver is one message.
    says_nothing: ClassVar[bool] = True
    # Whoever reads comes and fetches: nothing is ever sent by it, and nothing is counted.
    pulls: ClassVar[bool] = False
    # Over how many seconds a warning of rank 0, 1, 2 is spread, so that not all phones ask at once.
    spread: ClassVar[tuple[int, int, int]] = (0, 0, 0)

    def ready(self) -> bool:
        """Return whether it can send here at all."""
        return True

    def state(self) -> str:
        """Return what else a steward should know of it, or ""."""
        return ""

    def check(self) -> None:
        """Raise Misunderstood if the environment says of this way what cannot be: nobody starts with that."""
        self.ready()

    def words(self) -> str:
        """Return what it says where that is not the network's sentence."""
        return ""

    def public(self) -> dict[str, str]:
        """Return what a page must know to make an address for this way."""
        return {}

    def checked(self, address: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is to be kept of an address a person gave. Raises BadAddress."""
        raise NotImplementedError

    def shown(self, address: Mapping[str, Any]) -> str:
        """Return what its owner may see of an address."""
        return ""

    def works(self, address: Mapping[str, Any]) -> bool:
        """Return whether something sent to an address that was kept can still arrive."""
        return True

    def deliver(self, items: Iterable[Item]) -> Iterator[Said | None]:
        """Send items and say of each what became of it, as it goes: whoever listens keeps the lease alive meanwhile.

        None says only that it is still at it. Raises CarrierDown. Anything else it raises makes what is left wait too.
        Half a lease may not pass without a word.
        """
        raise NotImplementedError


class Pulled(Carrier):
    """Base of the ways that people fetch from. Nobody is kept as its receiver, so it is never given an item."""

    pulls = True
    for_members = False

    def checked(self, address: Mapping[str, Any]) -> dict[str, Any]:
        """Refuse: nobody can be sent anything here."""
        raise BadAddress()

    def deliver(self, items: Iterable[Item]) -> Iterator[Said | None]:
        """Refuse: nothing is delivered by being there to be fetched."""
        raise CarrierDown("OFF")


log = logging.getLogger(__name__)
_carriers: dict[str, Carrier] = {}
_told: set[tuple[str, str]] = set()


def register(carrier: Carrier) -> None:
    """Make a way out known. The same name again takes its place."""
    _carriers[carrier.name] = carrier


def forget(name: str) -> None:
    """Make a way out unknown again (for tests)."""
    _carriers.pop(name, None)


def every() -> list[Carrier]:
    """Return all ways out, by name."""
    return [_carriers[name] for name in sorted(_carriers)]


def sending() -> list[Carrier]:
    """Return the ways out that are given items to send, by name."""
    return [carrier for carrier in every() if not carrier.pulls]


def can_send(carrier: Carrier) -> bool:
    """Return whether a way can send here. One that cannot even say so is closed, and keeps no other waiting."""
    try:
        return carrier.ready()
    except Exception as problem:
        told = (carrier.name, type(problem).__name__)
        if told not in _told:  # once: this is asked every second
            _told.add(told)
            log.error("the way %s can't say whether it can send (%s)", *told)
        return False


def named(name: str) -> Carrier | None:
    """Return a way out, or None."""
    return _carriers.get(name)
