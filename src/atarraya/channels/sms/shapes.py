"""What the gateway's machine interface says and hears: one Struct a body."""

from __future__ import annotations

from msgspec import Struct

from atarraya.alerts.shapes import Half, Id, Report, SealedBytes, SetupKind, SignedList


class Pulse(Struct, forbid_unknown_fields=True, frozen=True):
    """A sign of life: whether the gateway holds its key, and a random word of this run."""

    with_key: bool
    session: Half


class Heard(Struct, frozen=True):
    """It was heard."""

    heard: bool


class Beside(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A sealed note that comes with a coded report. Nearly always nobody can open it; only its readers can tell."""

    id: Id
    lookup: Half
    erase_hash: Half
    sealed: SealedBytes


class SmsReport(Report, frozen=True, kw_only=True):
    """An SMS as a report: its header and the sealed account; with `book`, what that codebook read in it.

    With `hold`, codes that could be shown wait for a member: the number had not written before.
    """

    book: Id | None = None
    hold: bool = False
    beside: Beside | None = None


class BookForGateway(Struct, frozen=True):
    """A codebook in use, sealed to the gateway. `until`: its last day, when another took its place."""

    id: str
    collective: str
    name: str
    municipality: str
    current: bool
    until: str | None
    sealed: str


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


class Session(Struct, forbid_unknown_fields=True, frozen=True):
    """The random word of a gateway's run."""

    session: Half


class Waiting(Struct, frozen=True):
    """An SMS to send, sealed to the gateway."""

    id: str
    sealed: bytes


class Lent(Struct, frozen=True):
    """What this run of the gateway has to send. A notice is sealed without words: it says `sentence`."""

    messages: list[Waiting]
    sentence: str


class Ended(Struct, forbid_unknown_fields=True, frozen=True):
    """What became of a message: `sent`, or refused by the phone or the network."""

    session: Half
    sent: bool
