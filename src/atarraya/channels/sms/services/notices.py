"""Notices by SMS: whether they go out, what they say, and each on its way through the gateway's queue.

What waits here is what its owner sealed to the gateway, unread. A delivery counts as made when the gateway says that
it sent it; until then it waits, and nothing else waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from atarraya.channels.sms import gsm
from atarraya.channels.sms.models import Gateway, NoticesBySms, Outgoing
from atarraya.channels.sms.refusals import BadNotice
from atarraya.kernel import clock, ids
from atarraya.kernel.transactions import write
from atarraya.network import policy
from atarraya.network.models import Member
from atarraya.notices import rules
from atarraya.notices.carriers import GivenUp, Gone, Handed, Item, Outcome
from atarraya.notices.models import Receiver
from atarraya.notices.refusals import NotNeutral
from atarraya.notices.services import wording
from atarraya.notices.services.leasing import heard_of
from atarraya.sealing.encoding import from_b64
from atarraya.trail.services import record

# With one run of the gateway at once: what members write goes first, and a phone sends few in a minute.
MOST_AT_ONCE = 10
LOOKED_AT = 500


def are_on() -> bool:
    """Return whether a steward let notices go out by SMS."""
    return NoticesBySms.objects.filter(on=True).exists()


def sentence() -> str:
    """Return what each says: what a steward chose, else the network's sentence in letters that plain SMS carry."""
    chosen = NoticesBySms.objects.values_list("sentence", flat=True).first()
    return chosen or gsm.plain(wording.sentence())


def choose(said: str, *, on: bool, by: Member) -> None:
    """Let notices go out by SMS or not, and choose what they say ("": the network's sentence). A steward's act.

    Raises BadNotice or NotNeutral.
    """
    policy.steward(by)
    text = " ".join(said.split())
    fault = gsm.notice_fault(text) if text else ""
    if fault:
        raise BadNotice(fault)
    if text and wording.tells(text):
        raise NotNeutral()
    with write():
        NoticesBySms.objects.update_or_create(single=True, defaults={"on": on, "sentence": text})
        record("sms.notices", actor=by.pk)


def hand_on(items: Sequence[Item]) -> list[Outcome]:
    """Put items in the gateway's queue, once each; what already waits there for a receiver stands for what is new."""
    with write():
        asked = [item.receiver for item in items]
        here = set(Receiver.objects.filter(pk__in=asked).values_list("pk", flat=True))
        gateways = {one.pk: one for one in Gateway.objects.filter(state=Gateway.State.ACTIVE)}
        queued: dict[UUID, list[Outgoing]] = {}
        for row in Outgoing.objects.select_for_update().filter(receiver__in=asked).order_by("pk"):
            assert row.receiver_id is not None
            queued.setdefault(row.receiver_id, []).append(row)
        return [
            _handed(item, gateways, queued.get(item.receiver, [])) if item.receiver in here else Gone()
            for item in items
        ]


def _handed(item: Item, gateways: dict[UUID, Gateway], queued: list[Outgoing]) -> Outcome:
    gateway = gateways.get(_gateway_of(item))
    if gateway is None:
        return GivenUp("ENDED")
    new = [key for key in item.keys if not any(key in row.told for row in queued)]
    if not new:
        return Handed()
    # What a gateway has taken may be sent by now: what is new since then is said by another.
    free = (row for row in queued if row.state == Outgoing.State.WAITING and row.gateway_id == gateway.pk)
    waiting = next(free, None)
    if waiting is not None:
        waiting.told += new
        waiting.save(update_fields=["told"])
    else:
        Outgoing.objects.create(
            id=ids.new_id(),
            gateway=gateway,
            sealed=from_b64(str(item.address["sealed"])),
            day=clock.today(),
            receiver_id=item.receiver,
            told=new,
        )
    return Handed()


def _gateway_of(item: Item) -> UUID:
    return UUID(str(item.address["gateway"]))


def due(gateway: Gateway) -> list[Outgoing]:
    """Return the few notices that the gateway has or gets now. Call it inside a `write`."""
    if not are_on():
        return []
    rows = Outgoing.objects.filter(gateway=gateway, receiver__isnull=False).exclude(state=Outgoing.State.FAILED)
    # What the gateway has comes first ("TAKEN" before "WAITING"), so that few are ever there at once.
    columns = ("pk", "state", "receiver__quiet_from", "receiver__quiet_to")
    now, chosen = timezone.localtime(clock.now()), []
    for pk, state, start, end in rows.order_by("state", "pk").values_list(*columns)[:LOOKED_AT]:
        taken = state == Outgoing.State.TAKEN
        if taken or rules.quiet_until(now, start, end) is None:
            chosen.append(pk)
        if len(chosen) >= MOST_AT_ONCE:
            break
    return list(Outgoing.objects.select_for_update().filter(pk__in=chosen).order_by("pk"))


def ended(row: Outgoing, *, sent: bool) -> None:
    """Note what became of a notice, and let it go. Call it inside a `write`."""
    heard_of(row.told, "" if sent else "REFUSED")
    row.delete()


def give_up(reason: str, **which: object) -> int:
    """Let go of notices that wait, for a reason a steward sees; return how many. Call it inside a `write`."""
    rows = list(Outgoing.objects.select_for_update().filter(receiver__isnull=False, **which))
    heard_of([key for row in rows for key in row.told], reason)
    Outgoing.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
