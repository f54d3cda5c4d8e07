"""The server's half of the short PIN that reopens a locked tab (R5): three tries, four hours, one tab.

The other half is what the tab keeps in memory, sealed under both. The PIN itself never comes here: the tab sends
a proof stretched from it with a salt that only the tab knows.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from atarraya.kernel import clock
from atarraya.kernel.errors import NotAllowed
from atarraya.kernel.transactions import write
from atarraya.network import policy
from atarraya.network.models import Member, Reopening
from atarraya.network.refusals import Incomplete
from atarraya.network.rules import REOPEN_HOURS, REOPEN_TRIES


class PinRefused(NotAllowed):
    """Not this PIN; after the third time, or after four hours, only the phrase opens."""

    code = "pin"
    message = _("That is not the number. After three times only your words open.")


class PinGone(NotAllowed):
    """No half is kept for this tab (any more)."""

    code = "pin_gone"
    message = _("The short number no longer opens. Write your seven words.")


def keep_half(member: Member, session_key: str, proof: bytes) -> bytes:
    """Keep a new random half for this session and return it (32 bytes). It is given once more per right PIN."""
    policy.working(member)
    if len(proof) != 32:
        raise Incomplete()
    half = secrets.token_bytes(32)
    with write():
        Reopening.objects.filter(session_hash=_hashed(session_key)).delete()
        Reopening.objects.filter(until__lt=clock.now()).delete()
        Reopening.objects.create(
            member=member,
            session_hash=_hashed(session_key),
            half=half,
            proof_hash=hashlib.sha256(proof).digest(),
            until=clock.now() + timedelta(hours=REOPEN_HOURS),
        )
    return half


def give_half(member: Member, session_key: str, proof: bytes) -> bytes:
    """Return the half kept for this session if the proof is right; forget it after the third wrong one.

    The tries are written before the answer, so that a broken connection is no free try.
    """
    with write():
        row = (
            Reopening.objects.select_for_update()
            .filter(member=member, session_hash=_hashed(session_key), until__gte=clock.now())
            .first()
        )
        if row is None:
            raise PinGone()
        right = hmac.compare_digest(bytes(row.proof_hash), hashlib.sha256(proof).digest())
        if right:
            row.tries = 0
            row.save(update_fields=["tries"])
            return bytes(row.half)
        _count(row)
    raise PinRefused()


def forget_half(session_key: str) -> None:
    """Forget the half of this session (locked for good, or signing out)."""
    with write():
        Reopening.objects.filter(session_hash=_hashed(session_key)).delete()


def _count(row: Reopening) -> None:
    row.tries += 1
    if row.tries >= REOPEN_TRIES:
        row.delete()
    else:
        row.save(update_fields=["tries"])


def _hashed(session_key: str) -> bytes:
    return hashlib.sha256(b"reopening\0" + session_key.encode()).digest()
