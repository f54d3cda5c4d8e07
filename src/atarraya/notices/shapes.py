"""What a point's page says and is told about notices: the machine interface's shapes."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from atarraya.alerts import rules
from atarraya.alerts.shapes import Hour, Municipality, Urgency

Kind = Annotated[str, Meta(pattern="^(" + "|".join(rules.KINDS) + ")$", max_length=max(map(len, rules.KINDS)))]
OfDay = Annotated[
    str,
    Meta(pattern="^([01][0-9]|2[0-3])$", max_length=2, description="An hour of the day in the network's time zone."),
]
Part = Annotated[str, Meta(max_length=4000)]
Way = Annotated[str, Meta(pattern="^[a-z]{1,16}$", max_length=16)]
Address = Annotated[
    dict[Annotated[str, Meta(pattern="^[a-z0-9]{1,16}$", max_length=16)], Part],
    Meta(max_length=8),
]


class Wanted(Struct, forbid_unknown_fields=True, frozen=True):
    """What to hear of. Without `municipality`: all the point reads; without `kind`: every kind."""

    urgency: Urgency
    municipality: Municipality | None = None
    kind: Kind | None = None


class QuietHours(Struct, forbid_unknown_fields=True, frozen=True):
    """From when to when nothing comes (across midnight too), and whether what is *now* comes all the same."""

    start: OfDay
    end: OfDay
    now_passes: bool = False


class AskForNotices(Struct, forbid_unknown_fields=True, frozen=True):
    """The answer *this phone is only mine*, a way, its address on this phone, and what to hear of."""

    alone: Literal[True]
    way: Way
    address: Address
    wants: Annotated[list[Wanted], Meta(min_length=1, max_length=60)]
    quiet: QuietHours | None = None


class MoveNotices(Struct, forbid_unknown_fields=True, frozen=True):
    """The address that a browser changed by itself. Nobody answered anything: what holds ends on its day."""

    way: Way
    address: Address


class Words(Struct, frozen=True):
    """All that a notice shows, on a locked screen too."""

    title: str
    body: str


class WayOut(Struct, frozen=True):
    """A way that a phone may choose here, and what its page must know to make an address for it."""

    name: str
    label: str
    public: dict[str, str]


class Notices(Struct, frozen=True):
    """What this phone hears. `ask`: nobody answered *this phone is only mine* in 90 days, so it hears nothing.

    `hour` is the network's clock now, by which `last` is read; `says` is what a notice would show.
    """

    ask: bool
    hour: Hour
    says: Words
    until: str | None
    last: Hour | None
    ways: list[WayOut]
    wants: list[Wanted]
    quiet: QuietHours | None
