"""Circles, epochs, wrapped keys and recipient lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from django.db.models import QuerySet

from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound
from atarraya.network.models import Circle, CircleEpoch, Inbox, Member, NameList, RecipientList, WrappedKey
from atarraya.network.rules import OVERLAP_DAYS

Standing = Literal["current", "old", "refused"]


def current_epoch(circle: Circle) -> CircleEpoch:
    """Return the circle's present key; every circle has one from its first moment."""
    epoch = circle.epochs.order_by("-number").first()
    if epoch is None:
        raise NotFound()
    return epoch


def current_members(circle: Circle) -> QuerySet[Member]:
    """Return who belongs to the circle now, whatever their state."""
    return Member.objects.filter(memberships__circle=circle, memberships__until=None).order_by("alias")


def keyholders(circle: Circle) -> QuerySet[Member]:
    """Return the circle's members to whom its present key was handed.

    Somebody who lost phrase and sheet belongs to the circle and holds nothing of it until they are let in again.
    """
    return current_members(circle).filter(wrapped__epoch=current_epoch(circle))


def circles_of(member: Member) -> QuerySet[Circle]:
    """Return the circles the member belongs to now."""
    return Circle.objects.filter(memberships__member=member, memberships__until=None).order_by("name")


def owes_epoch(circle: Circle) -> bool:
    """Return whether somebody who is no longer of the circle was given its present key."""
    return (
        circle.memberships.exclude(until=None)
        .filter(last_epoch=current_epoch(circle).number)
        .exclude(member__in=current_members(circle).values("pk"))
        .exists()
    )


def wrapped_for(member: Member) -> QuerySet[WrappedKey]:
    """Return the member's wrapped keys of the circles they belong to now, oldest epoch first."""
    return (
        WrappedKey.objects.filter(
            member=member, epoch__circle__memberships__member=member, epoch__circle__memberships__until=None
        )
        .select_related("epoch", "epoch__circle")
        .order_by("epoch__circle__name", "epoch__number")
    )


def names_of(member: Member) -> QuerySet[NameList]:
    """Return the sealed lists of names of the member's circles."""
    return NameList.objects.filter(circle__in=circles_of(member))


def inboxes_of(member: Member) -> QuerySet[Inbox]:
    """Return the inboxes that some circle of the member serves."""
    return Inbox.objects.filter(places__circle__in=circles_of(member)).distinct().order_by("name")


def current_list(inbox: Inbox) -> RecipientList:
    """Return the inbox's present recipient list; raise NotFound for an inbox without one."""
    current = RecipientList.objects.filter(inbox=inbox).order_by("-number").first()
    if current is None:
        raise NotFound()
    return current


def lists_after(inbox: Inbox, number: int) -> list[RecipientList]:
    """Return the inbox's lists above `number`, in order: what a phone needs to walk the chain."""
    return list(RecipientList.objects.filter(inbox=inbox, number__gt=number).order_by("number"))


def list_standing(inbox: Inbox, number: int) -> Standing:
    """Say how an envelope sealed to list `number` is taken: the present list, an old one, or not at all.

    A list stays `old` for 45 days from the day its successor was made.
    """
    rows = list(
        RecipientList.objects.filter(inbox=inbox, number__gte=number)
        .order_by("number")
        .values_list("number", "day")[:2]
    )
    if not rows or rows[0][0] != number:
        return "refused"
    if len(rows) == 1:
        return "current"
    return "old" if rows[1][1] + timedelta(days=OVERLAP_DAYS) >= clock.today() else "refused"
