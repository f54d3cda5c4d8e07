"""Handing sealed entries to desks, counted: a number by hour, never which (R11).

More than 60 an hour beyond new arrivals tells two others. What is older than 30 days takes a second member. The limit
is on delivery: what a device has received, it has.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F

from atarraya.alerts import rules
from atarraya.alerts.models import HandOver, Look, OldGrant
from atarraya.alerts.queries import entries as queries
from atarraya.alerts.queries.entries import Page
from atarraya.alerts.refusals import NeedsTwo, NotMine
from atarraya.alerts.services import attachments
from atarraya.alerts.services.rows import insert_new
from atarraya.kernel import clock, ids
from atarraya.kernel.transactions import write
from atarraya.network import queries as network
from atarraya.network.models import Inbox, Member
from atarraya.trail.services import record

OLD_DAYS = 30
# A day's arrivals and those of the night before are new to whoever opens the desk in the morning.
NEW_DAYS = 1
GRANT_DAYS = 1
LOOK_EVERY = timedelta(minutes=1)


def page(member: Member, inbox: Inbox, municipality: str | None, day: date, cursor: UUID | None = None) -> Page:
    """Hand a page of one inbox, municipality (None: unclassified) and day to a member's desk, and count it.

    Raises NotMine, or NeedsTwo for a day more than 30 days ago without another member's agreement.
    """
    queries.served_inbox(member, inbox)
    if day < clock.today() - timedelta(days=OLD_DAYS) and not _granted(member, inbox):
        raise NeedsTwo()
    found = queries.rows(member, inbox, municipality, day, cursor)
    _count(member, len(found.entries), old=day < clock.today() - timedelta(days=NEW_DAYS))
    return found


def attachment(member: Member, attachment_id: UUID) -> list[tuple[int, bytes]]:
    """Hand the sealed slices of an attachment to a member's desk: only its account names the id. Counted as one."""
    if not member.may_work:
        raise NotMine()
    found = attachments.slices(attachment_id)
    _count(member, 1 if found else 0, old=False)
    return found


def look(inbox: Inbox) -> None:
    """Remember that somebody of the team looks at an inbox now, to the minute, and nobody's name."""
    now = clock.now().replace(second=0, microsecond=0)
    seen = queries.last_look(inbox)
    if seen is not None and now - seen < LOOK_EVERY:
        return
    with write():
        Look.objects.update_or_create(inbox=inbox, defaults={"at": now})


def ask_for_old(member: Member, inbox: Inbox) -> OldGrant:
    """Ask to be handed entries of an inbox older than 30 days. Somebody else must agree."""
    queries.served_inbox(member, inbox)
    with write():
        grant, new = OldGrant.objects.get_or_create(inbox=inbox, member=member, day=clock.today())
        if new:
            record("handover.ask", actor=member.pk, subject=inbox.pk)
    return grant


def agree_to_old(second: Member, grant: OldGrant) -> OldGrant:
    """Agree to what another member asked; it holds today and tomorrow. Raises NotMine for one's own, or a stale one."""
    queries.served_inbox(second, grant.inbox)
    with write():
        changed = OldGrant.objects.filter(
            pk=grant.pk, second=None, day__gte=clock.today() - timedelta(days=GRANT_DAYS)
        ).exclude(member=second)
        if not changed.update(second=second):
            raise NotMine()
        record("handover.agree", actor=second.pk, subject=grant.inbox_id)
    grant.refresh_from_db()
    return grant


def was_told(member: Member, handover: HandOver) -> None:
    """Note that `member` has read the notice about somebody's hour; it is not shown to them again."""
    with write():
        row = HandOver.objects.select_for_update().get(pk=handover.pk)
        row.told = [pk for pk in row.told if pk != str(member.pk)]
        row.save(update_fields=["told"])


def _granted(member: Member, inbox: Inbox) -> bool:
    since = clock.today() - timedelta(days=GRANT_DAYS)
    return OldGrant.objects.filter(inbox=inbox, member=member, second__isnull=False, day__gte=since).exists()


def _count(member: Member, handed: int, *, old: bool) -> None:
    if not handed:
        return
    hour = clock.this_hour()
    older = handed if old else 0
    with write():
        insert_new(HandOver, id=ids.new_id(), member_id=member.pk, hour=hour, count=0, older=0, told=[])
        mine = HandOver.objects.filter(member=member, hour=hour)
        mine.update(count=F("count") + handed, older=F("older") + older)
        row = mine.get()
        if row.older > rules.HANDOVERS_AN_HOUR >= row.older - older:
            row.told = [str(other.pk) for other in two_others(member)]
            row.save(update_fields=["told"])
            record("handover.many", actor=member.pk)


def two_others(member: Member) -> list[Member]:
    """Return two others, of the member's circles where there are two: whoever must hear what one person did alone."""
    others = list(network.others_active(member))
    circles = set(network.circles_of(member).values_list("pk", flat=True))
    near = [other for other in others if circles & set(network.circles_of(other).values_list("pk", flat=True))]
    chosen = near if len(near) >= 2 else others
    return random.SystemRandom().sample(chosen, min(2, len(chosen)))
