"""Whether an address is its owner's: a number goes there, and whoever reads it types it on their own page.

Until then nothing else goes there, and after a week the address is forgotten. What is sent says nothing else. The
number is kept until it is typed, for a worker sends it: it is worth something only to a member who is signed in.
"""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from datetime import timedelta
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from atarraya.alerts.services.limits import Limit
from atarraya.kernel import clock
from atarraya.kernel.errors import NotFound
from atarraya.kernel.transactions import write
from atarraya.network import queries as network
from atarraya.network.models import Member
from atarraya.notices import rules
from atarraya.notices.carriers import Carrier, CarrierDown, Delivered, GivenUp, Gone, Item
from atarraya.notices.models import Receiver
from atarraya.notices.refusals import NoNumberLeft, WrongNumber

log = logging.getLogger(__name__)
# Numbers that one member may have sent in a day: nobody's mailbox is flooded from here.
ASKS = Limit(6, 24 * 3600)
AT_ONCE = 50
# After this long a number that could not be sent, or whose worker was killed, is sent once more.
AGAIN = timedelta(hours=1)


def begin(receiver: Receiver, member: Member) -> None:
    """Have a number sent to a new address; it stands in the row that the caller saves. Raises TooMany."""
    ASKS.take(member.pk)
    receiver.confirm_by = clock.today() + timedelta(days=rules.CONFIRM_DAYS)
    receiver.code, receiver.code_due, receiver.code_tries = _number(), clock.this_hour(), 0


def another(member: Member, pk: UUID) -> None:
    """Have another number sent, in place of the one before. Raises NotFound or TooMany."""
    with write():
        receiver = _waiting(member, pk)
        last = receiver.confirm_by
        begin(receiver, member)
        receiver.confirm_by = last  # asking again gives no more days
        receiver.save(update_fields=["code", "code_due", "code_tries"])


def confirm(member: Member, pk: UUID, number: str) -> None:
    """Take the number that was read at the address. Raises NotFound, WrongNumber or, after five, NoNumberLeft."""
    with write():
        receiver = _waiting(member, pk)
        typed = re.sub(r"[\s.-]", "", number)
        left = bool(receiver.code) and receiver.code_tries < rules.MOST_GUESSES
        right = left and hmac.compare_digest(typed.encode(), receiver.code.encode())
        if right:
            receiver.confirm_by, receiver.code, receiver.code_due, receiver.code_tries = None, "", None, 0
        elif left:
            receiver.code_tries += 1
        receiver.save(update_fields=["confirm_by", "code", "code_due", "code_tries"])
    if not left:
        raise NoNumberLeft()
    if not right:  # outside, so that it is counted
        raise WrongNumber()


def step(carrier: Carrier) -> bool:
    """Send the numbers that are due by a way; return whether there were any."""
    if not carrier.confirms:
        return False
    due = Receiver.objects.filter(carrier=carrier.name, code_due__lte=clock.now(), confirm_by__gte=clock.today())
    if not due.exists():
        return False
    with write():
        rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("member").order_by("pk")
        taken = {row.pk: row for row in rows[:AT_ONCE]}
        Receiver.objects.filter(pk__in=taken).update(code_due=clock.this_hour() + AGAIN)
    items = [
        Item((), row.pk, row.address, urgent=False, text=_words(row.code))
        for row in taken.values()
        if row.member is not None and row.member.may_work and row.code
    ]
    return _send(carrier, items, taken)


def _send(carrier: Carrier, items: list[Item], taken: dict[UUID, Receiver]) -> bool:
    try:
        for said in carrier.deliver(iter(items)):
            if said is not None and isinstance(said.outcome, Delivered | GivenUp | Gone):
                code = taken[said.item.receiver].code
                Receiver.objects.filter(pk=said.item.receiver, code=code).update(code_due=None)
    except CarrierDown:
        return False
    except Exception as problem:  # the way's fault: notices are tried all the same
        log.error("the way %s could not send a number (%s)", carrier.name, type(problem).__name__)
        return False
    return bool(taken)


def _waiting(member: Member, pk: UUID) -> Receiver:
    rows = Receiver.objects.filter(member=member, pk=pk, confirm_by__gte=clock.today())
    receiver = rows.select_for_update().first()
    if receiver is None:
        raise NotFound()
    return receiver


def _number() -> str:
    return f"{secrets.randbelow(10**6):06}"


def _words(number: str) -> str:
    with translation.override(network.the_network().language):
        return _("Your number: %s") % number
