"""Freezing: one member stops another at once, and is stopped too until two others decide (R5)."""

from __future__ import annotations

from atarraya.kernel import clock
from atarraya.kernel.transactions import write
from atarraya.network import policy, queries
from atarraya.network.models import Freeze, Member
from atarraya.network.refusals import Incomplete, WrongState
from atarraya.network.rules import FREEZE_OUTCOMES
from atarraya.network.services.ending import end_sessions, put_out, stopped, thaw
from atarraya.trail.services import record


def freeze(member: Member, *, by: Member) -> Freeze:
    """Freeze a member and oneself: all sessions of both end now, and neither reaches anything."""
    policy.another(by, member)
    with write():
        member = Member.objects.select_for_update().get(pk=member.pk)
        if member.state not in {Member.State.ACTIVE, Member.State.WAITING}:
            raise WrongState()
        row = Freeze.objects.create(frozen=member, by=by, before=member.state, day=clock.today())
        for person in (member, by):
            person.state = Member.State.FROZEN
            person.save(update_fields=["state"])
            end_sessions(person)
            stopped(person)
        record("member.freeze", actor=by.pk, subject=member.pk)
    return row


def settle_freeze(row: Freeze, outcome: str, *, by: Member | None) -> Freeze:
    """Say what becomes of both: RESTORE, FROZEN_OUT or FREEZER_OUT. Two others must say the same.

    The first voice waits for a second; a different second voice takes its place and waits in turn. The
    command line (`by=None`) may settle alone, only where fewer than two others are left.
    """
    if outcome not in FREEZE_OUTCOMES:
        raise Incomplete()
    with write():
        row = Freeze.objects.select_for_update().get(pk=row.pk)
        if row.outcome:
            raise WrongState()
        if by is None:
            _check_too_few(row)
            return _settle(row, outcome, None)
        policy.another(by, row.frozen, row.by)
        if row.first_id is not None and row.first_id != by.pk and row.first_outcome == outcome:
            return _settle(row, outcome, by)
        row.first, row.first_outcome = by, outcome
        row.save(update_fields=["first", "first_outcome"])
        record("member.freeze_voice", actor=by.pk, subject=row.frozen_id)
    return row


def _settle(row: Freeze, outcome: str, by: Member | None) -> Freeze:
    row.second, row.outcome = by, outcome
    row.save(update_fields=["second", "outcome"])
    if outcome == "FROZEN_OUT":
        put_out(row.frozen)
    else:
        thaw(row.frozen, row.before)
    if outcome == "FREEZER_OUT":
        put_out(row.by)
    else:
        thaw(row.by)
    record("member.freeze_settle", actor=by.pk if by else "operator", subject=row.frozen_id)
    return row


def _check_too_few(row: Freeze) -> None:
    if queries.others_active(row.frozen, row.by).count() >= 2:
        raise WrongState()
