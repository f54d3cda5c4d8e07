"""Old lines go behind a checkpoint: a number and digest that two members' desks had signed as the head (R31).

Whoever removes lines must keep what stood at the point of removal, under signatures they cannot make.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.trail.models import Checkpoint, Head, Line

KEEP_DAYS = 400
SIGNERS = 2


def let_go(today: date | None = None) -> int:
    """Put lines older than KEEP_DAYS behind the newest head that two members signed; return how many went.

    Nothing goes while no such head exists: a trail without signatures is kept whole.
    """
    before = (today or clock.today()) - timedelta(days=KEEP_DAYS)
    with write():
        signed = (
            Head.objects.filter(
                day__lt=before, number__in=Line.objects.filter(at__lt=before.isoformat()).values("number")
            )
            .values("number")
            .annotate(members=Count("member", distinct=True))
            .filter(members__gte=SIGNERS)
            .order_by("-number")
            .first()
        )
        if signed is None:
            return 0
        last = Line.objects.get(number=signed["number"])
        if Head.objects.filter(number=last.number).exclude(digest=last.digest).exists():
            # The desks signed another chain than this one: `doctor` says so; nothing is removed.
            return 0
        gone, _ = Line.objects.filter(number__lte=last.number).delete()
        Checkpoint.objects.create(number=last.number, digest=last.digest, lines=gone, day=clock.today())
    return gone
