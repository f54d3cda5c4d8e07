"""What a receipt's words are answered, and how a desk writes the answer without a tie between the two."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from atarraya.alerts.models import Entry
from atarraya.alerts.queries import entries as queries
from atarraya.alerts.refusals import NotMine
from atarraya.alerts.services.receive import keyed
from atarraya.kernel.transactions import write
from atarraya.network.models import Member
from atarraya.sealing import receipts
from atarraya.sealing.encoding import from_b64


def reply(lookup: str) -> bytes:
    """Return the 96 bytes kept for a lookup half, or bytes of the same size and constancy when there is nothing.

    The same words are always answered the same until a desk writes, whether or not they are a receipt's.
    """
    slot = Entry.objects.filter(lookup_hash=keyed(lookup)).order_by("id").values_list("reply", flat=True).first()
    nothing = _nothing(lookup)
    return nothing if slot is None else bytes(slot)


def _nothing(lookup: str) -> bytes:
    raw = from_b64(lookup, 32)
    return b"".join(receipts.keyed(b"no such receipt %d " % part + raw) for part in range(receipts.REPLY_SLOT // 32))


def write_replies(member: Member, replies: Iterable[tuple[UUID, bytes]]) -> int:
    """Overwrite the slots of entries that `member` may be handed; return how many were written.

    A desk writes the slots of a whole page: sealed answers where it has one, random bytes elsewhere. What is not
    exactly 96 bytes is refused whole (NotMine for entries that are not the member's).
    """
    wanted = dict(replies)
    if any(len(blob) != receipts.REPLY_SLOT for blob in wanted.values()):
        raise NotMine()
    with write():
        mine = queries.handable(member, wanted)
        if set(mine) != set(wanted):
            raise NotMine()
        for pk, blob in wanted.items():
            Entry.objects.filter(pk=pk).update(reply=blob)
    return len(wanted)
