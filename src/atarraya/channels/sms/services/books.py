"""Codebooks: made in a browser and sealed there, one after another with days of overlap, and burnt by one person."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from atarraya.alerts.queries.recipients import list_facts
from atarraya.alerts.services.handing import two_others
from atarraya.alerts.services.receive import looks_random
from atarraya.channels.sms.models import Codebook, Gateway
from atarraya.channels.sms.queries import in_use as in_use_now
from atarraya.channels.sms.queries import readable
from atarraya.channels.sms.refusals import BookGone, BookNotSealed, NotOfThisInbox
from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Member, Point
from atarraya.network.refusals import WrongState
from atarraya.sealing import envelopes, gateways
from atarraya.sealing.refusals import NotAnEnvelope
from atarraya.trail.services import record

OVERLAP_DAYS = 14
# A burnt book's words may still be on their way: people can look them up for so long.
BURNT_DAYS = 30


def make(gateway: Gateway, point: Point, for_gateway: bytes, for_people: bytes, number: int, *, by: Member) -> Codebook:
    """Keep a new codebook of a point's collective; the one before is read for fourteen days more.

    `number` is the inbox's list that the people's copy is sealed to. Raises NotOfThisInbox or BookNotSealed.
    """
    policy.working(by)
    _check_inbox(gateway, point, by)
    _check_sealed(gateway, for_gateway, for_people, number)
    today = clock.today()
    with write():
        before = Codebook.objects.filter(gateway=gateway, collective=point.collective_id, state=Codebook.State.CURRENT)
        before.update(state=Codebook.State.RETIRING, until=today + timedelta(days=OVERLAP_DAYS))
        book = Codebook.objects.create(
            gateway=gateway,
            collective_id=point.collective_id,
            point=point,
            for_gateway=for_gateway,
            for_people=for_people,
            number=number,
            made=today,
        )
        record("codebook.make", actor=by.pk, subject=book.pk)
    return book


def burn(book: Codebook, *, by: Member) -> Codebook:
    """Stop reading a codebook from the next SMS on, and tell two others. One person does it alone."""
    policy.working(by)
    with write():
        book = Codebook.objects.select_for_update().get(pk=book.pk)
        if not queries.inboxes_of(by).filter(pk=book.gateway.inbox_id).exists():
            raise NotOfThisInbox()
        if book.state == Codebook.State.BURNT:
            raise WrongState()
        book.state = Codebook.State.BURNT
        book.until = clock.today() + timedelta(days=BURNT_DAYS)
        book.for_gateway = b""
        book.told = [str(other.pk) for other in two_others(by)]
        book.save(update_fields=["state", "until", "for_gateway", "told"])
        record("codebook.burn", actor=by.pk, subject=book.pk)
    return book


def was_told(member: Member, book_id: UUID) -> None:
    """Note that a member has read that a codebook was burnt."""
    with write():
        for book in Codebook.objects.select_for_update().filter(pk=book_id):
            book.told = [pk for pk in book.told if pk != str(member.pk)]
            book.save(update_fields=["told"])


def in_use(gateway: Gateway, book_id: UUID) -> Codebook:
    """Return a codebook whose words count now; raise BookGone."""
    found = readable(gateway).filter(pk=book_id).select_related("point").first()
    if found is None:
        raise BookGone()
    return found


def in_use_at(inbox: UUID, book_id: UUID) -> Codebook:
    """Return a codebook of this inbox whose words count now; raise BookGone."""
    found = in_use_now().filter(pk=book_id, gateway__inbox=inbox, point__inbox=inbox).select_related("point").first()
    if found is None:
        raise BookGone()
    return found


def let_go() -> int:
    """Delete codebooks past their last day; return how many went."""
    with write():
        gone, _rows = Codebook.objects.filter(until__lt=clock.today()).delete()
    return gone


def _check_inbox(gateway: Gateway, point: Point, by: Member) -> None:
    served = queries.inboxes_of(by).filter(pk=gateway.inbox_id).exists()
    active = gateway.state == Gateway.State.ACTIVE and point.state == Point.State.ACTIVE
    if not served or not active or point.inbox_id != gateway.inbox_id:
        raise NotOfThisInbox()


def _check_sealed(gateway: Gateway, for_gateway: bytes, for_people: bytes, number: int) -> None:
    facts = list_facts(gateway.inbox_id, number)
    try:
        sizes = gateways.check(for_gateway), envelopes.check(for_people, len(facts.recipients))
    except NotAnEnvelope:
        raise BookNotSealed() from None
    if facts.standing != "current" or not all(
        looks_random(blob[-size:]) for blob, size in zip((for_gateway, for_people), sizes, strict=True)
    ):
        raise BookNotSealed()
