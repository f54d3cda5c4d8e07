"""Who must be told of many entries handed over, and who waits for a second person's agreement."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from atarraya.alerts.models import HandOver, OldGrant
from atarraya.kernel import clock
from atarraya.network import queries as network
from atarraya.network.models import Member


def notices_for(member: Member) -> list[HandOver]:
    """Return the hours (with `member`, `hour`, `older`) that this member is to be told about."""
    recent = HandOver.objects.filter(hour__gte=clock.now() - timedelta(days=30)).exclude(told=[])
    return [row for row in recent.select_related("member").order_by("-hour") if str(member.pk) in row.told]


def grants_waiting(member: Member) -> QuerySet[OldGrant]:
    """Return what others asked and this member may agree to."""
    return (
        OldGrant.objects.filter(
            second=None, inbox__in=network.inboxes_of(member), day__gte=clock.today() - timedelta(days=1)
        )
        .exclude(member=member)
        .select_related("member", "inbox")
    )
