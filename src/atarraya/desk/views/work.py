"""Acts on alerts: what one person does, what waits for a second, and what may be done to what stands."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from atarraya.alerts import labels, phrases, rules
from atarraya.alerts.models import Proposal
from atarraya.alerts.queries import desk
from atarraya.alerts.services import acts, proposals
from atarraya.desk import bodies
from atarraya.desk.answers import as_json, member_of
from atarraya.desk.views.pages import DEVICE_COOKIE
from atarraya.kernel.errors import NotFound
from atarraya.network import queries as network
from atarraya.network.models import Member
from atarraya.sealing.encoding import from_b64, to_b64
from atarraya.web.verbs import MEMBER, verb


def _device(request: HttpRequest) -> bytes:
    """Return the hash of this browser's mark; without one nobody can be a second person."""
    mark = request.COOKIES.get(DEVICE_COOKIE, "")
    if not mark:
        raise bodies.Unreadable()
    return hashlib.sha256(mark.encode()).digest()


@require_GET
@verb("alert.work", MEMBER)
def alerts(request: HttpRequest) -> HttpResponse:
    """The alerts a member may act on, and what may be done to each."""
    member = member_of(request)
    return as_json({"alerts": [_alert(member, card) for card in desk.cards(member)]})


def _alert(member: Member, card: Any) -> dict[str, Any]:
    line, now = card.line, card.now
    return {
        "id": line.id,
        "version": line.version,
        "kind": line.kind,
        "municipality": line.municipality,
        "place": phrases.where(line),
        "urgency": line.urgency,
        "state": line.state,
        "says": phrases.state(line),
        "times": " · ".join(
            part
            for part in (phrases.when(line.at, line.part, now), phrases.lapses(line, now), phrases.news(line, now))
            if part
        ),
        "summary": line.summary,
        "zone": card.zone,
        "advice": line.advice,
        "held": card.held,
        "waiting": card.waiting,
        "acts": [_act(rules.ACTS[name]) for name in card.acts],
        "history": [{"what": str(labels.ACTS.get(act, act)), "when": _hour(at)} for act, at in card.history],
    }


def _hour(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:00")


def _act(act: rules.Act) -> dict[str, Any]:
    return {
        "name": act.name,
        "people": act.people,
        "calms": act.calms,
        "needs": sorted(act.needs),
        "role": _others(act),
    }


def _others(act: rules.Act) -> str:
    """Return who may agree to an act, in words."""
    return ", ".join(str(labels.ROLES[role]) for role in sorted(act.approvers))


@require_POST
@verb("alert.act", MEMBER)
def act(request: HttpRequest, alert_id: UUID, name: str) -> HttpResponse:
    """Do what one person may do at once."""
    body = bodies.read(request, bodies.ActBody)
    given: dict[str, Any] = {}
    if body.urgency is not None:
        given["urgency"] = body.urgency
    if body.until is not None:
        given["until"] = timezone.make_aware(datetime.strptime(body.until, "%Y-%m-%dT%H"))  # noqa: DTZ007
    done = acts.act(alert_id, name, by=member_of(request), **given)
    return as_json({"state": done.state})


@require_http_methods(["GET", "POST"])
@verb("proposal.work", MEMBER)
def waiting(request: HttpRequest) -> HttpResponse:
    """List what waits for a second person, or ask for one."""
    return _list(request) if request.method == "GET" else _propose(request)


def _list(request: HttpRequest) -> HttpResponse:
    member = member_of(request)
    return as_json({"proposals": [_proposal(member, proposal) for proposal in desk.proposals(member)]})


def _proposal(member: Member, proposal: Proposal) -> dict[str, Any]:
    mine = proposal.proposer_id == member.pk
    return {
        "id": proposal.pk,
        "act": proposal.act,
        "alert": str(labels.KINDS[proposal.alert.kind]) if proposal.alert else "",
        "inbox": proposal.inbox_id,
        "number": proposal.number,
        "municipality": proposal.municipality,
        "by": proposal.proposer.alias,
        "mine": mine,
        "may_agree": not mine and desk.may_agree(member, proposal),
        "role": _others(rules.ACTS[proposal.act]),
        "day": proposal.day,
        "needs": proposal.needs,
        "agreed": proposal.approvals.count(),
        "commitment": to_b64(bytes(proposal.commitment)),
        "draft": bytes(proposal.draft),
    }


def _propose(request: HttpRequest) -> HttpResponse:
    member, body = member_of(request), bodies.read(request, bodies.Proposed)
    inbox = network.inboxes_of(member).filter(pk=body.inbox).first()
    if inbox is None:
        raise NotFound()
    made = proposals.propose(
        body.act,
        by=member,
        device=_device(request),
        draft=proposals.Draft(inbox, body.number, from_b64(body.commitment, 32), body.sealed),
        municipality=body.municipality,
        alert_id=UUID(body.alert) if body.alert else None,
        version=body.version,
    )
    return as_json({"id": made.pk}, status=201)


@require_POST
@verb("proposal.approve", MEMBER)
def approve(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Agree to a proposal with its very words."""
    body = bodies.read(request, bodies.Agreement)
    agreed = proposals.approve(
        proposal_id,
        by=member_of(request),
        device=_device(request),
        text=body.text,
        salt=body.salt,
        overrides=body.overrides,
        reason=body.reason or b"",
    )
    return as_json({"waits_for": agreed.waits_for})


@require_POST
@verb("proposal.refuse", MEMBER)
def refuse(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Say no to a proposal."""
    proposals.refuse(proposal_id, by=member_of(request))
    return as_json({"done": True})


@require_POST
@verb("proposal.withdraw", MEMBER)
def withdraw(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """Take one's own proposal back."""
    proposals.withdraw(proposal_id, by=member_of(request))
    return as_json({"done": True})
