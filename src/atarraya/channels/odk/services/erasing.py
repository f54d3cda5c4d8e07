"""Erasing submissions: their parts' keys are destroyed, their rows go, and a line stays for restored backups (R23)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from atarraya.alerts.models import Erasure
from atarraya.alerts.services.erasing import forget_journal
from atarraya.alerts.services.rows import insert_new
from atarraya.channels.odk.models import OdkPart, OdkPartKey, OdkSubmission
from atarraya.kernel import clock, ids
from atarraya.kernel.transactions import write
from atarraya.trail.services import record


def erase(submissions: Iterable[UUID]) -> int:
    """Erase submissions that were opened; return how many were here. A phone that repeats one is answered as kept."""
    wanted = list(submissions)
    with write():
        # Held first: a phone that brings one more part of it just now waits, and then finds that it was erased.
        here = OdkSubmission.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
        gone = len(here.values_list("pk", flat=True))
        for pk in wanted:
            insert_new(Erasure, id=ids.new_id(), erased=pk, day=clock.today())
        _delete(wanted)
    forget_journal()
    return gone


def erase_unread(submissions: Iterable[UUID]) -> int:
    """Erase submissions that nobody could open, by the operator's hand; return how many were here.

    The trail says that it was done, on a day; not how many, nor which.
    """
    with write():
        gone = erase(submissions)
        if gone:
            record("odk.erase", about_report=True)
    forget_journal()
    return gone


def replay() -> int:
    """Erase again, in a restored database, what was erased, and what lost its key; return how many submissions went.

    Must run before a restored installation serves, after the erasures of reports were replayed.
    """
    with write():
        keyless = OdkPart.objects.exclude(pk__in=OdkPartKey.objects.values("pk")).values("submission")
        erased = Erasure.objects.values("erased")
        gone = set(OdkSubmission.objects.filter(pk__in=keyless).values_list("pk", flat=True))
        gone |= set(OdkSubmission.objects.filter(pk__in=erased).values_list("pk", flat=True))
        _delete(list(gone))
        OdkPartKey.objects.exclude(pk__in=OdkPart.objects.values("pk")).delete()
    return len(gone)


def let_go(today: date | None = None) -> int:
    """Delete submissions that reached their last day; return how many. The desk has told of them since the first."""
    with write():
        rows = OdkSubmission.objects.filter(expires__lte=today or clock.today())
        gone = list(rows.values_list("pk", flat=True))
        _delete(gone)
    forget_journal()
    return len(gone)


def _delete(submissions: list[UUID]) -> None:
    parts = OdkPart.objects.filter(submission__in=submissions)
    OdkPartKey.objects.filter(pk__in=list(parts.values_list("pk", flat=True))).delete()
    parts.delete()
    OdkSubmission.objects.filter(pk__in=submissions).delete()
