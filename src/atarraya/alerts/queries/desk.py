"""What the desk shows of alerts: what a member may act on, what waits for a second person, what is overdue."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from atarraya.alerts import rules
from atarraya.alerts.fitting import offered
from atarraya.alerts.lines import Line
from atarraya.alerts.models import Alert, AlertVersion, Proposal
from atarraya.alerts.queries.places import last_event
from atarraya.alerts.queries.reading import lines, scope_of_member, within
from atarraya.kernel import clock
from atarraya.network import queries as network
from atarraya.network.models import Member
from atarraya.territory import queries as territory

# More than this at once is no work list; the municipality's page has the rest.
CARDS = 200


@dataclass(frozen=True)
class Card:
    """An alert on the desk: its line at `now`, what may be done, what waits, and what was done, oldest first.

    `held`: it waits for somebody's release. `delayed`: its hour has not come. `waiting`: names of the acts that wait
    for a second person. `history`: (act, hour) pairs. `zone` is its id, named or hidden.
    """

    line: Line
    zone: UUID | None
    now: datetime
    held: bool
    delayed: bool
    waiting: list[str]
    acts: list[str]
    history: list[tuple[str, datetime]]


def cards(member: Member) -> list[Card]:
    """Return the alerts a member may act on: held first, then in board order, then what ended and can still be read.

    Six queries, whatever their number. What ended offers no more than to hide its words or its zone.
    """
    now = clock.now()
    scope = scope_of_member(member)
    found = within(scope).filter(Q(open=True) | Q(top_until__gt=now) | Q(public_at__isnull=False))
    chosen = found.order_by("-open", "-held", "rank", "-at", "id")[:CARDS]
    rows = {alert.pk: alert for alert in chosen}
    names = territory.names(scope.municipalities)
    read = {line.id: line for line in lines(Alert.objects.filter(pk__in=rows), names, now)}
    waits, past = _waiting_on(rows), _history(rows)
    roles = frozenset(member.roles)
    return [
        Card(
            line=read[pk],
            zone=alert.zone_id,
            now=now,
            held=alert.held,
            delayed=alert.shows_from > now,
            waiting=waits.get(pk, []),
            acts=offered(alert, roles, calming_waits=any(rules.ACTS[name].calms for name in waits.get(pk, []))),
            history=past.get(pk, []),
        )
        for pk, alert in rows.items()
    ]


def _waiting_on(ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    rows = Proposal.objects.filter(alert__in=list(ids), state=Proposal.State.WAITING).order_by("act")
    for alert_id, act in rows.values_list("alert", "act"):
        found.setdefault(alert_id, []).append(act)
    return found


def _history(ids: Iterable[UUID]) -> dict[UUID, list[tuple[str, datetime]]]:
    found: dict[UUID, list[tuple[str, datetime]]] = {}
    rows = AlertVersion.objects.filter(alert__in=list(ids)).order_by("alert", "number")
    for alert_id, act, at in rows.values_list("alert", "act", "at"):
        found.setdefault(alert_id, []).append((act, at))
    return found


def held(member: Member) -> QuerySet[Alert]:
    """Return the warnings that wait for a member's release, oldest first (R15)."""
    return within(scope_of_member(member)).filter(held=True, open=True).order_by("published_at", "id")


def overdue(member: Member) -> QuerySet[Alert]:
    """Return the alerts whose promised news did not come, the longest overdue first (R19)."""
    found = within(scope_of_member(member)).filter(open=True, held=False, next_news_at__lt=clock.now())
    return found.order_by("next_news_at", "id")


def proposals(member: Member) -> list[Proposal]:
    """Return the proposals that wait, of inboxes and municipalities the member serves; their own too (see `mine`)."""
    return list(_waiting(member).select_related("alert", "proposer").order_by("day", "id"))


def to_agree(member: Member) -> list[Proposal]:
    """Return the proposals this member may agree to: never their own, nor one they agreed to already."""
    return [proposal for proposal in proposals(member) if may_agree(member, proposal)]


def waiting_count(member: Member) -> int:
    """Return how many proposals wait for this member."""
    return len(to_agree(member))


def may_agree(member: Member, proposal: Proposal) -> bool:
    """Return whether the member may be the second person, as far as the server can tell before it reads the text."""
    rule = rules.ACTS[proposal.act]
    issuer = proposal.alert.collective_id if proposal.alert else None
    return (
        bool(rule.approvers & set(member.roles))
        and member.serves(proposal.municipality)
        and proposal.proposer_id != member.pk
        and (issuer is None or issuer != member.collective_id)
        and not proposal.approvals.filter(member=member).exists()
    )


def fingerprint(member: Member) -> str:
    """Return a short mark that changes whenever what this module returns to the member may have changed."""
    waiting = _waiting(member).annotate(agreed=Count("approvals")).order_by("id").values_list("id", "agreed")
    hidden = within(scope_of_member(member)).filter(Q(held=True) | Q(announce_at__isnull=False), open=True)
    told = (last_event(), clock.this_hour(), list(waiting), list(hidden.order_by("id").values_list("id", "version")))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:20]


def _waiting(member: Member) -> QuerySet[Proposal]:
    standing = Q(alert=None) | Q(alert__open=True)
    return Proposal.objects.filter(
        standing,
        state=Proposal.State.WAITING,
        municipality__in=member.municipalities,
        inbox__in=network.inboxes_of(member),
    )
