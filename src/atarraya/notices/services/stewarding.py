"""What a steward may do about deliveries: try again what was given up. They see numbers, never whose they are."""

from __future__ import annotations

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy
from atarraya.network.models import Member
from atarraya.notices.models import Delivery
from atarraya.trail.services import record


def retry(way: str, reason: str, *, by: Member) -> int:
    """Let what was given up by a way and for a reason be tried anew; return how many."""
    policy.steward(by)
    with write():
        rows = Delivery.objects.filter(carrier=way, reason=reason, state=Delivery.State.GIVEN_UP)
        count = rows.update(state=Delivery.State.WAITING, tries=0, due=clock.this_hour(), reason="", hour=None)
        record("notices.retry", actor=by.pk)
    return count
