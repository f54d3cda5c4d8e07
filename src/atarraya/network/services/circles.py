"""Circles, their epochs and the custody of wrapped keys. Keys are born in browsers."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Circle, CircleEpoch, CircleMember, Inbox, Member, WrappedKey
from atarraya.network.refusals import Incomplete, KeyRefused, WrongState
from atarraya.network.rules import RECIPIENT
from atarraya.network.services import keys, lists
from atarraya.network.services.keys import PublicHalf
from atarraya.trail.services import record

# An epoch's bundle wrapped to each member by id, and under None to the circle's offline identity.
Wrapped = Mapping[UUID | None, bytes]


def create_circle(
    name: str, purpose: str, offline_recipient: str, epoch: PublicHalf, wrapped: Wrapped, *, by: Member
) -> Circle:
    """Make a circle whose first key was born in `by`'s browser. `by` becomes its member, and others named.

    `wrapped` must hold the offline wrapping and `by`'s own, and only active members besides.
    """
    policy.working(by)
    _check_new(name, purpose, offline_recipient)
    if by.pk not in wrapped:
        raise KeyRefused()
    with write():
        circle = Circle.objects.create(
            name=name.strip(), purpose=purpose, offline_recipient=offline_recipient, created=clock.today()
        )
        for pk in wrapped:
            if pk is not None:
                _join(circle, _active(pk), first=1, last=1)
        _store_epoch(circle, 1, epoch, wrapped)
        record("circle.create", actor=by.pk, subject=circle.pk)
    return circle


def new_epoch(
    circle: Circle,
    epoch: PublicHalf,
    wrapped: Wrapped,
    signed_lists: Mapping[UUID, Mapping[str, object]],
    *,
    by: Member,
) -> CircleEpoch:
    """Begin the circle's next key: wrapped to exactly its present keyholders and its offline identity.

    `wrapped` has neither more nor fewer than those who hold the present key. `signed_lists` holds, for every
    inbox the circle serves, the next list signed by a key of the list before.
    """
    policy.keyholder(by, circle)
    with write():
        Circle.objects.select_for_update().get(pk=circle.pk)
        members = {member.pk for member in queries.keyholders(circle)}
        if set(wrapped) != {None, *members}:
            raise KeyRefused()
        number = queries.current_epoch(circle).number + 1
        row = _store_epoch(circle, number, epoch, wrapped)
        circle.memberships.filter(until=None, member__in=members).update(last_epoch=number)
        _set_all_lists(circle, signed_lists)
        record("circle.new_epoch", actor=by.pk, subject=circle.pk)
    return row


def add_to_circle(circle: Circle, member: Member, wrapped: Mapping[int, bytes], *, by: Member) -> None:
    """Give an active member the circle's key (epoch number → age file to them): a keyholder's act.

    The present epoch must be among them; earlier ones are the keyholder's choice.
    """
    policy.keyholder(by, circle)
    if not member.may_work:
        raise WrongState()
    with write():
        grant(circle, member, wrapped)
        record("circle.add", actor=by.pk, subject=member.pk)


def grant(circle: Circle, member: Member, wrapped: Mapping[int, bytes]) -> None:
    """Store wrapped keys of a circle for a member, in place of any they had. Inside another act only."""
    current = queries.current_epoch(circle).number
    epochs = {epoch.number: epoch for epoch in circle.epochs.all()}
    if current not in wrapped or not set(wrapped) <= set(epochs):
        raise KeyRefused()
    WrappedKey.objects.filter(member=member, epoch__circle=circle).delete()
    for number, blob in wrapped.items():
        WrappedKey.objects.create(epoch=epochs[number], member=member, sealed=keys.wrapped(blob))
    _join(circle, member, first=min(wrapped), last=current)


def leave_circle(circle: Circle, *, by: Member) -> None:
    """Leave a circle by one's own choice. It then owes a new key to those who stay."""
    policy.keyholder(by, circle)
    if not queries.keyholders(circle).exclude(pk=by.pk).exists():
        raise WrongState(code="last_keyholder")
    with write():
        end_memberships(by, circle)
        record("circle.leave", actor=by.pk, subject=circle.pk)


def end_memberships(member: Member, circle: Circle | None = None) -> None:
    """Close the member's open memberships (all, or of one circle) and destroy their wrappings there."""
    open_rows = CircleMember.objects.filter(member=member, until=None)
    wrappings = WrappedKey.objects.filter(member=member)
    if circle is not None:
        open_rows, wrappings = open_rows.filter(circle=circle), wrappings.filter(epoch__circle=circle)
    open_rows.update(until=clock.today())
    wrappings.delete()


def create_inbox(pk: UUID, name: str, circles: list[Circle], signed: Mapping[str, object], *, by: Member) -> Inbox:
    """Make an inbox served by `circles` in this order, with its list 1 signed by its own first signer.

    `pk` comes from the browser, because list 1 names the inbox it is for.
    """
    policy.steward(by)
    policy.keyholder(by, circles[0])
    if pk.version != 4 or not name.strip() or Inbox.objects.filter(name=name.strip()).exists():
        raise Incomplete()
    with write():
        inbox = Inbox.objects.create(id=pk, name=name.strip(), created=clock.today())
        lists.place_circles(inbox, circles)
        lists.store(inbox, signed)
        record("inbox.create", actor=by.pk, subject=inbox.pk)
    return inbox


def set_list(inbox: Inbox, signed: Mapping[str, object], *, by: Member, circles: list[Circle] | None = None) -> None:
    """Store the inbox's next list, after putting `circles` in its places when they are given.

    Whoever sends it must belong to a circle of the inbox as it was: only they can have signed it.
    """
    policy.working(by)
    if not queries.inboxes_of(by).filter(pk=inbox.pk).exists():
        policy.keyholder(by, inbox.places.select_related("circle")[0].circle)
    with write():
        Inbox.objects.select_for_update().get(pk=inbox.pk)
        if circles is not None:
            lists.place_circles(inbox, circles)
        lists.store(inbox, signed)
        record("inbox.list", actor=by.pk, subject=inbox.pk)


def _set_all_lists(circle: Circle, signed_lists: Mapping[UUID, Mapping[str, object]]) -> None:
    served = list(Inbox.objects.filter(places__circle=circle))
    if {inbox.pk for inbox in served} != set(signed_lists):
        raise KeyRefused()
    for inbox in served:
        lists.store(inbox, signed_lists[inbox.pk])


def _store_epoch(circle: Circle, number: int, epoch: PublicHalf, wrapped: Wrapped) -> CircleEpoch:
    if None not in wrapped or CircleEpoch.objects.filter(recipient=epoch.age).exists():
        raise KeyRefused()
    row = CircleEpoch.objects.create(
        circle=circle,
        number=number,
        recipient=epoch.age,
        signing_key=epoch.ed25519,
        sms_key=epoch.sms,
        odk_key=epoch.odk,
        day=clock.today(),
    )
    for pk, blob in wrapped.items():
        WrappedKey.objects.create(epoch=row, member_id=pk, sealed=keys.wrapped(blob))
    return row


def _join(circle: Circle, member: Member, *, first: int, last: int) -> None:
    row = CircleMember.objects.filter(circle=circle, member=member, until=None).first()
    if row is None:
        CircleMember.objects.create(
            circle=circle, member=member, since=clock.today(), first_epoch=first, last_epoch=last
        )
        return
    row.first_epoch, row.last_epoch = min(row.first_epoch, first), max(row.last_epoch, last)
    row.save(update_fields=["first_epoch", "last_epoch"])


def _active(pk: UUID) -> Member:
    member = Member.objects.filter(pk=pk).first()
    if member is None or not member.may_work:
        raise KeyRefused()
    return member


def _check_new(name: str, purpose: str, offline_recipient: str) -> None:
    if purpose not in Circle.Purpose.values or not name.strip() or len(name) > 80:
        raise Incomplete()
    if Circle.objects.filter(name=name.strip()).exists():
        raise Incomplete(code="name_taken")
    if not RECIPIENT.fullmatch(offline_recipient):
        raise KeyRefused()
