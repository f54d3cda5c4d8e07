"""The circle's sealed list of names: kept whole, replaced whole, read only on its members' devices."""

from __future__ import annotations

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy
from atarraya.network.models import Circle, Member, NameList
from atarraya.sealing import envelopes
from atarraya.trail.services import record


def keep_names(circle: Circle, sealed: bytes, *, by: Member) -> NameList:
    """Keep a circle's list of names, sealed as an envelope to the circle alone, in place of the one before.

    Raises NeedsKeyholder for who is not of the circle, NotAnEnvelope for what is not sealed to exactly one key.
    """
    policy.keyholder(by, circle)
    envelopes.check(sealed, 1)
    with write():
        kept, _ = NameList.objects.update_or_create(circle=circle, defaults={"sealed": sealed, "day": clock.today()})
        record("circle.keep_names", actor=by.pk, subject=circle.pk)
    return kept
