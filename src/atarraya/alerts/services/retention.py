"""Deleting what has reached its last day, by class, and nothing unopened silently (R29).

Entries (30 days; notes 30, 60 or 730) go only when their members were told. The rest goes by the calendar: slices with
the entries, hand-over counts, grants, marks of speech, ids of what was erased, phones of links that are over, the
point of alerts that are settled, and the sealed drafts and browser marks of what two people decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Min, Q, QuerySet

from atarraya.alerts import rules
from atarraya.alerts.models import (
    Alert,
    Approval,
    Chunk,
    Entry,
    Envelope,
    Erasure,
    HandOver,
    OldGrant,
    Proposal,
    RetentionNotice,
    Spoken,
    StorageKey,
)
from atarraya.alerts.queries import retention as queries
from atarraya.alerts.services.erasing import forget_journal
from atarraya.kernel import clock, ids
from atarraya.kernel.transactions import write
from atarraya.network.models import Member, Point, PointDevice
from atarraya.trail.services import record

ERASURE_DAYS = 400
COUNT_DAYS = 90
SPOKEN_DAYS = 60
# A slice may have come some days before its account.
SLICE_GRACE_DAYS = 3
BATCH = 400

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Outcome:
    """How many rows of each class went, and how many entries wait because their members were not told."""

    entries: int
    waiting: int
    slices: int
    keys: int
    counts: int
    phones: int
    points: int
    drafts: int


def run(today: date | None = None, progress: Progress | None = None, *, dry_run: bool = False) -> Outcome:
    """Tell, then delete what may go. May run any number of times a day. `dry_run` only counts.

    `progress` gets how many rows have gone so far.
    """
    day = today or clock.today()
    if dry_run:
        return _would(day)
    _write_notices(day)
    entries = _entries(day, progress)
    outcome = Outcome(
        entries=entries,
        waiting=Entry.objects.filter(expires__lte=day).count(),
        slices=_slices(day, progress),
        keys=_orphan_keys(),
        counts=_counts(day),
        phones=_phones(day),
        points=_points(),
        drafts=_drafts(day),
    )
    with write():
        record("retention.run", about_report=True)
    forget_journal()
    return outcome


def tell(member: Member, notice: RetentionNotice) -> None:
    """Note that `member` has been shown a notice. It is shown to nobody twice."""
    with write():
        row = RetentionNotice.objects.select_for_update().get(pk=notice.pk)
        if str(member.pk) in queries.serving(row.inbox, row.municipality):
            row.told = sorted({*row.told, str(member.pk)})
            row.save(update_fields=["told"])


def _write_notices(today: date) -> None:
    groups = (
        queries.due(today)
        .values_list("inbox", "municipality", "expires")
        .annotate(count=Count("id"), urgent=Count("id", filter=Q(urgency="NOW")))
    )
    with write():
        for inbox, municipality, expires, count, urgent in groups:
            RetentionNotice.objects.update_or_create(
                inbox_id=inbox,
                municipality=municipality or "",
                last_day=expires,
                defaults={"count": count, "urgent": urgent},
                create_defaults={"id": ids.new_id(), "count": count, "urgent": urgent},
            )


def _entries(today: date, progress: Progress | None) -> int:
    gone = 0
    for notice in RetentionNotice.objects.filter(last_day__lte=today).select_related("inbox"):
        rows = queries.entries_of(notice)
        if not queries.may_go(notice, today):
            continue
        if not queries.urgent_may_go(notice, today):
            rows = rows.filter(~Q(urgency="NOW") | Q(urgency=None))
        while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
            with write():
                StorageKey.objects.filter(pk__in=batch).delete()
                Envelope.objects.filter(pk__in=batch).delete()
                Entry.objects.filter(pk__in=batch).delete()
            gone += len(batch)
            if progress:
                progress(gone)
        with write():
            if not queries.entries_of(notice).exists():
                notice.delete()
    return gone


def _slices(today: date, progress: Progress | None) -> int:
    rows = Chunk.objects.filter(expires__lte=_slices_until(today))
    gone = 0
    while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
        with write():
            StorageKey.objects.filter(pk__in=batch).delete()
            Chunk.objects.filter(pk__in=batch).delete()
        gone += len(batch)
        if progress:
            progress(gone)
    return gone


def _slices_until(today: date) -> date:
    # An account that waits for its members keeps its slices. Nothing ties the two, so the oldest waiting one decides.
    oldest = Entry.objects.filter(expires__lte=today).aggregate(day=Min("expires"))["day"]
    limit = today if oldest is None else min(today, oldest - timedelta(days=1))
    return limit - timedelta(days=SLICE_GRACE_DAYS)


def _orphan_keys() -> int:
    with write():
        orphans = StorageKey.objects.exclude(pk__in=Entry.objects.values("pk")).exclude(
            pk__in=Chunk.objects.values("pk")
        )
        return orphans.delete()[0]


def _counts(today: date) -> int:
    with write():
        return sum(
            rows.delete()[0]
            for rows in (
                HandOver.objects.filter(hour__lt=clock.now() - timedelta(days=COUNT_DAYS)),
                OldGrant.objects.filter(day__lt=today - timedelta(days=COUNT_DAYS)),
                Spoken.objects.filter(day__lt=today - timedelta(days=SPOKEN_DAYS)),
                Erasure.objects.filter(day__lt=today - timedelta(days=ERASURE_DAYS)),
            )
        )


def _phones(today: date) -> int:
    over = Q(point__state=Point.State.REVOKED) | Q(previous_link=True, point__previous_until__lt=today)
    with write():
        return PointDevice.objects.filter(over).delete()[0]


def _points() -> int:
    settled = Q(state__in=rules.SETTLED) | Q(state="EXPIRED")
    with write():
        # How a code came matters to the count of one day only; afterwards no row tells it.
        past = clock.now() - timedelta(days=2)
        Alert.objects.filter(newcomer=True, published_at__lt=past).update(newcomer=False)
        return Alert.objects.filter(settled, point__isnull=False).update(point=None)


def _drafts(today: date) -> int:
    # Decided yesterday or before: what was agreed to is the alert's own, and its commitment stays so that no text
    # counts twice. The draft names reports inside its seal and would outlive them.
    with write():
        Approval.objects.filter(proposal__in=_decided(today)).exclude(device=b"").update(device=b"")
        return _decided(today).exclude(draft=b"").update(draft=b"", device=b"")


def _decided(today: date) -> QuerySet[Proposal]:
    return Proposal.objects.exclude(state=Proposal.State.WAITING).filter(day__lt=today)


def _would(today: date) -> Outcome:
    ready = waiting = 0
    for notice in RetentionNotice.objects.filter(last_day__lte=today).select_related("inbox"):
        rows = queries.entries_of(notice)
        urgent = rows.filter(urgency="NOW").count()
        if queries.may_go(notice, today):
            ready += rows.count() - (0 if queries.urgent_may_go(notice, today) else urgent)
    waiting = Entry.objects.filter(expires__lte=today).count() - ready
    return Outcome(
        entries=ready,
        waiting=waiting,
        slices=Chunk.objects.filter(expires__lte=_slices_until(today)).count(),
        keys=0,
        counts=HandOver.objects.filter(hour__lt=clock.now() - timedelta(days=COUNT_DAYS)).count(),
        phones=PointDevice.objects.filter(previous_link=True, point__previous_until__lt=today).count(),
        points=Alert.objects.filter(Q(state__in=rules.SETTLED) | Q(state="EXPIRED"), point__isnull=False).count(),
        drafts=_decided(today).exclude(draft=b"").count(),
    )
