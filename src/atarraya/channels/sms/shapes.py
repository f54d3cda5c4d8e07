"""What the gateway's machine interface says and hears: one Struct a body."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from atarraya.alerts.shapes import Half, Report, SetupKind, SignedList


class Pulse(Struct, forbid_unknown_fields=True, frozen=True):
    """A sign of life: whether the gateway holds its key, and a random word of this run."""

    with_key: bool
    session: Half


class Heard(Struct, frozen=True):
    """It was heard."""

    heard: bool


class SmsReport(Report, frozen=True, kw_only=True):
    """An SMS as a report: its header and the sealed account."""


class GatewayCircle(Struct, frozen=True):
    """A circle of the inbox, in the place of its stanza."""

    id: str
    purpose: str
    people: int


class GatewaySetup(Struct, frozen=True):
    """All that a gateway must know to seal and hand in what arrives."""

    network: str
    demo: bool
    recipient: str
    inbox: str
    number: int
    circles: list[GatewayCircle]
    lists: list[SignedList]
    fingerprint: str
    municipalities: list[str]
    kinds: list[SetupKind]


Name = Annotated[str, Meta(min_length=1, max_length=40)]
