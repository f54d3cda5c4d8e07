"""Ending what somebody hears: their own choice, or because they were stopped. Nothing is kept of it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from atarraya.kernel.transactions import write
from atarraya.network.models import Member, Point, PointDevice
from atarraya.notices.models import Delivery, Receiver, Subscription


def of_member(member: Member) -> None:
    """Forget every receiver of a member who is frozen or removed, with all that waits for it."""
    destroy(Receiver.objects.filter(member=member))


def of_earlier_phones(point: Point) -> None:
    """Forget the receivers of phones that opened a link which is no longer the point's."""
    destroy(Receiver.objects.filter(device__point=point, device__previous_link=True))


def of_phone(device: PointDevice) -> None:
    """Forget all that a point's phone hears, and the answer that it is one person's."""
    with write():
        destroy(Receiver.objects.filter(device=device))


def forget(member: Member, receiver_id: UUID) -> None:
    """Forget one of the member's receivers at once: not even a correction goes there any more."""
    with write():
        destroy(Receiver.objects.filter(member=member, pk=receiver_id))


def end(member: Member, subscription_id: UUID) -> None:
    """End one subscription. Who heard of an alert by it still hears of its corrections and its end, and no more."""
    with write():
        Subscription.objects.filter(receiver__member=member, pk=subscription_id).delete()


def pause(member: Member, subscription_id: UUID, *, paused: bool) -> None:
    """Pause a subscription, or let it go on."""
    with write():
        Subscription.objects.filter(receiver__member=member, pk=subscription_id).update(paused=paused)


def gone(receivers: list[UUID]) -> int:
    """Forget receivers whose address exists no more; return how many there were."""
    with write():
        return destroy(Receiver.objects.filter(pk__in=receivers))


def destroy(receivers: QuerySet[Receiver]) -> int:
    """Destroy receivers with all that is theirs; return how many. Inside a transaction.

    On PostgreSQL a worker may be writing deliveries for them, or settling some, at this moment. It holds what it writes
    for (`fanning`, `leasing`): this waits for it, in the same order, and then finds every row there is.
    """
    asked = Receiver.objects.filter(pk__in=receivers.order_by().values("pk"))
    held = list(asked.select_for_update().order_by("pk").values_list("pk", flat=True))
    list(Delivery.objects.filter(receiver__in=held).select_for_update().order_by("pk").values_list("pk", flat=True))
    Receiver.objects.filter(pk__in=held).delete()
    return len(held)
