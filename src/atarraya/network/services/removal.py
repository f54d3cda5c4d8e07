"""Removal: two people, at once. Sessions die, wrappings are destroyed, and each circle owes a new key."""

from __future__ import annotations

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy
from atarraya.network.models import Member, Removal
from atarraya.network.refusals import Incomplete, NeedsAnother, WrongState
from atarraya.network.services.ending import put_out
from atarraya.trail.services import record


def propose_removal(member: Member, reason: str, *, by: Member) -> Removal:
    """Ask that a member leave for good. Nothing changes until a second person agrees."""
    policy.another(by, member)
    if reason not in Removal.Reason.values:
        raise Incomplete()
    with write():
        if member.state == Member.State.REMOVED or Removal.objects.filter(member=member).exists():
            raise WrongState()
        removal = Removal.objects.create(member=member, reason=reason, first=by, day=clock.today())
        record("member.remove_ask", actor=by.pk, subject=member.pk)
    return removal


def second_removal(removal: Removal, *, by: Member) -> Member:
    """Agree to a removal: from this moment the member reaches nothing and holds no wrapped key."""
    with write():
        removal = Removal.objects.select_for_update().get(pk=removal.pk)
        if removal.second_id is not None:
            raise WrongState()
        policy.another(by, removal.first, removal.member)
        if not removal.first.may_work:
            raise NeedsAnother()
        removal.second = by
        removal.save(update_fields=["second"])
        member = put_out(removal.member)
        record("member.remove", actor=by.pk, subject=member.pk)
    return member


def withdraw_removal(removal: Removal, *, by: Member) -> None:
    """Take back one's own request before a second person agreed."""
    policy.working(by)
    with write():
        removal = Removal.objects.select_for_update().get(pk=removal.pk)
        if removal.second_id is not None or removal.first_id != by.pk:
            raise WrongState()
        record("member.remove_withdraw", actor=by.pk, subject=removal.member_id)
        removal.delete()


def remove(member: Member, reason: str, *, first: Member, second: Member) -> Member:
    """Do both steps of a removal in one go (demonstration and tests)."""
    return second_removal(propose_removal(member, reason, by=first), by=second)
