"""Who must be told that entries reach their last day, and whether they may go (R29)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import QuerySet

from atarraya.alerts.models import Entry, RetentionNotice
from atarraya.kernel import clock
from atarraya.network import queries as network
from atarraya.network.models import Inbox, Member

# Members are told this long before the last day; with two of them told, entries wait this long after it for the rest.
TELL_DAYS = 7
WAIT_DAYS = 7
PEOPLE = 2


def notices_for(member: Member) -> list[RetentionNotice]:
    """Return what this member has not been told yet, soonest first."""
    if not member.may_work:
        return []
    rows = RetentionNotice.objects.filter(inbox__in=network.inboxes_of(member)).select_related("inbox")
    return [
        row
        for row in rows.order_by("last_day", "municipality")
        if member.serves(row.municipality or None) and str(member.pk) not in row.told
    ]


def serving(inbox: Inbox, municipality: str) -> set[str]:
    """Return the ids of the active members who serve an inbox and a municipality ('': unclassified)."""
    members = Member.objects.filter(
        state=Member.State.ACTIVE, memberships__until=None, memberships__circle__places__inbox=inbox
    ).distinct()
    return {str(member.pk) for member in members if member.serves(municipality or None)}


def may_go(notice: RetentionNotice, today: date) -> bool:
    """Return whether the notice's entries may go: all were told, or two were and a week has passed."""
    if today < notice.last_day:
        return False
    told, all_of_them = set(notice.told), serving(notice.inbox, notice.municipality)
    if all_of_them and all_of_them <= told:
        return True
    return len(told) >= PEOPLE and today >= notice.last_day + timedelta(days=WAIT_DAYS)


def urgent_may_go(notice: RetentionNotice, today: date) -> bool:
    """Return whether the notice's *ya* entries may go too: two people must have been told, whoever serves."""
    return may_go(notice, today) and len(set(notice.told)) >= PEOPLE


def entries_of(notice: RetentionNotice) -> QuerySet[Entry]:
    """Return the entries a notice speaks of."""
    return Entry.objects.filter(inbox=notice.inbox, municipality=notice.municipality or None, expires=notice.last_day)


def due(today: date | None = None) -> QuerySet[Entry]:
    """Return the entries whose members must be told by now."""
    return Entry.objects.filter(expires__lte=(today or clock.today()) + timedelta(days=TELL_DAYS))
