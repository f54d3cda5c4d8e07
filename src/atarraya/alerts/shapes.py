"""What the point's machine interface says and hears: one Struct a body. The OpenAPI document is made from these.

Unknown members are refused: a body must have no place where a sentence could travel in clear.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from atarraya.alerts import rules

CHECKIN = "CHECKIN"

# Lengths are said beside patterns because `$` alone would let a line break through.
Id = Annotated[
    str,
    Meta(
        pattern="^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$",
        max_length=36,
        description="A random UUID (version 4).",
    ),
]
Half = Annotated[
    str,
    Meta(pattern="^[A-Za-z0-9_-]{43}$", max_length=43, description="32 bytes, base64url without padding."),
]
Municipality = Annotated[
    str, Meta(pattern="^[0-9A-Za-z-]{1,10}$", max_length=10, description="A municipality's code of this network.")
]
Urgency = Literal["NOW", "DAYS", "KNOW"]
Age = Annotated[
    Literal["H1", "H6", "D1", "D3", "W1", "OLD"],
    Meta(description="How long it waited on the phone, by the phone's own clock: upper bounds 1 h, 6 h, 24 h, 3 d, 7 d."),
]
Kind = Annotated[
    str,
    Meta(
        pattern="^(" + "|".join((*rules.KINDS, CHECKIN)) + ")$",
        max_length=max(map(len, rules.KINDS)),
        description="A kind of alert, or CHECKIN for *sin novedad*.",
    ),
]
Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class Share(Struct, forbid_unknown_fields=True, frozen=True):
    """Codes that the reporter wants published at once. Nothing here can carry a name."""

    kind: Kind
    zone: Id | None = None
    when: Literal["DAWN", "MORNING", "AFTERNOON", "NIGHT"] | None = None
    seen: Literal["SAW", "TOLD"] = "TOLD"
    # Show it six hours later, so that it cannot be told who passed by.
    delay: bool = False


class ReportHeader(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What the server must know of a sealed report to keep it for the right people."""

    id: Id
    inbox: Id
    number: Number
    municipality: Municipality | None = None
    urgency: Urgency | None = None
    age: Age
    lookup: Half
    erase_hash: Half
    share: Share | None = None


class Report(ReportHeader, frozen=True, kw_only=True):
    """A report as JSON: its header and the sealed account."""

    sealed: Annotated[bytes, Meta(min_length=200, max_length=40_000, description="A binary age file.")]


class Received(Struct, frozen=True):
    """It is kept. `board` says where the codes went, if codes came: shown, held for a member, or only to the team."""

    received: Literal[True]
    board: Literal["shown", "held", "team"] | None = None


class Redeem(Struct, forbid_unknown_fields=True, frozen=True):
    """The secret in a link's fragment."""

    token: Annotated[str, Meta(min_length=1, max_length=80)]


class Code(Struct, forbid_unknown_fields=True, frozen=True):
    """The short code of a printed card."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]


class Device(Struct, frozen=True):
    """The token that stands for the link on this phone."""

    device: str


class Have(Struct, frozen=True):
    """The slices of an attachment that are kept here."""

    have: list[int]


class Kept(Struct, frozen=True):
    """The slice is kept."""

    kept: Literal[True]


class Lookup(Struct, forbid_unknown_fields=True, frozen=True):
    """What a receipt's words give to ask with."""

    lookup: Half


class Reply(Struct, frozen=True):
    """96 bytes that only the receipt's words open; random when there is no answer, or nothing here."""

    reply: Annotated[str, Meta(min_length=128, max_length=128)]


class Erase(Struct, forbid_unknown_fields=True, frozen=True):
    """What a receipt's words give to erase with."""

    lookup: Half
    erase: Half
    thread: Half


class Done(Struct, frozen=True):
    """It was done, if there was anything to do: right and wrong words are answered alike."""

    done: Literal[True]


class Phones(Struct, frozen=True):
    """On how many phones the present link was opened."""

    phones: int


class ChangeLink(Struct, forbid_unknown_fields=True, frozen=True):
    """First tap: nothing. Second tap: the `confirm` that the first answered."""

    confirm: Annotated[str, Meta(max_length=400)] | None = None


class LinkChange(Struct, frozen=True, omit_defaults=True):
    """First tap: `confirm`, good for ten minutes. Second tap: the new link's secret and short code."""

    confirm: str | None = None
    token: str | None = None
    code: str | None = None


class Problem(Struct, frozen=True):
    """Why something was refused: a code for a program (`title`), a sentence for a person (`detail`). RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
