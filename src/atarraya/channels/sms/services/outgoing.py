"""SMS that wait to be sent: sealed in a browser to the gateway, lent to the run of it that proved its key, told back.

A loan has no clock: it is the run's. When another run proves the key, what the earlier one had is lent again, and an
end told by that earlier run is not believed. What is never sent stays, emptied, for as long as people may ask.
"""

from __future__ import annotations

from collections.abc import Collection
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
# For so long it is told that something was not sent, and why.
TELL_DAYS = 14


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


def lend(gateway: Gateway, run: str, have: Collection[str] = ()) -> list[Outgoing]:
    """Lend what waits to this run, what members wrote first and the oldest days first.

    What it has already is not lent again, so that twenty that cannot be sent keep no other back.
    """
    with write():
        rows = Outgoing.objects.select_for_update().filter(gateway=gateway).exclude(state=Outgoing.State.FAILED)
        mine = rows.filter(receiver=None).order_by("day", "pk")
        asked = [row for row in mine if _is_new(row, run, have)][:MOST_AT_ONCE]
        lent = asked + [row for row in notices.due(gateway) if _is_new(row, run, have)]
        for row in lent:
            if row.session != run:
                row.state, row.session = Outgoing.State.TAKEN, run
                row.save(update_fields=["state", "session"])
    return lent


def gone(gateway: Gateway, have: Collection[str]) -> list[str]:
    """Return what of what a run has is not to be sent any more: another sent it, or its days are over."""
    rows = Outgoing.objects.filter(gateway=gateway, pk__in=list(have)).exclude(state=Outgoing.State.FAILED)
    open_ = {str(pk) for pk in rows.values_list("pk", flat=True)}
    return [pk for pk in have if pk not in open_]


def ended(gateway: Gateway, run: str, message: UUID, *, sent: bool, why: str | None = None) -> None:
    """Let go of what was sent; keep, emptied, that something failed and why. Raises NotLent for another run's loan.

    A phone may take a message and say hours later that it could not send it: that is kept too.
    """
    with write():
        row = Outgoing.objects.select_for_update().filter(gateway=gateway, pk=message).first()
        if row is None:
            if not sent and not Outgoing.objects.filter(pk=message).exists():
                _fail(Outgoing(id=message, gateway=gateway, day=clock.today()), why)
        elif row.state == Outgoing.State.FAILED:
            return  # told before
        elif row.session != run:
            raise NotLent()
        elif row.receiver_id is not None:
            notices.ended(row, sent=sent)
        elif sent:
            row.delete()
        else:
            _fail(row, why)


def _is_new(row: Outgoing, run: str, have: Collection[str]) -> bool:
    return row.session != run or str(row.pk) not in have


def _fail(row: Outgoing, why: str | None) -> None:
    row.state, row.sealed, row.session, row.why = Outgoing.State.FAILED, b"", "", why or Outgoing.Why.REFUSED
    row.save()


def let_go() -> int:
    """Empty what is too old to be sent, and say so; forget old failures. Return how many were emptied or went."""
    today = clock.today()
    last = today - timedelta(days=KEEP_DAYS)
    with write():
        gone = notices.give_up("UNSENT", day__lt=last)
        old = Outgoing.objects.filter(day__lt=last).exclude(state=Outgoing.State.FAILED)
        gone += old.update(state=Outgoing.State.FAILED, sealed=b"", session="", why=Outgoing.Why.OLD)
        return gone + Outgoing.objects.filter(day__lt=today - timedelta(days=TELL_DAYS)).delete()[0]
