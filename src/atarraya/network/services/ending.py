"""Ending what a member has open or holds, at once and everywhere. Inside acts only."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from atarraya.kernel import ids
from atarraya.network.models import Freeze, Member, Reopening
from atarraya.network.services.circles import end_memberships

StoppedHook = Callable[[Member], None]
_when_stopped: list[StoppedHook] = []


def when_stopped(hook: StoppedHook) -> None:
    """Call `hook(member)` inside the transaction that freezes or removes a member."""
    _when_stopped.append(hook)


def stopped(member: Member) -> None:
    """Tell whoever asked that a member was stopped just now."""
    for hook in _when_stopped:
        hook(member)


def end_sessions(member: Member) -> Member:
    """End all sessions of the member and forget the server's halves of their PINs."""
    member.session_salt = ids.new_id()
    member.save(update_fields=["session_salt"])
    Reopening.objects.filter(member=member).delete()
    return member


def put_out(member: Member) -> Member:
    """Take away everything the server can take away from a member. Two people have decided it."""
    member = Member.objects.select_for_update().get(pk=member.pk)
    member.state = Member.State.REMOVED
    member.phrase_file, member.code_file, member.passkey_file = b"", b"", b""
    member.set_unusable_password()
    member.save()
    end_sessions(member)
    end_memberships(member)
    stopped(member)
    for row in Freeze.objects.filter(Q(frozen=member) | Q(by=member), outcome=""):
        _close(row, member)
    return member


def thaw(member: Member, state: str = Member.State.ACTIVE) -> None:
    """Let a frozen member be again what they were."""
    if member.state == Member.State.FROZEN:
        member.state = state
        member.save(update_fields=["state"])


def _close(row: Freeze, gone: Member) -> None:
    # The other party of a freeze is free again once one of them is out.
    if row.frozen_id == gone.pk:
        row.outcome = "FROZEN_OUT"
        thaw(row.by)
    else:
        row.outcome = "FREEZER_OUT"
        thaw(row.frozen, row.before)
    row.save(update_fields=["outcome"])
