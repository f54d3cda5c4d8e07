"""What the point's machine interface says and hears: one Struct a body. The OpenAPI document is made from these.

Unknown members are refused: a body must have no place where a sentence could travel in clear.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from atarraya.alerts import rules
from atarraya.sealing.receipts import ANSWERS

CHECKIN = "CHECKIN"

BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$"
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
    Meta(
        pattern="^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$",
        max_length=43,
        description="32 bytes, base64url without padding.",
    ),
]
Municipality = Annotated[
    str, Meta(pattern="^[0-9A-Za-z-]{1,10}$", max_length=10, description="A municipality's code of this network.")
]
Urgency = Literal["NOW", "DAYS", "KNOW"]
Age = Annotated[
    Literal["H1", "H6", "D1", "D3", "W1", "OLD"],
    Meta(description="How long it waited on the phone, by its own clock: at most 1 h, 6 h, 24 h, 3 d, 7 d, longer."),
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


SealedBytes = Annotated[
    bytes,
    Meta(
        min_length=200,
        max_length=40_000,
        description="A binary age file.",
        extra_json_schema={"pattern": BASE64, "minLength": 268, "maxLength": 53_336},
    ),
]


class Report(ReportHeader, frozen=True, kw_only=True):
    """A report as JSON: its header and the sealed account."""

    sealed: SealedBytes


class Received(Struct, frozen=True, omit_defaults=True):
    """It is kept. `board`, only if codes came, says where they went: shown, held for a member, or only to the team."""

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


class Lookups(Struct, forbid_unknown_fields=True, frozen=True):
    """What a receipt's words give to ask with: the places of all its answers, always as many."""

    lookups: Annotated[list[Half], Meta(min_length=ANSWERS, max_length=ANSWERS)]


class Replies(Struct, frozen=True):
    """For each place 96 bytes that only the receipt's words open; random where there is no answer, or nothing."""

    replies: list[Annotated[str, Meta(min_length=128, max_length=128)]]


class Erase(Struct, forbid_unknown_fields=True, frozen=True):
    """What a receipt's words give to erase with."""

    lookup: Half
    erase: Half
    thread: Half


class Done(Struct, frozen=True):
    """It was done, if there was anything to do: right and wrong words are answered alike."""

    done: Literal[True]


class SecondSaw(Struct, forbid_unknown_fields=True, frozen=True):
    """How this point knows, and whether its phone had fetched the alert before it wrote its own (null: not known)."""

    seen: Literal["SAW", "TOLD"]
    knew: bool | None = None


class Signature(Struct, frozen=True):
    """One signature under a list's canonical text."""

    key: str
    signature: str


class SignedList(Struct, frozen=True):
    """A recipient list as it was signed: the canonical text and who signed it."""

    document: str
    signatures: list[Signature]


class SetupCircle(Struct, frozen=True):
    """What a circle is for, and how many people can open what is sealed to it."""

    purpose: str
    people: int


class SetupInbox(Struct, frozen=True):
    """Whom to seal to: one stanza a recipient, in this order, which is that of `circles` too."""

    id: str
    number: int
    recipients: list[str]
    circles: list[SetupCircle]
    signed: SignedList = field(name="list")
    # Where an SMS may be written to when there is no data; the keys for it stand in the list.
    lines: list[str]


class SetupNetwork(Struct, frozen=True):
    """What the network says of itself to its points."""

    id: str
    name: str
    page_name: str
    demo: bool
    team_hours: str


class SetupPoint(Struct, frozen=True):
    """What the link opens. `phones`: on how many the present link was opened; `present`: whether this is that link."""

    municipality: str
    collective: str
    phones: int
    present: bool


class SetupKind(Struct, frozen=True):
    """A kind, the family under which the page shows it (null: only in the discreet path), and who must agree."""

    code: str
    family: str | None
    policy: Literal["AT_ONCE", "ONE", "TWO", "NEVER"]


class SetupPolicy(Struct, frozen=True):
    """Numbers the page says before sending."""

    warnings_a_day: int
    delay_hours: int


class SetupMunicipality(Struct, frozen=True):
    """A municipality of the network, under its bare name."""

    code: str
    name: str


class SetupZone(Struct, frozen=True):
    """A publishable place. `may_show`: enough points speak there for it to be shown at once."""

    id: str
    municipality: str
    name: str
    may_show: bool


class Setup(Struct, frozen=True):
    """All that a page must know to write, seal and send."""

    network: SetupNetwork
    point: SetupPoint
    inbox: SetupInbox
    lists: list[SignedList]
    fingerprint: str
    transport_key: str
    kinds: list[SetupKind]
    policy: SetupPolicy
    municipalities: list[SetupMunicipality]
    zones: list[SetupZone]
    readers: dict[str, int]


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


Hour = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}$", description="An hour in the network's time zone.")]


class BoardPlace(Struct, frozen=True):
    """A municipality: code, name, how it stands, [points that spoke, points] where it may be told, further alerts."""

    c: str
    n: str
    s: Literal["ALERTS", "SPOKE", "UNKNOWN", "FEW"]
    k: tuple[int, int] | None = None
    more: int = 0


class BoardAlert(Struct, frozen=True):
    """An alert: see `queries.board` for what each letter says. Members that say nothing are left out."""

    i: str
    m: str
    k: str
    u: Urgency
    s: str
    a: str
    v: int
    t: Hour
    z: str = ""
    p: str = ""
    x: Hour = ""
    d: int = 0
    c: int = 0
    f: Hour = ""
    b: int = 0
    n: int = 0
    g: int = 0
    y: int = 0
    w: str = ""
    o: str = ""
    l: Hour = ""  # noqa: E741 (the board's own letter)
    h: Hour = ""
    e: int = 0
    r: str = ""
    q: str = ""


class Board(Struct, frozen=True):
    """What a point may read now, or with `since` only what changed."""

    v: int
    seq: int
    hour: Hour
    full: bool
    places: list[BoardPlace]
    alerts: list[BoardAlert]
    gone: list[str]


class Problem(Struct, frozen=True):
    """Why something was refused: a code for a program (`title`), a sentence for a person (`detail`). RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
