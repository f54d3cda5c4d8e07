"""Acts that take more than one person: proposed with a sealed text, agreed to on another's device (R10, R13).

The server holds a hash until somebody who may agree sends the text; only then does it read it, run the guards again
and act. A calming act puts its alert in doubt at once and does nothing more until the second person agrees.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from atarraya.alerts import policy, rules, texts
from atarraya.alerts.acts_refused import (
    Changed,
    Guarded,
    NeedsReason,
    NeverPublished,
    NotTheText,
    WriterStopped,
    WrongOrder,
)
from atarraya.alerts.fitting import fits
from atarraya.alerts.models import Alert, AlertVersion, Approval, Proposal
from atarraya.alerts.queries.entries import served_inbox
from atarraya.alerts.queries.recipients import list_facts
from atarraya.alerts.refusals import ListRefused
from atarraya.alerts.services import changing
from atarraya.alerts.services.acts import in_doubt
from atarraya.alerts.services.agreed import carry_out, names_too_fine, zone_may_show
from atarraya.alerts.services.events import turn
from atarraya.alerts.services.receive import checked_size
from atarraya.kernel import clock
from atarraya.kernel.errors import Conflict, NotFound
from atarraya.network.models import Inbox, Member
from atarraya.network.queries import the_network
from atarraya.sealing import commitments
from atarraya.sealing.encoding import to_b64
from atarraya.trail.services import record


@dataclass(frozen=True)
class Draft:
    """What a writer hands over: the hash they commit to, and the text sealed to an inbox's present list.

    `commitment` is 32 bytes (SHA-256 of salt and canonical text), `number` the list's, `sealed` an envelope.
    """

    inbox: Inbox
    number: int
    commitment: bytes
    sealed: bytes


@dataclass(frozen=True)
class Agreed:
    """What an agreement led to: the alert when the act was done, and how many people it still waits for."""

    proposal: Proposal
    alert: Alert | None
    waits_for: int


def propose(
    name: str,
    *,
    by: Member,
    device: bytes,
    draft: Draft,
    municipality: str,
    alert_id: UUID | None = None,
    version: int = 0,
) -> Proposal:
    """Keep a proposal of a two-person act. A calming one leaves its alert in doubt from now on.

    `alert_id` is None only for the acts that make an alert; `version` is the one its writer saw. `device` is the
    SHA-256 mark of the writer's browser. Raises WrongRole, NoSuchAlert, WrongOrder, Changed, ListRefused, NotSealed.
    """
    rule = policy.rule_of(name, people=2)
    with turn():
        by = policy.fresh(by)
        policy.has_device(device)
        policy.may_begin(by, rule, municipality)
        _check_draft(by, draft)
        alert = _about(rule, alert_id, municipality, version)
        proposal = Proposal.objects.create(
            act=name,
            alert=alert,
            inbox=draft.inbox,
            number=draft.number,
            municipality=municipality,
            proposer=by,
            commitment=draft.commitment,
            draft=draft.sealed,
            version=version,
            device=device,
            day=clock.today(),
        )
        if alert is not None and rule.calms and not alert.doubt:
            changing.change(alert, "doubt", doubt=True)
        _record(f"alert.{name}.propose", by, alert)
    return proposal


def approve(
    proposal_id: UUID,
    *,
    by: Member,
    device: bytes,
    text: str,
    salt: str,
    overrides: Iterable[str] = (),
    reason: bytes = b"",
) -> Agreed:
    """Agree to a proposal with its text and b64 salt; do the act when enough people have agreed.

    `overrides` are guards this person sets aside, with `reason` sealed to the proposal's inbox. Nothing of the text
    is kept unless the act is done. Raises WrongRole, SamePerson, SameDevice, OwnCollective, WriterStopped,
    WrongOrder, Changed, NotTheText, BadText, NeverPublished, Guarded or NeedsReason; then nothing changed.
    """
    with turn():
        by, proposal = policy.fresh(by), _waiting(proposal_id)
        rule = policy.rule_of(proposal.act, people=2)
        alert = changing.lock(proposal.alert_id) if proposal.alert_id else None
        agreed = _read(proposal, text, salt)
        _may_agree(by, device, proposal, agreed, alert)
        needed = _approvers(rule, agreed, alert)
        set_aside = _guard(agreed, alert, overrides, reason, proposal)
        Approval.objects.create(
            proposal=proposal,
            member=by,
            device=device,
            overrides=set_aside,
            reason=reason if set_aside else b"",
            day=clock.today(),
        )
        left = needed - _counted(proposal)
        if left > 0:
            return _still_waits(proposal, needed, left, by, alert)
        alert = carry_out(rule, agreed, alert, proposal)
        _close(proposal, Proposal.State.DONE)
        record(f"alert.{rule.name}", actor=by.pk, subject=alert.pk)
    return Agreed(proposal, alert, 0)


def _may_agree(by: Member, device: bytes, proposal: Proposal, agreed: texts.Text, alert: Alert | None) -> None:
    rule = policy.rule_of(proposal.act, people=2)
    policy.has_device(device)
    policy.may_agree(by, rule, proposal, device, _issuers(agreed, alert))
    if policy.stopped(proposal.proposer):
        raise WriterStopped()
    served_inbox(by, proposal.inbox)
    if alert is not None:
        policy.follows(rule, alert)
        _not_stale(alert, proposal.version)


def _counted(proposal: Proposal) -> int:
    approvals = proposal.approvals.select_related("member")
    return sum(not policy.stopped(approval.member) for approval in approvals)


def _still_waits(proposal: Proposal, needed: int, left: int, by: Member, alert: Alert | None) -> Agreed:
    proposal.needs = needed
    proposal.save(update_fields=["needs"])
    _record(f"alert.{proposal.act}.agree", by, alert)
    return Agreed(proposal, None, left)


def refuse(proposal_id: UUID, *, by: Member) -> Proposal:
    """Say no, as somebody who could have agreed. What was in doubt because of it stands again."""
    with turn():
        by, proposal = policy.fresh(by), _waiting(proposal_id)
        rule = policy.rule_of(proposal.act, people=2)
        policy.may_agree(by, rule, proposal, b"", ())
        return _drop(proposal, Proposal.State.REFUSED, by)


def withdraw(proposal_id: UUID, *, by: Member) -> Proposal:
    """Take one's own proposal back."""
    with turn():
        by, proposal = policy.fresh(by), _waiting(proposal_id)
        if proposal.proposer_id != by.pk:
            raise NotFound()
        return _drop(proposal, Proposal.State.WITHDRAWN, by)


def _drop(proposal: Proposal, state: Proposal.State, by: Member) -> Proposal:
    alert = changing.lock(proposal.alert_id) if proposal.alert_id else None
    # What nobody agreed to is not kept, not even sealed.
    proposal.draft = b""
    _close(proposal, state)
    if alert is not None and alert.open and alert.doubt and not in_doubt(alert):
        changing.change(alert, "stands", doubt=False)
    _record(f"alert.{proposal.act}.{state.lower()}", by, alert)
    return proposal


def _check_draft(by: Member, draft: Draft) -> None:
    served_inbox(by, draft.inbox)
    facts = list_facts(draft.inbox.pk, draft.number)
    if facts.standing != "current":
        raise ListRefused()
    checked_size(draft.sealed, len(facts.recipients))
    if len(draft.commitment) != 32:
        raise NotTheText()
    if Proposal.objects.filter(commitment=draft.commitment).exists():
        raise Conflict(code="replay")


def _about(rule: rules.Act, alert_id: UUID | None, municipality: str, version: int) -> Alert | None:
    if not rule.start:
        if alert_id is not None or version:
            raise WrongOrder()
        return None
    if alert_id is None:
        raise WrongOrder()
    alert = changing.lock(alert_id)
    if alert.municipality != municipality:
        raise WrongOrder()
    policy.follows(rule, alert)
    if not fits(rule.name, alert):
        raise WrongOrder()
    _not_stale(alert, version)
    return alert


def _not_stale(alert: Alert, version: int) -> None:
    if version < 1 or version > alert.version:
        raise Changed()
    since = AlertVersion.objects.filter(alert=alert, number__gt=version)
    if since.exclude(act__in=rules.SMALL_CHANGES).exists():
        raise Changed()


def _waiting(proposal_id: UUID) -> Proposal:
    proposal = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound()
    if proposal.state != Proposal.State.WAITING:
        raise WrongOrder()
    return proposal


def _read(proposal: Proposal, text: str, salt: str) -> texts.Text:
    if not commitments.matches(to_b64(bytes(proposal.commitment)), salt, text):
        raise NotTheText()
    agreed = texts.read(proposal.act, text)
    same = texts.alert_of(agreed) == proposal.alert_id and agreed.version == proposal.version
    if not same or getattr(agreed, "municipality", proposal.municipality) != proposal.municipality:
        raise NotTheText()
    return agreed


def _issuers(agreed: texts.Text, alert: Alert | None) -> list[UUID]:
    issuers = [alert.collective_id] if alert is not None and alert.collective_id else []
    if isinstance(agreed, texts.AlertText) and agreed.collective:
        issuers.append(UUID(agreed.collective))
    return issuers


def _approvers(rule: rules.Act, agreed: texts.Text, alert: Alert | None) -> int:
    kinds = [alert.kind] if alert is not None else []
    if isinstance(agreed, texts.AlertText):
        kinds.append(agreed.kind)
    tightened = the_network().policy
    if not rule.calms and any(rules.policy_of(kind, tightened) is rules.Policy.NEVER for kind in kinds[-1:]):
        raise NeverPublished()
    return rules.approvers_needed(rule, *kinds, tightened=tightened)


def _guard(
    agreed: texts.Text, alert: Alert | None, overrides: Iterable[str], reason: bytes, proposal: Proposal
) -> list[str]:
    """Return the guards set aside; raise Guarded for one that is not, NeedsReason where the reason is missing."""
    kind = agreed.kind if isinstance(agreed, texts.AlertText) else alert.kind if alert is not None else ""
    fine = names_too_fine(agreed, proposal.municipality)
    found = texts.guards(agreed, kind=kind, zone_may_show=zone_may_show(agreed), too_fine=fine)
    wanted = [code for code in texts.GUARDS if code in set(overrides)]
    if set(found) - set(wanted):
        raise Guarded(found)
    if wanted:
        if not reason:
            raise NeedsReason()
        checked_size(reason, len(list_facts(proposal.inbox_id, proposal.number).recipients))
    return wanted


def _close(proposal: Proposal, state: Proposal.State) -> None:
    proposal.state = state
    proposal.save(update_fields=["state", "needs", "draft"])


def _record(verb: str, by: Member, alert: Alert | None) -> None:
    # Before there is an alert, a line may not say who is about to publish: it would lead to a report.
    if alert is None:
        record(verb, about_report=True)
    else:
        record(verb, actor=by.pk, subject=alert.pk)
