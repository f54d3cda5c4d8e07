"""SMS that wait to be sent: sealed in a browser to the gateway, lent to one run of it, let go when it has sent them.

A loan has no clock: it is the run's (`session`). When the gateway starts anew, what its earlier run had is lent again,
and an end told by that earlier run is not believed.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from atarraya.alerts.services.receive import looks_random
from atarraya.channels.sms.models import Gateway, Outgoing
from atarraya.channels.sms.refusals import BookNotSealed, NotLent, NotOfThisInbox
from atarraya.channels.sms.services import notices
from atarraya.kernel import clock, ids
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Member
from atarraya.sealing import gateways
from atarraya.sealing.refusals import NotAnEnvelope

MOST_AT_ONCE = 20
# After so many days nobody wants it sent any more; until then a phone without signal is waited for.
KEEP_DAYS = 3


def queue(gateway: Gateway, sealed: bytes, *, by: Member) -> UUID:
    """Keep a sealed SMS until the gateway has sent it. Raises NotOfThisInbox or BookNotSealed."""
    policy.working(by)
    served = queries.inboxes_of(by).filter(pk=gateway.inbox_id).exists()
    if not served or gateway.state != Gateway.State.ACTIVE:
        raise NotOfThisInbox()
    try:
        size = gateways.check(sealed)
    except NotAnEnvelope:
        raise BookNotSealed() from None
    if not looks_random(sealed[-size:]):
        raise BookNotSealed()
    with write():
        row = Outgoing.objects.create(id=ids.new_id(), gateway=gateway, sealed=sealed, day=clock.today())
    return row.pk


def lend(gateway: Gateway, session: str) -> list[Outgoing]:
    """Lend what waits to this run of the gateway, and say again what it has. Raises nothing."""
    with write():
        rows = Outgoing.objects.select_for_update().filter(gateway=gateway, receiver=None)
        open_ = list(rows.exclude(state=Outgoing.State.FAILED).order_by("pk")[:MOST_AT_ONCE])
        open_ += notices.due(gateway, session)
        for row in open_:
            if row.session != session:
                row.state, row.session = Outgoing.State.TAKEN, session
                row.save(update_fields=["state", "session"])
    return open_


def ended(gateway: Gateway, session: str, message: UUID, *, sent: bool) -> None:
    """Let go of what was sent; keep, emptied, that something failed. Raises NotLent for another run's loan."""
    with write():
        row = Outgoing.objects.select_for_update().filter(gateway=gateway, pk=message).first()
        if row is None or row.state == Outgoing.State.FAILED:
            return  # told before
        if row.session != session:
            raise NotLent()
        if row.receiver_id is not None:
            notices.ended(row, sent=sent)
        elif sent:
            row.delete()
        else:
            row.state, row.sealed = Outgoing.State.FAILED, b""
            row.save(update_fields=["state", "sealed"])


def let_go() -> int:
    """Delete what is too old to be sent, and old failures; return how many went."""
    last = clock.today() - timedelta(days=KEEP_DAYS)
    with write():
        gone = notices.give_up("UNSENT", day__lt=last)
        return gone + Outgoing.objects.filter(day__lt=last).delete()[0]
