"""How much somebody could have opened: counts for the page of those who left (US-8 AC2). Never which, never what."""

from __future__ import annotations

from django.db.models import Q

from atarraya.alerts.models import Entry
from atarraya.network.models import Member
from atarraya.network.queries import Period


def entries_within(member: Member, period: Period) -> int:
    """Return how many entries still kept arrived for the circle's inboxes, in places the member serves, by then."""
    within = Entry.objects.filter(inbox__places__circle=period.circle, day__gte=period.since)
    if period.until is not None:
        within = within.filter(day__lte=period.until)
    served = Q(municipality=None) | Q(municipality__in=member.municipalities)
    return within.filter(served).distinct().count()
