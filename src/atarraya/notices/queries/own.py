"""What one member or one phone hears, for themselves to see."""

from __future__ import annotations

from atarraya.kernel import clock
from atarraya.network.models import Member, PointDevice
from atarraya.notices import carriers
from atarraya.notices.carriers import Carrier
from atarraya.notices.models import Receiver, Subscription


def receivers(member: Member) -> list[Receiver]:
    """Return where a member hears, with what (`wants`) at each: two queries."""
    return list(Receiver.objects.filter(member=member).prefetch_related("wants").order_by("carrier", "pk"))


def ways_for_members() -> list[Carrier]:
    """Return the ways out that a member may choose here."""
    return [carrier for carrier in carriers.every() if carrier.for_members and carriers.can_send(carrier)]


def ways_for_phones() -> list[Carrier]:
    """Return the ways out that a point's phone may choose here."""
    return [carrier for carrier in carriers.every() if carrier.for_phones and carriers.can_send(carrier)]


def of_phone(device: PointDevice) -> Receiver | None:
    """Return where a phone hears, while its answer holds."""
    return Receiver.objects.filter(device=device, alone_until__gte=clock.today()).order_by("-alone_until").first()


def wants(receiver: Receiver) -> list[tuple[str, str, int]]:
    """Return what a receiver hears of: municipality, kind, rank of the least urgent."""
    rows = Subscription.objects.filter(receiver=receiver).order_by("municipality", "kind")
    return list(rows.values_list("municipality", "kind", "least"))
