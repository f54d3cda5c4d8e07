"""What is asked of gateways: what they need to know, and whether SMS are being read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from atarraya.alerts import rules
from atarraya.alerts.queries import spending
from atarraya.alerts.shapes import SetupKind, Signature, SignedList
from atarraya.channels.sms.models import Codebook, Gateway, Outgoing
from atarraya.channels.sms.shapes import BookForGateway, GatewayCircle, GatewaySetup
from atarraya.kernel import clock
from atarraya.network import queries as network
from atarraya.network.models import Member, Point
from atarraya.sealing import lists as sealing
from atarraya.sealing.encoding import to_b64

# A gateway tells every minute that it lives; after this long the team hears that it does not.
SILENT = timedelta(minutes=10)
# Off by more than this, a clock is told of.
CLOCK_MINUTES = 5
# For so long it is told that somebody else called with a gateway's token.
OTHER_DAYS = timedelta(days=7)
_FAMILY = {kind: family for family, kinds in rules.FAMILIES.items() for kind in kinds}


def setup_for(gateway: Gateway) -> GatewaySetup:
    """Return what a gateway must know to seal and hand in."""
    here, inbox = network.the_network(), gateway.inbox
    rows = network.lists_after(inbox, 0)
    places = inbox.places.select_related("circle").order_by("position")
    return GatewaySetup(
        network=str(here.id),
        demo=here.demo,
        recipient=gateway.recipient,
        inbox=str(inbox.pk),
        number=rows[-1].number,
        circles=[
            GatewayCircle(str(place.circle_id), place.circle.purpose, network.keyholders(place.circle).count())
            for place in places
        ],
        lists=[
            SignedList(row.document, [Signature(one["key"], one["signature"]) for one in row.signatures])
            for row in rows
        ],
        fingerprint=sealing.fingerprint(rows[0].document),
        municipalities=network.municipalities(),
        kinds=[SetupKind(kind, _FAMILY.get(kind), rules.policy_of(kind, here.policy).value) for kind in rules.KINDS],
    )


def in_use() -> QuerySet[Codebook]:
    """Return the codebooks whose words count now: of points that may speak, burnt and outdated ones apart."""
    standing = Q(state=Codebook.State.CURRENT) | Q(state=Codebook.State.RETIRING, until__gte=clock.today())
    return Codebook.objects.filter(standing, point__state=Point.State.ACTIVE)


def readable(gateway: Gateway) -> QuerySet[Codebook]:
    """Return the codebooks that a gateway reads with now."""
    return in_use().filter(gateway=gateway)


def books_for(gateway: Gateway) -> list[BookForGateway]:
    """Return the codebooks a gateway reads with."""
    return [
        BookForGateway(
            id=str(book.pk),
            collective=str(book.collective_id),
            name=book.collective.name,
            municipality=book.point.municipality,
            current=book.state == Codebook.State.CURRENT,
            until=book.until.isoformat() if book.until else None,
            sealed=to_b64(bytes(book.for_gateway)),
        )
        for book in readable(gateway).select_related("collective", "point").order_by("pk")
    ]


def books_of(member: Member) -> list[Codebook]:
    """Return the codebooks of the inboxes and municipalities a member serves; a collective's newest first."""
    rows = Codebook.objects.filter(
        gateway__inbox__in=network.inboxes_of(member), point__municipality__in=member.municipalities
    )
    return list(rows.select_related("collective", "point", "gateway").order_by("collective__name", "-made", "pk"))


def read_by(member: Member) -> list[Codebook]:
    """Return the codebooks whose words count now, of those the member serves; a collective's newest first."""
    usable = set(in_use().values_list("pk", flat=True))
    return [book for book in books_of(member) if book.pk in usable]


def speaking(member: Member) -> list[tuple[Point, Gateway]]:
    """Return the points that may have a codebook made by this member, each with the gateway that would read it."""
    gateways: dict[UUID, Gateway] = {}
    served = set(network.inboxes_of(member).values_list("pk", flat=True))
    for gateway in active():
        if gateway.inbox_id in served:
            gateways.setdefault(gateway.inbox_id, gateway)
    rows = Point.objects.filter(
        state=Point.State.ACTIVE, inbox__in=list(gateways), municipality__in=member.municipalities
    ).select_related("collective")
    return [(point, gateways[point.inbox_id]) for point in rows.order_by("collective__name", "pk")]


def sending(member: Member) -> list[Gateway]:
    """Return the gateways that send for the inboxes a member serves."""
    served = set(network.inboxes_of(member).values_list("pk", flat=True))
    return [gateway for gateway in active() if gateway.inbox_id in served]


@dataclass(frozen=True)
class Queue:
    """How many SMS wait for a gateway: written by members, and notices; and how many could not be sent these days."""

    messages: int
    notices: int
    failed: int

    @property
    def waiting(self) -> int:
        """Return how many wait in all."""
        return self.messages + self.notices


def queue(gateway: Gateway) -> Queue:
    """Return what waits for a gateway, in numbers."""
    failed, notice = Q(state=Outgoing.State.FAILED), Q(receiver__isnull=False)
    counted = Outgoing.objects.filter(gateway=gateway).aggregate(
        messages=Count("pk", filter=~failed & ~notice),
        notices=Count("pk", filter=~failed & notice),
        failed=Count("pk", filter=failed),
    )
    return Queue(**counted)


def unsent(gateway: Gateway) -> dict[str, int]:
    """Return how many messages were not sent in the last days, by why (`Outgoing.Why`)."""
    rows = Outgoing.objects.filter(gateway=gateway, state=Outgoing.State.FAILED).values_list("why", flat=True)
    return dict(sorted(Counter(why or Outgoing.Why.REFUSED.value for why in rows).items()))


def circles_of_two(gateway: Gateway) -> list[tuple[str, str]]:
    """Return (id, name) of the inbox's circles that exactly two people hold."""
    places = gateway.inbox.places.select_related("circle").order_by("position")
    return [(str(one.circle_id), one.circle.name) for one in places if network.keyholders(one.circle).count() == 2]


def burnt_untold(member: Member) -> list[Codebook]:
    """Return the burnt codebooks that this member has not read about."""
    rows = Codebook.objects.filter(state=Codebook.State.BURNT).select_related("collective")
    return [book for book in rows if str(member.pk) in book.told]


def active() -> list[Gateway]:
    """Return the gateways that may hand in, by name."""
    return list(Gateway.objects.filter(state=Gateway.State.ACTIVE).select_related("inbox").order_by("name", "pk"))


def is_silent(gateway: Gateway) -> bool:
    """Return whether a gateway has given no sign of life for too long."""
    return gateway.seen is None or clock.now() - gateway.seen > SILENT


def has_key(gateway: Gateway) -> bool:
    """Return whether a run that proved this gateway's key has given a sign of life lately."""
    return gateway.key_seen is not None and clock.now() - gateway.key_seen <= SILENT


@dataclass(frozen=True)
class Trouble:
    """What a person should know of a gateway (`name`) or a collective's code: a word for it, since when, how many.

    `waiting`: of a gateway that does not send, how many SMS wait for it.
    """

    what: str
    name: str
    seen: datetime | None = None
    count: int = 0
    waiting: int = 0


def troubles(inboxes: Iterable[UUID]) -> list[Trouble]:
    """Return what needs a person at the gateways of these inboxes."""
    rows = Gateway.objects.filter(state=Gateway.State.ACTIVE, inbox__in=list(inboxes)).order_by("name", "pk")
    return [trouble for gateway in rows for trouble in troubles_of(gateway)]


def troubles_of(gateway: Gateway) -> Iterator[Trouble]:
    """Yield what needs a person at one gateway."""
    name = gateway.name
    if is_silent(gateway):
        yield Trouble("silent", name, gateway.seen, 0, queue(gateway).waiting)
    elif not has_key(gateway):
        yield Trouble("no_key", name, None, 0, queue(gateway).waiting)
    if gateway.other_on is not None and clock.today() - gateway.other_on <= OTHER_DAYS:
        yield Trouble("other", name)
    counts = {"stuck": gateway.stuck, "dropped": gateway.dropped}
    if abs(gateway.clock_off) > CLOCK_MINUTES and not is_silent(gateway):
        counts["clock"] = abs(gateway.clock_off)
    for why, count in unsent(gateway).items():
        counts[f"unsent_{why.lower()}"] = count
    yield from (Trouble(say, name, None, count) for say, count in counts.items() if count)
    yield from _used_up(gateway)


def _used_up(gateway: Gateway) -> Iterator[Trouble]:
    """Yield the collectives whose code came from more new numbers in a day than are held for a member."""
    for book in readable(gateway).filter(state=Codebook.State.CURRENT).select_related("collective", "point"):
        if spending.newcomers_in_a_day(book.point) >= rules.NEWCOMERS_A_DAY:
            yield Trouble("newcomers", book.collective.name)
