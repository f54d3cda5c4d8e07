"""What the gateway's machine interface says and hears: one Struct a body."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from atarraya.alerts.shapes import Half, Id, Report, ReportHeader, SealedBytes, SetupKind, SignedList

# JSON has one kind of number: 3.0 is 3, and both are whole when they are kept.
Seconds = Annotated[float, Meta(ge=0, le=2**40)]
Count = Annotated[float, Meta(ge=0, le=10**6)]


class Pulse(Struct, forbid_unknown_fields=True, frozen=True):
    """A sign of life: the gateway's clock in seconds of the epoch, how many SMS that were refused here it tries again,
    and how many it let go of after a month of that.
    """

    clock: Seconds
    stuck: Count = 0
    dropped: Count = 0


class Heard(Struct, frozen=True):
    """It was heard; this machine's clock in seconds of the epoch."""

    heard: bool
    now: int


class Challenge(Struct, frozen=True):
    """A word for this run, sealed to the gateway's key."""

    sealed: bytes


class Proof(Struct, forbid_unknown_fields=True, frozen=True):
    """The word, opened. `again`: this run has proved its key before, and takes over from no other."""

    word: Half
    again: bool = False


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


class Transcribed(ReportHeader, frozen=True, kw_only=True):
    """What a member wrote down from paper, voice or radio: its header, and with `book` what that codebook read in it.

    Its way in is inside the seal. `beside` always comes: it is nearly always a note to nobody.
    """

    book: Id | None = None
    beside: Beside


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


class Have(Struct, forbid_unknown_fields=True, frozen=True):
    """What this run of the gateway has taken over and not yet told the end of."""

    have: Annotated[list[Id], Meta(max_length=1000)] = []


class Waiting(Struct, frozen=True):
    """An SMS to send, sealed to the gateway."""

    id: str
    sealed: bytes


class Lent(Struct, frozen=True):
    """What this run of the gateway has to send besides, and what of what it has is not to be sent any more.

    A notice is sealed without words: it says `sentence`.
    """

    messages: list[Waiting]
    gone: list[str]
    sentence: str


class Ended(Struct, forbid_unknown_fields=True, frozen=True):
    """What became of a message: `sent`, or not, and why it never will be."""

    sent: bool
    why: Literal["REFUSED", "SIGNAL", "KEY", "NUMBER"] | None = None
