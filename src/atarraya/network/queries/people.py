"""Members: who waits, who else is there, whose login was reset."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from atarraya.kernel import clock
from atarraya.network.models import LoginReset, Member
from atarraya.network.rules import RESET_SHOWN_DAYS


def waiting() -> QuerySet[Member]:
    """Return the members whose words somebody must compare by voice, with what they were invited to."""
    return Member.objects.filter(state=Member.State.WAITING).select_related("invitation").order_by("alias")


def others_active(*besides: Member) -> QuerySet[Member]:
    """Return the active members who are none of `besides`."""
    return Member.objects.filter(state=Member.State.ACTIVE).exclude(pk__in=[member.pk for member in besides])


def recent_resets() -> QuerySet[LoginReset]:
    """Return the login resets of the last 30 days: everybody sees them."""
    since = clock.today() - timedelta(days=RESET_SHOWN_DAYS)
    return LoginReset.objects.filter(day__gte=since).select_related("member", "by").order_by("-day")
