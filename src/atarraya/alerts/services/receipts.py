"""What a receipt's words are answered. Desks write answers as notes of their own (`services.notes`)."""

from __future__ import annotations

from collections.abc import Iterable

from atarraya.alerts.models import Entry
from atarraya.alerts.services.receive import keyed
from atarraya.sealing import receipts
from atarraya.sealing.encoding import from_b64


def replies(lookups: Iterable[str]) -> list[bytes]:
    """Return the 96 bytes kept for each lookup (b64 of 32 bytes), or as many and as constant where there is nothing.

    The same words are always answered the same until a desk writes, whether or not they are a receipt's.
    """
    return [_reply(lookup) for lookup in lookups]


def _reply(lookup: str) -> bytes:
    slot = Entry.objects.filter(lookup_hash=keyed(lookup)).order_by("id").values_list("reply", flat=True).first()
    nothing = _nothing(lookup)
    return nothing if slot is None else bytes(slot)


def _nothing(lookup: str) -> bytes:
    raw = from_b64(lookup, 32)
    return b"".join(receipts.keyed(b"no such receipt %d " % part + raw) for part in range(receipts.REPLY_SLOT // 32))
