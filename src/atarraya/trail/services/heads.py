"""Heads of the chain that desks have signed: proof, later, that nothing before them was rewritten."""

from __future__ import annotations

from uuid import UUID

from atarraya.kernel import clock
from atarraya.kernel.errors import Conflict
from atarraya.kernel.transactions import write
from atarraya.trail.models import Head, Line


def countersign(member: UUID, number: int, digest: bytes, signature: bytes) -> Head:
    """Keep a head that a member's key signed, one a member a day. The caller has checked the signature.

    Raises Conflict when the chain has no such line: the desk saw another chain than this one.
    """
    with write():
        if not Line.objects.filter(number=number, digest=digest).exists():
            raise Conflict(code="head")
        head, _ = Head.objects.update_or_create(
            member=member,
            day=clock.today(),
            defaults={"number": number, "digest": digest, "signature": signature},
        )
    return head
