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
from atarraya.alerts.models import Alert, Proposal
from atarraya.alerts.queries import desk
from atarraya.alerts.services import acts, proposals
from atarraya.desk import bodies
from atarraya.desk.answers import as_json, member_of
from atarraya.desk.team import Team, facts_of
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
    cards, team = desk.cards(member), Team(besides=member)
    rows = facts_of([card.line.id for card in cards])
    return as_json({"alerts": [_alert(card, rows[card.line.id], team) for card in cards]})


def _alert(card: desk.Card, row: Alert, team: Team) -> dict[str, Any]:
    line, now = card.line, card.now
    return {
        "id": line.id,
        "version": line.version,
        "kind": line.kind,
        "municipality": line.municipality,
        "place": phrases.where(line),
        "urgency": line.urgency,
        "state": line.state,
        "shape": line.shape,
        "day": timezone.localtime(line.at).date(),
        "ends": timezone.localtime(line.expires_at).strftime("%Y-%m-%dT%H") if line.expires_at else None,
        "part": line.part,
        "seen": row.seen,
        "public": row.public_at is not None,
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
        "open": line.open,
        "waiting": card.waiting,
        "acts": [_act(rules.ACTS[name], line.kind) for name in card.acts],
        "seconds": team.seconds(line.municipality, row.collective_id),
        "history": [{"what": str(labels.ACTS.get(act, act)), "when": _hour(at)} for act, at in card.history],
    }


def _hour(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:00")


def _act(act: rules.Act, kind: str) -> dict[str, Any]:
    return {
        "name": act.name,
        "people": act.people,
        "others": rules.approvers_needed(act, kind, tightened=network.the_network().policy),
        "approvers": sorted(act.approvers),
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
    team = Team(besides=member)
    return as_json({"proposals": [_proposal(member, proposal, team) for proposal in desk.proposals(member)]})


def _proposal(member: Member, proposal: Proposal, team: Team) -> dict[str, Any]:
    mine = proposal.proposer_id == member.pk
    return {
        "id": proposal.pk,
        "act": proposal.act,
        "alert": str(labels.KINDS[proposal.alert.kind]) if proposal.alert else "",
        "alert_id": proposal.alert_id,
        "inbox": proposal.inbox_id,
        "number": proposal.number,
        "municipality": proposal.municipality,
        "by": proposal.proposer.alias,
        "mine": mine,
        "may_agree": not mine and desk.may_agree(member, proposal),
        "role": _others(rules.ACTS[proposal.act]),
        "who": team.for_proposal(proposal),
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
    return as_json({"waits_for": agreed.waits_for, "alert": agreed.alert.pk if agreed.alert else None})


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
