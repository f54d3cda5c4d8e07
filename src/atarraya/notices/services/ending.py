"""Ending what somebody hears: their own choice, or because they were stopped. Nothing is kept of it."""

from __future__ import annotations

from uuid import UUID

from atarraya.kernel.transactions import write
from atarraya.network.models import Member, Point, PointDevice
from atarraya.notices.models import Receiver, Subscription


def of_member(member: Member) -> None:
    """Forget every receiver of a member who is frozen or removed, with all that waits for it."""
    Receiver.objects.filter(member=member).delete()


def of_earlier_phones(point: Point) -> None:
    """Forget the receivers of phones that opened a link which is no longer the point's."""
    Receiver.objects.filter(device__point=point, device__previous_link=True).delete()


def of_phone(device: PointDevice) -> None:
    """Forget all that a point's phone hears, and the answer that it is one person's."""
    with write():
        Receiver.objects.filter(device=device).delete()


def forget(member: Member, receiver_id: UUID) -> None:
    """Forget one of the member's receivers at once: not even a correction goes there any more."""
    with write():
        Receiver.objects.filter(member=member, pk=receiver_id).delete()


def end(member: Member, subscription_id: UUID) -> None:
    """End one subscription. Who heard of an alert by it still hears of its corrections and its end."""
    with write():
        Subscription.objects.filter(receiver__member=member, pk=subscription_id).delete()


def pause(member: Member, subscription_id: UUID, *, paused: bool) -> None:
    """Pause a subscription, or let it go on."""
    with write():
        Subscription.objects.filter(receiver__member=member, pk=subscription_id).update(paused=paused)


def gone(receivers: list[UUID]) -> int:
    """Forget receivers whose address exists no more; return how many there were."""
    with write():
        return Receiver.objects.filter(pk__in=receivers).delete()[0]
