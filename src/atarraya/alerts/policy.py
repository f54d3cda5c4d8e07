"""Who may do what to an alert. Each function raises its refusal, or returns.

Members are read anew inside the transaction: one who was frozen a moment ago may do nothing now.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from atarraya.alerts import rules
from atarraya.alerts.acts_refused import (
    NoSuchAlert,
    OwnCollective,
    SameDevice,
    SamePerson,
    WrongOrder,
    WrongRole,
)
from atarraya.alerts.models import Alert, Proposal
from atarraya.network.models import Member


def fresh(by: Member) -> Member:
    """Return the member as they stand now; raise WrongRole for one who may not work."""
    found = Member.objects.filter(pk=by.pk).first()
    if found is None or not found.may_work:
        raise WrongRole()
    return found


def stopped(member: Member) -> bool:
    """Return whether the member was frozen or removed: nothing they began or agreed to counts while it is so."""
    return member.state in {Member.State.FROZEN, Member.State.REMOVED}


def rule_of(name: str, *, people: int) -> rules.Act:
    """Return the rule of an act that one person does (1) or two (2); raise WrongOrder for any other name."""
    rule = rules.ACTS.get(name)
    if rule is None or rule.people != people:
        raise WrongOrder()
    return rule


def may_begin(by: Member, rule: rules.Act, municipality: str) -> None:
    """Raise unless `by` holds a role of the act and serves the municipality."""
    _holds(by, rule.roles, municipality)


def may_agree(by: Member, rule: rules.Act, proposal: Proposal, device: bytes, issuers: Iterable[UUID]) -> None:
    """Raise unless `by` may be the second (or third) person of a proposal (R10, R13).

    `issuers` are the collectives that issue or issued the alert.
    """
    before = [*proposal.approvals.all()]
    _holds(by, rule.approvers, proposal.municipality)
    if by.pk in {proposal.proposer_id, *(approval.member_id for approval in before)}:
        raise SamePerson()
    if device in {bytes(proposal.device), *(bytes(approval.device) for approval in before)}:
        raise SameDevice()
    if by.collective_id is not None and by.collective_id in set(issuers):
        raise OwnCollective()


def has_device(device: bytes) -> None:
    """Raise SameDevice for a browser without a mark of its own (32 bytes): it could be anybody's."""
    if len(device) != 32:
        raise SameDevice()


def follows(rule: rules.Act, alert: Alert) -> None:
    """Raise WrongOrder unless the act may begin from the alert's present state."""
    if alert.state not in rule.start:
        raise WrongOrder()


def _holds(by: Member, roles: frozenset[str], municipality: str) -> None:
    if not roles & set(by.roles):
        raise WrongRole()
    if not by.serves(municipality):
        # Foreign municipalities answer like what does not exist.
        raise NoSuchAlert()
